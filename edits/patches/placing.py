"""Where each block of a patch goes: where it stands, else where it nearly does; or it is applied already."""

import re
from collections.abc import Sequence

from specedit.edits.patches.anchors import leads, scopes
from specedit.edits.patches.block import LEVELS, Block, Fit, Unsettled
from specedit.edits.patches.nearly import nearly
from specedit.edits.patches.rows import Rows, short
from specedit.edits.patches.shift import Shift
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace, EditRefused

_TELLING = 3  # lines with text, some of them added, that stand nowhere by accident
_ENOUGH = 2  # lines with text that must stand together to show that others have been removed


def fits(blocks: Sequence[Block], lines: Sequence[str]) -> list[Fit | None]:
    """Return where each block goes, None for one that is applied already.

    Raises:
        EditRefused: a block is not in the file, or, as `AmbiguousPlace`, it fits in several places.
    """
    placer = _Placer(blocks, Rows(lines))
    made = [placer.fit(number) for number in range(len(blocks))]
    if None in made and any(fit is not None and fit.cost for fit in made):
        done = ", ".join(str(i + 1) for i, fit in enumerate(made) if fit is None)
        raise EditRefused(
            f"block {done} of {len(blocks)} is applied already, and another one fits only nearly; "
            "make a patch for the file as it is"
        )
    return made


