"""Texts of several files as one, in which names are resolved as in a single file."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source

Replaced = Mapping[tuple[int, int], bytes]  # byte ranges of a file, and what stands for them


class Joined:
    """The files of `texts`, each a path, its bytes, and what stands for some of them; `tail` comes behind all."""

    def __init__(
        self, texts: Iterable[tuple[str, bytes, Replaced]], language: Language, tail: bytes = b""
    ) -> None:
        self._starts: list[int] = []  # of each copied part, in the whole
        self._places: list[tuple[str, int]] = []  # where it comes from
        self._ends: list[int] = []
        self._data: dict[str, bytes] = {}
        parts, size = list[bytes](), 0
        for path, data, replaced in texts:
            self._data[path] = data
            for part, at in split(data, replaced):
                if at is not None:
                    self._starts.append(size)
                    self._ends.append(size + len(part))
                    self._places.append((path, at))
                parts.append(part)
                size += len(part)
        symbols = symbols_of(Source(b"".join([*parts, tail]).decode("utf-8"), language))
        assert symbols is not None
        self.symbols: Symbols = symbols

    def place(self, start: int) -> tuple[str, int]:
        """Return the file, and the byte in it, of a byte of the whole that was copied."""
        i = bisect_right(self._starts, start) - 1
        path, at = self._places[i]
        return path, at + start - self._starts[i]

    def is_written(self, start: int) -> bool:
        """Return whether a byte of the whole was written anew, and copied from no file."""
        return start >= self._ends[bisect_right(self._starts, start) - 1]

    def find(self, path: str, start: int) -> int:
        """Return the byte of the whole that a byte of a file was copied to."""
        for begin, (file, at) in zip(reversed(self._starts), reversed(self._places), strict=True):
            if file == path and at <= start:
                return begin + start - at
        raise ValueError(f"byte {start} of {path} is not in the whole")

    def line(self, number: int) -> tuple[str, int]:
        """Return the file, and the line in it, of a line of the whole; lines are 0-based."""
        start = self.symbols.source.line_starts[number]
        i = bisect_right(self._starts, start) - 1
        if start >= self._ends[i] and i + 1 < len(self._starts):
            i, start = i + 1, self._starts[i + 1]  # it begins with what is written anew
        path, at = self._places[i]
        return path, self._data[path].count(b"\n", 0, at + start - self._starts[i])

    def line_of(self, path: str, number: int) -> int:
        """Return the line of the whole that a line of a file is in; lines are 0-based."""
        data, at = self._data[path], 0
        for _ in range(number):
            at = data.find(b"\n", at) + 1
        return self.symbols.source.data.count(b"\n", 0, self.find(path, at))

    def with_files(self, message: str) -> str:
        """Return a message about the whole with its lines as those of files."""

        def shown(lines: re.Match[str]) -> str:
            places = (self.line(int(number) - 1) for number in re.findall(r"\d+", lines[0]))
            return " and ".join(f"line {line + 1} of {path}" for path, line in places)

        return re.sub(r"\bline \d+(?:, \d+)*", shown, message)


def split(data: bytes, replaced: Replaced) -> Iterator[tuple[bytes, int | None]]:
    """Yield a text in parts, each with where it was copied from, or None for what is written anew; it ends with a line feed."""
    at = 0
    for (start, end), text in sorted(replaced.items()):
        if start < at:
            continue  # inside of what is replaced already
        yield data[at:start], at
        yield text, None
        at = end
    yield data[at:], at
    yield b"\n", None
