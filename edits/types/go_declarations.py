"""Go: which names and members a node gives a meaning to."""

from collections.abc import Callable
from functools import partial

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.go_values import annotation, ranged, spread
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    NOTHING,
    UNKNOWN,
    Function,
    Type,
    class_itself,
    foreign,
    returns,
    sequence,
)
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

_SCOPES = words(
    "function_declaration method_declaration func_literal block for_statement if_statement expression_switch_statement "
    "type_switch_statement expression_case type_case default_case communication_case source_file"
)


def owner_of(member: Node, types: Inference) -> str | None:
    """Return the type in whose definition a member stands."""
    for outer, _ in types.around(member):
        if outer.id in types.class_of:
            return types.class_of[outer.id]
        if outer.type in _SCOPES:
            return None
    return None


def declarations(node: Node, types: Inference) -> Declarations:
    """Return what a node declares."""
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _declared(name: Node, statement: Node, types: Inference, read: TypeReader) -> Declarations:
    """A name is in sight from the end of its statement on; at the top of the file, everywhere."""
    scope = next((o for o, _ in types.around(statement) if o.type in _SCOPES), types.source.root)
    start = 0 if scope.type == "source_file" else statement.end_byte
    yield Declaration(scope, types.source.code(name), start, read)


def _type(node: Node, types: Inference) -> Declarations:
    name, itself = node.child_by_field_name("name"), types.class_of.get(node.id)
    if name is None:
        return
    stands_for = node.child_by_field_name("type")
    read: TypeReader = lambda: returns(annotation(stands_for, types))  # noqa: E731
    if itself is not None:
        read = lambda: class_itself(itself)  # noqa: E731
    for declared in _declared(name, node, types, read):
        assert isinstance(declared, Declaration)
        yield Declaration(declared.scope, declared.name, min(declared.start, node.start_byte), read)


def _function(node: Node, types: Inference) -> Declarations:
    name = node.child_by_field_name("name")
    itself: Type = frozenset([Function(node, NOTHING)])
    if name is not None and node.type == "function_declaration":
        yield Declaration(types.source.root, types.source.code(name), 0, lambda: itself)
    elif name is not None:
        yield from _method(node, name, types)
    for field in ("receiver", "parameters", "result"):
        listed = node.child_by_field_name(field)
        is_list = listed is not None and listed.type == "parameter_list"
        for parameter in listed.named_children if listed is not None and is_list else ():
            stated = parameter.child_by_field_name("type")
            read = partial(annotation, stated, types)
            if parameter.type == "variadic_parameter_declaration":
                read = partial(_slice_of, stated, types)
            for each in parameter.children_by_field_name("name"):
                yield Declaration(node, types.source.code(each), 0, read)


def _slice_of(stated: Node | None, types: Inference) -> Type:
    return sequence(annotation(stated, types), "slice")


def _method(node: Node, name: Node, types: Inference) -> Declarations:
    listed = node.child_by_field_name("receiver")
    stated = (
        listed.named_children[0].child_by_field_name("type")
        if listed and listed.named_children
        else None
    )
    while stated is not None and stated.type in (
        "pointer_type",
        "parenthesized_type",
        "generic_type",
    ):
        stated = stated.named_children[0] if stated.named_children else None
    if stated is None:
        return
    owner = types.source.code(stated)  # methods belong to types at the top of the file
    itself: Type = frozenset([Function(node, NOTHING)])
    yield Member(owner, types.source.code(name), lambda: itself)
    yield Declaration(types.source.root, owner, 0, lambda: class_itself(owner))
    given = stated.parent.child_by_field_name("type_arguments") if stated.parent else None
    for parameter in given.named_children if given is not None else ():
        yield Declaration(node, types.source.code(parameter), 0, lambda: UNKNOWN)


def _method_of_interface(node: Node, types: Inference) -> Declarations:
    owner, name = owner_of(node, types), node.child_by_field_name("name")
    itself: Type = frozenset([Function(node, NOTHING)])
    if owner is not None and name is not None:
        yield Member(owner, types.source.code(name), lambda: itself)


