"""What the tools answer, as their output schemas say it."""

from typing import Literal

from pydantic import BaseModel, Field

Code = Literal[
    "ambiguous",
    "busy",
    "changed_on_disk",
    "disagreed",
    "failed",
    "invalid_request",
    "model_unavailable",
    "name_refused",
    "not_found",
    "not_understood",
    "nothing_to_undo",
    "outside_roots",
    "refused",
    "symbol_not_found",
    "unsafe",
]


class Hunk(BaseModel):
    """Lines of the old file, from `old_start` on, that became lines of the new one; starts count from 1."""

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int


class Excerpt(BaseModel):
    """Lines of a file as they are, to be quoted: `first_line` counts from 1."""

    path: str
    first_line: int
    text: str


class FileChange(BaseModel):
    """What became, or would become, of one file."""

    path: str
    status: Literal["changed", "unchanged", "created", "deleted", "moved"]
    moved_to: str | None
    sha256_before: str | None
    sha256_after: str | None
    hunks: list[Hunk]
    diff: str = Field(description="Unified diff; see diff_is_cut")
    diff_is_cut: bool
    decided_by: Literal["syntax", "model"]
    remarks: list[str] = Field(description="What else to know: what was left alone, and why")


class Refusal(BaseModel):
    """Why nothing was written, and what to do next."""

    path: str | None
    code: Code
    reason: str
    next_step: str
    lines: list[int] = Field(description="Lines of the file, from 1, that the reason is about")
    current_text: list[Excerpt] = Field(
        description="What the file really says at the nearest places"
    )
    proposed_diff: str = Field(description="The edit that was held back, if it can be shown")


class EditAnswer(BaseModel):
    """What an edit did. `status` is "written" if and only if files on disk were changed."""

    status: Literal["written", "dry_run", "unchanged", "refused"]
    files: list[FileChange]
    refusals: list[Refusal]
    edit_id: str | None = Field(description="For `undo`; null if nothing was written")


class Restored(BaseModel):
    """A file that is as it was before the edit: null where it was not there."""

    path: str
    sha256: str | None


class UndoAnswer(BaseModel):
    """What was put back. `status` is "restored" if and only if files on disk were changed."""

    status: Literal["restored", "unchanged", "refused"]
    edit_id: str | None
    restored: list[Restored]
    refusals: list[Refusal]
