"""Rust: what a type says."""

from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    TEXT,
    UNKNOWN,
    ClassItself,
    Foreign,
    Instance,
    Type,
    foreign,
    object_of,
    returns,
    row,
    sequence,
    union,
)
from specedit.edits.types.rust_standard import held_by


def annotation(node: Node | None, types: Inference) -> Type:
    """Return what a value of a type is; a reference or a box is what it holds."""
    if node is None:
        return UNKNOWN
    match node.type:
        case "type_identifier" | "identifier" | "scoped_type_identifier" | "scoped_identifier":
            return of_class(path(node, types))
        case "primitive_type":
            return TEXT if types.source.code(node) == "str" else FOREIGN
        case "reference_type" | "pointer_type":
            return annotation(node.child_by_field_name("type"), types)
        case "array_type":
            return sequence(annotation(node.child_by_field_name("element"), types), "Vec")
        case "tuple_type":
            return row(annotation(child, types) for child in node.named_children)
        case "dynamic_type" | "abstract_type":
            return annotation(node.child_by_field_name("trait"), types)
        case "generic_type":
            return _generic(node, types)
        case "unit_type" | "never_type":
            return NOTHING
        case "bracketed_type" | "qualified_type":
            return annotation(node.named_children[0], types)
        case "trait_bounds" | "bounded_type":
            return _bounds(node, types)
    return UNKNOWN


def _bounds(node: Node, types: Inference) -> Type:
    """What is bound by several traits is that of this file, if there is one."""
    bounds = [annotation(each, types) for each in node.named_children if each.type != "lifetime"]
    own = [each for each in bounds if any(isinstance(atom, Instance) for atom in each)]
    if len(own) == 1:
        return own[0]
    return bounds[0] if len(bounds) == 1 else UNKNOWN


def path(node: Node, types: Inference) -> Type:
    """Return what a name or a path, `module::Type`, means."""
    if node.type == "generic_type":
        return path(node.named_children[0], types)
    if node.type.startswith("scoped"):
        return _scoped(node, types)
    name = types.source.code(node)
    if name in ("std", "core", "alloc"):
        return foreign(name, "class")
    if name == "Self":
        return class_around(node, types)
    return types.named(name, node)


def class_around(node: Node, types: Inference) -> Type:
    """Return the class whose `impl`, or the trait, stands around a node."""
    for outer, _ in types.around(node):
        if outer.type in ("impl_item", "trait_item") and outer.id in types.class_of:
            return frozenset([ClassItself(types.class_of[outer.id])])
    return UNKNOWN


def _scoped(node: Node, types: Inference) -> Type:
    head, last = (node.child_by_field_name(field) for field in ("path", "name"))
    if last is None:
        return UNKNOWN
    name = types.source.code(last)
    if head is None:
        return UNKNOWN
    if head.type in ("crate", "super", "self"):
        return types.in_scope(module_scope(head, types), name) or UNKNOWN
    if head.type == "bracketed_type":
        return member(annotation(head, types), name, types)
    return member(path(head, types), name, types)


def member(held: Type, name: str, types: Inference) -> Type:
    """Return what is called or named behind `.` or `::`: a method comes before a field."""
    meaning = method(held, name, types)
    return meaning if meaning and meaning != UNKNOWN else types.member(held, name)


def method(held: Type, name: str, types: Inference) -> Type:
    """Return what a method of a value is; those that are derived give what they are called on."""
    meaning = types.member(held, f"{name}()")
    is_own = bool(held) and all(isinstance(atom, Instance | ClassItself) for atom in held)
    if meaning == UNKNOWN and is_own and name in ("clone", "default"):
        return returns(of_class(held) if name == "default" else held)
    return meaning


def module_scope(head: Node, types: Inference) -> Node:
    """Return the scope that `crate`, `self` or `super` at the head of a path means."""
    modules = [o for o, _ in types.around(head) if o.type == "mod_item"]
    scopes = [body for m in modules if (body := m.child_by_field_name("body")) is not None]
    scopes.append(types.source.root)
    index = {"self": 0, "super": 1}.get(head.type, len(scopes) - 1)
    return scopes[min(index, len(scopes) - 1)]


def of_class(type_: Type) -> Type:
    """Return what an object of a type is."""
    return object_of(type_, lambda named: TEXT if named.name == "String" else foreign(named.name))


def _generic(node: Node, types: Inference) -> Type:
    head = node.child_by_field_name("type") or node.named_children[0]
    meaning = of_class(path(head, types))
    if any(isinstance(atom, Instance) for atom in meaning):
        return meaning
    listed = node.child_by_field_name("type_arguments")
    given = [
        annotation(each.child_by_field_name("type") if each.type == "type_binding" else each, types)
        for each in (listed.named_children if listed is not None else ())
        if each.type != "lifetime"
    ]
    return held_by(types.source.code(head).rpartition("::")[2], given) or union(
        foreign(atom.name, "generic") if isinstance(atom, Foreign) else UNKNOWN for atom in meaning
    )
