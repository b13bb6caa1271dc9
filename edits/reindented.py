"""A line that an edit indents otherwise although nothing around it moves: a slip of who wrote it, more often than meant."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from specedit.edits.syntax.brackets import net
from specedit.edits.text import Change, changed_lines, indent_of
from specedit.engine.errors import AmbiguousPlace

_CLOSES = re.compile(r"\s*[)\]}]")
_ENDED = re.compile(r";\s*(?:(?:#|//).*)?$")
_FEW = 2  # lines that are reindented by a slip; more are by design
_FAR = 400  # lines within which the bracket that a line closes is looked for


def check_reindented(old: Sequence[str], new: Sequence[str]) -> None:
    """Refuse an edit that indents a line otherwise than what is around it.

    Raises:
        AmbiguousPlace: with the line and both indentations.
    """
    for i, j in lone_reindents(old, new):
        raise AmbiguousPlace(
            f"{new[j].strip()!r} is indented by {_white_space(new[j])}, and in the file (line {i + 1}) by {_white_space(old[i])}, "
            "though nothing around it moves; give it the file's indentation, or change that in an edit of its own",
            (i + 1,),
        )


def lone_reindents(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the rows before and after of lines of which the indentation alone changes, and that of no line with them.

    Not where the edit does nothing else, nor where the line that it stands below is new, changes or goes.
    """
    changes = list(changed_lines(old, new))
    pairs = [list(_same_text(old, new, change)) for change in changes]
    rows = sum(_is_code(new[j]) for _, _, j1, j2 in changes for j in range(j1, j2))
    gone = sum(_is_code(old[i]) for i1, i2, _, _ in changes for i in range(i1, i2))
    if rows == gone == sum(map(len, pairs)):
        return []
    before = _Lines(old, frozenset(row for i1, i2, _, _ in changes for row in range(i1, i2)))
    after = _Lines(new, frozenset(row for _, _, j1, j2 in changes for row in range(j1, j2)))
    lone = []
    for own, (i1, i2, j1, j2) in zip(pairs, changes, strict=True):
        times = Counter(line.lstrip() for line in (*old[i1:i2], *new[j1:j2]))
        shifts = Counter(_width(new[j]) - _width(old[i]) for i, j in own)
        for i, j in own:
            if shifts[_width(new[j]) - _width(old[i])] > 1 or shifts.total() > _FEW + shifts[0]:
                continue
            if _CLOSES.match(new[j]):
                is_slip = before.is_below_opener(i) and after.width_of_opener(j) == _width(old[i])
            else:
                is_told = times[new[j].lstrip()] == 2 and re.search(r"\w", new[j])
                is_slip = bool(is_told) and not _is_due(before, i, after, j)
            lone += [(i, j)] if is_slip and indent_of(new[j]) != indent_of(old[i]) else []
    return lone


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of one side of an edit, and the rows of those that it touches."""

    lines: Sequence[str]
    touched: frozenset[int]

    def above(self, row: int, width: int) -> int | None:
        """The row of the last line above that is indented less than so."""
        rows = (r for r in range(row - 1, -1, -1) if self.lines[r].strip())
        return next((r for r in rows if _width(self.lines[r]) < width), None)

    def is_below_opener(self, row: int) -> bool:
        """Whether a line that closes a bracket is indented as the one that opens it."""
        return self.width_of_opener(row) == _width(self.lines[row])

    def width_of_opener(self, row: int) -> int | None:
        """The indentation of the line that opens what this one closes."""
        depth = -1
        for above in range(row - 1, max(-1, row - _FAR), -1):
            depth += net(self.lines[above])
            if depth >= 0:
                return _width(self.lines[above])
        return None


def _is_due(before: _Lines, i: int, after: _Lines, j: int) -> bool:
    """Whether a line is moved since what it stands below is new, or gone."""
    width, old_width = _width(after.lines[j]), _width(before.lines[i])
    if width > old_width:
        parent = after.above(j, width)
        return (
            parent is not None
            and parent in after.touched
            and not _ENDED.search(after.lines[parent])
        )
    return before.above(i, old_width) in before.touched


def _same_text(old: Sequence[str], new: Sequence[str], change: Change) -> Iterator[tuple[int, int]]:
    """The rows of a change that hold the same but for the indentation."""
    i1, i2, j1, j2 = change
    before, after = ([line.lstrip() for line in lines] for lines in (old[i1:i2], new[j1:j2]))
    for one in Indel.opcodes(before, after):
        if one.tag == "equal":
            rows = range(one.src_end - one.src_start)
            pairs = ((i1 + one.src_start + k, j1 + one.dest_start + k) for k in rows)
            yield from (pair for pair in pairs if old[pair[0]].strip())


def _is_code(line: str) -> bool:
    return bool(line.strip())


def _width(line: str) -> int:
    return len(indent_of(line).expandtabs(4))


def _white_space(line: str) -> str:
    """An indentation as an error tells it."""
    indent = indent_of(line)
    tabs, spaces = indent.count("\t"), indent.count(" ")
    counts = ((tabs, "tab"), (spaces, "space"))
    return " and ".join(f"{n} {what}{'s' * (n > 1)}" for n, what in counts if n) or "nothing"
