"""Rust: which names and members a node gives a meaning to."""

from collections.abc import Callable
from functools import partial

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    NOTHING,
    UNKNOWN,
    ClassItself,
    Function,
    Type,
    class_itself,
    foreign,
    instance,
    returns,
    sequence,
)
from specedit.edits.types.rust_annotations import annotation
from specedit.edits.types.rust_patterns import matched
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

TYPES = words("struct_item enum_item union_item trait_item mod_item")
_SCOPES = words(
    "function_item closure_expression block match_arm for_expression if_expression while_expression declaration_list "
    "source_file"
)


def declarations(node: Node, types: Inference) -> Declarations:
    """Return what a node declares."""
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _scope(node: Node, types: Inference) -> Node:
    return next((o for o, _ in types.around(node) if o.type in _SCOPES), types.source.root)


def _item(
    node: Node, name: Node | None, types: Inference, read: TypeReader, brackets: str = ""
) -> Declarations:
    """An item is in sight in all its scope, and a member of its module, `impl` or trait; there methods have brackets."""
    if name is None:
        return
    scope, text = _scope(node, types), types.source.code(name)
    holder = types.parent(scope) if scope.type == "declaration_list" else None
    is_module = holder is None or holder.type == "mod_item"
    owner = types.class_of.get(holder.id) if holder is not None else None
    if owner is not None:
        yield Member(owner, text if is_module else text + brackets, read)
    if is_module:
        yield Declaration(scope, text, 0, read)


def _type(node: Node, types: Inference) -> Declarations:
    itself = types.class_of.get(node.id)
    if itself is not None:
        yield from _item(
            node, node.child_by_field_name("name"), types, lambda: class_itself(itself)
        )
        yield from _numbered(node, itself, types)


def _numbered(node: Node, owner: str, types: Inference) -> Declarations:
    """The fields of a tuple struct or variant."""
    body = node.child_by_field_name("body")
    if body is not None and body.type == "ordered_field_declaration_list":
        for i, stated in enumerate(body.children_by_field_name("type")):
            yield Member(owner, str(i), partial(annotation, stated, types), sure=True)


def _alias(node: Node, types: Inference) -> Declarations:
    stands_for = node.child_by_field_name("type")
    read: TypeReader = lambda: returns(annotation(stands_for, types))  # noqa: E731
    yield from _item(node, node.child_by_field_name("name"), types, read)


def _constant(node: Node, types: Inference) -> Declarations:
    read = partial(annotation, node.child_by_field_name("type"), types)
    yield from _item(node, node.child_by_field_name("name"), types, read)


def _variant(node: Node, types: Inference) -> Declarations:
    enum = next((o for o, _ in types.around(node) if o.type == "enum_item"), None)
    owner = types.class_of.get(enum.id) if enum is not None else None
    name, itself = node.child_by_field_name("name"), types.class_of.get(node.id)
    if owner is None or name is None:
        return
    body = node.child_by_field_name("body")
    is_called = body is not None and body.type == "ordered_field_declaration_list"
    meaning = returns(instance(owner)) if is_called else instance(owner)
    yield Member(owner, types.source.code(name), lambda: meaning)
    if itself is not None:
        yield from _numbered(node, itself, types)


def _field(node: Node, types: Inference) -> Declarations:
    owner = next(
        (types.class_of[o.id] for o, _ in types.around(node) if o.id in types.class_of), None
    )
    name = node.child_by_field_name("name")
    if owner is not None and name is not None:
        read = partial(annotation, node.child_by_field_name("type"), types)
        yield Member(owner, types.source.code(name), read, sure=True)


def _function(node: Node, types: Inference) -> Declarations:
    itself: Type = frozenset([Function(node, NOTHING)])
    yield from _item(node, node.child_by_field_name("name"), types, lambda: itself, brackets="()")
    listed = node.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        pattern = parameter.child_by_field_name("pattern") or parameter
        yield from _bound(pattern, node, 0, types)


def _bound(pattern: Node | None, scope: Node, start: int, types: Inference) -> Declarations:
    """The names in a pattern; a name in capitals is a constant or a variant, which is compared."""
    if pattern is None:
        return
    if pattern.type in ("identifier", "shorthand_field_identifier"):
        name = types.source.code(pattern)
        if not name[:1].isupper():
            yield Declaration(scope, name, start, partial(matched, pattern, types))
        return
    named = pattern.child_by_field_name("type")
    if pattern.type == "field_pattern" and pattern.child_by_field_name("pattern") is not None:
        named = pattern.child_by_field_name("name")
    for child in pattern.named_children:
        is_test = child == pattern.child_by_field_name("condition")
        if child != named and not is_test and "expression" not in child.type:
            yield from _bound(child, scope, start, types)


