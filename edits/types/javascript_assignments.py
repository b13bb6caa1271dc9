"""JavaScript and TypeScript: what is assigned to variables and members, and put into containers."""

from functools import partial

from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.javascript_scopes import declare_pattern
from specedit.edits.types.lattice import UNKNOWN, Foreign, Type, row, sequence
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

_ADDING = {"push": 0, "unshift": 0, "add": 0, "set": 1}


def assignments(node: Node, types: Inference) -> Declarations:
    """Yield what an assignment gives a meaning to."""
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
        for name in declare_pattern(left, node, types):
            if isinstance(name, Declaration):
                target = left.descendant_for_byte_range(name.start, name.start + 1)
                if target is not None:
                    yield Declaration(target, name.name, name.start, name.read, assigns=True)


def _assigned_member(left: Node, types: Inference, read: TypeReader) -> Declarations:
    owner, name = (left.child_by_field_name(field) for field in ("object", "property"))
    if owner is not None and name is not None:
        yield Member(owner, types.source.code(name), read)


def _addition(held: Node, types: Inference, read: TypeReader) -> Declarations:
    if held.type == "identifier":
        yield Declaration(held, types.source.code(held), held.start_byte, read, adds=True)
    elif held.type == "member_expression":
        owner, name = (held.child_by_field_name(field) for field in ("object", "property"))
        if owner is not None and name is not None:
            yield Member(owner, types.source.code(name), read, adds=True)


def additions(node: Node, types: Inference) -> Declarations:
    """Yield what a call puts into a container: `doors.push(door)`."""
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
