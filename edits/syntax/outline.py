"""The definitions of a text by the form of its lines: heads, indentation, brackets and `end`. No grammar is needed.

This is for the languages that have none, and for snippets, which no grammar can read. Of a text that one can read,
`grammar.py` tells which lines are text, and where definitions end.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from specedit.edits.syntax.brackets import Lines, net, text_rows
from specedit.edits.syntax.heads import Head, head_of
from specedit.edits.text import indent_of

_LONGEST_HEAD = 8  # lines of a head before a brace of its own
_CLOSER = re.compile(r"\s*(?:end\b|[)\]}]|fi\b|done\b|esac\b)")
_GOES_ON = re.compile(
    r"\s*(?:[)\]}].*[{(:,]|[)\]}].*=>|rescue\b.*|ensure\b|else\b.*|catch\b.*|where\b.*|=>.*)\s*$"
)
_DIRECTIVE = re.compile(
    r"#\s*(?:if|ifdef|ifndef|else|elif|endif|define|undef|pragma|error|include)\b"
)
_COMMENT = re.compile(r"\s*(?:#(?=\s|$|#)|//|--|;|/\*|\*|<!--)")
_ATTRIBUTE = re.compile(
    r"\s*(?:@(?!media|import|font-face|keyframes|supports)\w|#!?\[|\[[A-Z]\w*.*\]$|template\s*<)"
)


@dataclass(frozen=True, slots=True)
class DefinitionLines:
    """A definition on the lines [first, last): comments and decorators above it from `first` on, then its `head`."""

    name: str
    is_container: bool
    first: int
    head: int
    last: int
    width: int  # of the indentation of its head, a tab being four
    is_closed: bool  # whether its last line is a bracket or `end` of its own
    children: tuple["DefinitionLines", ...] = ()

    @property
    def members(self) -> tuple["DefinitionLines", ...]:
        """The definitions inside that are no deeper than the others."""
        return members(self.children)

    def walk(self) -> Iterator["DefinitionLines"]:
        """Yield this block and those inside of it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class KnownRows:
    """What a grammar knows of a text: rows that begin `inside` a string or a comment, and by their heads where definitions end."""

    inside: Set[int]
    ends: Mapping[int, int] = field(default_factory=dict)


def outline(
    lines: Lines, indents: Sequence[str] | None = None, known: KnownRows | None = None
) -> tuple[DefinitionLines, ...]:
    """Return the definitions of a text that stand in no other one; `indents` are of the lines, markers too."""
    indents = indents or [indent_of(line or "") for line in lines]
    return _Reader(lines, indents, known or KnownRows(text_rows(lines))).blocks(0, len(lines))


def members(blocks: Sequence[DefinitionLines]) -> tuple[DefinitionLines, ...]:
    """Return the definitions that are the least indented: those in a branch or an anonymous class are not."""
    width = min((block.width for block in blocks), default=0)
    return tuple(block for block in blocks if block.width == width)


def walk(blocks: Sequence[DefinitionLines]) -> Iterator[DefinitionLines]:
    """Yield blocks and all blocks inside of them."""
    for block in blocks:
        yield from block.walk()


