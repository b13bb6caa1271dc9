"""Go: which type a field or method belongs to."""

from specedit.edits.symbols.classes import Classes
from specedit.edits.syntax.nodes import ancestors, climb, field_of, text_of
from specedit.edits.syntax.tree import Node


def type_around(node: Node) -> str:
    """The name of the type whose own struct or interface a field stands in."""
    depth = 0
    for parent, _ in ancestors(node):
        if parent.type in ("struct_type", "interface_type"):
            depth += 1
        if parent.type in ("type_spec", "type_alias"):
            return text_of(parent.child_by_field_name("name")) if depth == 1 else ""
        if parent.type in ("function_declaration", "method_declaration", "func_literal"):
            return ""
    return ""


def receiver_type(method: Node) -> str:
    """The name of the type that a method belongs to."""
    listed = method.child_by_field_name("receiver")
    declared = listed.named_children[0] if listed is not None and listed.named_children else None
    kind = declared.child_by_field_name("type") if declared is not None else None
    while kind is not None and kind.type in ("pointer_type", "generic_type", "parenthesized_type"):
        kind = kind.child_by_field_name("type") or kind.named_children[0]
    return text_of(kind)


def embedding_type(node: Node, classes: Classes) -> str:
    """The type that a type is embedded in as a field, or ""."""
    whole = climb(node, ("pointer_type", "generic_type"))
    field = whole.parent
    if field is None or field.type != "field_declaration" or field.child_by_field_name("name"):
        return ""
    inside = node.parent
    if inside is not None and inside.type == "generic_type" and field_of(node) != "type":
        return ""
    return type_around(node)
