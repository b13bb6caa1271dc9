"""What is known of an edit before the target has seen it: a predicted text, for the target to verify."""

from dataclasses import dataclass

HOLE = "\ue001"  # in a predicted text: what only the target can write; a private-use character


@dataclass(frozen=True, slots=True)
class Note:
    """What the target is shown about lines [first, last) of the text before: a part of a snippet, a hunk."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Left:
    """An occurrence of the old name that a rename leaves as it is, on a 0-based line of the text before.

    `known` says whether it is another symbol for certain, and `reason` which one, or why that cannot be told.
    """

    line: int
    reason: str
    known: bool


@dataclass(frozen=True, slots=True)
class Prediction:
    """The whole text after the edit, and what made it: an operation's name, snippet, patch, ops or prediction.

    `notes` say what the instruction does not. `watched` are lines of the text before that an operation has looked at
    and left. A `hint` only helps: where the target disagrees, it goes on by itself. `certain` says that an operation
    has resolved every place that the edit is about: what is in `left` is another symbol, each for its reason.
    `remarks` tell the user what was ignored, or why nothing changes. `final_newline`: whether the last line is to have an ending; None leaves that as it is.
    `removed` are the definitions that a snippet says it takes out.
    """

    origin: str
    body: str
    notes: tuple[Note, ...] = ()
    watched: tuple[int, ...] = ()
    hint: bool = False
    certain: bool = False
    left: tuple[Left, ...] = ()
    remarks: tuple[str, ...] = ()
    final_newline: bool | None = None
    removed: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know of it: the remarks, and each line with a place that nothing could tell."""
        doubtful = {left.line: left.reason for left in self.left if not left.known}
        lines = (f"line {line + 1} is left alone: {doubtful[line]}" for line in sorted(doubtful))
        return (*self.remarks, *lines)
