"""The lines of a file, and where stretches of them stand: patches may have thousands of blocks."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from specedit.edits.patches.block import LEVELS, Same, folded

_LONGEST = 80  # characters of a line that a message shows


class Rows:
    """A file's lines, indexed by what of them counts."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.bare = [folded(line) for line in lines]
        self._index: dict[Same, dict[str, list[int]]] = {}

    def of(self, wanted: Sequence[str], same: Same) -> list[int]:
        """Return the rows where lines begin that are the `same` as those wanted."""
        if same not in self._index:
            index = self._index[same] = {}
            for row, line in enumerate(self.lines):
                index.setdefault(same(line), []).append(row)
        index, keys = self._index[same], [same(line) for line in wanted]
        rarest = min(range(len(keys)), key=lambda i: len(index.get(keys[i], ())))
        starts = [row - rarest for row in index.get(keys[rarest], ()) if row >= rarest]
        return [at for at in starts if [same(x) for x in self.lines[at : at + len(keys)]] == keys]

    def standing(self, wanted: Sequence[str], levels: Sequence[Same] = LEVELS) -> list[int]:
        """Return where the lines wanted stand, by the strictest of the `levels` by which they do."""
        found = (self.of(wanted, same) for same in levels)
        return next((rows for rows in found if rows), []) if any(map(str.strip, wanted)) else []

    def nearest(self, line: str) -> str:
        """Return the lines most like one, with their numbers, short enough to quote."""
        alike = process.extract(folded(line), self.bare, scorer=fuzz.ratio, limit=3)
        shown = [f"line {row + 1}: {short(self.lines[row].strip())!r}" for x, _, row in alike if x]
        return "; ".join(shown) or "nothing"


def short(line: str) -> str:
    """Return a line, cut where it is long."""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}\u2026"
