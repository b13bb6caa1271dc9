"""Lines that a snippet shows inside of other lines than the file does: then they are no lines of the file."""

from collections.abc import Sequence

from specedit.edits.snippet.alignment import Alignment, is_closer, parts, width_of
from specedit.edits.snippet.shape import Shaped
from specedit.edits.syntax.heads import head_of
from specedit.engine.errors import AmbiguousPlace


def check_parents(shaped: Shaped, alignment: Alignment) -> None:
    """Refuse a part in which a line of the file comes to stand inside of another one, and what it stood in goes.

    Raises:
        AmbiguousPlace: that is so: the line may be new, and happen to read like one of the file.
    """
    pairs, lines = alignment.pairs, shaped.lines
    kept = set(pairs)
    for start, end in parts(shaped.snippet):
        shown = [line or "" for line in shaped.snippet.lines[start:end]]
        for s, row in enumerate(pairs[start:end]):
            above = _parent(shown, s) if row >= 0 and shown[s] == lines[row] else None
            own = _parent(lines, row) if above is not None else None
            if above is None or own is None or own in kept:
                continue
            other = pairs[start + above]
            if 0 <= other < own and shown[above] == lines[other]:
                here, there = shaped.starts[row] + 1, shaped.starts[own] + 1
                raise AmbiguousPlace(
                    f"{shown[s].strip()!r} may be line {here}, so that line {there}, {lines[own].strip()!r}, goes, or be new; "
                    "show a line more of what is around it",
                    (here, there),
                )


def _parent(lines: Sequence[str], row: int) -> int | None:
    """The row of the line that another one stands in, as indentation tells."""
    width = width_of(lines[row])
    if not lines[row].strip() or not width:
        return None
    above = (r for r in range(row - 1, -1, -1) if lines[r].strip())
    return next((r for r in above if width_of(lines[r]) < width), None)


def is_end_of_shown(shaped: Shaped, alignment: Alignment, rows: Sequence[int]) -> bool:
    """Return whether the one of these rows of a snippet is the bracket that ends what one before it, which is shown, begins."""
    shown, lines = shaped.snippet.lines, shaped.lines
    if len(rows) != 1 or not is_closer(shown[rows[0]] or ""):
        return False
    s, width = rows[0], width_of(shown[rows[0]] or "")
    above = ((t, shown[t] or "") for t in range(s - 1, -1, -1))
    heads = (t for t, x in above if x.strip() and x not in shaped.whole and width_of(x) <= width)
    head = next(heads, None)
    if head is None or alignment.pairs[head] < 0 or width_of(shown[head] or "") != width:
        return False
    first, text = alignment.pairs[head], shown[head] or ""
    if text.strip() != lines[first].strip() and head_of(text) is None:
        return False
    outer = width_of(lines[first])
    below = (r for r in range(first + 1, len(lines)) if lines[r].strip())
    end = next((r for r in below if width_of(lines[r]) <= outer and not _goes_on(lines[r])), None)
    return end == alignment.pairs[s]


def _goes_on(line: str) -> bool:
    """Whether a line as deep as a head goes on with it: a label, or a brace of its own."""
    return line.strip() == "{" or line.rstrip().endswith(":")
