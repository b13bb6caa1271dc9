"""Java: what an expression is."""

from collections.abc import Callable

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.java_annotations import annotation
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
    instance,
    sequence,
    union,
    values,
)

_LITERALS = words(
    "decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal decimal_floating_point_literal "
    "hex_floating_point_literal true false character_literal class_literal unary_expression update_expression "
    "instanceof_expression lambda_expression method_reference"
)
# Methods that call a function with each element.
_EACH = words(
    "forEach removeIf filter anyMatch allMatch noneMatch map flatMap mapToInt mapToLong mapToDouble mapToObj ifPresent peek "
    "takeWhile dropWhile toMap"
)


def value(node: Node, types: Inference) -> Type:
    """Return what an expression is."""
    if node.type in _LITERALS:
        return FOREIGN
    read = _READERS.get(node.type)
    return read(node, types) if read is not None else UNKNOWN


def result(function: Function, types: Inference) -> Type:
    """Return what calling a method gives."""
    return annotation(function.node.child_by_field_name("type"), types)


def owner_around(node: Node, types: Inference) -> str | None:
    """Return the innermost class around a node."""
    return next(
        (types.class_of[o.id] for o, _ in types.around(node) if o.id in types.class_of), None
    )


def implicit(name: str, node: Node, types: Inference) -> Type:
    """Return what a method is called on that is called by its bare name: an object of the innermost class that has it."""
    for outer, _ in types.around(node):
        owner = types.class_of.get(outer.id)
        if owner is None:
            continue
        lineage = types.lineage(owner)
        if any(types.declares(each, name) for each in lineage):
            return instance(owner)
        bases = {base for each in lineage for base in types.bases(each)}
        if any(not isinstance(base, ClassItself) for base in bases):
            return UNKNOWN  # it may come from there
    meaning = types.in_scope(types.source.root, name.removesuffix("()"))
    return meaning if all(isinstance(atom, Foreign) for atom in meaning) else UNKNOWN


def passed(parameter: Node, index: int, function: Node, types: Inference) -> Type:
    """Return what a lambda that stands as an argument is called with: `doors.forEach(door -> …)`."""
    arguments = types.parent(function)
    call = types.parent(arguments) if arguments is not None else None
    if call is None or call.type != "method_invocation":
        return UNKNOWN
    name = types.source.code(call.child_by_field_name("name") or call)
    held = call.child_by_field_name("object")
    if name not in _EACH or held is None:
        return UNKNOWN
    return union(_given(atom, index) for atom in types.value(held)) or UNKNOWN


def _given(atom: object, index: int) -> Type:
    if not isinstance(atom, Foreign) or atom.elements is None:
        return UNKNOWN
    alone: Type = frozenset([atom])
    if atom.name == "dict":
        return elements(alone) if index == 0 else values(alone)
    return (
        elements(alone) if atom.name in ("List", "Stream", "Optional") and index == 0 else UNKNOWN
    )


def _this(node: Node, types: Inference) -> Type:
    owner = owner_around(node, types)
    return instance(owner) if owner is not None else UNKNOWN


def _super(node: Node, types: Inference) -> Type:
    owner = owner_around(node, types)
    alternatives = []
    for atom in types.bases(owner) if owner is not None else ():
        if isinstance(atom, ClassItself):
            alternatives.append(instance(atom.name))
        else:
            alternatives.append(FOREIGN if isinstance(atom, Foreign) else UNKNOWN)
    return union(alternatives) if alternatives else UNKNOWN


def _field(node: Node, types: Inference) -> Type:
    held, field = (node.child_by_field_name(name) for name in ("object", "field"))
    if held is None or field is None:
        return UNKNOWN
    meaning = types.value(held)
    if field.type == "this":
        return union(instance(a.name) if isinstance(a, ClassItself) else UNKNOWN for a in meaning)
    return types.member(meaning, types.source.code(field))


def _call(node: Node, types: Inference) -> Type:
    held, name = node.child_by_field_name("object"), node.child_by_field_name("name")
    if name is None:
        return UNKNOWN
    method = f"{types.source.code(name)}()"
    meaning = types.value(held) if held is not None else implicit(method, node, types)
    given = _made(meaning, method.removesuffix("()"), node, types)
    return given if given is not None else types.called(types.member(meaning, method))


def _made(meaning: Type, method: str, call: Node, types: Inference) -> Type | None:
    """What static methods give that hold what they are given: `List.of(door)`."""
    listed = call.child_by_field_name("arguments")
    given = [types.value(each) for each in listed.named_children] if listed is not None else []
    classes = [a.name for a in meaning if isinstance(a, Foreign) and a.kind == "class"]
    name = classes[0].rpartition(".")[2] if len(meaning) == len(classes) == 1 else ""
    if (name, method) in (("List", "of"), ("Set", "of"), ("Arrays", "asList")):
        return sequence(union(given), "List")
    if name == "Optional" and method in ("of", "ofNullable") and given:
        return frozenset([Foreign("Optional", elements=given[0])])
    if (name, method) == ("Objects", "requireNonNull") and given:
        return given[0]
    return None


def _new(node: Node, types: Inference) -> Type:
    body = next((child for child in node.children if child.type == "class_body"), None)
    if body is not None and body.id in types.class_of:
        return instance(types.class_of[body.id])
    is_through = any(child.type == "." for child in node.children)
    held = node.named_children[0] if is_through else None
    made = node.child_by_field_name("type")
    if held is not None and made is not None:  # `outer.new Inner()`
        inner = types.member(types.value(held), types.source.code(made))
        return types.called(inner)
    return annotation(made, types)


def _inner(node: Node, types: Inference) -> Type:
    return types.value(node.named_children[0]) if node.named_children else UNKNOWN


def _either(node: Node, types: Inference) -> Type:
    arms = (node.child_by_field_name(field) for field in ("consequence", "alternative"))
    return union(types.value(arm) for arm in arms)


_Reader = Callable[[Node, Inference], Type]
_READERS: dict[str, _Reader] = {
    "identifier": lambda node, types: types.name(node),
    "this": _this,
    "super": _super,
    "null_literal": lambda node, types: NOTHING,
    "string_literal": lambda node, types: TEXT,
    "binary_expression": lambda node, types: TEXT,
    "field_access": _field,
    "method_invocation": _call,
    "object_creation_expression": _new,
    "array_creation_expression": lambda node, types: sequence(
        annotation(node.child_by_field_name("type"), types), "array"
    ),
    "array_access": lambda node, types: values(types.value(node.child_by_field_name("array"))),
    "cast_expression": lambda node, types: annotation(node.child_by_field_name("type"), types),
    "parenthesized_expression": _inner,
    "ternary_expression": _either,
    "assignment_expression": lambda node, types: types.value(node.child_by_field_name("right")),
}
