"""Python: which names and members a node gives a meaning to."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk_to
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    UNKNOWN,
    Foreign,
    Type,
    class_itself,
    elements,
    foreign,
    sequence,
    union,
)
from specedit.edits.types.python_annotations import annotation, tested
from specedit.edits.types.python_functions import function_type, parameters, type_parameters
from specedit.edits.types.python_targets import (
    declare_addition,
    declare_name,
    declare_target,
    scope_of,
)
from specedit.edits.types.python_values import arguments_of, entered
from specedit.edits.types.scopes import Declaration, Declarations, TypeReader

COMPREHENSIONS = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)
# What a test of a name is kept under, which no name reads like.
GUARD = "by a test"
_LEAVING = ("return_statement", "raise_statement", "continue_statement", "break_statement")
_ADDING = {"append": 0, "appendleft": 0, "add": 0, "insert": 1}
_ADDS = re.compile(rb"\b(?:append|appendleft|add|insert)\b")


def declaring(source: Source) -> Iterator[Node]:
    """Yield the nodes that may declare something, in source order; of the rest of the tree few are made."""
    begins = source.starts_of(_DECLARE.keys() - {"call"})  # of calls only a few do
    begins += source.matches(_ADDS)
    return (node for node in walk_to(source.root, sorted(begins)) if node.type in _DECLARE)


def declarations(node: Node, types: Inference) -> Declarations:
    """Return what a node declares."""
    declare = _DECLARE.get(node.type)
    return declare(node, types) if declare is not None else iter(())


def _assignment(node: Node, types: Inference) -> Declarations:
    left, stated = node.child_by_field_name("left"), node.child_by_field_name("type")
    right = node.child_by_field_name("right")
    if left is None:
        return
    while right is not None and right.type == "assignment":
        right = right.child_by_field_name("right")
    scope = scope_of(node, types)
    if _decorates(left, right, types):
        return
    if stated is not None:
        yield from declare_target(left, scope, types, partial(annotation, stated, types), sure=True)
    else:
        yield from declare_target(left, scope, types, partial(types.value, right))


def _decorates(left: Node, right: Node | None, types: Inference) -> bool:
    """Whether a class of the file gets what a call makes of it, as by a decorator: `Door = with_repr(Door)`."""
    name, at = types.source.code(left), right
    if left.type != "identifier" or name not in types.class_of.values():
        return False
    while at is not None and at.type == "call":
        given = arguments_of(at)
        at = given[0] if given else None
    return at is not None and at != right and types.source.code(at) == name


def _augmented(node: Node, types: Inference) -> Declarations:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and left.type != "subscript":
        yield from declare_target(left, scope_of(node, types), types, partial(types.value, right))


def _walrus(node: Node, types: Inference) -> Declarations:
    name = node.child_by_field_name("name")
    if name is not None:
        read = partial(types.value, node.child_by_field_name("value"))
        yield from declare_target(name, scope_of(node, types), types, read)


def _loop(node: Node, types: Inference) -> Declarations:
    """A `for` statement, or the `for` of a comprehension."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    parent = types.parent(node)
    is_clause = parent is not None and parent.type in COMPREHENSIONS
    scope = parent if is_clause and parent is not None else scope_of(node, types)
    if left is not None:
        yield from declare_target(left, scope, types, lambda: _iterated(right, types))


def _iterated(node: Node | None, types: Inference) -> Type:
    held = types.value(node)
    alternatives = []
    for atom in held:
        alone: Type = frozenset([atom])
        if isinstance(atom, Foreign):
            alternatives.append(elements(alone))
        else:
            alternatives.append(elements(types.called(types.member(alone, "__iter__"))))
    return union(alternatives)


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
    yield from declare_target(last, scope_of(node, types), types, read)


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
                yield from declare_target(each, scope_of(node, types), types, lambda: UNKNOWN)


def _function(node: Node, types: Inference) -> Declarations:
    name, outer = node.child_by_field_name("name"), scope_of(node, types)
    if name is not None:
        yield from declare_name(name, outer, types, partial(function_type, node, types))
    yield from parameters(node, types.class_of.get(outer.id), types)


def _class(node: Node, types: Inference) -> Declarations:
    name, itself = node.child_by_field_name("name"), types.class_of.get(node.id)
    if name is not None and itself is not None:
        yield from declare_name(name, scope_of(node, types), types, lambda: class_itself(itself))


def _import(node: Node, types: Inference) -> Declarations:
    scope, module = scope_of(node, types), node.child_by_field_name("module_name")
    prefix = f"{types.source.code(module)}." if module is not None else ""
    for listed in node.children_by_field_name("name"):
        full = listed.child_by_field_name("name") or listed
        alias = listed.child_by_field_name("alias")
        target = alias or full.named_children[-1 if module is not None else 0]
        name = types.source.code(full if alias or module is not None else full.named_children[0])
        is_class = module is not None and name[:1].isupper()
        meaning = foreign(prefix + name, "class" if is_class else "module")
        yield from declare_name(target, scope, types, partial(_always, meaning))


def _always(meaning: Type) -> Type:
    return meaning


def _elsewhere(node: Node, types: Inference) -> Declarations:
    """`global x` joins two scopes; what `nonlocal` joins is left untold."""
    scope = scope_of(node, types)
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
        yield Declaration(block, name, node.end_byte, partial(tested, given[1], types))


def _method_call(node: Node, types: Inference) -> Declarations:
    """`doors.append(door)` puts something in."""
    function, given = node.child_by_field_name("function"), arguments_of(node)
    if function is None or function.type != "attribute":
        return
    held, name = (function.child_by_field_name(field) for field in ("object", "attribute"))
    index = _ADDING.get(types.source.code(name)) if name is not None else None
    if held is not None and index is not None and index < len(given):
        yield from declare_addition(held, lambda: sequence(types.value(given[index])), types)


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
