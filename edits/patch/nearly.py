"""Where a block goes that is not in the file as it stands: with shown lines that have drifted, or are missing.

The cheapest alignment is trusted only where every alignment that is about as cheap changes the same rows.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from specedit.edits.patch.block import BLANK, TIE, Fit, PatchBlock, Unsettled
from specedit.edits.text import indent_of

if TYPE_CHECKING:
    from specedit.edits.patch.alignment import BlockAlignments

_SHARE = 1 / 3  # the cost allowed for each of a block's lines
_MARGIN = 0.35  # by how much other places must cost more
_CONTEXT = 3  # lines that tools show on both sides of a change
_MOST_CELLS = 5_000_000

Rows = Sequence[int | None]


def nearly(
    block: PatchBlock, lines: Sequence[str], bare: Sequence[str], taken: Collection[int] = ()
) -> Fit | Unsettled | None:
    """Return where a block goes in `lines`, whose folded text is `bare`; None if it is not there, nor nearly.

    Rows that are `taken` it does not take out.
    """
    if not bare or not block.weight or len(bare) * len(block.old) > _MOST_CELLS:
        return None
    from specedit.edits.patch.alignment import BlockAlignments  # with numpy, for this alone

    alignment = BlockAlignments(block, lines, bare, taken)
    if not alignment.cost <= _SHARE * block.weight + BLANK * len(block.old):
        return None
    rows = alignment.rows()
    doubt = _elsewhere(block, alignment) or _torn(block, rows) or _unordered(block, rows, bare)
    if doubt is not None:
        return doubt
    inserts = []
    for seam in block.seams:
        at = _seam(block, seam, alignment, rows, bare)
        if isinstance(at, Unsettled):
            return at
        inserts.append(at)
    return Fit(tuple(rows), tuple(inserts), alignment.cost)


def _elsewhere(block: PatchBlock, alignment: "BlockAlignments") -> Unsettled | None:
    """Removed lines that could as well be others."""
    for i, (tag, text) in enumerate(block.old):
        if tag == "-" and text.strip():
            rows = alignment.rows_of(i, _MARGIN)
            if len(rows) > 1:
                return Unsettled(tuple(rows), "about as well")
    return None


def _torn(block: PatchBlock, rows: Rows) -> Unsettled | None:
    """Removed lines that stand together in the block, and not in the file."""
    at, last, i = -1, "", 0
    for tag, _ in block.lines:
        if tag != "+":
            row = rows[i]
            i += 1
            if tag == "-" and row is not None:
                if last == "-" and row != at + 1:
                    return Unsettled((at, row), "with lines between that it does not show")
                at = row
        last = "-" if tag == "-" or (tag == "+" and last == "-") else tag
    return None


def _unordered(block: PatchBlock, rows: Rows, bare: Sequence[str]) -> Unsettled | None:
    """Lines that a pair of texts lacks beside a change: they could stand before, after or among the new ones.

    They do not where the line next to them seems to have become the new line next to them.
    """
    removed: list[str] = []
    new: list[str] = []
    i = 0
    for tag, text in [*block.lines, (" ", "")] if block.is_pair else ():
        if tag == "+":
            new.append(text)
            continue
        if tag == "-":
            removed.append(text)
        else:
            first, at = i - len(removed), rows[i - len(removed)] if removed else None
            above = (
                new and removed and _is_gap(first, rows, bare) and not _became(removed[0], new, 0)
            )
            below = new and removed and _is_gap(i, rows, bare) and not _became(removed[-1], new, -1)
            if above or below:
                return Unsettled((at or 0,), "beside lines that it does not show")
            removed, new = [], []
        i += 1
    return None


def _is_gap(seam: int, rows: Rows, bare: Sequence[str]) -> bool:
    """Whether the file has lines with text between two of the block's."""
    if not 0 < seam < len(rows):
        return False
    above, below = rows[seam - 1], rows[seam]
    return above is not None and below is not None and any(bare[above + 1 : below])


def _became(old: str, new: Sequence[str], at: int) -> bool:
    """Whether the new line at an index is indented as an old one is, or none is more like it."""
    if new[at].strip() and indent_of(new[at]) == indent_of(old):
        return True
    likeness = [fuzz.ratio(old.strip(), line.strip()) for line in new]
    return likeness[at] >= max(likeness)


def _seam(
    block: PatchBlock, seam: int, alignment: "BlockAlignments", rows: Rows, bare: Sequence[str]
) -> int | Unsettled:
    """The row before which the lines go that are added behind so many old ones."""
    where = alignment.seams(seam, _MARGIN)
    if any(bare[where[0] : where[-1]]):
        return Unsettled(tuple(where), "beside lines that it does not show")
    where = alignment.seams(seam, TIE)  # the choice is among blank lines
    if len(where) == 1:
        return where[0]
    above = seam == 0 or bool(block.old[seam - 1][1].strip())
    below = seam == len(block.old) or bool(block.old[seam][1].strip())
    if above != below:  # next to the line that it is shown next to
        return where[0] if above else where[-1]
    balanced = [row for row in where if _is_balanced(block, seam, row, rows)]
    return balanced[0] if len(balanced) == 1 else Unsettled(tuple(where), "between blank lines")


def _is_balanced(block: PatchBlock, seam: int, row: int, rows: Rows) -> bool:
    """Whether a block with one change, before `row`, has as many lines on both sides of it as tools show.

    Blank lines that it lacks or has too many beside its change are then on the side that needs them.
    """
    tags = "".join(tag for tag, _ in block.lines).strip(" ")
    placed = [at for at in rows if at is not None]
    added = block.added
    is_open = block.is_pair and not (added[0].strip() and added[-1].strip())
    if " " in tags or "~" in tags or not placed or is_open:
        return False
    removals = tags.count("-")
    first, last = (row, row) if not removals else (rows[seam - removals], rows[seam - 1])
    if first is None or last is None:
        return False
    end = max(row, last + 1) if removals else row
    return min(row, first) - placed[0] == placed[-1] + 1 - end == _CONTEXT
