"""Whether a block is applied already: what it makes stands in the file."""

import re
from dataclasses import dataclass

from specedit.edits.patch.block import LEVELS, PatchBlock, folded
from specedit.edits.patch.search import Search

_TELLING = 3  # lines with text, some of them added, that stand nowhere by accident
_ENOUGH = 2  # lines with text that must stand together to show that others have been removed


@dataclass(frozen=True, slots=True)
class Done:
    """The rows where what a block makes stands, by which level, and whether that is no accident."""

    rows: tuple[int, ...] = ()
    level: int = 0
    is_telling: bool = False


def done(search: Search) -> Done:
    """Return where what a block makes stands already."""
    block = search.block
    has_news = any(re.search(r"\w", line) for line in block.added)
    made = sum(bool(line.strip()) for line in block.new)
    if any(tag == "~" for tag, _ in block.old):
        return Done()
    if not has_news and (block.added or made < _ENOUGH):
        return Done()
    old, new = ([x.strip() for x in side] for side in ([x for _, x in block.old], block.new))
    # White space may be all that the block changes.
    stands = search.rows.standing(block.new, LEVELS[:1] if old == new else LEVELS)
    rows = [row for row in stands.rows if search.is_inside(row, len(new))]
    rows = [row for row in rows if has_news or not _remains(block, search, row)]
    return Done(tuple(rows), stands.level, len(rows) == 1 and has_news and made >= _TELLING)


def is_added_at(block: PatchBlock, row: int, made: Done) -> bool:
    """Whether the lines that a block only adds stand already beside those that it shows, which stand at `row`."""
    size = len(block.old)
    return not block.removed and any(
        at <= row and row + size <= at + len(block.new) for at in made.rows
    )


def _remains(block: PatchBlock, search: Search, row: int) -> bool:
    """Whether most of the lines that the block removes still stand near a row: their removal is not done."""
    size = len(block.removed)
    there = search.rows.bare[max(0, row - size) : row + len(block.new) + size]
    telling = [line for line in block.removed if re.search(r"\w", line)]
    return 2 * sum(folded(line) in there for line in telling) > len(telling)