class _Reader:
    def __init__(self, lines: Lines, indents: Sequence[str], known: KnownRows) -> None:
        self._lines = lines
        self._widths = [len(indent.expandtabs(4)) for indent in indents]
        self._inside, self._ends = known.inside, known.ends

    def blocks(self, first: int, last: int) -> tuple[DefinitionLines, ...]:
        """The blocks of the lines [first, last) that stand in no other one of them."""
        blocks: list[DefinitionLines] = []
        row, floor = first, first
        while row < last:
            head = self._head(row)
            if head is None:
                row += 1
                continue
            end, is_closed = self._end(row, last)
            inner = self.blocks(row + 1, end) if head.is_container and end > row + 1 else ()
            blocks.append(
                DefinitionLines(
                    head.name,
                    head.is_container,
                    self._leading(row, floor),
                    row,
                    end,
                    self._widths[row],
                    is_closed,
                    inner,
                )
            )
            row = floor = end
        return tuple(blocks)

    def _head(self, row: int) -> Head | None:
        line = self._lines[row]
        if (
            not line
            or not line.strip()
            or row in self._inside
            or _COMMENT.match(line)
            or _DIRECTIVE.match(line)
        ):
            return None
        follow = next((x for x in self._lines[row + 1 : row + 4] if x is None or x.strip()), "")
        return head_of(line, follow or "")

    def _end(self, head: int, last: int) -> tuple[int, bool]:
        """The line after a definition, and whether that ends with a bracket or `end` of its own."""
        end, is_closed = self._end_by_form(head, last)
        known = min(self._ends.get(head, end), last)
        if all(self._is_empty(row) for row in range(min(known, end), max(known, end))):
            return end, is_closed
        return known, bool(_CLOSER.match(self._lines[known - 1] or ""))

    def _is_empty(self, row: int) -> bool:
        line = self._lines[row] or ""
        return not line.strip() or row in self._inside or bool(_COMMENT.match(line))

    def _end_by_form(self, head: int, last: int) -> tuple[int, bool]:
        end, is_closed = self._end_by_indentation(head, last)
        if is_closed or not self._opens_brace(head):
            return end, is_closed
        by_brackets = self._end_by_brackets(head, last)
        return (by_brackets, True) if by_brackets is not None else (end, False)

    def _end_by_indentation(self, head: int, last: int) -> tuple[int, bool]:
        width, end = self._widths[head], head + 1
        for row in range(head + 1, last):
            line = self._lines[row]
            if line is not None and not line.strip():
                continue
            if row in self._inside or self._widths[row] > width:
                end = row + 1
            elif line is None or _DIRECTIVE.match(line):
                continue
            elif self._widths[row] < width:
                break
            elif line.strip() == "{" or _GOES_ON.match(line) or self._is_end_of_head(row):
                end = row + 1
            elif _CLOSER.match(line) and (
                end > head + 1 or net(self._lines[head] or "") > 0 or self._has_marker(head, row)
            ):
                return row + 1, True
            else:
                break
        return end, end == head + 1 and bool(
            re.search(r"[{(].*[})];?$|\bend$", self._lines[head] or "")
        )

    def _opens_brace(self, head: int) -> bool:
        """Whether a brace opens at the end of a head, or of one of several lines on a line of its own."""
        rows = range(head + 1, min(head + _LONGEST_HEAD, len(self._lines)))
        alone = (r for r in rows if (self._lines[r] or "").strip() == "{")
        is_alone = any(self._widths[r] == self._widths[head] for r in alone)
        return (self._lines[head] or "").rstrip().endswith("{") or is_alone

    def _is_end_of_head(self, row: int) -> bool:
        """Whether a line ends the parameters of a head, so that the body is still to come."""
        line = self._lines[row] or ""
        after = next(
            (r for r in range(row + 1, len(self._lines)) if (self._lines[r] or "x").strip()), None
        )
        if after is None or not line.lstrip().startswith((")", "]")) or line.rstrip().endswith(";"):
            return False
        following = self._lines[after]
        if following is None:
            return True
        return self._widths[after] > self._widths[row] or bool(
            re.match(r"\s*(?:\{$|where\b)", following)
        )

    def _has_marker(self, head: int, row: int) -> bool:
        return None in self._lines[head:row]

    def _end_by_brackets(self, head: int, last: int) -> int | None:
        depth, is_open = 0, False
        for row in range(head, last):
            if self._lines[row] is None:
                return None
            line = "" if row in self._inside else self._lines[row] or ""
            depth += net(line)
            is_open = is_open or "{" in line
            if is_open and depth <= 0:
                return row + 1
        return None

    def _leading(self, head: int, floor: int) -> int:
        """The first of the comments and decorators right above a head."""
        first, row, width = head, head - 1, self._widths[head]
        while row >= floor:
            line = self._lines[row]
            if line is None or not line.strip() or line.startswith("#!") or "-*-" in line:
                break
            if (
                row in self._inside or self._widths[row] > width
            ):  # of a comment or an attribute of several lines
                row -= 1
            elif self._widths[row] == width and (_COMMENT.match(line) or _ATTRIBUTE.match(line)):
                first = row
                row -= 1
            elif self._widths[row] == width and re.match(r"\s*[)\]]+$", line):
                row -= 1
            else:
                break
        return first


def is_attribute(line: str) -> bool:
    """Whether a line above a definition is a decorator or an annotation of it, and no comment."""
    return bool(_ATTRIBUTE.match(line))
