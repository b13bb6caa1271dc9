"""TypeScript: what a type says."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    TEXT,
    UNKNOWN,
    Foreign,
    Type,
    foreign,
    instance,
    object_of,
    returns,
    row,
    sequence,
    union,
)

_SEQUENCES = words(
    "Array ReadonlyArray Iterable Iterator IterableIterator Generator AsyncIterable AsyncGenerator ArrayLike"
)
_SETS = words("Set ReadonlySet WeakSet")
_MAPS = words("Map ReadonlyMap WeakMap")
_PROMISES = words("Promise PromiseLike")
# Types with the members of the type that they are given.
_SAME = words("Partial Required Readonly NonNullable Pick Omit Awaited")
_COMPONENTS = ("FC", "FunctionComponent", "VFC")


def annotation(node: Node | None, types: Inference) -> Type:
    """Return what a value of a type is."""
    if node is None:
        return UNKNOWN
    match node.type:
        case "type_annotation" | "parenthesized_type" | "readonly_type" | "constraint":
            return annotation(node.named_children[0] if node.named_children else None, types)
        case "type_identifier" | "identifier" | "nested_type_identifier":
            return of_class(_named(node, types))
        case "predefined_type":
            return _predefined(types.source.code(node))
        case "literal_type":
            is_nothing = types.source.code(node) in ("null", "undefined")
            return NOTHING if is_nothing else TEXT
        case "union_type":
            return union(annotation(child, types) for child in node.named_children)
        case "array_type":
            return sequence(annotation(node.named_children[0], types), "Array")
        case "tuple_type":
            return row(annotation(child, types) for child in node.named_children)
        case "object_type" if node.id in types.class_of:
            return instance(types.class_of[node.id])
        case "generic_type":
            return generic(node, types)
        case "type_query":
            return types.value(node.named_children[0])
        case "index_type_query" | "template_literal_type" | "type_predicate_annotation":
            return TEXT
        case "function_type":
            return returns(annotation(node.child_by_field_name("return_type"), types))
        case "this_type" | "this":
            return _class_around(node, types)
    return UNKNOWN


def _class_around(node: Node, types: Inference) -> Type:
    owner = next((o for o, _ in types.around(node) if o.id in types.class_of), None)
    return instance(types.class_of[owner.id]) if owner is not None else UNKNOWN


def of_class(type_: Type) -> Type:
    """Return what an object of a class, or of what a type's name stands for, is."""
    return object_of(
        type_, lambda named: foreign(named.name) if named.kind != "object" else UNKNOWN
    )


def generic(node: Node, types: Inference) -> Type:
    """Return what an object of a class with type arguments is; `node` is a type or a `new`."""
    head = node.child_by_field_name("name") or node.child_by_field_name("constructor")
    name = types.source.code(head) if head is not None else ""
    given = [annotation(each, types) for each in type_arguments(node)]
    if name in _SEQUENCES:
        return sequence(given[0], "Array")
    if name in _SETS:
        return frozenset([Foreign("Set", elements=given[0])])
    if name in _MAPS and len(given) == 2:
        return frozenset([Foreign("Map", elements=row(given), values=given[1])])
    if name == "Record" and len(given) == 2:
        return frozenset([Foreign("Record", values=given[1])])
    if name in _PROMISES:
        return frozenset([Foreign("Promise", elements=given[0])])
    if name in _SAME:
        return given[0]
    if name.rpartition(".")[2] in _COMPONENTS:
        return frozenset([Foreign("component", values=given[0])])
    return (
        annotation(head, types)
        if head is not None and head.type != "member_expression"
        else UNKNOWN
    )


def type_arguments(node: Node) -> list[Node]:
    """Return the type arguments that a node has."""
    listed = next((child for child in node.children if child.type == "type_arguments"), None)
    return listed.named_children if listed is not None else []


def _named(node: Node, types: Inference) -> Type:
    """What a name stands for, or `module.Name`."""
    if node.type == "nested_type_identifier":
        return _nested(node, types)
    return types.named(types.source.code(node), node)


def _nested(node: Node, types: Inference) -> Type:
    module, name = (node.child_by_field_name(field) for field in ("module", "name"))
    if module is None or name is None:
        return UNKNOWN
    held = _nested(module, types) if module.type.startswith("nested") else types.value(module)
    return types.member(held, types.source.code(name))


def _predefined(name: str) -> Type:
    if name in ("any", "unknown", "object"):
        return UNKNOWN
    return TEXT if name == "string" else FOREIGN
