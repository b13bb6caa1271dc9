"""C and C++: structs and unions without a name of their own, and what they are called here."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.c_scopes import name_in

_RECORDS = words("struct_specifier class_specifier union_specifier")


def unnamed_records(source: Source) -> list[tuple[Node, str]]:
    """Return the structs whose members are reached through a variable or a field, with names.

    `struct { int n; } state;` is called "state", and one in the struct Pool "Pool.state"; by its place where another
    class or struct is called so. A typedef gives its name, and what declares nothing is a part of the struct around it.
    """
    classes = {definition.node.id: definition.qualified for definition in source.definitions}
    taken, named = {*classes.values()}, list[tuple[Node, str]]()
    for node in source.nodes:
        declared = _declared(node) if node.type in _RECORDS else None
        if declared is None:
            continue
        around = next((owner for p, _ in ancestors(node) if (owner := classes.get(p.id))), "")
        name = ".".join(filter(None, (around, source.code(declared))))
        if name in taken:
            name = f"struct at {node.start_byte}"
        taken.add(name)
        classes[node.id] = name
        named.append((node, name))
    return named


def _declared(record: Node) -> Node | None:
    """The variable or field that a struct without a name is defined for."""
    statement = record.parent
    if record.child_by_field_name("name") is not None or statement is None:
        return None
    if record.child_by_field_name("body") is None or statement.type == "type_definition":
        return None
    return name_in(statement.child_by_field_name("declarator"))[0]
