"""JavaScript and TypeScript: what `this` and `super` are."""

from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_annotations import annotation
from specedit.edits.types.lattice import (
    FOREIGN,
    UNKNOWN,
    ClassItself,
    Foreign,
    Type,
    class_itself,
    instance,
    union,
)


def this_of(node: Node, types: Inference) -> Type:
    """Return what `this` is: functions have their own, arrow functions have not."""
    for outer, inner in types.around(node):
        if outer.type in ("function_declaration", "function_expression", "generator_function"):
            return _this_of_function(outer, types)
        if outer.type in ("method_definition", "class_static_block", *_FIELDS):
            holder = types.parent(types.parent(outer) or outer)
            body = types.parent(outer)
            if body is not None and body.type == "object":
                return _this_of_object(body, types)
            owner = types.class_of.get(holder.id) if holder is not None else None
            if owner is None or inner.type == "decorator":
                return UNKNOWN
            is_static = any(child.type == "static" for child in outer.children)
            is_static = is_static or outer.type == "class_static_block"
            return class_itself(owner) if is_static else instance(owner)
    return UNKNOWN


_FIELDS = ("public_field_definition", "field_definition")


def _this_of_function(function: Node, types: Inference) -> Type:
    """`function (this: Door)`, a constructor function, or one that is made a method: `Door.prototype.close = function`."""
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        pattern = parameter.child_by_field_name("pattern")
        if pattern is not None and pattern.type == "this":
            return annotation(parameter.child_by_field_name("type"), types)
    if function.id in types.class_of:
        return instance(types.class_of[function.id])
    parent = types.parent(function)
    literal = types.parent(parent) if parent is not None and parent.type == "pair" else None
    if literal is not None:
        return _this_of_object(literal, types)
    left = parent.child_by_field_name("left") if parent is not None else None
    if left is None or left.type != "member_expression":
        return UNKNOWN
    holder = left.child_by_field_name("object")
    if holder is None or not types.source.code(holder).endswith(".prototype"):
        return UNKNOWN
    return types.value(holder)


def _this_of_object(literal: Node, types: Inference) -> Type:
    """What a function does with an object that it is given, or that stands in another, cannot be told."""
    parent = types.parent(literal)
    is_own = parent is not None and parent.type in ("variable_declarator", "return_statement")
    return instance(types.class_of[literal.id]) if is_own else UNKNOWN


def super_of(node: Node, types: Inference) -> Type:
    """Return what `super` is: the bases of the class around, in a static method themselves, else objects of them."""
    owner = next(
        (types.class_of[o.id] for o, _ in types.around(node) if o.id in types.class_of), None
    )
    if owner is None:
        return UNKNOWN
    is_static = any(isinstance(atom, ClassItself) for atom in this_of(node, types))
    alternatives = []
    for atom in types.bases(owner):
        if isinstance(atom, ClassItself):
            alternatives.append(class_itself(atom.name) if is_static else instance(atom.name))
        else:
            alternatives.append(FOREIGN if isinstance(atom, Foreign) else UNKNOWN)
    return union(alternatives) if alternatives else UNKNOWN
