"""What a member is reached through: classes of this text, something foreign, or what cannot be told."""

from dataclasses import dataclass

from tree_sitter import Node

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.tree import text_of


@dataclass(frozen=True, slots=True)
class Receiver:
    """The qualified names of classes; where there are none it `is_foreign`, or not evident."""

    classes: frozenset[str] = frozenset()
    is_foreign: bool = False
    reason: str = "the type of its object is not evident here"


def receiver_of(access: Node, classes: Classes) -> Receiver:
    """Return what a member access goes through."""
    if access.type == "method_reference":
        owner = type_of(access.named_children[0], classes)
        return Receiver(frozenset([owner]) if owner else frozenset())
    for field in ("object", "operand", "value", "argument"):
        through = access.child_by_field_name(field)
        if through is not None:
            owner = type_of(through, classes)
            return Receiver(frozenset([owner]) if owner else frozenset())
    return Receiver()


def type_of(expression: Node, classes: Classes) -> str:
    """Return the class of this text that an expression is an object of, or ""."""
    text = text_of(expression)
    if text in ("self", "cls", "this", "Self", "*this"):
        return classes.around(expression)
    if text in ("super()", "super"):
        around = classes.around(expression)
        return next(iter(classes.ancestors(around)), "") if around else ""
    if expression.type in ("call", "new_expression", "object_creation_expression"):
        called = expression.child_by_field_name("function") or expression.child_by_field_name("type")
        called = called or expression.child_by_field_name("constructor")
        return classes.named(text_of(called).partition("<")[0])
    return classes.named(text) if expression.type in ("identifier", "type_identifier") else ""
