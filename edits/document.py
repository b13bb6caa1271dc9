"""A file as bytes, and the text in it. Edits are spliced into the bytes: what they do not touch stays as it is."""

import codecs
import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain

from specedit.edits.encodings import codec_named, declared_encoding, guessed_encoding
from specedit.edits.text import (
    TextEdit,
    ended,
    line_ending,
    minimal_edits,
    split_lines,
    starts_of,
    with_line_feeds,
)
from specedit.engine.errors import EditRefused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Hunk:
    """One replacement in a file's bytes: data[start:end] becomes `new`. `line` is 1-based."""

    start: int
    end: int
    old: bytes
    new: bytes
    line: int


@dataclass(frozen=True)
class Document:
    """A file's bytes with their encoding. Make one with `decode_document`.

    Where it is a guess (`encoding_guessed`), text is not written that has characters which the file does not have there.
    """

    data: bytes
    bom: bytes
    encoding: str
    encoding_guessed: bool = False

    @cached_property
    def text(self) -> str:
        """The text as it stands in the file, line endings and all."""
        return self.data[len(self.bom) :].decode(self.encoding)

    @cached_property
    def lines(self) -> str:
        """The text with every line ended by a line feed."""
        return with_line_feeds(self.text)

    @property
    def body(self) -> str:
        """`lines`, the last one ended too: what models and operations see."""
        return ended(self.lines)

    @property
    def sha256(self) -> str:
        """Hash of the bytes."""
        return sha256(self.data)

    def hunks(self, body: str, final_newline: bool | None = None) -> tuple[Hunk, ...]:
        """Return what makes this file read `body`, in its own encoding and line endings.

        A file whose last line is not ended keeps it so, unless `final_newline` says how it is to be.

        Raises:
            EditRefused: new text cannot be written in the file's encoding.
        """
        is_ended = self._is_ended(body, final_newline)
        return self.hunks_of(minimal_edits(self.lines, body if is_ended else body[:-1]))

    def hunks_of(self, edits: Iterable[TextEdit]) -> tuple[Hunk, ...]:
        """Return what makes this file's bytes of edits of `lines`.

        Raises:
            EditRefused: new text cannot be written in the file's encoding.
        """
        text_lines, text_starts, line_starts, _ = self._layout
        edits = tuple(edits)
        if self.encoding_guessed:
            self._check_characters(edits)
        hunks = []
        for edit in edits:
            line = _line_at(edit.start, line_starts)
            last = _line_at(edit.end, line_starts)
            start = text_starts[line] + edit.start - line_starts[line]
            end = text_starts[last] + edit.end - line_starts[last]
            new_text = edit.new_text.replace("\n", _ending_near(text_lines, line))
            hunks.append(self._hunk(line, start, *_apart(self.text, start, end, new_text)))
        return tuple(hunks)

    def _check_characters(self, edits: Iterable[TextEdit]) -> None:
        """Refuse characters beyond ASCII that are new: in the file's true encoding their bytes may be others."""
        removed = Counter(c for edit in edits for c in self.lines[edit.start : edit.end])
        new = Counter(c for edit in edits for c in edit.new_text)
        unknown = [c for c in new - removed if not c.isascii()]
        if unknown:
            raise EditRefused(
                f"{unknown[0]!r} cannot be written: that the file is {self.encoding} is a guess; "
                "say what it is with --encoding, or convert it to UTF-8"
            )

    @cached_property
    def _layout(self) -> tuple[list[str], list[int], list[int], list[int]]:
        """The lines of `text`, and where lines begin in `text`, in `lines` and in the bytes."""
        text_lines = split_lines(self.text)
        is_plain = self.encoding == "utf-8" and self.text.isascii()
        sizes = (len(line if is_plain else line.encode(self.encoding)) for line in text_lines)
        byte_starts = [*accumulate(sizes, initial=len(self.bom))]
        return text_lines, starts_of(text_lines), starts_of(split_lines(self.lines)), byte_starts

    def _is_ended(self, body: str, final_newline: bool | None) -> bool:
        """Whether the file is to end with a line ending, once it reads `body`: as told, else as now, if it can."""
        if final_newline or (
            final_newline is None and (self.lines.endswith("\n") or not self.lines)
        ):
            return True
        return body.endswith("\n\n") or body in (
            "",
            "\n",
        )  # an empty last line is only there if it is ended

    def _hunk(self, line: int, start: int, end: int, new_text: str) -> Hunk:
        """Replace text[start:end], which begins in a line that is counted from 0."""
        _, text_starts, _, byte_starts = self._layout
        before = self.text[text_starts[line] : start]
        first = byte_starts[line] + len(before.encode(self.encoding))
        old = self.text[start:end].encode(self.encoding)
        try:
            new = new_text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise EditRefused(
                f"line {line + 1}: {error.object[error.start]!r} cannot be written in {self.encoding}; "
                "convert the file to UTF-8 first"
            ) from error
        return Hunk(first, first + len(old), old, new, line + 1)


