"""JavaScript and TypeScript: which names and members a node gives a meaning to."""

from collections.abc import Callable, Iterator
from functools import partial

from specedit.edits.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_annotations import annotation
from specedit.edits.types.javascript_patterns import FUNCTIONS, matched
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    UNKNOWN,
    Foreign,
    Function,
    Type,
    class_itself,
    foreign,
    returns,
    row,
    sequence,
)
from specedit.edits.types.scopes import Declaration, Member

_BLOCKS = (
    "program",
    "statement_block",
    "for_statement",
    "for_in_statement",
    "switch_body",
    "catch_clause",
    "class_static_block",
    *FUNCTIONS,
)
_VARIABLE_SCOPES = ("program", "class_static_block", *FUNCTIONS)
_NAMES = ("identifier", "shorthand_property_identifier_pattern")
_ADDING = {"push": 0, "unshift": 0, "add": 0, "set": 1}

_Declared = Iterator[Declaration | Member]
_Read = Callable[[], Type]


def declarations(node: Node, types: Inference) -> _Declared:
    """Return what a node declares."""
    if node.type in FUNCTIONS:
        return _function(node, types)
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _scope(node: Node, types: Inference, kinds: tuple[str, ...] = _BLOCKS) -> Node:
    return next((o for o, _ in types.around(node) if o.type in kinds), types.source.root)


def _declared(
    name: Node, scope: Node, types: Inference, read: _Read, *, sure: bool = False
) -> _Declared:
    """What a name is, and in a namespace what its member is."""
    text = types.source.code(name)
    yield Declaration(scope, text, name.start_byte, read, sure)
    holder = types.parent(scope)
    owner = types.class_of.get(holder.id) if holder is not None else None
    if owner is not None and holder is not None and holder.type == "internal_module":
        yield Member(owner, text, read, sure)


def _bound(pattern: Node | None, scope: Node, types: Inference, *, sure: bool = False) -> _Declared:
    """The names in a pattern."""
    if pattern is None:
        return
    if pattern.type in _NAMES:
        yield from _declared(pattern, scope, types, partial(matched, pattern, types), sure=sure)
    elif pattern.type == "pair_pattern":
        yield from _bound(pattern.child_by_field_name("value"), scope, types, sure=sure)
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _bound(pattern.child_by_field_name("left"), scope, types, sure=sure)
    elif pattern.type in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from _bound(child, scope, types, sure=sure)


def _variable(node: Node, types: Inference) -> _Declared:
    statement = types.parent(node)
    is_var = statement is not None and statement.type == "variable_declaration"
    scope = _scope(node, types, _VARIABLE_SCOPES if is_var else _BLOCKS)
    sure = node.child_by_field_name("type") is not None
    yield from _bound(node.child_by_field_name("name"), scope, types, sure=sure)


def _loop(node: Node, types: Inference) -> _Declared:
    kind = node.child_by_field_name("kind")
    if kind is None:
        return
    is_var = types.source.code(kind) == "var"
    scope = _scope(node, types, _VARIABLE_SCOPES) if is_var else node
    yield from _bound(node.child_by_field_name("left"), scope, types)


def _caught(node: Node, types: Inference) -> _Declared:
    yield from _bound(node.child_by_field_name("parameter"), node, types)


def _function(node: Node, types: Inference) -> _Declared:
    name = node.child_by_field_name("name")
    if name is not None and name.type == "identifier":
        itself: Type = frozenset([Function(node, NOTHING)])
        if node.id in types.class_of:
            itself = class_itself(types.class_of[node.id])
        is_own = node.type.endswith("expression")
        scope = node if is_own else _scope(node, types)
        yield from _declared(name, scope, types, lambda: itself)
    elif name is not None:
        yield from _method(node, name, types)
    single = node.child_by_field_name("parameter")
    listed = node.child_by_field_name("parameters")
    for parameter in [single] if single else listed.named_children if listed else ():
        pattern = parameter.child_by_field_name("pattern") or parameter
        stated = parameter.child_by_field_name("type")
        yield from _bound(pattern, node, types, sure=stated is not None)
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


def _method(node: Node, name: Node, types: Inference) -> _Declared:
    owner = _owner(node, types)
    if owner is None:
        return
    itself: Type = frozenset([Function(node, NOTHING)])
    tokens = {child.type for child in node.children}
    if "get" in tokens:
        yield Member(owner, types.source.code(name), lambda: types.called(itself))
    else:
        told = NOTHING if "set" in tokens else itself
        yield Member(owner, types.source.code(name), lambda: told)


def _field(node: Node, types: Inference) -> _Declared:
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


def _pair(node: Node, types: Inference) -> _Declared:
    """A property of an object that is written out."""
    owner, key = _owner(node, types), node.child_by_field_name("key")
    held = node.child_by_field_name("value")
    if node.type == "shorthand_property_identifier":
        key = held = node
    if owner is not None and key is not None:
        yield Member(owner, types.source.code(key).strip("'\""), partial(types.value, held))


