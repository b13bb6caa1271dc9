"""Python: which names and members a node gives a meaning to."""

from collections.abc import Callable
from functools import partial

from specedit.edits.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    UNKNOWN,
    Foreign,
    Type,
    class_itself,
    elements,
    foreign,
    instance,
    mapping,
    part,
    sequence,
    union,
)
from specedit.edits.types.python_annotations import annotation
from specedit.edits.types.python_functions import function_type, parameters, type_parameters
from specedit.edits.types.python_values import arguments_of, entered
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

COMPREHENSIONS = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)
_SCOPES = ("function_definition", "lambda", "class_definition", "module")
_GROUPS = ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list")
_SPLATS = ("list_splat_pattern", "list_splat", "splat_pattern", "dictionary_splat_pattern")
# What a test of a name is kept under, which no name reads like.
GUARD = "by a test"
_LEAVING = ("return_statement", "raise_statement", "continue_statement", "break_statement")
_ADDING = {"append": 0, "appendleft": 0, "add": 0, "insert": 1}


def declarations(node: Node, types: Inference) -> Declarations:
    """Return what a node declares."""
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _scope(node: Node, types: Inference) -> Node:
    """The scope that a statement gives names in."""
    return next((o for o, _ in types.around(node) if o.type in _SCOPES), types.source.root)


def _declared(
    target: Node, scope: Node, types: Inference, read: TypeReader, *, sure: bool = False
) -> Declarations:
    """What a name is, and in a class what its member is."""
    name = types.source.code(target)
    owner = types.class_of.get(scope.id)
    yield Declaration(scope, name, target.start_byte, read, sure)
    if owner is not None:
        yield Member(owner, name, partial(_class_member, owner, read, types), sure)


def _class_member(owner: str, read: TypeReader, types: Inference) -> Type:
    """What a class's member is: in an enumeration, what is assigned is made one of its members."""
    found = read()
    is_enum = any(
        isinstance(base, Foreign) and base.name.endswith(("Enum", "Flag"))
        for each in types.lineage(owner)
        for base in types.bases(each)
    )
    return instance(owner) if is_enum and all(isinstance(a, Foreign) for a in found) else found


def _targets(
    target: Node, scope: Node, types: Inference, read: TypeReader, *, sure: bool = False
) -> Declarations:
    """What an assignment to `target` declares."""
    name = types.source.code(target)
    if target.type == "identifier":
        yield from _declared(target, scope, types, read, sure=sure)
    elif target.type == "attribute":
        owner, member = (target.child_by_field_name(f) for f in ("object", "attribute"))
        if owner is not None and member is not None:
            yield Member(owner, types.source.code(member), read, sure)
    elif target.type == "subscript":
        held = target.child_by_field_name("value")
        if held is not None:
            yield from _addition(held, lambda: mapping(UNKNOWN, read()), types)
    elif target.type in _SPLATS:
        for child in target.named_children:
            yield from _targets(child, scope, types, lambda: UNKNOWN)
    elif target.type in _GROUPS:
        children = target.named_children
        splats = [i for i, child in enumerate(children) if child.type in _SPLATS]
        for i, child in enumerate(children):
            told = not splats or i < splats[0]
            each = partial(_part, read, i) if told else (lambda: UNKNOWN)
            yield from _targets(child, scope, types, each)
    elif name.isidentifier():
        yield from _declared(target, scope, types, lambda: UNKNOWN)


def _part(read: TypeReader, index: int) -> Type:
    return part(read(), index)


def _addition(held: Node, read: TypeReader, types: Inference) -> Declarations:
    """What is put into a container."""
    if held.type == "identifier":
        yield Declaration(held, types.source.code(held), held.start_byte, read, adds=True)
    elif held.type == "attribute":
        owner, member = (held.child_by_field_name(f) for f in ("object", "attribute"))
        if owner is not None and member is not None:
            yield Member(owner, types.source.code(member), read, adds=True)


def _assignment(node: Node, types: Inference) -> Declarations:
    left, stated = node.child_by_field_name("left"), node.child_by_field_name("type")
    right = node.child_by_field_name("right")
    if left is None:
        return
    while right is not None and right.type == "assignment":
        right = right.child_by_field_name("right")
    scope = _scope(node, types)
    if stated is not None:
        yield from _targets(left, scope, types, partial(annotation, stated, types), sure=True)
    else:
        yield from _targets(left, scope, types, partial(types.value, right))


def _augmented(node: Node, types: Inference) -> Declarations:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and left.type != "subscript":
        yield from _targets(left, _scope(node, types), types, partial(types.value, right))


def _walrus(node: Node, types: Inference) -> Declarations:
    name = node.child_by_field_name("name")
    if name is not None:
        read = partial(types.value, node.child_by_field_name("value"))
        yield from _targets(name, _scope(node, types), types, read)


