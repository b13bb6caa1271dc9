"""Java: which names and members a node gives a meaning to."""

from collections.abc import Callable
from functools import partial

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.java_annotations import annotation
from specedit.edits.types.java_values import owner_around, passed
from specedit.edits.types.lattice import (
    NOTHING,
    UNKNOWN,
    Function,
    Type,
    class_itself,
    elements,
    foreign,
    instance,
    returns,
    sequence,
)
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

CLASSES = words(
    "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration"
)
_SCOPES = words(
    "method_declaration constructor_declaration compact_constructor_declaration lambda_expression block constructor_body "
    "for_statement enhanced_for_statement catch_clause try_with_resources_statement switch_rule "
    "switch_block_statement_group class_body interface_body enum_body_declarations enum_body program"
)


def declarations(node: Node, types: Inference) -> Declarations:
    """Return what a node declares."""
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _declared(name: Node, statement: Node, types: Inference, read: TypeReader) -> Declarations:
    """A local name is in sight from the end of its statement on."""
    scope = next((o for o, _ in types.around(statement) if o.type in _SCOPES), types.source.root)
    yield Declaration(scope, types.source.code(name), statement.end_byte, read)


def _class(node: Node, types: Inference) -> Declarations:
    name, itself = node.child_by_field_name("name"), types.class_of.get(node.id)
    if name is None or itself is None:
        return
    scope = next((o for o, _ in types.around(node) if o.type in _SCOPES), types.source.root)
    text = types.source.code(name)
    yield Declaration(scope, text, 0, lambda: class_itself(itself))
    outer = owner_around(node, types)
    if outer is not None and scope.type not in ("block", "constructor_body"):
        yield Member(outer, text, lambda: class_itself(itself))
    if node.type == "enum_declaration":
        yield Member(itself, "values()", lambda: returns(sequence(instance(itself), "array")))
        yield Member(itself, "valueOf()", lambda: returns(instance(itself)))
    listed = node.child_by_field_name("parameters")  # of a record
    for parameter in listed.named_children if listed is not None else ():
        component = parameter.child_by_field_name("name")
        read = partial(annotation, parameter.child_by_field_name("type"), types)
        if component is not None:
            field = types.source.code(component)
            yield Member(itself, field, read, sure=True)
            yield Member(itself, f"{field}()", partial(_returning, read))


def _returning(read: TypeReader) -> Type:
    return returns(read())


def _constant(node: Node, types: Inference) -> Declarations:
    owner, name = owner_around(node, types), node.child_by_field_name("name")
    if owner is not None and name is not None:
        yield Member(owner, types.source.code(name), lambda: instance(owner))


def _method(node: Node, types: Inference) -> Declarations:
    owner, name = owner_around(node, types), node.child_by_field_name("name")
    if owner is not None and name is not None and node.type == "method_declaration":
        itself: Type = frozenset([Function(node, NOTHING)])
        yield Member(owner, f"{types.source.code(name)}()", lambda: itself)
    yield from _parameters(node, types)


def _parameters(node: Node, types: Inference) -> Declarations:
    listed = node.child_by_field_name("parameters")
    given = listed.named_children if listed is not None else []
    if listed is not None and listed.type == "identifier":
        given = [listed]
    for i, parameter in enumerate(given):
        name = parameter.child_by_field_name("name")
        read = partial(annotation, parameter.child_by_field_name("type"), types)
        if parameter.type == "spread_parameter":
            stated, declarator = parameter.named_children[-2:]
            name = declarator.child_by_field_name("name")
            read = partial(_array_of, stated, types)
        if parameter.type == "identifier":
            name, read = parameter, partial(passed, parameter, i, node, types)
        if name is not None:
            yield Declaration(node, types.source.code(name), 0, read)


def _array_of(stated: Node, types: Inference) -> Type:
    return sequence(annotation(stated, types), "array")


