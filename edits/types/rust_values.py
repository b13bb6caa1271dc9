"""Rust: what an expression is."""

from collections.abc import Callable

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    TEXT,
    UNKNOWN,
    ClassItself,
    Foreign,
    Function,
    Type,
    elements,
    foreign,
    instance,
    part,
    row,
    sequence,
    union,
    values,
)
from specedit.edits.types.rust_annotations import annotation, class_around, method, of_class, path
from specedit.edits.types.rust_patterns import struct_of
from specedit.edits.types.rust_standard import held_by, option

_LITERALS = words("integer_literal float_literal boolean_literal char_literal range_expression")
_TEXTS = words("string_literal raw_string_literal")
_JUMPS = words("return_expression break_expression continue_expression")
_COMPARING = words("== != < > <= >= && ||")
_FORMATTING = words("format println eprintln print concat stringify")


def value(node: Node, types: Inference) -> Type:
    """Return what an expression is."""
    if node.type in _LITERALS:
        return FOREIGN
    if node.type in _TEXTS:
        return TEXT
    if node.type in _JUMPS:
        return NOTHING
    read = _READERS.get(node.type)
    return read(node, types) if read is not None else UNKNOWN


def result(function: Function, types: Inference) -> Type:
    """Return what calling a function or a closure gives."""
    stated = function.node.child_by_field_name("return_type")
    if function.node.type == "closure_expression" and stated is None:
        return types.value(function.node.child_by_field_name("body"))
    return annotation(stated, types) if stated is not None else NOTHING


def _field(node: Node, types: Inference) -> Type:
    held, field = types.value(node.child_by_field_name("value")), node.child_by_field_name("field")
    name = types.source.code(field or node)
    if name.isdigit() and all(isinstance(atom, Foreign) for atom in held):
        return part(held, int(name))
    return types.member(held, name)


def _call(node: Node, types: Inference) -> Type:
    called, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if called is not None and called.type == "generic_function":
        called = called.child_by_field_name("function")
    given = [types.value(each) for each in listed.named_children] if listed is not None else []
    name = types.source.code(called) if called is not None else ""
    if name in ("Some", "Ok") and given:
        return option(given[0]) if name == "Some" else _result(given[0], NOTHING)
    if name in ("vec", *_FORMATTING):  # a macro that is read as a call
        return sequence(union(given), "Vec") if name == "vec" else TEXT
    if name == "Err" and given:
        return _result(NOTHING, given[0])
    alternatives: list[Type] = []
    for atom in _callee(called, types):
        if isinstance(atom, Foreign):
            alternatives.append(_foreign_call(atom, given))
        else:
            alternatives.append(types.called(frozenset([atom])))
    return union(alternatives)


def _callee(called: Node | None, types: Inference) -> Type:
    if called is None or called.type != "field_expression":
        return types.value(called)
    name = types.source.code(called.child_by_field_name("field") or called)
    return method(types.value(called.child_by_field_name("value")), name, types)


def _result(held: Type, error: Type) -> Type:
    return frozenset([Foreign("Result", elements=held, values=error)])


def _foreign_call(callee: Foreign, given: list[Type]) -> Type:
    """What a function of a foreign type gives: `Vec::new()`, `Box::new(door)`, `File::open(path)`."""
    owner, _, name = callee.name.rpartition("::")
    last = owner.rpartition("::")[2]
    if callee.kind != "function" or not last[:1].isupper():
        return UNKNOWN
    if name in ("new", "default", "with_capacity") and last in ("Vec", "VecDeque", "HashSet"):
        return frozenset([Foreign("Vec", elements=NOTHING, values=NOTHING)])
    if name in ("new", "default", "with_capacity") and last in ("HashMap", "BTreeMap"):
        return frozenset([Foreign("dict", elements=NOTHING, values=NOTHING)])
    if name == "clone" and last in ("Rc", "Arc") and given:
        return given[0]
    if name in ("new", "from") and len(given) == 1:
        held = held_by(last, given)
        if held is not None:
            return held
    if last == "String":
        return TEXT
    is_plain = all(isinstance(atom, Foreign) for each in given for atom in each)
    return foreign(owner) if is_plain else UNKNOWN


