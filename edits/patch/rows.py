"""The lines of a file, and where stretches of them stand: patches may have thousands of blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from specedit.edits.patch.block import LEVELS, Same, folded
from specedit.edits.patch.style import is_moved

_INDENTATION = 2  # the first of the levels that do not look at it
_LONGEST = 80  # characters of a line that a message shows


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows where lines stand, and by which of the levels: 0 is to the letter."""

    level: int = 0
    rows: tuple[int, ...] = ()


class Rows:
    """A file's lines, indexed by what of them counts."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._index: dict[Same, dict[str, list[int]]] = {}

    @cached_property
    def bare(self) -> list[str]:
        """The lines, folded."""
        return [folded(line) for line in self.lines]

    def of(self, lines: Sequence[str], same: Same) -> list[int]:
        """Return the rows where lines begin that are the `same` as those wanted."""
        if same not in self._index:
            index = self._index[same] = {}
            keys = self.bare if same is folded else map(same, self.lines)
            for row, key in enumerate(keys):
                index.setdefault(key, []).append(row)
        index, wanted = self._index[same], [same(line) for line in lines]
        rarest = min(range(len(wanted)), key=lambda i: len(index.get(wanted[i], ())))
        starts = [row - rarest for row in index.get(wanted[rarest], ()) if row >= rarest]
        size = len(wanted)
        return [at for at in starts if [same(x) for x in self.lines[at : at + size]] == wanted]

    def standing(self, lines: Sequence[str], levels: Sequence[Same] = LEVELS) -> Standing:
        """Return where the lines wanted stand, by the strictest of the `levels` by which they do, the loosest being the last.

        Where they are indented otherwise, all of them must be so by the same rule.
        """
        if not any(map(str.strip, lines)) or not self._has_words(lines):
            return Standing()
        for level, same in enumerate(levels):
            if level == 1 and not self.of(lines, levels[-1]):
                break  # what does not stand by the loosest level does not by any
            rows = self.of(lines, same)
            if level >= _INDENTATION:
                rows = [
                    row
                    for row in rows
                    if is_moved(list(zip(lines, self.lines[row:], strict=False)))
                ]
            if rows:
                return Standing(level, tuple(rows))
        return Standing()

    def _has_words(self, lines: Sequence[str]) -> bool:
        """Whether the file may have all words of some lines; of what is not ASCII, more than spaces may not count."""
        text = self._text
        return not text.isascii() or all(w in text for line in lines for w in folded(line).split())

    @cached_property
    def _text(self) -> str:
        return "\n".join(self.lines)

    def nearest(self, line: str) -> str:
        """Return the lines most like one, with their numbers, short enough to quote."""
        alike = process.extract(folded(line), self.bare, scorer=fuzz.ratio, limit=3)
        shown = [f"line {row + 1}: {short(self.lines[row].strip())!r}" for x, _, row in alike if x]
        return "; ".join(shown) or "nothing"


def short(line: str) -> str:
    """Return a line, cut where it is long."""
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}\u2026"
