"""JavaScript and TypeScript: which names and members a node gives a meaning to."""

from collections.abc import Callable
from functools import partial

from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_annotations import annotation
from specedit.edits.types.javascript_assignments import additions, assignments
from specedit.edits.types.javascript_patterns import FUNCTIONS, matched
from specedit.edits.types.javascript_scopes import (
    BLOCKS,
    VARIABLE_SCOPES,
    declare_name,
    declare_pattern,
    scope_of,
)
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    Function,
    Type,
    class_itself,
    foreign,
    returns,
)
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader


def declarations(node: Node, types: Inference) -> Declarations:
    """Return what a node declares."""
    if node.type in FUNCTIONS:
        return _function(node, types)
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _variable(node: Node, types: Inference) -> Declarations:
    statement = types.parent(node)
    is_var = statement is not None and statement.type == "variable_declaration"
    scope = scope_of(node, types, VARIABLE_SCOPES if is_var else BLOCKS)
    sure = node.child_by_field_name("type") is not None
    yield from declare_pattern(node.child_by_field_name("name"), scope, types, sure=sure)


def _loop(node: Node, types: Inference) -> Declarations:
    kind = node.child_by_field_name("kind")
    if kind is None:
        return
    is_var = types.source.code(kind) == "var"
    scope = scope_of(node, types, VARIABLE_SCOPES) if is_var else node
    yield from declare_pattern(node.child_by_field_name("left"), scope, types)


def _caught(node: Node, types: Inference) -> Declarations:
    yield from declare_pattern(node.child_by_field_name("parameter"), node, types)


def _function(node: Node, types: Inference) -> Declarations:
    name = node.child_by_field_name("name")
    if name is not None and name.type == "identifier":
        itself: Type = frozenset([Function(node, NOTHING)])
        if node.id in types.class_of:
            itself = class_itself(types.class_of[node.id])
        is_own = node.type.endswith("expression")
        scope = node if is_own else scope_of(node, types)
        yield from declare_name(name, scope, types, lambda: itself)
    elif name is not None:
        yield from _method(node, name, types)
    single = node.child_by_field_name("parameter")
    listed = node.child_by_field_name("parameters")
    for parameter in [single] if single else listed.named_children if listed else ():
        pattern = parameter.child_by_field_name("pattern") or parameter
        stated = parameter.child_by_field_name("type")
        yield from declare_pattern(pattern, node, types, sure=stated is not None)
        modifiers = {child.type for child in parameter.children}
        if modifiers & {"accessibility_modifier", "readonly"}:
            owner = _owner(node, types)
            if owner is not None:
                text = types.source.code(pattern)
                yield Member(owner, text, partial(matched, pattern, types), sure=True)


def _owner(member: Node, types: Inference) -> str | None:
    """The class in whose body a member stands."""
    body = types.parent(member)
    if (
        body is not None and body.id in types.class_of
    ):  # a type of objects that is written where it is used
        return types.class_of[body.id]
    holder = types.parent(body) if body is not None else None
    if holder is None or holder.type in FUNCTIONS or holder.type == "internal_module":
        return None
    return types.class_of.get(holder.id)


def _method(node: Node, name: Node, types: Inference) -> Declarations:
    owner = _owner(node, types)
    if owner is None:
        return
    itself: Type = frozenset([Function(node, NOTHING)])
    tokens = {child.type for child in node.children}
    if "get" in tokens:
        yield Member(owner, types.source.code(name), lambda: types.called(itself))
    else:
        meaning = NOTHING if "set" in tokens else itself
        yield Member(owner, types.source.code(name), lambda: meaning)


def _field(node: Node, types: Inference) -> Declarations:
    owner = _owner(node, types)
    name = node.child_by_field_name("name") or node.child_by_field_name("property")
    stated, held = node.child_by_field_name("type"), node.child_by_field_name("value")
    if owner is None or name is None:
        return
    if stated is not None:
        yield Member(owner, types.source.code(name), partial(annotation, stated, types), sure=True)
    else:
        read = partial(types.value, held) if held is not None else (lambda: NOTHING)
        yield Member(owner, types.source.code(name), read)


