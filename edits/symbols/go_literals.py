"""Go: what the keys of a composite literal are."""

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import END, Place
from specedit.edits.syntax.nodes import enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node

_COLLECTIONS = ("map_type", "slice_type", "array_type", "implicit_length_array_type")


def key_place(at: tuple[Node, int, int], key: Node, classes: Classes) -> Place:
    """A key of a literal: a field where it is a struct's, else a value."""
    kind = _literal_type(enclosing(key, ("literal_value",)), classes)
    if kind is None:
        return Place(*at, "unknown", reason="a key of a literal whose type is not evident")
    if kind.type in _COLLECTIONS:
        return Place(*at)
    if kind.type == "struct_type" or text_of(kind) in classes.by_name:
        owner = text_of(kind)
        if kind.type == "struct_type":
            return Place(*at, "other", reason="a member of a type without a name")
        return Place(*at, "member", owners=(owner,))
    return Place(*at, "other", reason="a key of a literal of another package's type")


def _literal_type(literal: Node | None, classes: Classes) -> Node | None:
    """The type of a composite literal, with those defined as a map or slice looked through."""
    if literal is None or literal.parent is None:
        return None
    parent = literal.parent
    if parent.type == "composite_literal":
        return _underlying(parent.child_by_field_name("type"), classes)
    outer = _literal_type(enclosing(literal, ("literal_value",)), classes)
    if outer is None:
        return None
    if outer.type == "map_type":
        in_key = parent.type == "literal_element" and field_of(parent) == "key"
        return _underlying(outer.child_by_field_name("key" if in_key else "value"), classes)
    if outer.type in _COLLECTIONS:
        return _underlying(outer.child_by_field_name("element"), classes)
    return _field_type(outer, literal, classes)


def _field_type(owner: Node, literal: Node, classes: Classes) -> Node | None:
    pair = enclosing(literal, ("keyed_element", "literal_value"))
    key = text_of(pair.child_by_field_name("key")) if pair is not None else ""
    known = classes.by_name.get(text_of(owner))
    for node in known.nodes if known and key else ():
        struct = node.child_by_field_name("type")
        for field in struct.named_children[0].named_children if struct is not None else ():
            if key in [text_of(n) for n in field.children_by_field_name("name")]:
                return _underlying(field.child_by_field_name("type"), classes)
    return None


def _underlying(kind: Node | None, classes: Classes) -> Node | None:
    for _ in range(END.bit_length()):
        if kind is None:
            return None
        if kind.type in ("pointer_type", "parenthesized_type"):
            kind = kind.named_children[0]
        elif kind.type == "generic_type":
            kind = kind.child_by_field_name("type")
        elif kind.type == "type_identifier" and (known := classes.by_name.get(text_of(kind))):
            defined = known.nodes[0].child_by_field_name("type") if known.nodes else None
            if defined is None or defined.type in ("struct_type", "interface_type"):
                return kind
            kind = defined
        else:
            return kind
    return None
