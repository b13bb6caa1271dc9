"""What a member is reached through: classes of this text, something foreign, or what cannot be told."""

import re

from tree_sitter import Node

from specedit.edits.language import words
from specedit.edits.symbols.lookup import Lookup
from specedit.edits.symbols.places import Receiver
from specedit.edits.symbols.tree import ancestors, is_inside, text_of

_TYPES = words("class struct union record enum interface trait type annotation")
# What a declaration writes around the name of a type.
_AROUND = r"<.*|^\s*:\s*|^[&*\s]*(mut |const |struct )?\s*"
_OWN = ("self", "cls", "this", "Self", "*this")


def receiver_of(access: Node, symbols: Lookup) -> Receiver:
    """Return what a member access goes through, as far as declarations beside it say."""
    fields = ("object", "operand", "value", "argument")
    through = next((n for f in fields if (n := access.child_by_field_name(f))), None)
    if access.type == "method_reference":
        through = access.named_children[0]
    owner = type_of(through, symbols) if through is not None else ""
    return Receiver(frozenset([owner]) if owner else frozenset())


def type_of(expression: Node, symbols: Lookup) -> str:
    """Return the class of this text that an expression is an object of, or ""."""
    classes = symbols.classes
    text = text_of(expression)
    if text in _OWN:
        return classes.around(expression)
    if text in ("super()", "super"):
        return next(iter(classes.ancestors(classes.around(expression))), "")
    if expression.type in ("call", "new_expression", "object_creation_expression"):
        fields = ("function", "type", "constructor")
        called = next((n for f in fields if (n := expression.child_by_field_name(f))), None)
        return classes.named(text_of(called).partition("<")[0])
    if expression.type not in ("identifier", "type_identifier"):
        return ""
    symbol = symbols.names(text).visible_at(expression, ("value", "type"))
    if symbol is None:
        return ""
    if classes.named(text) and {*symbol.kinds} & _TYPES:
        return classes.named(text)
    declared = {_declared_type(place.node) for place in symbol.declarations}
    return classes.named(declared.pop()) if len(declared) == 1 else ""


def _declared_type(name: Node) -> str:
    """The name of the type that a declaration states, without what makes it a pointer or gives it arguments."""
    for parent, _ in list(ancestors(name))[:3]:
        kind = parent.child_by_field_name("type")
        if kind is not None and not is_inside(name, kind):
            return re.sub(_AROUND, "", text_of(kind), flags=re.DOTALL)
    return ""