def _pair(node: Node, types: Inference) -> Declarations:
    """A property of an object that is written out."""
    owner, key = _owner(node, types), node.child_by_field_name("key")
    held = node.child_by_field_name("value")
    if node.type == "shorthand_property_identifier":
        key = held = node
    if owner is not None and key is not None:
        yield Member(owner, types.source.code(key).strip("'\""), partial(types.value, held))


def _enum(node: Node, types: Inference) -> Declarations:
    yield from _class(node, types)
    owner, body = types.class_of.get(node.id), node.child_by_field_name("body")
    for child in body.named_children if body is not None and owner is not None else ():
        name = child.child_by_field_name("name") or child
        yield Member(owner or "", types.source.code(name), lambda: FOREIGN)


def _class(node: Node, types: Inference) -> Declarations:
    name, itself = node.child_by_field_name("name"), types.class_of.get(node.id)
    if name is not None and itself is not None:
        scope = node if node.type == "class" else scope_of(node, types)
        yield from declare_name(name, scope, types, lambda: class_itself(itself))


def _alias(node: Node, types: Inference) -> Declarations:
    name, stands_for = node.child_by_field_name("name"), node.child_by_field_name("value")
    if node.id in types.class_of:
        yield from _class(node, types)
    elif name is not None:
        read: TypeReader = lambda: returns(annotation(stands_for, types))  # noqa: E731
        yield from declare_name(name, scope_of(node, types), types, read)


def _type_parameter(node: Node, types: Inference) -> Declarations:
    listed, name = types.parent(node), node.child_by_field_name("name")
    holder = types.parent(listed) if listed is not None else None
    if holder is None or name is None:
        return
    constraint = node.child_by_field_name("constraint")
    read: TypeReader = lambda: returns(annotation(constraint, types))  # noqa: E731
    yield Declaration(holder, types.source.code(name), name.start_byte, read)


def _import(node: Node, types: Inference) -> Declarations:
    statement = next((o for o, _ in types.around(node) if o.type == "import_statement"), None)
    source = statement.child_by_field_name("source") if statement is not None else None
    module = types.source.code(source).strip("'\"").removeprefix("node:") if source else ""
    if node.type == "import_specifier":
        target = node.child_by_field_name("alias") or node.child_by_field_name("name")
        name = types.source.code(node.child_by_field_name("name") or node)
        meaning = foreign(f"{module}.{name}", "class" if name[:1].isupper() else "module")
        if target is not None:
            yield from declare_name(target, types.source.root, types, lambda: meaning)
    for target in node.named_children if node.type != "import_specifier" else ():
        if target.type == "identifier":
            name = types.source.code(target)
            is_class = name[:1].isupper() and node.type == "import_clause"
            brought = foreign(module, "class" if is_class else "module")
            yield from declare_name(target, types.source.root, types, partial(_always, brought))


def _always(meaning: Type) -> Type:
    return meaning


_DECLARE: dict[str, Callable[[Node, Inference], Declarations]] = {
    "variable_declarator": _variable,
    "for_in_statement": _loop,
    "catch_clause": _caught,
    "public_field_definition": _field,
    "field_definition": _field,
    "property_signature": _field,
    "pair": _pair,
    "shorthand_property_identifier": _pair,
    "class_declaration": _class,
    "class": _class,
    "abstract_class_declaration": _class,
    "interface_declaration": _class,
    "internal_module": _class,
    "enum_declaration": _enum,
    "type_alias_declaration": _alias,
    "type_parameter": _type_parameter,
    "import_specifier": _import,
    "import_clause": _import,
    "namespace_import": _import,
    "assignment_expression": assignments,
    "call_expression": additions,
}