def _field(node: Node, types: Inference) -> Declarations:
    owner, stated = owner_around(node, types), node.child_by_field_name("type")
    for declarator in node.children_by_field_name("declarator"):
        name = declarator.child_by_field_name("name")
        if owner is not None and name is not None:
            read = partial(_stated, stated, declarator, types)
            yield Member(owner, types.source.code(name), read, sure=True)


def _stated(stated: Node | None, declarator: Node, types: Inference) -> Type:
    if stated is not None and types.source.code(stated) == "var":
        return types.value(declarator.child_by_field_name("value"))
    meaning = annotation(stated, types)
    is_array = declarator.child_by_field_name("dimensions") is not None
    return sequence(meaning, "array") if is_array else meaning


def _local(node: Node, types: Inference) -> Declarations:
    stated = node.child_by_field_name("type")
    for declarator in node.children_by_field_name("declarator"):
        name = declarator.child_by_field_name("name")
        if name is not None:
            read = partial(_stated, stated, declarator, types)
            yield from _declared(name, declarator, types, read)


def _loop(node: Node, types: Inference) -> Declarations:
    name, stated = node.child_by_field_name("name"), node.child_by_field_name("type")
    held = node.child_by_field_name("value")
    if name is None or held is None or stated is None:
        return
    read: TypeReader = partial(annotation, stated, types)
    if types.source.code(stated) == "var":
        read = lambda: elements(types.value(held))  # noqa: E731
    yield Declaration(node, types.source.code(name), held.end_byte, read)


def _resource(node: Node, types: Inference) -> Declarations:
    name, stated = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is not None:
        yield from _declared(name, node, types, partial(_stated, stated, node, types))


def _caught(node: Node, types: Inference) -> Declarations:
    name, stated = node.child_by_field_name("name"), node.named_children
    kinds = next((child.named_children for child in stated if child.type == "catch_type"), [])
    if name is not None:
        read: TypeReader = lambda: annotation(kinds[0], types) if len(kinds) == 1 else UNKNOWN  # noqa: E731
        yield from _declared(name, node, types, read)


def _pattern(node: Node, types: Inference) -> Declarations:
    """`x instanceof Door door`, `case Door door`, and components of records."""
    name = node.child_by_field_name("name")
    stated = node.child_by_field_name("right")
    if node.type != "instanceof_expression":
        stated, name = node.named_children[0], node.named_children[-1]
    if name is not None and name != stated and name.type == "identifier":
        read: TypeReader = partial(annotation, stated, types)
        if stated is not None and types.source.code(stated) == "var":
            read = lambda: UNKNOWN  # noqa: E731
        yield from _declared(name, node, types, read)


def _type_parameter(node: Node, types: Inference) -> Declarations:
    listed = types.parent(node)
    holder = types.parent(listed) if listed is not None else None
    bound = next((child for child in node.named_children if child.type == "type_bound"), None)
    limits = bound.named_children if bound is not None else []
    if holder is not None:
        name = types.source.code(node.named_children[0])
        read: TypeReader = lambda: returns(  # noqa: E731
            annotation(limits[0], types) if len(limits) == 1 else UNKNOWN
        )
        yield Declaration(holder, name, 0, read)


def _import(node: Node, types: Inference) -> Declarations:
    name = node.named_children[0]
    if not any(child.type == "asterisk" for child in node.children):
        whole = types.source.code(name)
        last = whole.rpartition(".")[2]
        yield Declaration(types.source.root, last, 0, lambda: foreign(whole, "class"))


_DECLARE: dict[str, Callable[[Node, Inference], Declarations]] = {
    **dict.fromkeys(CLASSES, _class),
    "enum_constant": _constant,
    "method_declaration": _method,
    "constructor_declaration": _method,
    "lambda_expression": _parameters,
    "field_declaration": _field,
    "constant_declaration": _field,
    "local_variable_declaration": _local,
    "enhanced_for_statement": _loop,
    "resource": _resource,
    "catch_formal_parameter": _caught,
    "instanceof_expression": _pattern,
    "type_pattern": _pattern,
    "record_pattern_component": _pattern,
    "type_parameter": _type_parameter,
    "import_declaration": _import,
}
