"""Text edits: applying them, and finding the smallest ones between two texts.

Offsets are code points. Lines end at LF, CRLF and CR only, as in LSP: a form feed or U+2028 ends no line.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rapidfuzz.distance import Indel

# No line ends at these, though for Python's own splitlines it does.
_NO_ENDINGS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_MOST_DIGITS = 18  # of a number; Python itself reads no more than 4300
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replaces text[start:end] by `new_text`."""

    start: int
    end: int
    new_text: str


def whole_number(digits: str) -> int:
    """Return what some digits say; of very many the largest that can be meant: no text has so many lines."""
    return int(digits) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS


def split_lines(text: str) -> list[str]:
    """Return the lines with their endings; their concatenation is `text`."""
    if any(map(text.__contains__, _NO_ENDINGS)):
        return _LINE.findall(text)
    return text.splitlines(keepends=True)  # the same, three times as fast


def starts_of(lines: Iterable[str]) -> list[int]:
    """Return where each line begins, and where the text ends."""
    return [0, *accumulate(map(len, lines))]


def line_ending(text: str) -> str:
    """Return the ending of a line of `split_lines`, "" where it has none."""
    return "\r\n" if text.endswith("\r\n") else text[-1:] if text[-1:] in ("\r", "\n") else ""


def indent_of(line: str) -> str:
    """Return the white space that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def with_line_feeds(text: str) -> str:
    """Return the text with every line ended by a line feed."""
    return re.sub(r"\r\n|\r", "\n", text)


def ended(text: str) -> str:
    """Return the text with its last line ended."""
    return text if text.endswith("\n") or not text else f"{text}\n"


def places_of(text: str, words: str) -> list[int]:
    """Return where words stand in a text, and are no part of longer ones."""
    start, end = (r"\b" if re.match(r"\w", part) else "" for part in (words[0], words[-1]))
    return [match.start() for match in re.finditer(f"{start}{re.escape(words)}{end}", text)]


def line_of(text: str, offset: int) -> int:
    """Return the 1-based number of the line that holds `offset`."""
    return 1 + len(re.findall(r"\r\n|\r|\n", text[:offset]))


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Return `text` with non-overlapping edits applied, given in ascending order."""
    parts, position = [], 0
    for edit in edits:
        if not position <= edit.start <= edit.end <= len(text):
            raise ValueError(f"{edit} overlaps the one before it or leaves the text")
        parts += [text[position : edit.start], edit.new_text]
        position = edit.end
    return "".join([*parts, text[position:]])


def minimal_edits(old: str, new: str) -> tuple[TextEdit, ...]:
    """Return small edits that make `new` of `old`: by line, then trimmed by character.

    A diff by character of a whole file would take seconds; lines are compared first.
    """
    old_lines, new_lines = split_lines(old), split_lines(new)
    old_at, new_at = starts_of(old_lines), starts_of(new_lines)
    edits: list[TextEdit] = []
    for a1, a2, b1, b2 in line_by_line(changed_lines(old_lines, new_lines)):
        before, after = old[old_at[a1] : old_at[a2]], new[new_at[b1] : new_at[b2]]
        start, end, text = _trim(before, after)
        if start != end or text:
            edits.append(TextEdit(old_at[a1] + start, old_at[a1] + end, text))
    return tuple(edits)


Change = tuple[int, int, int, int]


def line_by_line(changes: Iterable[Change]) -> Iterable[Change]:
    """Return the changes, those of as many lines as before taken apart: a line each."""
    for i1, i2, j1, j2 in changes:
        if i2 - i1 == j2 - j1:
            yield from ((i1 + k, i1 + k + 1, j1 + k, j1 + k + 1) for k in range(i2 - i1))
        else:
            yield i1, i2, j1, j2


def changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[int, int, int, int]]:
    """Ranges [i1, i2) of old lines that [j1, j2) of the new ones replace."""
    i = j = 0
    for tag, i1, i2, j1, j2 in [
        *Indel.opcodes(old, new),
        ("equal", len(old), len(old), len(new), len(new)),
    ]:
        if tag == "equal":
            if i1 > i or j1 > j:
                yield i, i1, j, j1
            i, j = i2, j2


def _trim(old: str, new: str) -> tuple[int, int, str]:
    """Drop what both begin and end with; never split a CRLF."""
    start = 0
    limit = min(len(old), len(new))
    while start < limit and old[start] == new[start]:
        start += 1
    end = 0
    while end < limit - start and old[len(old) - 1 - end] == new[len(new) - 1 - end]:
        end += 1
    if (
        start
        and old[start - 1] == "\r"
        and "\n" in (old[start : start + 1], new[start : start + 1])
    ):
        start -= 1
    if (
        end
        and old[len(old) - end] == "\n"
        and "\r"
        in (
            old[len(old) - end - 1 : len(old) - end],
            new[len(new) - end - 1 : len(new) - end],
        )
    ):
        end -= 1
    return start, len(old) - end, new[start : len(new) - end]