def _let(node: Node, types: Inference) -> Declarations:
    pattern = node.child_by_field_name("pattern")
    yield from _bound(pattern, _scope(node, types), node.end_byte, types)


def _loop(node: Node, types: Inference) -> Declarations:
    held = node.child_by_field_name("value")
    start = held.end_byte if held is not None else 0
    yield from _bound(node.child_by_field_name("pattern"), node, start, types)


def _arm(node: Node, types: Inference) -> Declarations:
    yield from _bound(node.child_by_field_name("pattern"), node, 0, types)


def _type_parameter(node: Node, types: Inference) -> Declarations:
    """`T: Shape`, in brackets or in a `where`."""
    listed = types.parent(node)
    holder = types.parent(listed) if listed is not None else None
    name = node.child_by_field_name("name") or node.child_by_field_name("left")
    bounds = node.child_by_field_name("bounds")
    if holder is not None and name is not None:
        read: TypeReader = lambda: returns(annotation(bounds, types))  # noqa: E731
        yield Declaration(holder, types.source.code(name), 0, read)


def _use(node: Node, types: Inference) -> Declarations:
    argument = node.child_by_field_name("argument")
    if argument is not None:
        yield from _used(argument, "", _scope(node, types), types)


def _used(node: Node, prefix: str, scope: Node, types: Inference) -> Declarations:
    match node.type:
        case "scoped_use_list":
            head = node.child_by_field_name("path")
            inside = f"{prefix}{types.source.code(head)}::" if head is not None else prefix
            listed = node.child_by_field_name("list")
            for each in listed.named_children if listed is not None else ():
                yield from _used(each, inside, scope, types)
        case "use_list":
            for each in node.named_children:
                yield from _used(each, prefix, scope, types)
        case "use_as_clause":
            whole, alias = node.child_by_field_name("path"), node.child_by_field_name("alias")
            if whole is not None and alias is not None:
                full = prefix + types.source.code(whole)
                yield Declaration(
                    scope, types.source.code(alias), 0, partial(_brought, full, scope, types)
                )
        case "scoped_identifier" | "identifier":
            full = prefix + types.source.code(node)
            last = full.rpartition("::")[2]
            yield Declaration(scope, last, 0, partial(_brought, full, scope, types))


def _brought(full: str, scope: Node, types: Inference) -> Type:
    """What `use` brings: something of this file's modules, or something foreign."""
    parts = full.split("::")
    heads = [part for part in parts if part in ("crate", "self", "super")]
    names = parts[len(heads) :]
    meaning = types.in_scope(types.source.root, names[0]) if names else NOTHING
    is_own = any(isinstance(a, ClassItself | Function) for a in meaning)
    if is_own and (heads or len(names) > 1):
        for name in names[1:]:
            meaning = types.member(meaning, name)
        return meaning
    if heads and scope.type != "source_file":
        return UNKNOWN
    last = full.rpartition("::")[2]
    return foreign(full, "class" if last[:1].isupper() else "function")


def _pushed(node: Node, types: Inference) -> Declarations:
    """`doors.push(door)` puts something in."""
    called, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if called is None or listed is None or called.type != "field_expression":
        return
    held, name = called.child_by_field_name("value"), called.child_by_field_name("field")
    index = _ADDING.get(types.source.code(name)) if name is not None else None
    given = listed.named_children
    if (
        held is not None
        and held.type == "identifier"
        and index is not None
        and len(given) == index + 1
    ):
        read: TypeReader = lambda: sequence(types.value(given[index]), "Vec")  # noqa: E731
        yield Declaration(held, types.source.code(held), held.start_byte, read, adds=True)


_ADDING = {"push": 0, "push_back": 0, "push_front": 0, "insert": 1}
_DECLARE: dict[str, Callable[[Node, Inference], Declarations]] = {
    **dict.fromkeys(TYPES, _type),
    "type_item": _alias,
    "const_item": _constant,
    "static_item": _constant,
    "enum_variant": _variant,
    "field_declaration": _field,
    "function_item": _function,
    "function_signature_item": _function,
    "closure_expression": _function,
    "let_declaration": _let,
    "let_condition": _let,
    "for_expression": _loop,
    "match_arm": _arm,
    "type_parameter": _type_parameter,
    "where_predicate": _type_parameter,
    "use_declaration": _use,
    "call_expression": _pushed,
}
