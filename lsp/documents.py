"""Open documents, as the client has them: lines that end at LF, CRLF and CR alone, positions in the client's units.

A document is a list of lines. A change replaces some of them; what it costs depends on the lines that it touches,
and on moving the list's pointers behind them, not on the length of the text.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from specedit.edits.document import Document
from specedit.edits.text import line_ending, split_lines, starts_of
from specedit.engine.errors import EditRefused

Position = tuple[int, int]  # line and column from 0, the column in the client's units


@dataclass(frozen=True, slots=True)
class ContentChange:
    """One change of a client's: the text of a range, or the whole text where there is no range."""

    text: str
    start: Position | None = None
    end: Position | None = None


class ColumnUnits:
    """What a column counts: UTF-8 bytes, UTF-16 units or code points."""

    def __init__(self, encoding: str) -> None:
        self._width = {"utf-8": _utf8, "utf-16": _utf16, "utf-32": _one}[encoding]
        self._plain = encoding == "utf-32"

    def offset(self, line: str, column: int) -> int:
        """Return the offset in code points of a column; at most where the line's ending begins."""
        end = len(line) - len(line_ending(line))
        if self._plain or line.isascii():
            return max(0, min(column, end))
        seen = 0
        for offset, character in enumerate(line[:end]):
            seen += self._width(character)
            if seen > column:  # inside of a character: where it begins
                return offset
        return end

    def column(self, line: str, offset: int) -> int:
        """Return the column of an offset in code points."""
        if self._plain or line.isascii():
            return offset
        return sum(map(self._width, line[:offset]))


@dataclass(slots=True)
class OpenDocument:
    """One open document. `version` is the client's."""

    uri: str
    version: int
    units: ColumnUnits
    lines: list[str] = field(default_factory=lambda: [""])
    _expected: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    def change(self, changes: Iterable[ContentChange], version: int) -> None:
        """Apply what the client did, in its order."""
        for change in changes:
            if change.start is None or change.end is None:
                self.lines = _lines(change.text)
            else:
                self._replace(change.start, change.end, change.text)
            if (
                self._expected
            ):  # a client may send what it applied and what was typed in one message
                self._look()
        self.version = version

    def expect(self, text: str, seen: Callable[[], None]) -> None:
        """Have `seen` called once, when the document reads `text` after a change, if only for a moment."""
        self._expected.append((text, seen))

    def no_longer_expect(self, text: str) -> None:
        """Forget what was to be called."""
        self._expected = [one for one in self._expected if one[0] != text]

    def _look(self) -> None:
        text = "".join(self.lines)
        for expected, seen in self._expected:
            if expected == text:
                seen()
        self.no_longer_expect(text)

    def snapshot(self) -> "Snapshot":
        """Return the document as it is now."""
        return Snapshot(self.uri, self.version, "".join(self.lines), self.units)

    def _replace(self, start: Position, end: Position, text: str) -> None:
        first, before = self._place(start)
        last, after = self._place(max(start, end))
        text = self.lines[first][:before] + text + self.lines[last][after:]
        last += 1
        if first and self.lines[first - 1].endswith("\r"):  # may have become a CRLF
            first -= 1
            text = self.lines[first] + text
        if text.endswith("\r") and last < len(self.lines) and self.lines[last].startswith("\n"):
            text += self.lines[last]
            last += 1
        new = split_lines(text)
        if last == len(self.lines) and (not new or line_ending(new[-1])):
            new.append("")  # the line after the last ending
        self.lines[first:last] = new

    def _place(self, position: Position) -> tuple[int, int]:
        """Line, and offset in it, of a position; clamped to the text."""
        line, column = position
        if line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        return max(0, line), self.units.offset(self.lines[line], column)


@dataclass(frozen=True)
class Snapshot:
    """A document at one version."""

    uri: str
    version: int
    text: str
    units: ColumnUnits

    @cached_property
    def sha256(self) -> str:
        """Hash of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def document(self) -> Document:
        """The text as a file of the editor's: UTF-8, whatever it declares; how it is saved is the client's affair.

        Raises:
            EditRefused: it holds half a character.
        """
        try:
            return Document(self.text.encode("utf-8"), b"", "utf-8")
        except UnicodeEncodeError as error:
            raise EditRefused(f"the text holds half a character at offset {error.start}") from error

    @cached_property
    def _lines(self) -> tuple[list[str], list[int]]:
        lines = _lines(self.text)
        return lines, starts_of(lines)

    def position(self, offset: int) -> Position:
        """Return the position of an offset in code points."""
        lines, starts = self._lines
        line = min(bisect_right(starts, offset) - 1, len(lines) - 1)
        return line, self.units.column(lines[line], offset - starts[line])

    def offset(self, position: Position) -> int:
        """Return the offset in code points of a position, clamped to the text."""
        lines, starts = self._lines
        if position[0] >= len(lines):
            return len(self.text)
        return starts[position[0]] + self.units.offset(lines[position[0]], position[1])


def _lines(text: str) -> list[str]:
    """The lines with their endings, and the empty one after a last ending: there are never none."""
    lines = split_lines(text)
    if not lines or line_ending(lines[-1]):
        lines.append("")
    return lines


def _utf8(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _utf16(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _one(character: str) -> int:
    return 1
