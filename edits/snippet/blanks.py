"""Blank lines beside the markers of a lazy snippet: those that set a marker apart, and those that tell of the file.

Many write one around each marker; it says nothing. Where not every marker has one, or it has more, they are the file's: a
line that is shown with a blank one above it does not follow code directly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from specedit.edits.snippet.alignment import Alignment, Snippet, parts
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.heads import head_of

_MOST = 2  # blank lines that set a marker apart


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many blank lines stand between a row of a snippet and the marker above it, or below it.

    `usual` is how many every marker is set apart by.
    """

    above: Mapping[int, int] = field(default_factory=dict)
    below: Mapping[int, int] = field(default_factory=dict)
    usual: int = 0


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A snippet line that has `shown` blank lines beside it where the file has fewer; `other` is the file's line there."""

    line: int
    other: int
    shown: int


def usual_gap(given: SnippetLines) -> int:
    """Return how many blank lines set every marker apart from code: one, or none."""
    kept = [s for s in range(len(given.lines)) if not _is_edge(given.lines, s)]
    gaps = [b - a - 1 for a, b in pairwise(kept) if None in (given.lines[a], given.lines[b])]
    return min(1, *gaps) if gaps else 0


def without_edges(given: SnippetLines, usual: int) -> tuple[SnippetLines, Gaps]:
    """Return a snippet without the blank lines beside its markers, and how many they were.

    So many that they are the file's own are left, but for the `usual` ones.
    """
    lines = given.lines
    kept = [s for s in range(len(lines)) if not _is_edge(lines, s)]
    for a, b in list(pairwise(kept)):
        if b - a - 1 > _MOST + usual:
            kept += range(a + 1, b - usual)
    kept.sort()
    at = {s: i for i, s in enumerate(kept)}
    beside = [
        (a, b, b - a - 1)
        for a, b in pairwise(kept)
        if b > a + 1 and (lines[a] is None) != (lines[b] is None)
    ]
    gaps = Gaps(
        {at[b]: gap for a, b, gap in beside if lines[a] is None},
        {at[a]: gap for a, b, gap in beside if lines[b] is None},
        usual,
    )
    shown = SnippetLines(
        tuple(lines[s] for s in kept),
        tuple(given.indents[s] for s in kept),
        tuple(given.rows[s] for s in kept),
    )
    return shown, gaps


def _is_edge(lines: Sequence[str | None], s: int) -> bool:
    """Whether a line is blank, and between it and a marker there are only blank lines."""
    line = lines[s]
    if line is None or line.strip():
        return False
    above = next((x for x in reversed(lines[:s]) if x is None or x.strip()), "")
    below = next((x for x in lines[s:] if x is None or x.strip()), "")
    return above is None or below is None


def apart(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], gaps: Gaps, origins: Sequence[int]
) -> Alignment:
    """Return the alignment with new lines that the snippet sets apart on both sides so in the file too.

    The blank lines that the file has there stay beyond them, those that are shown between them and code are new.
    """
    pairs, reached = list(alignment.pairs), list(alignment.reached)
    for start, end in parts(snippet):
        shown = [s for s in range(start, end) if pairs[s] >= 0 and (snippet.lines[s] or "").strip()]
        if not shown:
            continue
        first, last = shown[0], shown[-1]
        at = reached[start - 1] if start else alignment.begin
        j = pairs[first]
        if (
            gaps.above.get(origins[start])
            and first > start
            and not (snippet.lines[first - 1] or "").strip()
            and not "".join(lines[at:j]).strip()
        ):
            pairs[start:first] = [-1] * (first - start)
            reached[max(0, start - 1) : first] = [j] * (first - max(0, start - 1))
        if (
            gaps.below.get(origins[end - 1])
            and last + 1 < end
            and not (snippet.lines[last + 1] or "").strip()
            and not "".join(lines[pairs[last] + 1 : reached[end - 1]]).strip()
        ):
            j = pairs[last] + 1
            pairs[last + 1 : end] = [-1] * (end - last - 1)
            reached[last:end] = [j] * (end - last)
    return replace(alignment, pairs=tuple(pairs), reached=tuple(reached))


def mismatches(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], gaps: Gaps, origins: Sequence[int]
) -> Iterator[Mismatch]:
    """Return the lines beside a marker with more blank lines between than the file has there."""
    for start, end in parts(snippet):
        before = alignment.reached[start - 1] if start else alignment.begin
        if is_appended(alignment, start, end, lines):
            continue  # nothing of the file can be meant to go
        edges = (
            (start, gaps.above, range(before - 1, -1, -1), range(before, len(lines))),
            (
                end - 1,
                gaps.below,
                range(alignment.reached[end - 1], len(lines)),
                range(alignment.reached[end - 1] - 1, -1, -1),
            ),
        )
        for s, shown, outward, inward in edges:
            number = shown.get(origins[s], 0) - gaps.usual
            own = _blanks(lines, outward)
            beyond = list(outward)[own:]
            if alignment.pairs[s] < 0:
                own += _blanks(lines, inward)
            if number > own and beyond and not (own == 0 and head_of(snippet.lines[s] or "")):
                yield Mismatch(s, beyond[0], number)


def is_appended(alignment: Alignment, start: int, end: int, lines: Sequence[str]) -> bool:
    """Return whether a part of a snippet is new, and stands behind all that a file has."""
    before = alignment.reached[start - 1] if start else alignment.begin
    is_new = all(pair < 0 for pair in alignment.pairs[start:end])
    return is_new and start > 0 and not "".join(lines[before:]).strip()


def _blanks(lines: Sequence[str], rows: range) -> int:
    return next((i for i, row in enumerate(rows) if lines[row].strip()), len(rows))
