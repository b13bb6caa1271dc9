"""Import and export statements of JavaScript and TypeScript: names taken out of them, and new ones among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from specedit.edits.definition_moves.script_module import is_of_types, path_in
from specedit.edits.operations import imports
from specedit.edits.operations._lists import Edits
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

_LISTS = ("named_imports", "export_clause")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name that a file is to have from another module, or to hand on: `keyword` is import or export."""

    name: str
    as_name: str
    written: str
    is_type: bool = False
    keyword: str = "import"

    @property
    def listed(self) -> str:
        """What stands for it between braces."""
        return self.name if self.name == self.as_name else f"{self.name} as {self.as_name}"


def without(source: Source, statement: Node, parts: Sequence[Node]) -> Edits:
    """Return the edits that take parts of a statement out, or all of it if nothing else is left.

    Raises:
        EditRefused: it shares its lines, or a comment would go with it.
    """
    if any(
        child.type == "comment"
        for n in [statement, *statement.named_children]
        for child in n.children
    ):
        raise EditRefused(
            f"line {line_of(statement)} has a comment among the names that it lists; move it off first"
        )
    clause = next((c for c in statement.named_children if c.type == "import_clause"), statement)
    listed = next((c for c in clause.named_children if c.type in _LISTS), None)
    entries = [c for c in listed.named_children if c.type.endswith("specifier")] if listed else []
    others = [c for c in clause.named_children if c.type in ("identifier", "namespace_import")]
    others = others if clause != statement else []
    kept = [each for each in (*entries, *others) if each not in parts]
    if not kept:
        return whole_lines(source, statement)
    if listed is not None and entries and all(each in parts for each in entries):
        return {(others[-1].end_byte, listed.end_byte): ""}
    edits: Edits = {}
    for other in others:
        if other in parts and (after := other.next_sibling) is not None and listed is not None:
            edits[other.start_byte, listed.start_byte] = ""
            assert after.type == ","
    for i, each in enumerate(entries):
        if each in parts:
            edits |= _without_entry(source, entries, i, parts)
    return edits


def _without_entry(
    source: Source, entries: Sequence[Node], index: int, parts: Sequence[Node]
) -> Edits:
    entry, row = entries[index], entries[index].start_point[0]
    starts = (*source.line_starts, len(source.data))
    if source.line(row).strip().rstrip(",") == source.code(entry):
        return {(starts[row], starts[row + 1]): ""}
    if any(each not in parts for each in entries[index + 1 :]):
        return {(entry.start_byte, entries[index + 1].start_byte): ""}
    return {(entries[index - 1].end_byte, entry.end_byte): ""}


def whole_lines(source: Source, statement: Node) -> Edits:
    """Return the edit that takes a statement out with its lines, and with a blank one that would stay at the top.

    Raises:
        EditRefused: other code stands on them.
    """
    first, last = statement.start_point[0], statement.end_point[0]
    written = source.lines(first, last + 1).strip()
    if written.rstrip(";") != source.code(statement).rstrip(";"):
        raise EditRefused(
            f"line {first + 1} has more than {source.code(statement)!r}; write that on a line of its own"
        )
    starts = (*source.line_starts, len(source.data))
    end, count = last + 1, len(source.line_starts) - 1
    is_gap = first == 0 or not source.line(first - 1).strip()
    while is_gap and end < count and not source.line(end).strip():
        end += 1
    return {(starts[first], starts[min(end, len(starts) - 1)]): ""}


def with_name(source: Source, wanted: Wanted, like: Source) -> str:
    """Return the text with a name that it takes or hands on: in a statement that has others of that module, else in a new one.

    `like`: another file, whose statements show how they are written if this one has none.
    """
    for statement in source.root.named_children:
        if _can_take(source, statement, wanted):
            return source.spliced(_into_list(source, statement, wanted.listed))
    text = _statement(wanted, _quote(source, like), _end(source, like))
    before = [n for n in source.root.named_children if n.type == f"{wanted.keyword}_statement"]
    named = [n for n in before if path_in(n)]
    alike = [n for n in named if path_in(n)[:1] == wanted.written[:1] == "."] or named
    if wanted.keyword == "export" and not alike:
        alike = [n for n in source.root.named_children if n.type == "import_statement"]
        text = f"\n{text}" if alike else text
    if not alike and _begins_with_directives(source):
        alike = [n for n in source.root.named_children if n.type == "expression_statement"][:1]
        text = f"\n{text}"
    if alike:
        row = alike[-1].end_point[0]
        at = source.line_starts[row] + len(source.line(row).rstrip("\n").encode("utf-8"))
        return source.spliced({(at, at): f"\n{text}"})
    row = imports.first_row(source)
    at = (*source.line_starts, len(source.data))[row]
    return source.spliced({(at, at): f"{text}\n" + "\n" * bool(source.text[at:].strip())})


def _begins_with_directives(source: Source) -> bool:
    first = next((n for n in source.root.named_children if n.type != "comment"), None)
    return (
        first is not None
        and first.type == "expression_statement"
        and first.named_children[0].type == "string"
    )


def _can_take(source: Source, statement: Node, wanted: Wanted) -> bool:
    if statement.type != f"{wanted.keyword}_statement" or path_in(statement) != wanted.written:
        return False
    listed = _list_of(statement)
    has_comment = b"//" in (statement.text or b"") or b"/*" in (statement.text or b"")
    is_same = is_of_types(statement) == wanted.is_type
    return listed is not None and bool(listed.named_children) and is_same and not has_comment


def _list_of(statement: Node) -> Node | None:
    clause = next((c for c in statement.named_children if c.type == "import_clause"), statement)
    return next((c for c in clause.named_children if c.type in _LISTS), None)


def _into_list(source: Source, statement: Node, text: str) -> Edits:
    listed = _list_of(statement)
    assert listed is not None
    entries, codes = listed.named_children, [source.code(each) for each in listed.named_children]
    if text in codes:
        return {}
    is_sorted = codes == sorted(codes, key=str.lower)
    index = sum(code.lower() < text.lower() for code in codes) if is_sorted else len(codes)
    row = entries[0].start_point[0]
    is_apart = listed.start_point[0] != row
    gap = f"\n{source.line(row)[: entries[0].start_point[1]]}" if is_apart else " "
    if index == 0:
        return {(entries[0].start_byte, entries[0].start_byte): f"{text},{gap}"}
    at = entries[index - 1].end_byte
    return {(at, at): f",{gap}{text}"}


def _statement(wanted: Wanted, quote: str, end: str) -> str:
    kind = " type" if wanted.is_type else ""
    path = f"{quote}{wanted.written}{quote}"
    if wanted.name == "*":
        return f"{wanted.keyword}{kind} * as {wanted.as_name} from {path}{end}"
    if wanted.name == "default" and wanted.keyword == "import":
        return f"import{kind} {wanted.as_name} from {path}{end}"
    return f"{wanted.keyword}{kind} {{ {wanted.listed} }} from {path}{end}"


def _quote(*sources: Source) -> str:
    for source in sources:
        for node in source.root.named_children:
            path = node.child_by_field_name("source")
            if node.type in ("import_statement", "export_statement") and path is not None:
                return source.code(path)[0]
        if match := re.search(r"""["']""", source.text):
            return match[0]
    return '"'


def _end(*sources: Source) -> str:
    """Whether statements end with a semicolon."""
    for source in sources:
        for node in source.root.named_children:
            if node.type in ("import_statement", "lexical_declaration", "expression_statement"):
                return ";" if source.code(node).endswith(";") else ""
    return ";" if any(";" in source.text for source in sources) else ""
