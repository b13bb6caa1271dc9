"""Texts of several files as one, in which names are resolved as in a single file."""

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
        parts, size = list[bytes](), 0
        for path, data, replaced in texts:
            for part, at in _parts(data, replaced):
                if at is not None:
                    self._starts.append(size)
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

    def find(self, path: str, start: int) -> int:
        """Return the byte of the whole that a byte of a file was copied to."""
        for begin, (file, at) in zip(reversed(self._starts), reversed(self._places), strict=True):
            if file == path and at <= start:
                return begin + start - at
        raise ValueError(f"byte {start} of {path} is not in the whole")


def _parts(data: bytes, replaced: Replaced) -> Iterator[tuple[bytes, int | None]]:
    """A text in parts, each with where it was copied from, or None for what is written anew."""
    at = 0
    for (start, end), text in sorted(replaced.items()):
        if start < at:
            continue  # inside of what is replaced already
        yield data[at:start], at
        yield text, None
        at = end
    yield data[at:], at
    yield b"\n", None
