"""A stretch of a patch, and when a line of it is taken to be a line of the file."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from specedit.edits.markers import is_marker

BLANK = 0.2  # the cost of a blank line that one side lacks
TIE = 0.05  # less than any cost that counts
Same = Callable[[str], str]  # what of a line counts
_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u3000", " "),
    **dict.fromkeys("\u200b\u2060\ufeff", ""),
    "\u2026": "...",
}
_TABLE = str.maketrans(_SIGNS)


@dataclass(frozen=True, slots=True)
class PatchBlock:
    """One stretch of a patch: (tag, line), with tags as in a diff and `~` for lines that it leaves out.

    `line` is the 0-based row where it says that it begins, `line_after` the same once the patch is applied, `anchors` are lines that it says it stands behind. `at_end`:
    it says that it ends the file; `ended` whether, after it, the file's last line has an ending. `is_pair`: it is a text
    and what that becomes, so that removed and added lines are in no order that anybody gave.
    """

    lines: tuple[tuple[str, str], ...]
    line: int | None = None
    anchors: tuple[str, ...] = ()
    at_end: bool = False
    ended: bool | None = None
    is_pair: bool = False
    line_after: int | None = field(default=None, compare=False)  # a copy of a hunk has another

    @property
    def old(self) -> list[tuple[str, str]]:
        """What the file should read: shown, removed and left-out lines."""
        return [(tag, text) for tag, text in self.lines if tag != "+"]

    @property
    def new(self) -> list[str]:
        """What the file should read afterwards."""
        return [text for tag, text in self.lines if tag != "-"]

    @property
    def removed(self) -> list[str]:
        """The lines that it takes out."""
        return [text for tag, text in self.lines if tag == "-"]

    @property
    def added(self) -> list[str]:
        """The lines that it puts in."""
        return [text for tag, text in self.lines if tag == "+"]

    @property
    def seams(self) -> list[int]:
        """For each run of added lines, how many of the `old` ones stand before it."""
        seams, seen, last = [], 0, ""
        for tag, _ in self.lines:
            if tag == "+" and last != "+":
                seams.append(seen)
            seen += tag != "+"
            last = tag
        return seams

    @property
    def weight(self) -> int:
        """How many lines that are not empty it expects in the file."""
        return sum(bool(text.strip()) for tag, text in self.old if tag != "~")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A string that becomes another: where it stands, or `everywhere` that it does."""

    old: str
    new: str
    everywhere: bool = False


class Known:
    """The lines that a file has: what a patch shows, other than prose, is among them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = tuple(lines)

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(line.rstrip() for line in self._lines)

    @cached_property
    def _rows(self) -> list[str]:
        return list(map(folded, self._lines))

    @cached_property
    def _bare(self) -> frozenset[str]:
        return frozenset(self._rows)

    def exactly(self, line: str) -> bool:
        """Whether the file has this line, indentation and all."""
        return line.rstrip() in self._exact

    def has(self, line: str) -> bool:
        """Whether the file has this line, white space and signs aside."""
        return folded(line) in self._bare

    def has_together(self, lines: Sequence[str]) -> bool:
        """Whether the file has these lines one after the other, white space and signs aside."""
        folded_lines = list(map(folded, lines))
        starts = range(len(self._rows) - len(folded_lines) + 1)
        return any(self._rows[at : at + len(folded_lines)] == folded_lines for at in starts)


@dataclass(frozen=True, slots=True)
class Fit:
    """Where a block goes. `cost` is 0 where the file reads as the block does, `is_exact` where it does so to the letter.

    `rows` has one for each of the block's `old` lines, None where the file lacks it; `inserts` one for each run of added
    lines, which goes before it.
    """

    rows: tuple[int | None, ...]
    inserts: tuple[int, ...]
    cost: float = 0.0
    is_exact: bool = False

    def reaches(self, end: int) -> bool:
        """Whether it shows or changes the last of the rows before `end`, or adds some behind it."""
        return (
            max((*(row + 1 for row in self.rows if row is not None), *self.inserts), default=0)
            >= end
        )

    def lowered(self, by: int) -> "Fit":
        """Return the same so many rows further down."""
        rows = tuple(None if row is None else row + by for row in self.rows)
        return replace(self, rows=rows, inserts=tuple(row + by for row in self.inserts))


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Rows of which the block does not say which it means, and what the matter is."""

    rows: tuple[int, ...]
    reason: str

    def lowered(self, by: int) -> "Unsettled":
        """Return the same so many rows further down."""
        return replace(self, rows=tuple(row + by for row in self.rows))


def folded(line: str) -> str:
    """Return a line without what editors and models change by themselves: white space and typographic signs."""
    if not line.isascii():
        line = unicodedata.normalize("NFC", line).translate(_TABLE)
    return " ".join(line.split())


def leaves_out(line: str) -> bool:
    """Whether a line that is only shown stands for lines that are left out."""
    bare = line.strip()
    return is_marker(line) or bool(
        re.fullmatch(r"(?:\W{0,4}\s*)?(?:\.{3,}|\u2026)(?:\s*\W{0,4})?", bare)
    )


def without_sign(char: str) -> str | None:
    """Return what a typographic sign stands for, or None if it is none."""
    return _SIGNS.get(char)


LEVELS: tuple[Same, ...] = (str, str.rstrip, str.strip, folded)
