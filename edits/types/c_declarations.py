"""C and C++: which names and members a node gives a meaning to."""

from collections.abc import Callable
from functools import partial

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.c_annotations import SPECIFIERS, annotation
from specedit.edits.types.c_scopes import declare_name, name_in, owner_of, scope_of
from specedit.edits.types.c_values import function_declarator, owner_around
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    NOTHING,
    UNKNOWN,
    Function,
    Type,
    class_itself,
    instance,
    iterated,
    part,
    returns,
    sequence,
)
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

_NAMES = words("identifier field_identifier type_identifier")


def declarations(node: Node, types: Inference) -> Declarations:
    """Return what a node declares."""
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _type(node: Node, types: Inference) -> Declarations:
    itself, name = types.class_of.get(node.id), node.child_by_field_name("name")
    if itself is None or name is None:
        return
    text = types.source.code(name)
    outer = owner_of(node, types)
    read: TypeReader = lambda: class_itself(itself)  # noqa: E731
    if outer is not None:
        yield Member(outer, text, read)
        yield Member(outer, f"struct {text}", read)
        return
    for each in (text, f"struct {text}"):
        yield from declare_name(each, node, 0, read, types)


def _enumerator(node: Node, types: Inference) -> Declarations:
    owner, name = owner_around(node, types), node.child_by_field_name("name")
    if owner is not None and name is not None:
        yield Member(owner, types.source.code(name), lambda: instance(owner))


def _typedef(node: Node, types: Inference) -> Declarations:
    stands_for = node.child_by_field_name("type")
    for declarator in [
        *node.children_by_field_name("declarator"),
        *node.children_by_field_name("name"),
    ]:
        name, is_array = name_in(declarator)
        if name is not None and name.type == "type_identifier":
            read = partial(_alias, stands_for, is_array, types)
            yield from declare_name(types.source.code(name), node, 0, read, types)


def _alias(stands_for: Node | None, is_array: bool, types: Inference) -> Type:
    held = annotation(stands_for, types)
    return returns(sequence(held, "list") if is_array else held)


def _function(node: Node, types: Inference) -> Declarations:
    declarator = function_declarator(node.child_by_field_name("declarator"))
    name = declarator.child_by_field_name("declarator") if declarator is not None else None
    itself: Type = frozenset([Function(node, NOTHING)])
    read: TypeReader = lambda: itself  # noqa: E731
    while name is not None and name.type == "qualified_identifier":
        name = name.child_by_field_name("name")
    if declarator is not None and name is not None:
        owner = types.class_of.get(node.id) or owner_of(node, types)
        if owner is not None:
            yield from _member(owner, types.source.code(name), read)
            if types.class_nodes[owner][0].type == "function_definition" and "." not in owner:
                meaning = class_itself(owner)  # its class is a header's
                yield Declaration(types.source.root, owner, 0, lambda: meaning)
        elif name.type in _NAMES:
            yield from declare_name(types.source.code(name), node, 0, read, types)
    yield from _parameters(declarator, node, types)


def _member(owner: str, name: str, read: TypeReader) -> Declarations:
    """A member; a constructor is none: it bears its class's name, which goes on to mean the class."""
    if name != owner.rpartition(".")[2]:
        yield Member(owner, name, read)


def _lambda(node: Node, types: Inference) -> Declarations:
    yield from _parameters(node.child_by_field_name("declarator"), node, types)


def _parameters(declarator: Node | None, scope: Node, types: Inference) -> Declarations:
    listed = declarator.child_by_field_name("parameters") if declarator is not None else None
    for parameter in listed.named_children if listed is not None else ():
        name, is_array = name_in(parameter.child_by_field_name("declarator"))
        if name is not None and name.type == "identifier":
            read = partial(_stated, parameter, None, is_array, types)
            yield Declaration(scope, types.source.code(name), 0, read)


def _stated(statement: Node, held: Node | None, is_array: bool, types: Inference) -> Type:
    """What a variable is declared to be; an array of pointers or values gives its elements."""
    stated = statement.child_by_field_name("type")
    if stated is not None and stated.type == "placeholder_type_specifier":
        return types.value(held) if held is not None else UNKNOWN
    meaning = annotation(stated, types)
    return sequence(meaning, "list") if is_array else meaning


def _variables(node: Node, types: Inference) -> Declarations:
    """Variables, fields, and functions that are only declared."""
    owner = owner_of(node, types) if node.type == "field_declaration" else None
    for declarator in node.children_by_field_name("declarator"):
        held = declarator.child_by_field_name("value") or node.child_by_field_name("value")
        name, is_array = name_in(declarator)
        if name is None:
            continue
        read: TypeReader = partial(_stated, node, held, is_array, types)
        start = declarator.end_byte
        if name.type == "function_declarator":
            function: Type = frozenset([Function(node, NOTHING)])
            read, start = partial(_always, function), 0
            name = name.child_by_field_name("declarator")
        if name is None or name.type == "structured_binding_declarator":
            yield from _taken_apart(name, held, node, types)
            continue
        holder = owner or owner_of(node, types)
        if holder is not None:
            yield from _member(holder, types.source.code(name), read)
        elif name.type in _NAMES:
            yield from declare_name(types.source.code(name), node, start, read, types)


def _always(meaning: Type) -> Type:
    return meaning


def _taken_apart(
    pattern: Node | None, held: Node | None, node: Node, types: Inference
) -> Declarations:
    for i, name in enumerate(pattern.named_children if pattern is not None else ()):
        read = partial(_part, held, i, types)
        yield Declaration(scope_of(node, types), types.source.code(name), node.end_byte, read)


def _part(held: Node | None, index: int, types: Inference) -> Type:
    return part(types.value(held), index)


def _loop(node: Node, types: Inference) -> Declarations:
    name, _ = name_in(node.child_by_field_name("declarator"))
    held, stated = node.child_by_field_name("right"), node.child_by_field_name("type")
    if name is None or held is None:
        return
    is_auto = stated is not None and stated.type == "placeholder_type_specifier"
    if name.type == "structured_binding_declarator":
        for i, each in enumerate(name.named_children):
            read: TypeReader = lambda i=i: part(iterated(types.value(held)), i)  # type: ignore[misc]  # noqa: E731
            yield Declaration(node, types.source.code(each), held.end_byte, read)
    elif is_auto:
        looped: TypeReader = lambda: iterated(types.value(held))  # noqa: E731
        yield Declaration(node, types.source.code(name), held.end_byte, looped)
    else:
        read = partial(annotation, stated, types)
        yield Declaration(node, types.source.code(name), held.end_byte, read)


def _caught(node: Node, types: Inference) -> Declarations:
    yield from _parameters(node, node, types)


def _type_parameter(node: Node, types: Inference) -> Declarations:
    holder = next((o for o, _ in types.around(node) if o.type == "template_declaration"), None)
    for name in node.named_children[:1]:
        if holder is not None:
            yield Declaration(holder, types.source.code(name), 0, lambda: returns(UNKNOWN))


_DECLARE: dict[str, Callable[[Node, Inference], Declarations]] = {
    **dict.fromkeys((*SPECIFIERS, "namespace_definition"), _type),
    "enumerator": _enumerator,
    "type_definition": _typedef,
    "alias_declaration": _typedef,
    "function_definition": _function,
    "lambda_expression": _lambda,
    "declaration": _variables,
    "field_declaration": _variables,
    "for_range_loop": _loop,
    "catch_clause": _caught,
    "type_parameter_declaration": _type_parameter,
}
