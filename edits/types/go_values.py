"""Go: what a type says, and what an expression is."""

from collections.abc import Callable

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    TEXT,
    UNKNOWN,
    Foreign,
    Function,
    Instance,
    Type,
    foreign,
    instance,
    mapping,
    object_of,
    returns,
    row,
    sequence,
    union,
)

_LITERALS = words(
    "int_literal float_literal imaginary_literal rune_literal true false iota binary_expression"
)
_TEXTS = words("interpreted_string_literal raw_string_literal")
# Packages whose functions give back what they are given: they are generic.
_GENERIC = words("slices maps iter sync/atomic sync cmp")


def annotation(node: Node | None, types: Inference) -> Type:
    """Return what a value of a type is; a pointer is what it points to."""
    if node is None:
        return UNKNOWN
    match node.type:
        case "pointer_type" | "parenthesized_type" | "type_elem" | "type_constraint":
            only = node.named_children[0] if len(node.named_children) == 1 else None
            return annotation(only, types)
        case "type_identifier" | "identifier":
            return of_class(types.named(types.source.code(node), node))
        case "slice_type" | "array_type" | "implicit_length_array_type":
            return sequence(annotation(node.child_by_field_name("element"), types), "slice")
        case "map_type":
            fields = (node.child_by_field_name(field) for field in ("key", "value"))
            return mapping(*(annotation(field, types) for field in fields))
        case "channel_type":
            held = annotation(node.child_by_field_name("value"), types)
            return frozenset([Foreign("chan", elements=held)])
        case "qualified_type":
            return foreign(types.source.code(node))
        case "generic_type":
            return _generic(node, types)
        case "function_type":
            return returns(result_of(node, types))
        case "struct_type":
            return instance(types.class_of[node.id]) if node.id in types.class_of else UNKNOWN
    return UNKNOWN


def of_class(type_: Type) -> Type:
    """Return what an object of a named type is."""
    return object_of(type_, _object_of_foreign)


def _object_of_foreign(named: Foreign) -> Type:
    if named.name == "any":
        return UNKNOWN
    if named.name == "string":
        return TEXT
    return foreign(named.name, "local" if named.kind == "elsewhere" else "object")


def _generic(node: Node, types: Inference) -> Type:
    head, listed = (node.child_by_field_name(field) for field in ("type", "type_arguments"))
    meaning = annotation(head, types)
    given = [annotation(each, types) for each in listed.named_children] if listed else []
    is_own = any(isinstance(atom, Instance) for atom in meaning)
    is_plain = all(isinstance(atom, Foreign) for each in given for atom in each)
    return meaning if is_own or is_plain else UNKNOWN


def result_of(function: Node, types: Inference) -> Type:
    """Return what calling a function gives; several results are a tuple."""
    stated = function.child_by_field_name("result")
    if stated is None:
        return NOTHING
    if stated.type != "parameter_list":
        return annotation(stated, types)
    parts = []
    for each in stated.named_children:
        count = len(each.children_by_field_name("name")) or 1
        parts += [annotation(each.child_by_field_name("type"), types)] * count
    return parts[0] if len(parts) == 1 else row(parts)


def value(node: Node, types: Inference) -> Type:
    """Return what an expression is."""
    if node.type in _LITERALS:
        return FOREIGN
    if node.type in _TEXTS:
        return TEXT
    read = _READERS.get(node.type)
    return read(node, types) if read is not None else UNKNOWN


def underlying(held: Type, types: Inference) -> Type:
    """Return values with those of a named type, as `type Doors []Door`, taken for what that stands for."""
    alternatives: list[Type] = []
    for atom in held:
        nodes = types.class_nodes.get(atom.name, []) if isinstance(atom, Instance) else []
        stands_for = nodes[0].child_by_field_name("type") if nodes else None
        if stands_for is not None and stands_for.type not in ("struct_type", "interface_type"):
            alternatives.append(annotation(stands_for, types))
        else:
            alternatives.append(frozenset([atom]))
    return union(alternatives)


def spread(node: Node, index: int, types: Inference) -> Type:
    """Return what the variable at `index` gets where several are given one value: a call's results, or `v, ok`."""
    if node.type != "call_expression":
        return types.value(node) if index == 0 else FOREIGN
    alternatives: list[Type] = []
    for atom in types.value(node):
        if isinstance(atom, Foreign) and atom.parts is not None:
            alternatives.append(atom.parts[index] if index < len(atom.parts) else UNKNOWN)
        else:
            alternatives.append(foreign("of.call") if isinstance(atom, Foreign) else UNKNOWN)
    return union(alternatives)


