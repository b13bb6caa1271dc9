"""C and C++: what a type says, and what the members of the standard library's types give."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    UNKNOWN,
    ClassItself,
    Foreign,
    Instance,
    Type,
    elements,
    foreign,
    instance,
    iterated,
    mapping,
    object_of,
    returns,
    row,
    sequence,
    union,
    values,
)

SPECIFIERS = words("struct_specifier class_specifier union_specifier enum_specifier")
_LISTS = words(
    "vector list deque set unordered_set multiset array span initializer_list queue stack priority_queue forward_list"
)
_MAPS = words("map unordered_map multimap")
_POINTERS = words("unique_ptr shared_ptr optional reference_wrapper")
_PICKING = words("front back top at")
_ITERATING = words("begin end cbegin cend rbegin rend find lower_bound upper_bound")


def annotation(node: Node | None, types: Inference) -> Type:
    """Return what a value of a type is; a pointer or reference is what it points to."""
    if node is None:
        return UNKNOWN
    match node.type:
        case "primitive_type" | "sized_type_specifier":
            return FOREIGN
        case "type_identifier" | "qualified_identifier":
            return of_class(path(node, types))
        case "type_descriptor":
            return annotation(node.child_by_field_name("type"), types)
        case "template_type":
            return _template(node, types)
        case kind if kind in SPECIFIERS:
            if node.id in types.class_of:
                return instance(types.class_of[node.id])
            name = node.child_by_field_name("name")
            if name is None:
                return UNKNOWN
            meaning = types.named(f"struct {types.source.code(name)}", node)
            return of_class(meaning)
    return UNKNOWN


def path(node: Node, types: Inference) -> Type:
    """Return what a name, or a name in a namespace or class, means."""
    if node.type == "template_type":
        return path(node.child_by_field_name("name") or node, types)
    name = types.source.code(node)
    if node.type != "qualified_identifier":
        return _known(name, types.named(name, node), types)
    head, last = node.child_by_field_name("scope"), node.child_by_field_name("name")
    if head is None or last is None:
        return UNKNOWN
    held = path(head, types)
    if last.type == "template_type":
        own = any(isinstance(atom, ClassItself) for atom in held)
        return held if own else returns(_template(last, types))
    return _within(held, last, types)


def _within(held: Type, last: Node, types: Inference) -> Type:
    """What a path goes on to behind a namespace or class."""
    if last.type == "qualified_identifier":
        head, name = last.child_by_field_name("scope"), last.child_by_field_name("name")
        if head is None or name is None:
            return UNKNOWN
        inner = types.member(held, types.source.code(head))
        if name.type == "template_type" and not any(isinstance(a, ClassItself) for a in inner):
            return returns(_template(name, types))
        return _within(inner, name, types)
    return types.member(held, types.source.code(last))


def _known(name: str, alias: Type, types: Inference) -> Type:
    """A name that is not in sight may come by `using namespace` from this file."""
    is_foreign = all(isinstance(atom, Foreign) for atom in alias)
    if is_foreign and any(each.endswith(f".{name}") for each in types.class_nodes):
        return UNKNOWN
    return alias


def of_class(type_: Type) -> Type:
    """Return what an object of a class is."""
    return object_of(type_, lambda named: foreign(named.name))


def _template(node: Node, types: Inference) -> Type:
    name = types.source.code(node.child_by_field_name("name") or node)
    meaning = of_class(_known(name, types.named(name, node), types))
    if any(isinstance(atom, Instance) for atom in meaning):
        return meaning
    given = [annotation(each, types) for each in arguments_of(node)]
    return held_by(name, given) or foreign(name, "generic")


def arguments_of(node: Node) -> list[Node]:
    """Return the template arguments of a type or function."""
    listed = node.child_by_field_name("arguments")
    return [a for a in listed.named_children if a.type == "type_descriptor"] if listed else []


def held_by(name: str, given: list[Type]) -> Type | None:
    """Return the type of one of the standard library's containers of the `given`."""
    if not given:
        return None
    if name in _LISTS:
        return sequence(given[0], "list")
    if name in _MAPS and len(given) >= 2:
        return mapping(given[0], given[1])
    if name in _POINTERS:
        return pointer(given[0])
    return row(given) if name in ("pair", "tuple") else None


def pointer(held: Type) -> Type:
    """Return the type of a smart pointer or an iterator."""
    return frozenset([Foreign("pointer", elements=held)])


def pointed(held: Type) -> Type:
    """Return what `*` and `->` lead to; plain pointers are what they point to already."""
    alternatives: list[Type] = []
    for atom in held:
        alone: Type = frozenset([atom])
        if isinstance(atom, Foreign):
            alternatives.append(elements(alone) if atom.name == "pointer" else _arrow(atom))
        else:
            alternatives.append(alone)
    return union(alternatives)


def _arrow(atom: Foreign) -> Type:
    # A foreign class may have a `->` of its own.
    return UNKNOWN if atom.kind == "generic" else frozenset([atom])


def foreign_member(owner: Foreign, name: str) -> Type:
    """Return what a member of something foreign is."""
    itself: Type = frozenset([owner])
    if owner.kind == "namespace":
        return foreign(f"{owner.name}::{name}", "namespace")
    if owner.name == "tuple" and owner.parts is not None and name in ("first", "second"):
        index = 0 if name == "first" else 1
        return owner.parts[index] if index < len(owner.parts) else UNKNOWN
    if owner.name == "pointer" and name in ("get", "value"):
        return returns(elements(itself))
    if owner.name in ("list", "dict") and name in _ITERATING:
        return returns(pointer(iterated(itself)))
    if owner.name == "list" and name in _PICKING:
        return returns(elements(itself))
    if owner.name == "dict" and name == "at":
        return returns(values(itself))
    return UNKNOWN