class _Placer:
    def __init__(self, blocks: Sequence[Block], rows: Rows) -> None:
        self._blocks, self._rows = blocks, rows
        self._scopes = [
            scopes(b.anchors, rows.lines, rows.bare) if b.anchors else None for b in blocks
        ]
        self._standing = [self._stands(number) for number in range(len(blocks))]
        self._shift = Shift(blocks, self._standing)

    def fit(self, number: int) -> Fit | None:
        """Return where the block at index `number` goes, None if it is applied already."""
        block, standing = self._blocks[number], self._standing[number]
        if not block.weight:
            return self._blind(number)
        done = self._done(number)
        told = self._shift.chosen(number, block, standing)
        if len(standing) > 1 and len(told) == 1:
            standing = told
        if len(standing) == 1:
            return self._unless_done(number, standing[0], done)
        if block.line in done:
            return None
        if standing:
            raise self._ambiguous(number, standing)
        if len(done) == 1 and self._is_telling(block):
            return None
        near = self._nearly(number)
        if done and isinstance(near, Fit):
            raise AmbiguousPlace(
                f"{self._name(number)} seems to be applied already on line {done[0] + 1}, and nearly fits elsewhere",
                [row + 1 for row in done],
            )
        if len(done) == 1:
            return None
        if isinstance(near, Fit):
            return near
        raise self._not_there(number, near)

    def _name(self, number: int) -> str:
        return f"block {number + 1} of {len(self._blocks)}"

    def _stands(self, number: int) -> list[int]:
        """The rows where a block stands as it is, white space and signs aside."""
        block = self._blocks[number]
        if not block.weight or any(tag == "~" for tag, _ in block.old):
            return []
        return self._inside(number, self._rows.standing([text for _, text in block.old]))

    def _inside(self, number: int, rows: Sequence[int]) -> list[int]:
        """Those of the rows that are where the block's anchors lead, or at the end if it says so."""
        block, ranges, size = (
            self._blocks[number],
            self._scopes[number],
            len(self._blocks[number].old),
        )
        if block.at_end and len(rows) > 1:
            last = [row for row in rows if not any(self._rows.bare[row + size :])]
            rows = last or rows
        if ranges:
            inside = [row for row in rows if any(a < row + size and row < b for a, b in ranges)]
            return inside or [row for row in rows if row > ranges[0][0]]
        # An anchor that is not there is no reason to refuse what stands in one place only.
        return list(rows) if ranges is None or len(rows) == 1 else []

    def _done(self, number: int) -> list[int]:
        """The rows where what the block makes stands already."""
        block = self._blocks[number]
        has_news = any(re.search(r"\w", line) for line in block.added)
        if any(tag == "~" for tag, _ in block.old) or not (block.added or block.removed):
            return []
        if not has_news and (block.added or sum(map(bool, map(str.strip, block.new))) < _ENOUGH):
            return []
        bare = [[line.strip() for line in side] for side in (block.new, [x for _, x in block.old])]
        levels = (
            LEVELS[:2] if bare[0] == bare[1] else LEVELS
        )  # white space may be all that it changes
        ranges = self._scopes[number]
        rows = self._rows.standing(block.new, levels)
        return [
            r
            for r in rows
            if not ranges or any(a <= r + len(block.new) and r < b for a, b in ranges)
        ]

    def _is_telling(self, block: Block) -> bool:
        """Whether what the block makes is too much to stand in the file by accident."""
        made = sum(bool(line.strip()) for line in block.new)
        return made >= _TELLING and any(re.search(r"\w", line) for line in block.added)

    def _unless_done(self, number: int, at: int, done: Sequence[int]) -> Fit | None:
        block = self._blocks[number]
        size, made = len(block.old), len(block.new)
        if not block.removed and any(row <= at and at + size <= row + made for row in done):
            return None
        line = block.line
        if line is not None and line in done and at != line:
            raise AmbiguousPlace(
                f"{self._name(number)} is for line {at + 1}, or applied already on line {line + 1}; "
                "add lines that tell",
                [at + 1, line + 1],
            )
        return Fit(tuple(range(at, at + size)), tuple(at + seam for seam in block.seams))

    def _nearly(self, number: int) -> Fit | Unsettled | None:
        block, lines, bare = self._blocks[number], self._rows.lines, self._rows.bare
        if self._scopes[number] == []:
            return None
        if not self._scopes[number]:
            near = nearly(block, lines, bare)
            if isinstance(near, Unsettled) and block.line is not None:
                return self._near_number(block, block.line) or near
            return near
        each = [(a, nearly(block, lines[a:b], bare[a:b])) for a, b in self._scopes[number] or ()]
        found = [near.lowered(by) for by, near in each if near is not None]
        if len(found) > 1:
            return Unsettled(tuple(f.rows[0] or 0 for f in found), "behind several such lines")
        return found[0] if found else None

    def _near_number(self, block: Block, line: int) -> Fit | None:
        """Where a block goes that begins just at its number, if the others leave that open."""
        first, last = max(0, line), line + 2 * len(block.old)
        near = nearly(block, self._rows.lines[first:last], self._rows.bare[first:last])
        begins = isinstance(near, Fit) and near.rows[0] == 0
        return near.lowered(first) if isinstance(near, Fit) and begins else None

    def _blind(self, number: int) -> Fit | None:
        """Where lines go that are shown beside none of the file's."""
        block, lines = self._blocks[number], self._rows.lines
        if not any(self._rows.bare):
            return Fit(tuple(None for _ in block.old), tuple(0 for _ in block.seams))
        at = self._behind_anchor(number) if block.anchors else None
        if at is None and block.at_end and not block.old:
            at = len(lines)
        by_number = at is None and block.line is not None and self._shift.is_none
        if by_number and block.line is not None:
            there = lines[block.line : block.line + len(block.old)]
            at = block.line if not any(map(str.strip, there)) else None
        if at is None or at > len(lines) or (block.old and not by_number):
            raise EditRefused(
                f"{self._name(number)} shows no line of the file; add what it stands after"
            )
        if block.added and lines[at : at + len(block.added)] == block.added:
            return None
        if at == len(lines) and lines[at - len(block.added) :] == block.added:
            return None
        return Fit(tuple(range(at, at + len(block.old))), tuple(at + seam for seam in block.seams))

    def _behind_anchor(self, number: int) -> int:
        """The row behind the line that an addition names."""
        block, lines, bare = self._blocks[number], self._rows.lines, self._rows.bare
        heads = [first for first, _ in self._scopes[number] or ()]
        anchor = block.anchors[-1]
        if len(heads) != 1:
            raise self._anchor_refused(number, heads)
        head = heads[0]
        full = [line for line in block.added if line.strip()]
        depth = min((len(indent_of(line)) for line in full), default=0)
        deeper = depth > len(indent_of(lines[head]))
        text = bare[head]
        if any(text.count(a) > text.count(b) for a, b in ("()", "[]")) or deeper != leads(
            head, lines, bare
        ):
            raise EditRefused(
                f"{self._name(number)}: whether it goes right behind line {head + 1}, {short(anchor)!r}, its indentation does "
                "not say; add the lines that it stands between"
            )
        return head + 2 if bare[head + 1 : head + 2] == ["{"] else head + 1

    def _anchor_refused(self, number: int, heads: Sequence[int]) -> EditRefused:
        anchor = self._blocks[number].anchors[-1]
        if heads:
            rows = [row + 1 for row in heads]
            return AmbiguousPlace(
                f"{self._name(number)} is to stand behind {short(anchor)!r}, which is on lines {_listed(heads)}",
                rows,
            )
        return EditRefused(
            f"{self._name(number)}: no line reads {short(anchor)!r}; nearest: {self._rows.nearest(anchor)}"
        )

    def _ambiguous(self, number: int, rows: Sequence[int]) -> AmbiguousPlace:
        return AmbiguousPlace(
            f"{self._name(number)} fits on lines {_listed(rows)}; add a line that tells them apart",
            [row + 1 for row in rows],
        )

    def _not_there(self, number: int, near: Unsettled | None) -> EditRefused:
        block, name = self._blocks[number], self._name(number)
        if near is not None:
            return AmbiguousPlace(
                f"{name} is not in the file as it stands, and could go to lines {_listed(near.rows)} ({near.reason}); "
                "show the lines around it as they are",
                [row + 1 for row in near.rows],
            )
        if self._scopes[number] == []:
            return self._anchor_refused(number, [])
        from_file = [line for line in block.removed if line.strip()]
        gone = next((line for line in from_file if not self._rows.standing([line])), None)
        if gone is not None:
            return EditRefused(
                f"{name} removes {short(gone.strip())!r}, which is not in the file; nearest: {self._rows.nearest(gone)}"
            )
        shown = [text for tag, text in block.old if text.strip() and tag != "~"]
        odd = next((text for text in shown if not self._rows.standing([text])), shown[0])
        return EditRefused(f"{name} is not in the file; nearest: {self._rows.nearest(odd)}")


def _listed(rows: Sequence[int], most: int = 8) -> str:
    """Line numbers for a message."""
    return ", ".join(str(row + 1) for row in rows[:most]) + (", \u2026" if len(rows) > most else "")
