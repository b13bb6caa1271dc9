"""Rust: what a pattern takes apart, and what a closure is called with."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    UNKNOWN,
    ClassItself,
    Foreign,
    Type,
    elements,
    instance,
    iterated,
    part,
    union,
    values,
)
from specedit.edits.types.rust_annotations import annotation, path

# Methods that call a closure with each element, or with what they hold.
_EACH = words(
    "map for_each filter any all find position filter_map flat_map max_by_key min_by_key sort_by_key take_while skip_while "
    "inspect partition retain and_then map_or is_some_and is_ok_and sum_by"
)


def struct_of(name: Node | None, types: Inference) -> Type:
    """Return what has the fields that stand behind a name: a struct, or the variant of an enumeration."""
    if name is None:
        return UNKNOWN
    head = name.child_by_field_name("path")
    for atom in (
        path(head, types) if head is not None and head.type not in ("crate", "super") else ()
    ):
        last = name.child_by_field_name("name")
        if isinstance(atom, ClassItself) and last is not None:
            variant = f"{atom.name}.{types.source.code(last)}"
            if variant in types.class_nodes:
                return instance(variant)
    return annotation(name, types)


def matched(target: Node, types: Inference) -> Type:
    """Return what a name or pattern takes on where it is bound."""
    parent = types.parent(target)
    if parent is None:
        return UNKNOWN
    match parent.type:
        case "let_declaration":
            stated = parent.child_by_field_name("type")
            return (
                annotation(stated, types)
                if stated
                else types.value(parent.child_by_field_name("value"))
            )
        case "let_condition":
            return types.value(parent.child_by_field_name("value"))
        case "parameter":
            return annotation(parent.child_by_field_name("type"), types)
        case "closure_parameters":
            return _passed(target, parent, types)
        case "for_expression":
            return iterated(types.value(parent.child_by_field_name("value")))
        case "match_pattern":
            match = next((o for o, _ in types.around(parent) if o.type == "match_expression"), None)
            return types.value(match.child_by_field_name("value")) if match is not None else UNKNOWN
        case "tuple_pattern":
            return part(matched(parent, types), _place(target, parent))
        case "slice_pattern":
            return elements(matched(parent, types))
        case "tuple_struct_pattern":
            return _variant_part(target, parent, types)
        case "field_pattern":
            holder, name = types.parent(parent), parent.child_by_field_name("name")
            if holder is None or name is None:
                return UNKNOWN
            struct = struct_of(holder.child_by_field_name("type"), types)
            return types.member(struct, types.source.code(name))
        case (
            "ref_pattern" | "mut_pattern" | "reference_pattern" | "captured_pattern" | "or_pattern"
        ):
            return matched(parent, types)
    return UNKNOWN


def _place(target: Node, pattern: Node) -> int:
    """Which of the parts of a pattern this is; `_` stands for one without being a node with a name."""
    before = pattern.children[: pattern.children.index(target)]
    return sum(child.type == "," for child in before)


def _variant_part(target: Node, pattern: Node, types: Inference) -> Type:
    name = pattern.child_by_field_name("type")
    index = _place(target, pattern)
    text = types.source.code(name).rpartition("::")[2] if name is not None else ""
    if text in ("Some", "Ok"):
        return elements(matched(pattern, types))
    if text == "Err":
        return values(matched(pattern, types))
    return types.member(struct_of(name, types), str(index))


def _passed(parameter: Node, listed: Node, types: Inference) -> Type:
    """What a closure that stands as an argument is called with: `doors.iter().map(|door| …)`."""
    closure = types.parent(listed)
    arguments = types.parent(closure) if closure is not None else None
    call = types.parent(arguments) if arguments is not None else None
    called = call.child_by_field_name("function") if call is not None else None
    if called is None or called.type != "field_expression" or listed.named_children[0] != parameter:
        return UNKNOWN
    if types.source.code(called.child_by_field_name("field") or called) not in _EACH:
        return UNKNOWN
    held = types.value(called.child_by_field_name("value"))
    return union(
        elements(frozenset([a]))
        if isinstance(a, Foreign) and a.name in ("Vec", "Option", "Result")
        else UNKNOWN
        for a in held
    )
