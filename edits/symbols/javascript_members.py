"""JavaScript: members that are reached through an object, or named in a string."""

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.javascript_bindings import (
    is_rebound,
    namespace_keys,
)
from specedit.edits.symbols.places import STATIC, Binding, Place
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node


def literal_name(node: Node, classes: Classes) -> str:
    """The variable of the file that holds the object literal which a key stands in, or ""."""
    literal = enclosing(node, ("object", "object_pattern", "arrow_function", "class_body"))
    declarator = literal.parent if literal is not None and literal.type == "object" else None
    return classes.of_node(declarator) if declarator is not None else ""


def access_place(at: tuple[Node, int, int], access: Node, classes: Classes) -> Place:
    """Return what a name behind a dot is."""
    through = access.child_by_field_name("object")
    if keys := namespace_keys(text_of(through), access):
        return Place(*at, "path", scopes=keys)
    owner = ""
    if through is not None and through.type == "identifier" and text_of(through) in classes.by_name:
        known = classes.by_name[text_of(through)].nodes
        is_literal = all(node.type == "variable_declarator" for node in known)
        owner = text_of(through) if is_literal and not is_rebound(through) else ""
    if through is not None and through.type == "this" and not classes.around(access):
        owner = literal_name(access, classes)
    if owner:
        return Place(*at, "member", owners=(owner,))
    spaces = ("value", STATIC)
    bound = _assigned(access, classes)
    return Place(*at, "member", through=access, bindings=bound, spaces=spaces)


def string_place(at: tuple[Node, int, int], classes: Classes) -> Place:
    """A string that names a member: in brackets behind an object or a type, or of `Pick` and the like."""
    reason = "a name in a string"
    for parent, child in ancestors(at[0]):
        if parent.type == "subscript_expression" and field_of(child) == "index":
            held = parent.child_by_field_name("object")
            return Place(*at, "member", ("value", STATIC), holder=held, reason=reason)
        if parent.type == "lookup_type" and child != parent.named_children[0]:
            owner = classes.named(text_of(parent.named_children[0]))
            return Place(*at, "member", owners=(owner,), reason=reason)
        if parent.type == "type_arguments" and child != parent.named_children[0]:
            owner = classes.named(text_of(parent.named_children[0]))
            return Place(*at, "member", owners=(owner,), reason=reason)
        if parent.type not in ("string", "literal_type", "union_type"):
            break
    return Place(*at, "text")


def _assigned(access: Node, classes: Classes) -> tuple[Binding, ...]:
    """What an assignment to a member of `this` declares."""
    target = access.parent
    through = access.child_by_field_name("object")
    if (
        target is None
        or target.type != "assignment_expression"
        or field_of(access) != "left"
        or through is None
        or through.type != "this"
    ):
        return ()
    function = enclosing(access, ("function_declaration", "function_expression", "class_body"))
    owner = classes.around(access)
    if not owner or function is None or function.type != "class_body":
        return ()
    method = enclosing(access, ("method_definition", "class_static_block"))
    is_static = method is not None and (
        method.type == "class_static_block" or any(c.type == "static" for c in method.children)
    )
    return (Binding("field", "", owner=owner, spaces=(STATIC,) if is_static else ("value",)),)
