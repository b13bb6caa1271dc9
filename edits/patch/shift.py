"""The line numbers of a patch, and how far they can be trusted.

Numbers that models write are often wrong, those of tools are off by what was edited above. They count where blocks that
need none show by how much they are off.
"""

from collections.abc import Sequence

from specedit.edits.patch.block import PatchBlock
from specedit.edits.patch.rows import Standing

_FAR = 10  # rows by which numbers are seldom off
_NEAR = 2  # rows by which they are where a shown line is missing, or was miscounted
_ENOUGH = (
    2  # lines with text that a block must show for its own number to choose among equal places
)


class Shift:
    """By how many rows each of the numbers of a patch is off, as far as its blocks show."""

    def __init__(self, blocks: Sequence[PatchBlock], standing: Sequence[Standing]) -> None:
        self._known = [
            (i, stands.rows[0] - block.line)
            for i, (block, stands) in enumerate(zip(blocks, standing, strict=True))
            if block.line is not None and len(stands.rows) == 1
        ]

    @property
    def is_none(self) -> bool:
        """Whether blocks show that the numbers are right."""
        return bool(self._known) and all(by == 0 for _, by in self._known)

    def chosen(self, number: int, block: PatchBlock, rows: Sequence[int]) -> list[int]:
        """Return those of equally good rows that the number of a block, the one at index `number`, tells."""
        if block.line is None:
            return []
        if (
            block.weight < _ENOUGH
        ):  # a number that is off may hit a line like the one meant, if they are near
            apart = min((abs(row - block.line) for row in rows if row != block.line), default=_FAR)
            return [row for row in rows if row == block.line and (self.is_none or apart >= _FAR)]
        before = [by for i, by in self._known if i < number]
        after = [by for i, by in self._known if i > number]
        off = (before[-1:] or after[:1] or [0])[0]
        starts = {block.line, block.line + off}
        exact = [row for row in rows if row in starts]
        if exact:
            return exact
        near = [row for row in rows if abs(row - block.line) <= _NEAR]
        far = all(abs(row - block.line) >= _FAR for row in rows if row not in near)
        return near if len(near) == 1 and far else []
