"""One file as an edit would leave it, and how that is told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.editor.diff import unified
from specedit.editor.result import EditResult
from specedit.editor.transaction import Change
from specedit.edits.document import Document, sha256
from specedit.edits.files import SourceFile
from specedit.edits.patch.sections import OF_OTHERS
from specedit.service.mcp.answers import FileChange, Hunk

_MOST_DIFF = 20_000  # characters of all diffs of an answer
_HEAD = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edited:
    """A file, `path` from its root, and the result of its edit."""

    path: str
    file: SourceFile
    result: EditResult

    @property
    def change(self) -> Change:
        """What is to be written."""
        return Change(self.file.path, self.file.document.data, self.result.data)


def described(edited: Sequence[Edited]) -> list[FileChange]:
    """Return what is told of files; of long diffs their beginning."""
    return [*_described(edited)]


def _described(edited: Sequence[Edited]) -> Iterator[FileChange]:
    left = _MOST_DIFF
    for each in edited:
        document, result = each.file.document, each.result
        after = Document(result.data, document.bom, document.encoding)
        diff = unified(each.path, document.text, after.text)
        shown = _begin_of(diff, left)
        left -= len(shown)
        remarks = [remark for remark in result.remarks if not remark.startswith(OF_OTHERS)]
        yield FileChange(
            path=each.path,
            status="changed" if result.hunks else "unchanged",
            sha256_before=document.sha256,
            sha256_after=sha256(result.data),
            hunks=[*_hunks(diff)],
            diff=shown,
            diff_is_cut=shown != diff,
            decided_by="model" if result.model else "syntax",
            remarks=[*filter(None, [result.reason]), *remarks],
        )


def _hunks(diff: str) -> Iterator[Hunk]:
    for match in _HEAD.finditer(diff):
        old_start, old_lines, new_start, new_lines = (int(n) if n else 1 for n in match.groups())
        yield Hunk(
            old_start=old_start, old_lines=old_lines, new_start=new_start, new_lines=new_lines
        )


def _begin_of(diff: str, most: int) -> str:
    """A diff as far as it is short enough, in whole lines."""
    return diff if len(diff) <= most else diff[: diff.rfind("\n", 0, max(0, most)) + 1]
