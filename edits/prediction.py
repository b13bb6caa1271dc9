"""What syntax alone makes of an instruction: a predicted text, for the target to verify."""

from dataclasses import dataclass

from specedit.edits import operations
from specedit.edits.languages import language_of


@dataclass(frozen=True, slots=True)
class Prediction:
    """The whole text after the edit, and the operation that made it."""

    operation: str
    body: str


def predict(instruction: str, body: str, path: str) -> Prediction | None:
    """Return the edit of the first operation that recognises `instruction`, or None.

    Raises:
        EditRefused: an operation recognises the instruction, but this file does not fit it.
    """
    language = language_of(path)
    if language is None:
        return None
    for name in operations.names():
        text = operations.load(name).predict(instruction, body, language)
        if text is not None:
            return Prediction(name, text)
    return None