def _loop(node: Node, types: Inference) -> Declarations:
    """A `for` statement, or the `for` of a comprehension."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    parent = types.parent(node)
    is_clause = parent is not None and parent.type in COMPREHENSIONS
    scope = parent if is_clause and parent is not None else _scope(node, types)
    if left is not None:
        yield from _targets(left, scope, types, lambda: _iterated(right, types))


def _iterated(node: Node | None, types: Inference) -> Type:
    held = types.value(node)
    found = []
    for atom in held:
        alone: Type = frozenset([atom])
        if isinstance(atom, Foreign):
            found.append(elements(alone))
        else:
            found.append(elements(types.called(types.member(alone, "__iter__"))))
    return union(found)


def _bound_as(node: Node, types: Inference) -> Declarations:
    """`with x as y`, `except x as y`, `case x as y`."""
    parent = types.parent(node)
    first, last = node.named_children[0], node.named_children[-1]
    if last.type == "as_pattern_target":
        last = last.named_children[0]
    read: TypeReader = lambda: UNKNOWN  # noqa: E731
    if parent is not None and parent.type == "with_item":
        read = lambda: entered(types.value(first), types)  # noqa: E731
    elif parent is not None and parent.type == "except_clause":
        caught = first.named_children if first.type == "tuple" else [first]
        read = lambda: union(annotation(each, types) for each in caught)  # noqa: E731
    elif parent is not None and parent.type == "case_pattern":
        read = lambda: _matched(first, types)  # noqa: E731
    yield from _targets(last, _scope(node, types), types, read)


def _matched(pattern: Node, types: Inference) -> Type:
    inner = pattern.named_children[0] if pattern.named_children else pattern
    if inner.type != "class_pattern" or len(inner.named_children[0].named_children) != 1:
        return UNKNOWN
    return annotation(inner.named_children[0].named_children[0], types)


def _captured(node: Node, types: Inference) -> Declarations:
    """A name in a `case`, which is bound to what stands there."""
    for child in node.named_children:
        is_name = child.type == "dotted_name" and len(child.named_children) == 1
        inside = child.named_children if is_name or child.type == "splat_pattern" else []
        for each in inside:
            if each.type == "identifier":
                yield from _targets(each, _scope(node, types), types, lambda: UNKNOWN)


def _function(node: Node, types: Inference) -> Declarations:
    name, outer = node.child_by_field_name("name"), _scope(node, types)
    if name is not None:
        yield from _declared(name, outer, types, partial(function_type, node, types))
    yield from parameters(node, types.class_of.get(outer.id), types)


def _class(node: Node, types: Inference) -> Declarations:
    name, itself = node.child_by_field_name("name"), types.class_of.get(node.id)
    if name is not None and itself is not None:
        yield from _declared(name, _scope(node, types), types, lambda: class_itself(itself))


def _import(node: Node, types: Inference) -> Declarations:
    scope, module = _scope(node, types), node.child_by_field_name("module_name")
    prefix = f"{types.source.code(module)}." if module is not None else ""
    for listed in node.children_by_field_name("name"):
        full = listed.child_by_field_name("name") or listed
        alias = listed.child_by_field_name("alias")
        target = alias or full.named_children[-1 if module is not None else 0]
        name = types.source.code(full if alias or module is not None else full.named_children[0])
        is_class = module is not None and name[:1].isupper()
        told = foreign(prefix + name, "class" if is_class else "module")
        yield from _declared(target, scope, types, partial(_always, told))


def _always(told: Type) -> Type:
    return told


def _elsewhere(node: Node, types: Inference) -> Declarations:
    """`global x` joins two scopes; what `nonlocal` joins is left untold."""
    scope = _scope(node, types)
    for target in node.named_children:
        name = types.source.code(target)
        if node.type == "global_statement":
            root = types.source.root
            yield Declaration(scope, name, target.start_byte, partial(types.in_scope, root, name))
            yield Declaration(root, name, target.start_byte, partial(types.in_scope, scope, name))
            continue
        for outer, _ in types.around(node):
            if outer.type == "function_definition":
                yield Declaration(outer, name, target.start_byte, lambda: UNKNOWN)


def _guard(node: Node, types: Inference) -> Declarations:
    """`if not isinstance(x, Door): return` says what `x` is in the rest of the block."""
    test, body = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
    block, argument = types.parent(node), test.child_by_field_name("argument") if test else None
    last = body.named_children[-1].type if body is not None and body.named_children else ""
    if argument is None or argument.type != "call" or block is None or last not in _LEAVING:
        return
    given = arguments_of(argument)
    is_test = types.source.code(argument).startswith("isinstance(")
    if is_test and len(given) == 2 and given[0].type == "identifier" and given[1].type != "tuple":
        name = f"{types.source.code(given[0])} {GUARD}"
        yield Declaration(block, name, node.end_byte, partial(annotation, given[1], types))


def _method_call(node: Node, types: Inference) -> Declarations:
    """`doors.append(door)` puts something in."""
    function, given = node.child_by_field_name("function"), arguments_of(node)
    if function is None or function.type != "attribute":
        return
    held, name = (function.child_by_field_name(field) for field in ("object", "attribute"))
    index = _ADDING.get(types.source.code(name)) if name is not None else None
    if held is not None and index is not None and index < len(given):
        yield from _addition(held, lambda: sequence(types.value(given[index])), types)


_DECLARE: dict[str, Callable[[Node, Inference], Declarations]] = {
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "named_expression": _walrus,
    "for_statement": _loop,
    "for_in_clause": _loop,
    "as_pattern": _bound_as,
    "case_pattern": _captured,
    "list_pattern": _captured,
    "function_definition": _function,
    "lambda": _function,
    "class_definition": _class,
    "import_statement": _import,
    "import_from_statement": _import,
    "global_statement": _elsewhere,
    "nonlocal_statement": _elsewhere,
    "call": _method_call,
    "if_statement": _guard,
    "type_parameter": type_parameters,
}
