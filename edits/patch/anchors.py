"""What a patch means by lines that a block stands behind: `@@ class B`, then `@@ def go`."""

import re
from collections.abc import Sequence

from specedit.edits.patch.block import folded
from specedit.edits.text import indent_of

Scope = tuple[int, int]  # rows [first, last)
_CLOSING = re.compile(r"[)\]}{]|end\b")


def scopes(anchors: Sequence[str], lines: Sequence[str], bare: Sequence[str]) -> list[Scope]:
    """Return the rows that the last anchor leads, with it, once for each place where all are found in order."""
    heads: list[int] | None = None
    for anchor in anchors:
        rows = _rows(anchor, bare)
        if heads is None:
            heads = rows
        else:  # the first one below each of those before
            below = [next((row for row in rows if row > head), None) for head in heads]
            heads = sorted({row for row in below if row is not None})
    return [(head, _end(head, lines, bare)) for head in heads or ()]


def leads(row: int, lines: Sequence[str], bare: Sequence[str]) -> bool:
    """Whether deeper lines follow a row: it is the head of a scope."""
    below = next((at for at in range(row + 1, len(lines)) if bare[at] and bare[at] != "{"), None)
    return below is not None and len(indent_of(lines[below])) > len(indent_of(lines[row]))


def _rows(anchor: str, bare: Sequence[str]) -> list[int]:
    """The rows that read like an anchor, else those that it is a part of, parameters and colon aside."""
    whole = folded(anchor)
    rows = [row for row, line in enumerate(bare) if line == whole]
    part = whole.rstrip(" :;,.({[)]}")
    if rows or not part:
        return rows
    pattern = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)")
    return [row for row, line in enumerate(bare) if pattern.search(line)]


def _end(head: int, lines: Sequence[str], bare: Sequence[str]) -> int:
    if not leads(head, lines, bare):
        return len(lines)
    depth = len(indent_of(lines[head]))
    for row in range(head + 1, len(lines)):
        is_out = bare[row] and len(indent_of(lines[row])) <= depth
        if is_out and not _CLOSING.match(bare[row]):
            return row
    return len(lines)
