"""What became of one file."""

from dataclasses import dataclass

from specedit.editor.result import EditResult
from specedit.edits.document import Hunk


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file after `apply`. `status`: applied, unchanged, disagreed or refused.

    `data` are its new bytes, `hunks` what makes them of the old ones; `written` is false for a look.
    """

    path: str
    status: str
    reason: str
    base_sha256: str | None
    written: bool
    result: EditResult | None
    hunks: tuple[Hunk, ...]
    data: bytes | None
