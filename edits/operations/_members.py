"""The members of Python's enums and the fields of its dataclasses and named tuples: which they are, and where one more goes."""

import re

from specedit.edits.operations import _lists
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

_ENUMS = re.compile(r"(?:enum\.)?(?:Enum|IntEnum|StrEnum|Flag|IntFlag)")
_DATACLASS = re.compile(r"@(?:dataclasses\.)?dataclass\b")


def is_enum(node: Node) -> bool:
    """Whether a class is an enum by one of its bases."""
    return any(_ENUMS.fullmatch(base) for base in _bases(node))


def is_record(node: Node) -> bool:
    """Whether a class is a dataclass or a named tuple."""
    decorated = any(_DATACLASS.match(each) for each in _decorators(node))
    return decorated or any(re.fullmatch(r"(?:typing\.)?NamedTuple", b) for b in _bases(node))


def is_keyword_only(node: Node) -> bool:
    """Whether the last fields of a dataclass are passed by name alone."""
    written = " ".join(_decorators(node)) + " ".join(map(text_of, _statements(node)))
    return bool(re.search(r"\bkw_only\s*=\s*True\b|:\s*(?:dataclasses\.)?KW_ONLY\b", written))


def assignments(node: Node) -> list[Node]:
    """Return the statements of a class that set one name to a value."""
    result = []
    for statement in _statements(node):
        inner = statement.named_children[0] if statement.named_children else None
        if statement.type == "expression_statement" and inner is not None:
            left = inner.child_by_field_name("left")
            if inner.type == "assignment" and left is not None and left.type == "identifier":
                result.append(statement)
    return result


def value_of(statement: Node) -> Node | None:
    """Return what an assignment sets its name to, None for a type alone."""
    return statement.named_children[0].child_by_field_name("right")


def fields(node: Node) -> list[Node]:
    """Return the statements of a class that declare a field, which is not the class's own."""
    typed = (s for s in assignments(node) if s.named_children[0].child_by_field_name("type"))
    return [
        s
        for s in typed
        if "ClassVar" not in text_of(s.named_children[0].child_by_field_name("type"))
    ]


def enum_of(source: Source, definition: Definition) -> Node | None:
    """Return the enum that something is a member of, None if it is of none."""
    owners = [d.node for d in source.definitions if d.qualified == definition.owner]
    return owners[0] if len(owners) == 1 and is_enum(owners[0]) else None


def renumbered(source: Source, definition: Definition) -> tuple[str, ...]:
    """Return what is to be told of an enum that loses a member: which others get another value."""
    enum = enum_of(source, definition)
    members = assignments(enum) if enum is not None else []
    behind = [m for m in members if m.start_byte > definition.node.start_byte]
    changed = [m for m in behind if text_of(value_of(m)).endswith("auto()")]
    names = [text_of(m.named_children[0].child_by_field_name("left")) for m in changed]
    return (f"auto() gives {', '.join(names)} another value",) if names else ()


def refuse_order(
    source: Source, definition: Definition, known: list[Node], *, has_default: bool
) -> None:
    """Refuse a field that Python does not let stand behind the others, or that moves those of a subclass.

    Raises:
        EditRefused: with the line.
    """
    symbols = symbols_of(source)
    classes = symbols.classes if symbols is not None else None
    below = {*classes.descendants(definition.qualified)} if classes is not None else set[str]()
    for each in source.definitions:
        if each.kind == "class" and each.qualified in below and fields(each.node):
            raise EditRefused(
                f"'{each.name}' on line {line_of(each.node)} has fields behind those of '{definition.name}', which would move"
            )
    if has_default:
        return
    optional = next((f for f in known if value_of(f) is not None), None)
    if optional is not None:
        raise EditRefused(
            f"line {line_of(optional)} has a default: a field without one cannot come behind it; give it one"
        )
    bases = [b for b in _bases(definition.node) if not b.endswith(("NamedTuple", "object"))]
    if bases:
        raise EditRefused(
            f"'{bases[0]}', which '{definition.name}' extends, may have fields with defaults; give the new one a default"
        )


def refuse_calls(source: Source, definition: Definition) -> None:
    """Refuse a field that calls in the file do not pass.

    Raises:
        EditRefused: with the lines.
    """
    lines = {
        line_of(node)
        for node in source.nodes
        if node.type == "call"
        and re.split(r"\W+", text_of(node.child_by_field_name("function")))[-1]
        in (definition.name, "cls")
    }
    if lines:
        shown = ", ".join(map(str, sorted(lines)))
        raise EditRefused(
            f"'{definition.name}' is made on line{'s' * (len(lines) > 1)} {shown} without it; give it a default"
        )


def inserted(source: Source, node: Node, members: list[Node], text: str) -> str:
    """Return the text with a statement behind the last of some, or at the top of the class.

    Raises:
        EditRefused: the class stands on one line.
    """
    body = node.child_by_field_name("body")
    statements = _statements(node)
    if body is None or body.start_point[0] == node.start_point[0] or not statements:
        raise EditRefused(f"the class on line {line_of(node)} has its body on the same line")
    after = members[-1] if members else None
    if after is None and _is_string(statements[0]):
        after = statements[0]
    elif after is not None:
        follower = statements[statements.index(after) + 1 :][:1]
        after = follower[0] if follower and _is_string(follower[0]) else after
    starts = (*source.line_starts, len(source.data))
    indent = source.line(statements[0].start_point[0])[: statements[0].start_point[1]]
    others = [s for s in statements if not _is_string(s)]
    filler = others[0] if not members and len(others) == 1 else None
    if filler is not None and text_of(filler) in ("pass", "..."):
        return source.spliced({(filler.start_byte, filler.end_byte): text})
    if after is not None and source.lines(after.end_point[0], after.end_point[0] + 1).count(";"):
        raise EditRefused(f"line {line_of(after)} has more than one statement")
    row = after.end_point[0] + 1 if after is not None else statements[0].start_point[0]
    at = starts[row] if row < len(starts) else len(source.data)
    line = f"{indent}{text}\n"
    if at == len(source.data) and not source.text.endswith("\n"):
        line = f"\n{indent}{text}"
    return source.spliced({(at, at): line})


def listed(source: Source, body: Node, members: list[Node], text: str) -> str:
    """Return the text with one more in a list with commas, whose last one may have one."""
    last = members[-1]
    comma = last.next_sibling
    has_comma = comma is not None and comma.type == ","
    if last.start_point[0] == body.start_point[0]:
        return source.spliced(_lists.inserted(source, body, len(members), text))
    indent = source.line(last.start_point[0])[: last.start_point[1]]
    if indent.strip():
        raise EditRefused(f"line {line_of(last)} has more than one member")
    row = last.end_point[0] + 1
    edits = {
        (source.line_starts[row], source.line_starts[row]): f"{indent}{text}{',' * has_comma}\n"
    }
    if not has_comma:
        edits[last.end_byte, last.end_byte] = ","
    return source.spliced(edits)


def _statements(node: Node) -> list[Node]:
    body = node.child_by_field_name("body")
    return [c for c in body.named_children if c.type != "comment"] if body is not None else []


def _is_string(statement: Node) -> bool:
    parts = statement.named_children
    return statement.type == "expression_statement" and bool(parts) and parts[0].type == "string"


def _bases(node: Node) -> list[str]:
    given = node.child_by_field_name("superclasses")
    return [text_of(c) for c in given.named_children if c.type != "comment"] if given else []


def _decorators(node: Node) -> list[str]:
    holder = node.parent
    return [text_of(c) for c in holder.named_children if c.type == "decorator"] if holder else []
