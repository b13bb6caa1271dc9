"""C and C++: what an expression is."""

from collections.abc import Callable

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.c_annotations import (
    annotation,
    arguments_of,
    held_by,
    path,
    pointed,
    pointer,
)
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    UNKNOWN,
    Foreign,
    Function,
    Instance,
    Type,
    instance,
    union,
    values,
)

_LITERALS = words(
    "number_literal true false char_literal string_literal raw_string_literal concatenated_string sizeof_expression "
    "update_expression lambda_expression"
)
_CASTS = words("static_cast dynamic_cast const_cast reinterpret_cast")
_COMPARING = words("== != < > <= >= && || <=>")


def value(node: Node, types: Inference) -> Type:
    """Return what an expression is."""
    if node.type in _LITERALS:
        return FOREIGN
    read = _READERS.get(node.type)
    return read(node, types) if read is not None else UNKNOWN


def function_declarator(node: Node | None) -> Node | None:
    """Return the part of a declarator that makes it a function's."""
    while node is not None and node.type != "function_declarator":
        inner = node.child_by_field_name("declarator")
        if inner is None and node.type in ("reference_declarator", "parenthesized_declarator"):
            inner = node.named_children[-1] if node.named_children else None
        node = inner
    return node


def result(function: Function, types: Inference) -> Type:
    """Return what calling a function gives."""
    declarator = function_declarator(function.node.child_by_field_name("declarator"))
    for child in declarator.named_children if declarator is not None else ():
        if child.type == "trailing_return_type":
            return annotation(child.named_children[0], types)
    return annotation(function.node.child_by_field_name("type"), types)


def owner_around(node: Node, types: Inference) -> str | None:
    """Return the innermost class around a node, in whose body or in whose method it stands."""
    return next(
        (types.class_of[o.id] for o, _ in types.around(node) if o.id in types.class_of), None
    )


def field_holder(node: Node, types: Inference) -> Type:
    """Return what `x.member` or `x->member` is reached through."""
    held = types.value(node.child_by_field_name("argument"))
    operator = node.child_by_field_name("operator")
    is_arrow = operator is not None and types.source.code(operator) == "->"
    return pointed(held) if is_arrow else held


def _field(node: Node, types: Inference) -> Type:
    name = node.child_by_field_name("field")
    while name is not None and name.type in ("qualified_identifier", "template_method"):
        name = name.child_by_field_name("name")
    return types.member(field_holder(node, types), types.source.code(name)) if name else UNKNOWN


def _call(node: Node, types: Inference) -> Type:
    called, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    given = listed.named_children if listed is not None else []
    plain = called
    while plain is not None and plain.type == "qualified_identifier":
        plain = plain.child_by_field_name("name")
    name = types.source.code(plain) if plain is not None else ""
    if plain is not None and plain.type == "template_function":
        meaning = _template_call(plain, types)
        if meaning is not None:
            return meaning
    if name in ("move", "forward", "ref", "cref") and len(given) == 1 and plain != called:
        return types.value(given[0])
    return types.called(types.value(called))


def _template_call(function: Node, types: Inference) -> Type | None:
    name = types.source.code(function.child_by_field_name("name") or function)
    given = [annotation(each, types) for each in arguments_of(function)]
    if name in _CASTS:
        return given[0] if given else UNKNOWN
    if name in ("make_unique", "make_shared") and given:
        return pointer(given[0])
    return held_by(name, given)


def _identifier(node: Node, types: Inference) -> Type:
    meaning = types.name(node)
    is_class = all(isinstance(a, Foreign) and a.kind == "class" for a in meaning)
    return UNKNOWN if is_class else meaning  # a macro or a function of a header


def _unary(node: Node, types: Inference) -> Type:
    operator = node.children[0].type
    held = types.value(node.child_by_field_name("argument"))
    if operator == "*":
        return pointed(held)
    return held if operator == "&" else FOREIGN


def _subscript(node: Node, types: Inference) -> Type:
    alternatives: list[Type] = []
    for atom in types.value(node.child_by_field_name("argument")):
        alone: Type = frozenset([atom])
        if isinstance(atom, Instance):
            own = any(types.declares(each, "operator[]") for each in types.lineage(atom.name))
            alternatives.append(UNKNOWN if own else alone)  # a pointer to several
        else:
            alternatives.append(values(alone))
    return union(alternatives)


def _either(node: Node, types: Inference) -> Type:
    arms = (node.child_by_field_name(field) for field in ("consequence", "alternative"))
    return union(types.value(arm) for arm in arms)


def _operation(node: Node, types: Inference) -> Type:
    operator = node.child_by_field_name("operator")
    if operator is not None and types.source.code(operator) in _COMPARING:
        return FOREIGN
    both = [types.value(node.child_by_field_name(side)) for side in ("left", "right")]
    if types.source.language.has_tags and operator is not None:
        pointers = [each for each in both if any(isinstance(atom, Instance) for atom in each)]
        if len(pointers) == 1 and types.source.code(operator) in ("+", "-"):
            return pointers[0]  # of C: what is added to a pointer is a number
    is_plain = all(isinstance(atom, Foreign) for each in both for atom in each)
    return FOREIGN if is_plain and all(both) else UNKNOWN


def _this(node: Node, types: Inference) -> Type:
    owner = owner_around(node, types)
    return instance(owner) if owner is not None else UNKNOWN


def _inner(node: Node, types: Inference) -> Type:
    return types.value(node.named_children[-1]) if node.named_children else UNKNOWN


def _typed(node: Node, types: Inference) -> Type:
    return annotation(node.child_by_field_name("type"), types)


def _qualified(node: Node, types: Inference) -> Type:
    meaning = path(node, types)
    return UNKNOWN if any(isinstance(a, Foreign) for a in meaning) else meaning


_Reader = Callable[[Node, Inference], Type]
_READERS: dict[str, _Reader] = {
    "identifier": _identifier,
    "this": _this,
    "null": lambda node, types: NOTHING,
    "nullptr": lambda node, types: NOTHING,
    "field_expression": _field,
    "qualified_identifier": _qualified,
    "template_function": lambda node, types: types.value(node.child_by_field_name("name")),
    "call_expression": _call,
    "new_expression": _typed,
    "compound_literal_expression": _typed,
    "cast_expression": _typed,
    "parenthesized_expression": _inner,
    "pointer_expression": _unary,
    "unary_expression": _unary,
    "subscript_expression": _subscript,
    "conditional_expression": _either,
    "binary_expression": _operation,
    "assignment_expression": lambda node, types: types.value(node.child_by_field_name("left")),
}
