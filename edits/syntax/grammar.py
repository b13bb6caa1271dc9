"""The definitions of a text by the form of its lines, corrected by its grammar where there is one that can read it."""

from collections.abc import Iterator, Sequence

from specedit.edits.syntax.definitions import name_node
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.outline import DefinitionLines, KnownRows, outline
from specedit.edits.syntax.source import Source

_KINDS = ("function", "method", "class")


def outline_in(lines: Sequence[str], language: Language | None) -> tuple[DefinitionLines, ...]:
    """Return the definitions of a text that stand in no other one, as `outline` does."""
    if language is None or not language.definitions:
        return outline(lines)
    source = Source("".join(f"{line}\n" for line in lines), language)
    if source.root.has_error:
        return outline(lines)
    inside = source.rows_in_strings(source.root) | frozenset(_rows_in_comments(source))
    return outline(lines, known=KnownRows(inside, _ends(source)))


def _rows_in_comments(source: Source) -> Iterator[int]:
    for node in source.nodes_of(source.language.comments):
        yield from range(node.start_point[0] + 1, node.end_point[0] + bool(node.end_point[1]))


def _ends(source: Source) -> dict[int, int]:
    """The line after each definition's end, by the lines from its beginning to its name; the outer one's, where two share one."""
    ends: dict[int, int] = {}
    for one in source.definitions:
        if one.kind in _KINDS:
            row, column = one.node.end_point
            name = name_node(one.node)
            head = name.start_point[0] if name is not None else one.node.start_point[0]
            for start in range(one.node.start_point[0], head + 1):
                ends.setdefault(start, row + bool(column))
    return ends
