"""What became of one file."""

from dataclasses import dataclass
from typing import Literal

from specedit.editor.result import EditResult, Status
from specedit.edits.document import Hunk

DEBUG = "SPECEDIT_DEBUG"  # set, it shows where an unexpected error comes from


Action = Literal["edit", "create", "delete", "move"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file after `apply`: an editor's status, or "error" where something broke.

    `data` are its new bytes, `hunks` what makes them of the old ones; `written` is false for a look. `lacks_symbol`: it
    was refused, because it has nothing of the name that the instruction gives. `action` is what is done with the file
    itself; one that is to be moved keeps its `path` here. `executable`: what it is to be, None if that stays.
    """

    path: str
    status: Status | Literal["error"]
    reason: str
    base_sha256: str | None = None
    written: bool = False
    result: EditResult | None = None
    hunks: tuple[Hunk, ...] = ()
    data: bytes | None = None
    lacks_symbol: bool = False
    action: Action = "edit"
    moved_to: str | None = None
    executable: bool | None = None

    @property
    def failed(self) -> bool:
        """Whether what was asked for was not done."""
        return self.status in ("refused", "disagreed", "error")


def unexpected(error: BaseException) -> str:
    """Return what a user is told of an error that is none of ours."""
    if isinstance(error, RecursionError):
        return "it is nested too deep to be read"
    kind, message = type(error).__name__, str(error).strip().partition("\n")[0]
    return f"unexpected {kind}{f': {message}' if message else ''}; {DEBUG}=1 shows where"