def ranged(held: Type, index: int, types: Inference) -> Type:
    """Return what the variable at `index` of a `range` gets."""
    alternatives: list[Type] = []
    for atom in underlying(held, types):
        if not isinstance(atom, Foreign) or atom.kind == "local":
            alternatives.append(UNKNOWN)
        elif atom.name == "slice":
            alternatives.append(FOREIGN if index == 0 else _or_unknown(atom.elements))
        elif atom.name in ("dict", "chan"):
            alternatives.append(_or_unknown(atom.elements if index == 0 else atom.values))
        else:
            alternatives.append(FOREIGN)
    return union(alternatives)


def _or_unknown(held: Type | None) -> Type:
    return UNKNOWN if held is None else held


def _identifier(node: Node, types: Inference) -> Type:
    meaning = types.name(node)
    # What another file of the package defines may be anything.
    is_elsewhere = any(isinstance(a, Foreign) and a.kind == "elsewhere" for a in meaning)
    return UNKNOWN if is_elsewhere else meaning


def _selector(node: Node, types: Inference) -> Type:
    held = types.value(node.child_by_field_name("operand"))
    return types.member(held, types.source.code(node.child_by_field_name("field") or node))


def _call(node: Node, types: Inference) -> Type:
    callee = types.value(node.child_by_field_name("function"))
    listed = node.child_by_field_name("arguments")
    arguments = listed.named_children if listed is not None else []
    alternatives = []
    for atom in callee:
        if isinstance(atom, Foreign):
            alternatives.append(_foreign_call(atom, arguments, types))
        elif isinstance(atom, Instance):  # a variable of a function type with a name
            alternatives.append(
                types.called(underlying(frozenset([atom]), types) - {atom}) or UNKNOWN
            )
        else:
            alternatives.append(types.called(frozenset([atom])))
    return union(alternatives)


def _foreign_call(callee: Foreign, arguments: list[Node], types: Inference) -> Type:
    if callee.kind == "builtin":
        if callee.name in ("new", "make") and arguments:
            return annotation(arguments[0], types)
        if callee.name in ("append", "min", "max") and arguments:
            return types.value(arguments[0])
        return FOREIGN
    package = callee.name.rpartition(".")[0]
    if package in _GENERIC:
        return UNKNOWN
    is_standard = "." not in package
    given = [types.value(argument) for argument in arguments]
    is_plain = all(isinstance(atom, Foreign) for each in given for atom in each)
    return foreign(callee.name) if is_standard or is_plain else UNKNOWN


def _unary(node: Node, types: Inference) -> Type:
    operator, held = node.children[0].type, types.value(node.child_by_field_name("operand"))
    if operator == "<-":
        return union(_or_unknown(a.elements) if isinstance(a, Foreign) else UNKNOWN for a in held)
    return held if operator in ("&", "*") else FOREIGN


def _index(node: Node, types: Inference) -> Type:
    alternatives: list[Type] = []
    for atom in underlying(types.value(node.child_by_field_name("operand")), types):
        if isinstance(atom, Function):
            alternatives.append(frozenset([atom]))  # a generic function with its type arguments
        elif isinstance(atom, Foreign):
            is_own = atom.name in ("slice", "dict") or atom.kind == "local"
            alternatives.append(_or_unknown(atom.values) if is_own else FOREIGN)
        else:
            alternatives.append(UNKNOWN)
    return union(alternatives)


def _inner(node: Node, types: Inference) -> Type:
    return types.value(node.named_children[0]) if node.named_children else UNKNOWN


_Reader = Callable[[Node, Inference], Type]
_READERS: dict[str, _Reader] = {
    "identifier": _identifier,
    "nil": lambda node, types: NOTHING,
    "selector_expression": _selector,
    "call_expression": _call,
    "composite_literal": lambda node, types: annotation(node.child_by_field_name("type"), types),
    "type_conversion_expression": lambda node, types: annotation(
        node.child_by_field_name("type"), types
    ),
    "type_assertion_expression": lambda node, types: annotation(
        node.child_by_field_name("type"), types
    ),
    "unary_expression": _unary,
    "parenthesized_expression": _inner,
    "index_expression": _index,
    "slice_expression": lambda node, types: types.value(node.child_by_field_name("operand")),
    "func_literal": lambda node, types: frozenset([Function(node, NOTHING)]),
}
