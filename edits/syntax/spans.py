"""Where nodes of some types stand, told without making nodes of the tree."""

from bisect import bisect_right
from collections.abc import Iterable

from specedit.edits.syntax.language import Language, spans_of, starts
from specedit.edits.syntax.tree import Node


def starts_within(
    root: Node, types: Iterable[str], around: Iterable[str], language: Language
) -> list[int]:
    """Return the bytes, in order, at which those nodes of some types begin that stand in a node of the types `around`."""
    holders = _outermost(spans_of(root, around, language))
    if not holders:
        return []
    ends, begins = [end for _, end in holders], starts(root, types, language)
    nearest = ((start, bisect_right(ends, start)) for start in begins)
    return [start for start, i in nearest if i < len(holders) and holders[i][0] <= start]


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that stand in no other, in order; of two spans one holds the other, or they do not touch."""
    outer: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not outer or outer[-1][1] <= start:
            outer.append((start, end))
    return outer
