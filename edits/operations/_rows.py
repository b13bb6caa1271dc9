"""Whole lines that go, and the empty ones around them."""

from specedit.edits.syntax.source import Source


def gaps(source: Source, rows: set[int]) -> set[int]:
    """Return the empty lines that are too many once these rows are gone: of those on both sides, the larger gap stays."""
    removed: set[int] = set()
    count = len(source.line_starts) - 1
    for first in (row for row in rows if row - 1 not in rows):
        last = first
        while last + 1 in rows:
            last += 1
        before, after = first, last + 1
        while before > 0 and not source.line(before - 1).strip():
            before -= 1
        while after < count and not source.line(after).strip():
            after += 1
        if before == 0:
            removed |= set(range(after)) - rows
        else:
            removed |= set(range(last + 1, last + 1 + min(first - before, after - last - 1)))
    return removed


def blank_before(source: Source, row: int) -> int:
    """Return how many empty lines stand right above a line."""
    count = 0
    while row - count > 0 and not source.line(row - count - 1).strip():
        count += 1
    return count


def blank_after(source: Source, row: int) -> int:
    """Return how many empty lines begin at a line."""
    count = 0
    while row + count < len(source.line_starts) - 1 and not source.line(row + count).strip():
        count += 1
    return count
