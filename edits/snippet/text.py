"""A lazy snippet as it comes: its code block, its units of indentation, its markers."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from specedit.edits.markers import has_dots, is_marker
from specedit.edits.syntax.heads import head_of
from specedit.edits.text import indent_of
from specedit.engine.errors import EditRefused

_SAYS_SO = r"existing|unchanged|unmodified|untouched|\brest\b|remains|same|omitted|keep"
_MOST_BLANK = 2  # lines that a snippet may begin with, and that say nothing


@dataclass(frozen=True, slots=True)
class SnippetLines:
    """The lines of a snippet, None for a marker, their indentations, and which rows of the whole snippet they are."""

    lines: tuple[str | None, ...]
    indents: tuple[str, ...]
    rows: tuple[int | None, ...]  # None for a marker that was put in

    def without(self, first: int, last: int) -> "SnippetLines":
        """Return it without the lines [first, last)."""
        return self._spliced(first, last, ())

    def with_marker(self, first: int, last: int, indent: str = "") -> "SnippetLines":
        """Return it with a marker for the lines [first, last), if none stands beside them."""
        beside = (*self.lines[max(0, first - 1) : first], *self.lines[last : last + 1])
        return self._spliced(first, last, () if None in beside else (None,), indent)

    def blank_above(self, row: int) -> int:
        """Return the first of the blank lines right above a row, or the row."""
        while row and (line := self.lines[row - 1]) is not None and not line.strip():
            row -= 1
        return row

    def blank_below(self, row: int) -> int:
        """Return the first row from `row` on that is no blank line."""
        while row < len(self.lines) and (line := self.lines[row]) is not None and not line.strip():
            row += 1
        return row

    def renumbered(self) -> "SnippetLines":
        """Return it as a whole snippet of its own."""
        return replace(self, rows=tuple(range(len(self.lines))))

    def _spliced(
        self, first: int, last: int, new: tuple[None, ...], indent: str = ""
    ) -> "SnippetLines":
        return SnippetLines(
            (*self.lines[:first], *new, *self.lines[last:]),
            (*self.indents[:first], *(indent for _ in new), *self.indents[last:]),
            (*self.rows[:first], *new, *self.rows[last:]),
        )


def parsed_lines(text: str, own: Sequence[str]) -> SnippetLines:
    """The lines, None for a marker, and the lines' indentations. A marker that the file has itself is none.

    Raises:
        EditRefused: there is nothing but markers.
    """
    known = set(own)
    lines = text.splitlines()
    ended = [line for line in lines if line not in known and line != line.rstrip() != ""]
    tails = {line.strip(): _tail(line) for line in own if line.strip()} if len(ended) > 1 else {}
    if len(ended) > 1 and any(
        _tail(line) != tails.get(line.strip(), _tail(line)) for line in ended
    ):
        # A habit, and not that of the file or of Markdown.
        lines = [_as_ended(line, known, tails) for line in lines]
    is_told = any(is_marker(line) and has_dots(line) for line in lines)
    lines_or_markers: list[str | None] = []
    indents: list[str] = []
    last, has_code = None, False  # the last marker, and whether code stands after it
    for i, line in enumerate(lines):
        marker = (line not in known or "existing code" in line) and is_marker(line)
        marker = marker and not (is_told and _is_title(lines, i))
        marker = marker or _is_bare_ellipsis(lines, i, own)
        if marker and last is not None and not has_code:
            del (
                lines_or_markers[last + 1 :],
                indents[last + 1 :],
            )  # blank lines between two say nothing
        if marker:
            last, has_code = len(lines_or_markers), False
        elif line.strip():
            has_code = True
        lines_or_markers.append(None if marker else line)
        indents.append(indent_of(line))
    blank = next((i for i, line in enumerate(lines_or_markers) if line is None or line.strip()), 0)
    if blank <= _MOST_BLANK:  # more are the file's
        del lines_or_markers[:blank], indents[:blank]
    while (
        lines_or_markers and lines_or_markers[-1] is not None and not lines_or_markers[-1].strip()
    ):
        del lines_or_markers[-1], indents[-1]
    if not [line for line in lines_or_markers if line]:
        raise EditRefused("the snippet has no code besides its markers; give the lines that change")
    return SnippetLines(
        tuple(lines_or_markers), tuple(indents), tuple(range(len(lines_or_markers)))
    )


def _tail(line: str) -> str:
    return line[len(line.rstrip()) :]


def _as_ended(line: str, known: Collection[str], tails: Mapping[str, str]) -> str:
    """A line with white space at its end as the file has it, if it does."""
    if line in known or line == line.rstrip() or not line.strip():
        return line
    return line.rstrip() + tails.get(line.strip(), "")


def _is_title(lines: Sequence[str], i: int) -> bool:
    """Whether a comment without dots stands right above a definition, as `# Other methods` does: then it is about that."""
    below = "".join(lines[i + 1 : i + 2])
    is_title = not has_dots(lines[i]) and not re.search(_SAYS_SO, lines[i], re.IGNORECASE)
    return is_title and head_of(below) is not None and indent_of(below) == indent_of(lines[i])


def _is_bare_ellipsis(lines: Sequence[str], i: int, own: Sequence[str]) -> bool:
    """Whether a line is `...` and stands for code: all but the body of a stub of Python.

    The body of a function that does more in the file is no stub.
    """
    if lines[i].strip().rstrip(",") not in ("...", "…"):
        return False
    above = next((line for line in reversed(lines[:i]) if line.strip()), "")
    below = next((line for line in lines[i + 1 :] if line.strip()), "")
    width = len(indent_of(lines[i]))
    if not above.rstrip().endswith(":") or len(indent_of(above)) >= width:
        return above.strip()[:3] not in ('"""', "'''") or not above.strip()[3:].endswith(
            above.strip()[:3]
        )
    if len(indent_of(below)) >= width:
        return True
    head = head_of(above)
    bodies = [
        next((line.strip() for line in own[row + 1 :] if line.strip()), "")
        for row, line in enumerate(own)
        if head is not None and head.name in line and head_of(line) == head
    ]
    return bool(bodies) and "..." not in bodies
