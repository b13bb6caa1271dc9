"""A line that stands alone between two markers of a lazy snippet: what it is another version of tells where it goes.

Nothing beside it does, so that it cannot be meant to be added.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from specedit.edits.snippet.alignment import width_of
from specedit.edits.snippet.edges import extends
from specedit.edits.snippet.match import File, match
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.brackets import is_balanced
from specedit.edits.syntax.heads import head_of
from specedit.edits.syntax.statements import is_comment, key_of

_WORD = re.compile(r"[^\W\d]\w*")
_OPERATOR = re.compile(r"[^=:]*?(?P<operator>[-+*/|&]?=|:=|:)")
_FEW = 3  # words that two lines share by chance
_SAME = 80.0  # of 100: a line and what it becomes
_NEXT = 15.0  # by how much any other line must be less like it


def lone_lines(given: SnippetLines, file: File) -> dict[int, int]:
    """Return the rows of lines that stand alone between markers, and those of the file that they take the place of."""
    shown = match(given, file)
    rows: dict[int, int] = {}
    for row in _alone(given.lines):
        around = [one for one in shown if one.block.head < row < one.block.last]
        if any(one.target is None for one in around):
            continue
        target = around[-1].target if around else None
        first, last = (target.head, target.last) if target else (0, len(file.lines))
        line, parent = given.lines[row] or "", _parent(given.lines, row)
        like = [j for j in range(first, last) if _may_be(line, file.lines[j])]
        like = [j for j in like if _is_inside(parent, file.lines, j)]
        if len(like) == 1 and (key_of(line) or _is_far_best(line, like[0], file, first, last)):
            rows[row] = like[0]
    return rows


def _alone(lines: Sequence[str | None]) -> Iterator[int]:
    """The rows of the lines between two markers that stand there alone but for blank ones."""
    markers = [row for row, line in enumerate(lines) if line is None]
    for above, below in pairwise(markers):
        rows = [row for row in range(above + 1, below) if (lines[row] or "").strip()]
        if len(rows) == 1:
            yield rows[0]


def _parent(lines: Sequence[str | None], row: int) -> str | None:
    """The line that what stands in a row is inside of, None where none is shown."""
    width = width_of(lines[row] or "")
    above = (line for line in reversed(lines[:row]) if line is not None and line.strip())
    return next((line for line in above if width_of(line) < width), None)


def _is_inside(shown: str | None, lines: Sequence[str], row: int) -> bool:
    """Whether a line of the file stands in the one that the snippet shows around its own, if it shows one."""
    if shown is None:
        return True
    head, width = head_of(shown), width_of(lines[row])
    for above in range(row - 1, -1, -1):
        if lines[above].strip() and width_of(lines[above]) < width:
            width = width_of(lines[above])
            own = lines[above]
            if shown.strip() == own.strip() or (head is not None and head == head_of(own)):
                return True
    return False


def _may_be(new: str, old: str) -> bool:
    """Whether a line is a version of another one, as far as the two tell."""
    if new.strip() == old.strip() or width_of(new) != width_of(old):
        return False
    if (
        is_comment(new)
        or head_of(new)
        or head_of(old)
        or not (is_balanced(new) and is_balanced(old))
    ):
        return False
    key = key_of(new)
    if key is not None or key_of(old) is not None:
        return key == key_of(old) and _has_same_form(new, old, key or "")
    words = _WORD.findall(old)
    if len(words) < _FEW or _WORD.findall(new)[:1] != words[:1]:
        return False
    return extends(new, old) or extends(old, new) or fuzz.ratio(new, old) >= _SAME


def _has_same_form(new: str, old: str, key: str) -> bool:
    """Whether two lines give a name its value in the same way, and the new value is not made of the old one."""
    forms = [_OPERATOR.match(line) for line in (new, old)]
    if forms[0] is None or forms[1] is None or forms[0]["operator"] != forms[1]["operator"]:
        return False
    before = [text[: text.index(key)].split() for text in (new, old)]
    return before[0] == before[1] and new.count(key) <= old.count(key)


def _is_far_best(new: str, row: int, file: File, first: int, last: int) -> bool:
    """Whether none of the lines [first, last) but one reads nearly as much like it."""
    ratios = {j: fuzz.ratio(new.strip(), file.lines[j].strip()) for j in range(first, last)}
    return ratios.pop(row) - max(ratios.values(), default=0.0) >= _NEXT
