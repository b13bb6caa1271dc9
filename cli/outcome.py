"""What became of one file."""

from dataclasses import dataclass
from typing import Literal

from specedit.editor.result import EditResult, Status
from specedit.edits.document import Hunk
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file after `apply`: an editor's status, or "error" where something broke.

    `data` are its new bytes, `hunks` what makes them of the old ones; `written` is false for a look.
    """

    path: str
    status: Status | Literal["error"]
    reason: str
    base_sha256: str | None = None
    written: bool = False
    result: EditResult | None = None
    hunks: tuple[Hunk, ...] = ()
    data: bytes | None = None
    refusal: EditRefused | None = None

    @property
    def failed(self) -> bool:
        """Whether what was asked for was not done."""
        return self.status in ("refused", "disagreed", "error")