def _block(node: Node, types: Inference) -> Type:
    last = node.named_children[-1] if node.named_children else None
    if last is None or last.type.endswith(("statement", "declaration", "_item")):
        return NOTHING
    return types.value(last)


def _branches(node: Node, types: Inference) -> Type:
    other = node.child_by_field_name("alternative")
    arms = [node.child_by_field_name("consequence"), other.named_children[0] if other else None]
    return union(types.value(arm) if arm is not None else NOTHING for arm in arms)


def _arms(node: Node, types: Inference) -> Type:
    body = node.child_by_field_name("body")
    arms = [arm for arm in body.named_children if arm.type == "match_arm"] if body else []
    return union(types.value(arm.child_by_field_name("value")) for arm in arms)


def _macro(node: Node, types: Inference) -> Type:
    name = types.source.code(node.child_by_field_name("macro") or node)
    if name == "vec":
        return frozenset([Foreign("Vec")])
    return TEXT if name in _FORMATTING else UNKNOWN


def _operation(node: Node, types: Inference) -> Type:
    operator = node.child_by_field_name("operator")
    if operator is not None and types.source.code(operator) in _COMPARING:
        return FOREIGN
    both = [types.value(node.child_by_field_name(side)) for side in ("left", "right")]
    is_plain = all(isinstance(atom, Foreign) for each in both for atom in each)
    return FOREIGN if is_plain and all(both) else UNKNOWN


def _unary(node: Node, types: Inference) -> Type:
    held = _inner(node, types)
    return held if node.children[0].type in ("*", "&") else FOREIGN


def _tried(node: Node, types: Inference) -> Type:
    alternatives = []
    for atom in _inner(node, types):
        alone: Type = frozenset([atom])
        if isinstance(atom, Foreign):
            alternatives.append(elements(alone) if atom.name in ("Option", "Result") else alone)
        else:
            alternatives.append(UNKNOWN)
    return union(alternatives)


def _inner(node: Node, types: Inference) -> Type:
    return types.value(node.named_children[-1]) if node.named_children else UNKNOWN


def _indexed(node: Node, types: Inference) -> Type:
    return values(types.value(node.named_children[0])) if node.named_children else UNKNOWN


def _self(node: Node, types: Inference) -> Type:
    return of_class(class_around(node, types))


_Reader = Callable[[Node, Inference], Type]
_READERS: dict[str, _Reader] = {
    "identifier": lambda node, types: path(node, types),
    "self": _self,
    "scoped_identifier": lambda node, types: path(node, types),
    "generic_function": lambda node, types: types.value(node.child_by_field_name("function")),
    "generic_type": lambda node, types: path(node, types),
    "field_expression": _field,
    "call_expression": _call,
    "struct_expression": lambda node, types: _built(node.child_by_field_name("name"), types),
    "reference_expression": lambda node, types: types.value(node.child_by_field_name("value")),
    "unary_expression": _unary,
    "try_expression": _tried,
    "parenthesized_expression": _inner,
    "unsafe_block": _inner,
    "index_expression": _indexed,
    "type_cast_expression": lambda node, types: annotation(node.child_by_field_name("type"), types),
    "macro_invocation": _macro,
    "closure_expression": lambda node, types: frozenset([Function(node, NOTHING)]),
    "if_expression": _branches,
    "match_expression": _arms,
    "block": _block,
    "tuple_expression": lambda node, types: row(types.value(c) for c in node.named_children),
    "array_expression": lambda node, types: sequence(
        union(types.value(c) for c in node.named_children[:1]), "Vec"
    ),
    "binary_expression": _operation,
}


def _built(name: Node | None, types: Inference) -> Type:
    """A variant of an enumeration is built as a struct is, and of the enumeration's type."""
    head = name.child_by_field_name("path") if name is not None else None
    for atom in (
        path(head, types) if head is not None and head.type not in ("crate", "super") else ()
    ):
        if isinstance(atom, ClassItself) and struct_of(name, types) != annotation(name, types):
            return instance(atom.name)
    return annotation(name, types)
