"""One file as an edit would leave it, and how that is told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from specedit.editor.diff import unified
from specedit.editor.result import EditResult
from specedit.editor.transaction import Create, Delete, FileChange, Move, Write
from specedit.edits.document import Document, sha256
from specedit.edits.patch.sections import OF_OTHERS
from specedit.service.mcp import answers
from specedit.service.mcp.bounds import FilePlace

_MOST_DIFF = 20_000  # characters of all diffs of an answer
_HEAD = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edited:
    """A file, `path` from its root, and what is to be done with it: None for nothing.

    `result` is the edit of its text, None if it is none; `moved_to` where it goes, from its root.
    """

    path: str
    change: FileChange | None
    result: EditResult | None
    moved_to: str | None = None

    @property
    def before(self) -> bytes | None:
        """What the file was when it was read; None if there was none."""
        if self.change is None:
            return self.result.document.data if self.result else None
        return None if isinstance(self.change, Create) else self.change.before

    @property
    def after(self) -> bytes | None:
        """What the file is to be; None if it is to be removed."""
        if isinstance(self.change, Create):
            return self.change.data
        if isinstance(self.change, Delete):
            return None
        return self.change.after if self.change else self.before

    @property
    def status(self) -> Literal["changed", "unchanged", "created", "deleted", "moved"]:
        """What becomes of it, in a word."""
        match self.change:
            case None:
                return "unchanged"
            case Write():
                return "changed"
            case Create():
                return "created"
            case Delete():
                return "deleted"
            case Move():
                return "moved"


def edited(place: FilePlace, result: EditResult, executable: bool | None = None) -> Edited:
    """Return a file whose text is edited, and which may be executed afterwards, or not: None leaves that as it is."""
    if not result.hunks and executable is None:
        return Edited(place.path, None, result)
    before = place.file.document.data
    return Edited(place.path, Write(place.file.path, before, result.data, executable), result)


def described(files: Sequence[Edited]) -> list[answers.FileChange]:
    """Return what is told of files; of long diffs their beginning."""
    return [*_described(files)]


def _described(files: Sequence[Edited]) -> Iterator[answers.FileChange]:
    left = _MOST_DIFF
    for each in files:
        diff = _diff(each)
        shown = _begin_of(diff, left)
        left -= len(shown)
        before, after = each.before, each.after
        yield answers.FileChange(
            path=each.path,
            moved_to=each.moved_to,
            status=each.status,
            sha256_before=None if before is None else sha256(before),
            sha256_after=None if after is None else sha256(after),
            hunks=[*_hunks(diff)],
            diff=shown,
            diff_is_cut=shown != diff,
            decided_by="model" if each.result and each.result.model else "syntax",
            remarks=[*_remarks(each)],
        )


def _diff(each: Edited) -> str:
    if each.result is None:
        return ""
    document = each.result.document
    after = Document(each.result.data, document.bom, document.encoding)
    old = "/dev/null" if each.before is None else f"a/{each.path}"
    new = "/dev/null" if each.after is None else f"b/{each.moved_to or each.path}"
    return unified(each.path, document.text, after.text, names=(old, new))


def _remarks(each: Edited) -> Iterator[str]:
    if each.result is None:
        yield "it is not text, and not shown"
    else:
        yield from filter(None, [each.result.reason])
        yield from (r for r in each.result.remarks if not r.startswith(OF_OTHERS))
    executable = None if isinstance(each.change, Delete | None) else each.change.executable
    if executable or (executable is False and each.status != "created"):
        yield "it may be executed now" if executable else "it may not be executed any more"


def _hunks(diff: str) -> Iterator[answers.Hunk]:
    for match in _HEAD.finditer(diff):
        old_start, old_lines, new_start, new_lines = (int(n) if n else 1 for n in match.groups())
        yield answers.Hunk(
            old_start=old_start, old_lines=old_lines, new_start=new_start, new_lines=new_lines
        )


def _begin_of(diff: str, most: int) -> str:
    """A diff as far as it is short enough, in whole lines."""
    return diff if len(diff) <= most else diff[: diff.rfind("\n", 0, max(0, most)) + 1]
