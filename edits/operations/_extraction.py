"""Whole statements on some lines of a function, and how they are written elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import enclosing
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

FUNCTIONS = words(
    "function_definition function_declaration function_expression arrow_function method_definition generator_function "
    "generator_function_declaration"
)
SCOPED = (*FUNCTIONS, "class_definition", "lambda", "class_body")
_BLOCKS = words("block module statement_block program")


@dataclass(frozen=True, slots=True)
class Part:
    """Whole statements of a function: rows [first, last) with comments between them."""

    statements: tuple[Node, ...]
    holder: Node
    first: int
    last: int


def part_of(source: Source, first: int, last: int) -> Part:
    """Return the statements that take up lines `first` to `last`, 1-based.

    Raises:
        EditRefused: they are none, or parts of some.
    """
    count = len(source.text.splitlines())
    if not 1 <= first <= last <= count:
        raise EditRefused(f"there are no lines {first} to {last}; the file has {count}")
    comments = {
        n.start_point[0] for n in source.nodes if n.type == "comment" and is_first(source, n)
    }
    rows = [row for row in range(first - 1, last) if source.line(row).strip()]
    coded = [row for row in rows if row not in comments]
    inner = [n for n in source.nodes if n.is_named and coded and n.start_point[0] == coded[0]]
    for node in inner:
        block = node.parent
        if block is None or block.type not in _BLOCKS or node.type == "comment":
            continue
        inside = [c for c in block.named_children if coded[0] <= c.start_point[0] < last]
        statements = [c for c in inside if c.type != "comment"]
        if statements[0] != node or not _are_whole(source, statements, coded[-1]):
            continue
        holder = enclosing(node, SCOPED)
        if holder is None or holder.type not in FUNCTIONS:
            raise EditRefused(f"lines {first} to {last} stand in no function")
        return Part(tuple(statements), holder, rows[0], rows[-1] + 1)
    raise EditRefused(f"lines {first} to {last} are not whole statements that stand side by side")


def _are_whole(source: Source, statements: Sequence[Node], last: int) -> bool:
    """Whether statements are all that stands on their lines, up to the row `last`."""
    end = statements[-1].end_point[0]
    behind = source.data[statements[-1].end_byte : (*source.line_starts, len(source.data))[end + 1]]
    rest = behind.decode("utf-8").strip()
    return (
        end == last
        and is_first(source, statements[0])
        and (not rest or rest.startswith(("#", "//")))
    )


def is_first(source: Source, node: Node) -> bool:
    """Whether nothing stands before a node on its line."""
    start = source.line_starts[node.start_point[0]]
    return not source.data[start : node.start_byte].strip()


def body_of(source: Source, part: Part, indent: str) -> str:
    """The lines, indented anew; those that begin in a string stay as they are.

    Raises:
        EditRefused: a line is indented less than the first one.
    """
    before = indent_of(source, part.first)
    quoted = {row for s in part.statements for row in source.rows_in_strings(s)}
    lines = []
    for row in range(part.first, part.last):
        line = source.line(row)
        if row not in quoted and line.strip():
            if not line.startswith(before):
                raise EditRefused(f"line {row + 1} is indented less than line {part.first + 1}")
            line = indent + line.removeprefix(before)
        lines.append(line if line.endswith("\n") else f"{line}\n")
    return "".join(lines)


def indent_of(source: Source, row: int) -> str:
    line = source.line(row)
    return line[: len(line) - len(line.lstrip())]


def unit_of(source: Source, part: Part) -> str:
    """How much deeper the body of the function is than its head."""
    body = part.holder.child_by_field_name("body")
    assert body is not None
    inner = indent_of(source, body.named_children[0].start_point[0])
    return inner.removeprefix(indent_of(source, part.holder.start_point[0])) or "    "


def top_row(source: Source, holder: Node) -> int:
    """The first row of what stands around a function at the top of the file, with the comments above it."""
    top = holder
    while top.parent is not None and top.parent != source.root:
        top = top.parent
    return source.lines_of(Definition("", "function", top, top, ""))[0]
