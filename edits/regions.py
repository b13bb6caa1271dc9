"""Which stretches of a text an edit concerns: what the target must see, and nothing more.

A change is judged or rewritten in a region of its own: the changed lines with some lines around them, or the whole
definition where it is short. So cost grows with the change, not with the file, and a file longer than the model's context
can be edited. Lines are 0-based.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from specedit.edits.syntax.source import Source
from specedit.edits.text import changed_lines, split_lines

MAX_LINES = 24  # a region grows past it only if one change is longer
_CONTEXT = 4  # lines around a change
_REACH = 8  # how far a region grows to begin, or end, with a definition


@dataclass(frozen=True, slots=True)
class Region:
    """Lines [first, last) of the text before, which lines [new_first, new_last) of the text after replace."""

    first: int
    last: int
    new_first: int
    new_last: int


def changed_regions(
    before: str,
    after: str,
    source: Source | None,
    watched: Iterable[int] = (),
    shown: Iterable[tuple[int, int]] = (),
) -> list[Region]:
    """Return the regions of what differs between two texts, and of the `watched` lines of the text before.

    `source` is the text before, if its syntax is known. `shown` are lines that the target is told of together: a
    region holds all of them or none, if they are not too many. Regions do not overlap; outside of them the texts are equal.
    """
    old, new = split_lines(before), split_lines(after)
    changes = list(changed_lines(old, new))
    # Where lines are only added or only lost, those on both sides are marked too: no region begins or ends there.
    marks = [
        (i1, i2) if i1 < i2 and j1 < j2 else (max(0, i1 - 1), min(len(old), i2 + 1))
        for i1, i2, j1, j2 in changes
    ]
    short = sorted(span for span in shown if span[1] - span[0] <= MAX_LINES)
    marks = [_with_shown(mark, short) for mark in marks]
    covered = {line for first, last in marks for line in range(first, last)}
    marks += [(line, line + 1) for line in watched if line not in covered]

    shifts = [0, *accumulate((j2 - j1) - (i2 - i1) for i1, i2, j1, j2 in changes)]

    def moved(line: int, *, end: bool) -> int:
        past = bisect_right(changes, line, key=lambda change: change[1])
        if not end and not line:
            past = 0  # what is inserted at the very beginning belongs to the first region
        return line + shifts[past]

    return [
        Region(first, last, moved(first, end=False), moved(last, end=True))
        for first, last in _grown(sorted(marks), len(old), source)
    ]


def _with_shown(mark: tuple[int, int], shown: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A mark that holds all of the spans, sorted and short, which it meets."""
    near = shown[bisect_left(shown, (mark[0] - MAX_LINES,)) : bisect_left(shown, (mark[1],))]
    met = [span for span in near if mark[0] < span[1]]
    return min([mark[0], *(a for a, _ in met)]), max([mark[1], *(b for _, b in met)])


def window(first: int, last: int, length: int, source: Source | None) -> tuple[int, int]:
    """Return lines [first, last) with context: up to the ends of the definition around, if they are near."""
    start, end = max(0, first - _CONTEXT), min(length, last + _CONTEXT)
    if source is None:
        return start, end
    room = max(MAX_LINES - (last - first), 2 * _CONTEXT)
    spans = source.definition_lines
    around = [(a, b) for a, b in spans if a <= first and last <= b]
    for a, b in sorted(around, key=lambda span: span[0] - span[1]):  # the innermost last
        if 2 * _CONTEXT <= b - a <= last - first + room:
            return a, b
    starts = [a for a, _ in spans if first - _REACH <= a <= first]
    ends = [b for _, b in spans if last <= b <= last + _REACH]
    return max(starts, default=start), min(ends, default=end)


def _grown(
    marks: Sequence[tuple[int, int]], length: int, source: Source | None
) -> list[tuple[int, int]]:
    """Windows around the marks, those that meet made one while they are short."""
    grown: list[tuple[int, int]] = []
    for mark in marks:
        first, last = window(*mark, length, source)
        if not grown or first >= grown[-1][1]:
            grown.append((first, last))
            continue
        start, ended = grown[-1]
        if mark[0] < ended or max(last, ended) - start <= MAX_LINES:
            grown[-1] = (start, max(ended, mark[1] if mark[0] < ended else last))
        else:
            grown.append((ended, last))
    return grown
