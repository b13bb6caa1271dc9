"""What an edit leaves for the target to write: too much for one that only checks edits."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from specedit.editor.result import EditRequest
from specedit.edits import operations, plain_text
from specedit.edits.prediction import HOLE, Prediction
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import NotCertain, NotUnderstood

_SUGGESTED = 3  # instructions
_SHOWN = 80  # characters of an instruction
_RENAME = re.compile(
    r"\s*(?:please\s+)?rename\s+(?:\w+\s+){0,3}?[`'\"]?([\w$-]+)[`'\"]?\s+(?:to|into|as)\s+[`'\"]?([\w$-]+)",
    re.IGNORECASE,
)


class Lack(NamedTuple):
    """Why nothing writes what is not predicted, and what would."""

    reason: str
    remedy: str


CHECKS_ONLY = Lack(
    "this model checks edits but does not write them",
    "have a model that writes do so: a chat model with --author URL (`specedit models` lists those that run here), or "
    "another with --model or --engine",
)
NO_MODEL = Lack("under --accept syntax no model writes it", "have one do so with --accept auto")


def check(request: EditRequest, prediction: Prediction | None, lack: Lack) -> None:
    """Refuse what the target would have to write, telling how to say it so that nothing is left to write.

    Raises:
        NotUnderstood: all of it.
        NotCertain: a part of it.
    """
    if prediction is None:
        language = language_of(request.path)
        known, alike = list(plain_text.EXAMPLES), tuple[str, ...]()
        if language is not None and language.has_operations:
            known += operations.examples()
            source = Source(request.document.body, language, request.path)
            alike = operations.suggest(request.instruction, source)
        nearest = operations.nearest(request.instruction, known, _SUGGESTED - len(alike))
        problem = _what_is(request, alike, nearest, lack)
        remedy = f"Give other edits by --snippet or --patch, or {lack.remedy}"
        raise NotUnderstood(problem, (*alike, *nearest), remedy)
    before, hole, _ = prediction.body.partition(HOLE)
    if hole:
        line = before.count("\n") + 1
        raise NotCertain(
            f"the instruction does not give what line {line} of the result is to say, and {lack.reason}: "
            f"{prediction.hole_remedy}, or give a snippet"
        )


def _what_is(request: EditRequest, alike: Sequence[str], nearest: Sequence[str], lack: Lack) -> str:
    """Return why nothing is done, and which instructions would be."""
    language = language_of(request.path)
    has_operations = language is not None and language.has_operations
    rename = None if has_operations else _RENAME.match(request.instruction)
    if rename:
        count = len(re.findall(rf"\b{re.escape(rename[1])}\b", request.document.body))
        return (
            f"the scopes of names are not known in '{request.path}', and {lack.reason}; "
            f'to change the word wherever it stands, {count} times, say: replace every "{rename[1]}" with "{rename[2]}"'
        )
    instruction = request.instruction
    instruction = instruction if len(instruction) <= _SHOWN else f"{instruction[: _SHOWN - 1]}…"
    suggestion = f"did you mean: {_quoted(alike)}; " if alike else ""
    return f"no operation understands '{instruction}', and {lack.reason}; {suggestion}nearest that is understood: {_quoted(nearest)}"


def _quoted(phrases: Sequence[str]) -> str:
    return ", ".join(f"'{phrase}'" if '"' in phrase else f'"{phrase}"' for phrase in phrases)