def _field(node: Node, types: Inference) -> Declarations:
    owner, stated = owner_of(node, types), node.child_by_field_name("type")
    if owner is None or stated is None:
        return
    names = [types.source.code(name) for name in node.children_by_field_name("name")]
    for name in names or [types.source.code(stated).rpartition(".")[2].partition("[")[0]]:
        yield Member(owner, name, partial(annotation, stated, types), sure=True)


def _variables(node: Node, types: Inference) -> Declarations:
    """`var` and `const`."""
    stated, given = node.child_by_field_name("type"), node.child_by_field_name("value")
    names = node.children_by_field_name("name")
    for i, name in enumerate(names):
        if stated is not None:
            yield from _declared(name, node, types, partial(annotation, stated, types))
        else:
            yield from _declared(name, node, types, partial(_given, given, i, len(names), types))


def _given(listed: Node | None, index: int, count: int, types: Inference) -> Type:
    """What the variable at `index` of `count` gets from a list of values."""
    if listed is None:
        return UNKNOWN
    given = listed.named_children if listed.type == "expression_list" else [listed]
    if len(given) == count:
        return types.value(given[index])
    return spread(given[0], index, types) if len(given) == 1 else UNKNOWN


def _short(node: Node, types: Inference) -> Declarations:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if not any(child.type == ":=" for child in node.children):
        return
    names = left.named_children if left is not None else []
    for i, name in enumerate(names):
        yield from _declared(name, node, types, partial(_given, right, i, len(names), types))


def _range(node: Node, types: Inference) -> Declarations:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if not any(child.type == ":=" for child in node.children):
        return
    for i, name in enumerate(left.named_children if left is not None else ()):
        read: TypeReader = lambda i=i: ranged(types.value(right), i, types)  # type: ignore[misc]  # noqa: E731
        yield from _declared(name, node, types, read)


def _switch(node: Node, types: Inference) -> Declarations:
    """`switch v := x.(type)` declares `v` anew in each case."""
    alias = node.child_by_field_name("alias")
    for name in alias.named_children if alias is not None else ():
        for case in node.named_children:
            if case.type in ("type_case", "default_case"):
                stated = case.children_by_field_name("type")
                read = partial(_one_of, stated, types)
                yield Declaration(case, types.source.code(name), case.start_byte, read)


def _one_of(stated: list[Node], types: Inference) -> Type:
    return annotation(stated[0], types) if len(stated) == 1 else UNKNOWN


def _type_parameter(node: Node, types: Inference) -> Declarations:
    listed = types.parent(node)
    holder = types.parent(listed) if listed is not None else None
    constraint = node.child_by_field_name("type")
    for name in node.children_by_field_name("name"):
        if holder is not None:
            read: TypeReader = lambda: returns(annotation(constraint, types))  # noqa: E731
            yield Declaration(holder, types.source.code(name), 0, read)


def _import(node: Node, types: Inference) -> Declarations:
    path, alias = node.child_by_field_name("path"), node.child_by_field_name("name")
    if path is None:
        return
    whole = types.source.code(path).strip('"`')
    parts = [part for part in whole.split("/") if not (part[:1] == "v" and part[1:].isdigit())]
    name = types.source.code(alias) if alias is not None else parts[-1].partition(".")[0]
    yield Declaration(types.source.root, name, 0, lambda: foreign(whole, "module"))


_DECLARE: dict[str, Callable[[Node, Inference], Declarations]] = {
    "type_spec": _type,
    "type_alias": _type,
    "function_declaration": _function,
    "method_declaration": _function,
    "func_literal": _function,
    "method_elem": _method_of_interface,
    "field_declaration": _field,
    "var_spec": _variables,
    "const_spec": _variables,
    "short_var_declaration": _short,
    "receive_statement": _short,
    "range_clause": _range,
    "type_switch_statement": _switch,
    "type_parameter_declaration": _type_parameter,
    "import_spec": _import,
}
