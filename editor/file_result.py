"""What an edit of a workspace makes of one of its files."""

from dataclasses import dataclass
from pathlib import Path

from specedit.editor.changes import Create, Move, Write
from specedit.editor.result import EditResult
from specedit.edits.files import SourceFile


@dataclass(frozen=True, slots=True)
class FileResult:
    """What an edit makes of one file of the workspace, `path` from its root.

    `moved_to` is what it is called then, and `to` where that is, if it goes elsewhere. `is_new`: it is yet to be made.
    """

    path: str
    file: SourceFile
    result: EditResult
    moved_to: str = ""
    to: Path | None = None
    is_new: bool = False

    @property
    def change(self) -> Create | Write | Move | None:
        """What is to be written, if anything is."""
        if self.is_new:
            return Create(self.file.path, self.result.data)
        path, before, after = self.file.path, self.file.document.data, self.result.data
        if self.to is not None:
            return Move(path, self.to, before, after)
        return Write(path, before, after) if self.result.hunks else None