def _enum(node: Node, types: Inference) -> _Declared:
    yield from _class(node, types)
    owner, body = types.class_of.get(node.id), node.child_by_field_name("body")
    for child in body.named_children if body is not None and owner is not None else ():
        name = child.child_by_field_name("name") or child
        yield Member(owner or "", types.source.code(name), lambda: FOREIGN)


def _class(node: Node, types: Inference) -> _Declared:
    name, itself = node.child_by_field_name("name"), types.class_of.get(node.id)
    if name is not None and itself is not None:
        scope = node if node.type == "class" else _scope(node, types)
        yield from _declared(name, scope, types, lambda: class_itself(itself))


def _alias(node: Node, types: Inference) -> _Declared:
    name, stands_for = node.child_by_field_name("name"), node.child_by_field_name("value")
    if node.id in types.class_of:
        yield from _class(node, types)
    elif name is not None:
        read: _Read = lambda: returns(annotation(stands_for, types))  # noqa: E731
        yield from _declared(name, _scope(node, types), types, read)


def _type_parameter(node: Node, types: Inference) -> _Declared:
    listed, name = types.parent(node), node.child_by_field_name("name")
    holder = types.parent(listed) if listed is not None else None
    if holder is None or name is None:
        return
    constraint = node.child_by_field_name("constraint")
    read: _Read = lambda: returns(annotation(constraint, types))  # noqa: E731
    yield Declaration(holder, types.source.code(name), name.start_byte, read)


def _import(node: Node, types: Inference) -> _Declared:
    statement = next((o for o, _ in types.around(node) if o.type == "import_statement"), None)
    source = statement.child_by_field_name("source") if statement is not None else None
    module = types.source.code(source).strip("'\"").removeprefix("node:") if source else ""
    if node.type == "import_specifier":
        target = node.child_by_field_name("alias") or node.child_by_field_name("name")
        name = types.source.code(node.child_by_field_name("name") or node)
        told = foreign(f"{module}.{name}", "class" if name[:1].isupper() else "module")
        if target is not None:
            yield from _declared(target, types.source.root, types, lambda: told)
    for target in node.named_children if node.type != "import_specifier" else ():
        if target.type == "identifier":
            name = types.source.code(target)
            is_class = name[:1].isupper() and node.type == "import_clause"
            brought = foreign(module, "class" if is_class else "module")
            yield from _declared(target, types.source.root, types, partial(_always, brought))


def _always(told: Type) -> Type:
    return told


def _assignment(node: Node, types: Inference) -> _Declared:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None:
        return
    read = partial(types.value, right)
    if left.type == "identifier":
        yield Declaration(left, types.source.code(left), left.start_byte, read, assigns=True)
    elif left.type == "member_expression":
        yield from _assigned_member(left, types, read)
    elif left.type == "subscript_expression":
        held = left.child_by_field_name("object")
        if held is not None:
            yield from _addition(held, types, lambda: sequence(read(), "Array"))
    elif left.type in ("array_pattern", "object_pattern"):
        for name in _bound(left, node, types):
            if isinstance(name, Declaration):
                target = left.descendant_for_byte_range(name.start, name.start + 1)
                if target is not None:
                    yield Declaration(target, name.name, name.start, name.read, assigns=True)


def _assigned_member(left: Node, types: Inference, read: _Read) -> _Declared:
    owner, name = (left.child_by_field_name(field) for field in ("object", "property"))
    if owner is not None and name is not None:
        yield Member(owner, types.source.code(name), read)


def _addition(held: Node, types: Inference, read: _Read) -> _Declared:
    if held.type == "identifier":
        yield Declaration(held, types.source.code(held), held.start_byte, read, adds=True)
    elif held.type == "member_expression":
        owner, name = (held.child_by_field_name(field) for field in ("object", "property"))
        if owner is not None and name is not None:
            yield Member(owner, types.source.code(name), read, adds=True)


def _method_call(node: Node, types: Inference) -> _Declared:
    """`doors.push(door)` puts something in."""
    called, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if called is None or listed is None or called.type != "member_expression":
        return
    name, held = (called.child_by_field_name(field) for field in ("property", "object"))
    index = _ADDING.get(types.source.code(name)) if name is not None else None
    given = listed.named_children
    if held is not None and index is not None and len(given) > index:
        container = {"set": "Map", "add": "Set"}.get(types.source.code(name or called), "Array")
        yield from _addition(held, types, lambda: _container(container, types.value(given[index])))


def _container(name: str, held: Type) -> Type:
    each = row([UNKNOWN, held]) if name == "Map" else held
    return frozenset([Foreign(name, elements=each, values=held)])


_DECLARE: dict[str, Callable[[Node, Inference], _Declared]] = {
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
    "assignment_expression": _assignment,
    "call_expression": _method_call,
}