def decode_document(data: bytes, encoding: str | None = None, *, path: str = "") -> Document:
    """Return `data` with its encoding: by byte order mark, as given, by declaration, as UTF-8, or guessed.

    `path` tells how a file of its kind declares its encoding.

    Raises:
        EditRefused: the bytes are binary or not decodable, or in an encoding that cannot be edited in place.
    """
    given = codec_named(encoding, "give another one") if encoding is not None else None
    bom, marked = next(((b, e) for b, e in _BOMS if data.startswith(b)), (b"", None))
    if marked is not None and given not in (None, marked):
        raise EditRefused(f"begins with the byte order mark of {marked}; it is not {given}")
    named = marked or given
    if b"\0" in data and (named is None or not named.startswith(("utf-16", "utf-32"))):
        raise EditRefused(f"binary file: a NUL byte at offset {data.index(0)}")
    named = named or declared_encoding(data, path)
    document = Document(data, bom, named or "utf-8")
    try:
        round_trip = document.text.encode(document.encoding)
    except UnicodeError as error:
        guess = guessed_encoding(data) if named is None else None
        if guess is not None:
            return Document(data, bom, guess, encoding_guessed=True)
        raise EditRefused(
            f"not valid {document.encoding}: {error}; say what it is with --encoding, or convert it to UTF-8"
        ) from error
    if bom + round_trip != data:
        raise EditRefused(
            f"its bytes do not survive decoding as {document.encoding}; convert it to UTF-8 first"
        )
    return document


def apply_hunks(data: bytes, hunks: Sequence[Hunk]) -> bytes:
    """Return `data` with ascending, non-overlapping hunks spliced in; each must find its old bytes."""
    parts, position = [], 0
    for hunk in hunks:
        if hunk.start < position or data[hunk.start : hunk.end] != hunk.old:
            raise ValueError(f"hunk at byte {hunk.start} does not fit the data")
        parts += [data[position : hunk.start], hunk.new]
        position = hunk.end
    return b"".join([*parts, data[position:]])


def edited(
    document: Document, body: str, final_newline: bool | None = None
) -> tuple[tuple[Hunk, ...], bytes]:
    """Return the hunks that make `document` read `body`, and the new bytes, having checked them; see `Document.hunks`."""
    hunks = document.hunks(body, final_newline)
    data = apply_hunks(document.data, hunks)
    if Document(data, document.bom, document.encoding).body != body:
        raise AssertionError("hunks and text disagree")
    return hunks, data


def sha256(data: bytes) -> str:
    """Return the hex digest."""
    return hashlib.sha256(data).hexdigest()


def _line_at(offset: int, starts: Sequence[int]) -> int:
    """0-based line that holds `offset`; the end of the text counts as a line of its own."""
    return bisect_right(starts, offset) - 1


def _apart(text: str, start: int, end: int, new_text: str) -> tuple[int, str]:
    """Return end and new text of a replacement, changed so that no CR and LF meet that were two line endings.

    Only files that mix lone CRs with LFs need it; an ending at the seam becomes a CRLF.
    """
    if start and text[start - 1] == "\r":
        if new_text.startswith("\n"):
            new_text = "\r" + new_text
        elif not new_text and text[end : end + 1] == "\n" and end > start:
            end, new_text = end + 1, "\r\n"
    if new_text.endswith("\r") and text[end : end + 1] == "\n":
        new_text += "\n"
    return end, new_text


def _ending_near(lines: Sequence[str], line: int) -> str:
    """The ending of the edited line, else of one before it, else of any."""
    for candidate in chain(map(lines.__getitem__, range(min(line, len(lines) - 1), -1, -1)), lines):
        if ending := line_ending(candidate):
            return ending
    return "\n"
