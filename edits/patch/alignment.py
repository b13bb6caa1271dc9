"""Alignments of a block's lines with a file's, by dynamic programming forwards and backwards.

What costs: a shown line that reads a little otherwise, a shown line that the file lacks, a line of the file that the block
lacks; blank ones hardly anything. A removed line must be there. Lines that the block says it leaves out cost nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from specedit.edits.patch.anchors import leads
from specedit.edits.patch.block import BLANK, TIE, PatchBlock, folded
from specedit.edits.text import indent_of

_LACKING = 1.0  # the cost of a line with text that one side lacks
_THERE = 2.0  # the cost of a shown line that is to be lacking, and stands once in the file
_LEAST = 70.0  # the likeness, of 100, that a shown line must have to its line of the file
_UNLIKE = 2.0  # the cost of a line of no likeness, in proportion
_OTHERWISE = 0.4  # the cost of a shown line that reads otherwise at all
_INDENTED = 0.7  # the cost of a line that is indented as the block's others show it is not
_DEEP = 1 << 30

Costs = NDArray[np.float64]


class BlockAlignments:
    """All alignments of one block with a file's lines, whose folded text is `bare`, but for those that take out `taken` rows."""

    def __init__(
        self,
        block: PatchBlock,
        lines: Sequence[str],
        bare: Sequence[str],
        taken: Collection[int] = (),
    ) -> None:
        self._taken = sorted(taken)
        self._lines, self._bare, self._old = lines, bare, block.old
        self._levels = self._indentations()
        # Blank lines are in every scope.
        depths = [len(indent_of(line)) if line.strip() else _DEEP for line in lines]
        self._depths = np.array(depths, np.int64)
        self._shallow: dict[int, NDArray[np.int64]] = {}  # rows that are indented by less
        self._gaps = np.array([_LACKING if x else BLANK for x in bare], np.float64)
        self._upto = np.concatenate(([0], np.cumsum(self._gaps))).astype(np.float64)
        self._match = [self._matches(tag, text) for tag, text in self._old]
        self._skip = [self._skips(tag, text) for tag, text in self._old]
        self._ahead = self._forwards()
        self._behind = self._backwards()
        self.cost = float(self._ahead[-1].min())  # of the cheapest one

    def rows(self) -> list[int | None]:
        """Return the row of each of the block's old lines in the cheapest alignment, None where the file lacks it."""
        return self._trace(int(self._ahead[-1].argmin()))

    def rows_of(self, i: int, margin: float) -> list[int]:
        """Return the rows of the old line at an index in all alignments that cost at most `margin` more."""
        cost = self._ahead[i][:-1] + self._match[i] + self._behind[i + 1][1:]
        return [int(row) for row in np.flatnonzero(cost <= self.cost + margin)]

    def seams(self, i: int, margin: float) -> list[int]:
        """Return the rows before which the first `i` old lines can end, and the others begin, in those alignments."""
        cost = self._ahead[i] + self._behind[i]
        return [int(row) for row in np.flatnonzero(cost <= self.cost + margin)]

    def _indentations(self) -> dict[str, str]:
        """For each indentation of the block the file's, by the lines that stand only once in it."""
        rows: dict[str, list[int]] = {}
        for row, bare in enumerate(self._bare):
            rows.setdefault(bare, []).append(row)
        seen: dict[str, Counter[str]] = {}
        for _, text in self._old:
            where = rows.get(folded(text), ())
            if len(where) == 1 and text.strip():
                there = indent_of(self._lines[where[0]])
                seen.setdefault(indent_of(text), Counter())[there] += 1
        return {own: counts.most_common(1)[0][0] for own, counts in seen.items()}

    def _misplacement(self, own: str, there: str) -> float:
        """What it costs that a line that is indented by `own` in the block is so in the file."""
        if own in self._levels:
            return 0.0 if there == self._levels[own] else _INDENTED
        shifts = {len(line) - len(indent) for indent, line in self._levels.items()}
        if len(shifts) == 1:
            return 0.0 if len(there) - len(own) in shifts else _INDENTED
        return 0.0 if there == own else TIE

    def _matches(self, tag: str, text: str) -> Costs:
        """What it costs to take each row for this line."""
        bare = folded(text)
        if tag == "~":
            return np.full(len(self._bare), np.inf, np.float64)
        same = np.array([0.0 if row == bare else np.inf for row in self._bare], np.float64)
        if not bare:
            return same
        own = indent_of(text)
        for row in map(int, np.flatnonzero(same == 0)):
            same[row] = self._misplacement(own, indent_of(self._lines[row]))
        if tag == "-":
            same[self._taken] = np.inf
        if tag == "-" or np.isfinite(same).any():  # a line that the file has is no other one
            return same
        likeness = process.cdist(
            [bare], self._bare, scorer=fuzz.ratio, score_cutoff=_LEAST, dtype=np.float64
        )[0]
        cost = np.where(likeness > 0, _OTHERWISE + _UNLIKE * (1 - likeness / 100), np.inf)
        return np.minimum(same, cost).astype(np.float64)

    def _skips(self, tag: str, text: str) -> float:
        """What it costs that the file lacks this line."""
        if tag == "-" and text.strip():
            return np.inf
        # Behind left-out lines a line may be out of reach.
        is_whole = all(tag != "~" for tag, _ in self._old)
        if is_whole and re.search(r"\w", text) and self._bare.count(folded(text)) == 1:
            return _THERE
        return _LACKING if text.strip() else BLANK

    def _may_skip_rows(self, i: int) -> bool:
        """Whether rows may be passed over once i lines are placed: inside the block, but beside no left-out lines."""
        return 0 < i < len(self._old) and "~" not in (self._old[i - 1][0], self._old[i][0])

    def _forwards(self) -> list[Costs]:
        costs = [np.zeros(len(self._bare) + 1, np.float64)]
        for i, (tag, _) in enumerate(self._old):
            here = costs[-1]
            if tag == "~":
                costs.append(self._left_out(i, here))
                continue
            after = here + self._skip[i]
            np.minimum(after[1:], here[:-1] + self._match[i], out=after[1:])
            if self._may_skip_rows(i + 1):
                after = np.minimum.accumulate(after - self._upto) + self._upto
            costs.append(after.astype(np.float64))
        return costs

    def _backwards(self) -> list[Costs]:
        costs = [np.zeros(len(self._bare) + 1, np.float64)]
        for i in range(len(self._old) - 1, -1, -1):
            here = costs[-1]
            if self._old[i][0] == "~":
                costs.append(self._left_out_backwards(i, here))
                continue
            before = here + self._skip[i]
            np.minimum(before[:-1], here[1:] + self._match[i], out=before[:-1])
            if self._may_skip_rows(i):
                run = np.minimum.accumulate((before + self._upto)[::-1])[::-1]
                before = run - self._upto
            costs.append(before.astype(np.float64))
        return costs[::-1]

    def _starts(self, i: int) -> list[int]:
        """The rows behind the line above left-out ones, wherever the file has that line."""
        if i == 0 or self._old[i - 1][0] == "~":
            return []
        return [int(row) + 1 for row in np.flatnonzero(np.isfinite(self._match[i - 1]))]

    def _reach(self, i: int, row: int) -> int:
        """The last row before which left-out lines may end that follow `row`: they stay inside the scope."""
        if i + 1 == len(self._old):
            return row
        before, after = (len(indent_of(self._old[k][1])) for k in (i - 1, i + 1))
        depth = len(indent_of(self._lines[row - 1]))
        is_inside = after > before and leads(row - 1, self._lines, self._bare)
        least = depth + 1 if is_inside else depth + min(0, after - before)
        if least not in self._shallow:
            self._shallow[least] = np.flatnonzero(self._depths < least)
        ends = self._shallow[least]
        at = int(np.searchsorted(ends, row))
        return int(ends[at]) if at < len(ends) else len(self._bare)

    def _left_out(self, i: int, here: Costs) -> Costs:
        after = np.full_like(here, np.inf)
        for row in self._starts(i):
            reach = self._reach(i, row) + 1
            np.minimum(after[row:reach], here[row], out=after[row:reach])
        return after if i else here

    def _left_out_backwards(self, i: int, here: Costs) -> Costs:
        before = np.full_like(here, np.inf)
        for row in self._starts(i):
            before[row] = here[row : self._reach(i, row) + 1].min()
        return before if i else here

    def _trace(self, row: int) -> list[int | None]:
        """The rows of the cheapest alignment that ends before `row`."""
        rows: list[int | None] = []
        for i in range(len(self._old) - 1, -1, -1):
            here, cost = self._ahead[i], self._ahead[i + 1][row]
            if self._old[i][0] == "~":
                starts = [
                    start for start in self._starts(i) if start <= row <= self._reach(i, start)
                ]
                row = max((start for start in starts if np.isclose(here[start], cost)), default=row)
                rows.append(None)
                continue
            while True:
                if row and np.isclose(here[row - 1] + self._match[i][row - 1], cost):
                    row -= 1
                    rows.append(row)
                    break
                if np.isclose(here[row] + self._skip[i], cost):
                    rows.append(None)
                    break
                row -= 1
                cost = cost - self._gaps[row]
        return rows[::-1]
