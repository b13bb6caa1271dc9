"""Python: what an expression is."""

from collections.abc import Callable

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    MANAGER,
    NOTHING,
    TEXT,
    UNKNOWN,
    Foreign,
    Instance,
    Type,
    elements,
    mapping,
    part,
    returns,
    row,
    sequence,
    union,
    values,
)
from specedit.edits.types.python_annotations import annotation, generic
from specedit.edits.types.python_builtins import classes_of, foreign_call

_LITERALS = words(
    "integer float true false ellipsis comparison_operator not_operator unary_operator"
)


def value(node: Node, types: Inference) -> Type:
    """Return what an expression is."""
    if node.type in _LITERALS:
        return FOREIGN
    read = _READERS.get(node.type)
    return read(node, types) if read is not None else UNKNOWN


def entered(held: Type, types: Inference) -> Type:
    """Return what `with` gives for a value."""
    alternatives = []
    for atom in held:
        alone: Type = frozenset([atom])
        if isinstance(atom, Instance):
            enter = types.member(alone, "__enter__")
            alternatives.append(
                types.called(enter if enter != UNKNOWN else _awaited_enter(alone, types))
            )
        elif isinstance(atom, Foreign):
            alternatives.append(part(alone, 0) if atom.name == MANAGER else alone)
        else:
            alternatives.append(UNKNOWN)
    return union(alternatives)


def _awaited_enter(held: Type, types: Inference) -> Type:
    return returns(elements(types.called(types.member(held, "__aenter__"))))


def arguments_of(call: Node) -> list[Node]:
    """Return the positional arguments of a call."""
    listed = call.child_by_field_name("arguments")
    if listed is None or listed.type != "argument_list":
        return []
    return [a for a in listed.named_children if a.type not in ("keyword_argument", "comment")]


def _attribute(node: Node, types: Inference) -> Type:
    held = types.value(node.child_by_field_name("object"))
    name = types.source.code(node.child_by_field_name("attribute") or node)
    if name == "__class__":
        return classes_of(held)
    if name == "__dict__":
        return mapping(TEXT, UNKNOWN)
    meaning = types.member(held, name)
    if meaning == UNKNOWN:
        meaning = types.rules.narrowed(node, types) or UNKNOWN
    return meaning


def _call(node: Node, types: Inference) -> Type:
    called = node.child_by_field_name("function")
    callee = types.value(called)
    arguments = arguments_of(node)
    named = called.child_by_field_name("attribute") if called is not None else None
    if called is not None and named is not None and types.source.code(named) == "_replace":
        return types.value(called.child_by_field_name("object"))  # of a named tuple
    alternatives = []
    for atom in callee:
        if isinstance(atom, Foreign):
            alternatives.append(foreign_call(atom, node, arguments, types))
        elif isinstance(atom, Instance):
            alternatives.append(types.called(types.member(frozenset([atom]), "__call__")))
        else:
            alternatives.append(types.called(frozenset([atom])))
    return union(alternatives)


def _subscript(node: Node, types: Inference) -> Type:
    held = types.value(node.child_by_field_name("value"))
    index = node.child_by_field_name("subscript")
    if index is not None and index.type == "slice":
        return held if all(isinstance(atom, Foreign) for atom in held) else UNKNOWN
    alternatives = []
    for atom in held:
        if isinstance(atom, Instance):
            alternatives.append(types.called(types.member(frozenset([atom]), "__getitem__")))
        else:
            alternatives.append(values(frozenset([atom])))
    return union(alternatives)


def _either(node: Node, types: Inference) -> Type:
    children = node.named_children
    arms = [children[0], children[-1]]  # `a if test else b`, `a or b`
    return union(types.value(arm) for arm in arms)


def _inner(node: Node, types: Inference) -> Type:
    return types.value(node.named_children[0]) if node.named_children else UNKNOWN


def _awaited(node: Node, types: Inference) -> Type:
    held = _inner(node, types)
    return union(
        elements(frozenset([atom]))
        if isinstance(atom, Foreign) and atom.name == "coroutine"
        else UNKNOWN
        for atom in held
    )


def _sent(node: Node, types: Inference) -> Type:
    """What `yield` gives: what its generator says that it is sent."""
    function = next((o for o, _ in types.around(node) if o.type == "function_definition"), None)
    stated = function.child_by_field_name("return_type") if function is not None else None
    name, given = generic(stated) if stated is not None else ("", [])
    is_told = name in ("Generator", "AsyncGenerator") and len(given) > 1
    return annotation(given[1], types) if is_told else UNKNOWN


def _listed(node: Node, types: Inference) -> Type:
    items = [types.value(child) for child in node.named_children if child.type != "comment"]
    return row(items) if node.type in ("tuple", "expression_list") else sequence(union(items))


def _dictionary(node: Node, types: Inference) -> Type:
    pairs = [child for child in node.named_children if child.type == "pair"]
    others = [c for c in node.named_children if c.type not in ("pair", "comment")]
    keys = union(types.value(pair.child_by_field_name("key")) for pair in pairs)
    held = [types.value(pair.child_by_field_name("value")) for pair in pairs]
    return mapping(keys, UNKNOWN if others else union(held))


def _comprehension(node: Node, types: Inference) -> Type:
    body = node.child_by_field_name("body")
    if body is not None and body.type == "pair":
        key, held = body.child_by_field_name("key"), body.child_by_field_name("value")
        return mapping(types.value(key), types.value(held))
    return sequence(types.value(body))


def _operation(node: Node, types: Inference) -> Type:
    left = types.value(node.child_by_field_name("left"))
    right = types.value(node.child_by_field_name("right"))
    if left | right and all(isinstance(atom, Foreign) for atom in left | right):
        return left | right
    return UNKNOWN


_Reader = Callable[[Node, Inference], Type]
_READERS: dict[str, _Reader] = {
    "identifier": lambda node, types: types.name(node),
    "attribute": _attribute,
    "call": _call,
    "subscript": _subscript,
    "conditional_expression": _either,
    "boolean_operator": _either,
    "parenthesized_expression": _inner,
    "named_expression": lambda node, types: types.value(node.child_by_field_name("value")),
    "await": _awaited,
    "yield": _sent,
    "list": _listed,
    "set": _listed,
    "tuple": _listed,
    "expression_list": _listed,
    "dictionary": _dictionary,
    "list_comprehension": _comprehension,
    "set_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "dictionary_comprehension": _comprehension,
    "binary_operator": _operation,
    "string": lambda node, types: TEXT,
    "concatenated_string": lambda node, types: TEXT,
    "none": lambda node, types: NOTHING,
    "as_pattern": lambda node, types: entered(types.value(node.named_children[0]), types),
}
