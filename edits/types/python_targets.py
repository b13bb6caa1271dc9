"""Python: in which scope and class the target of an assignment is declared."""

from functools import partial

from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import UNKNOWN, Foreign, Type, instance, mapping, part
from specedit.edits.types.scopes import Declaration, Declarations, Member, TypeReader

_SCOPES = ("function_definition", "lambda", "class_definition", "module")
_GROUPS = ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list")
_SPLATS = ("list_splat_pattern", "list_splat", "splat_pattern", "dictionary_splat_pattern")


def scope_of(node: Node, types: Inference) -> Node:
    """Return the scope that a statement gives names in."""
    return next((o for o, _ in types.around(node) if o.type in _SCOPES), types.source.root)


def declare_name(
    target: Node, scope: Node, types: Inference, read: TypeReader, *, sure: bool = False
) -> Declarations:
    """Yield what a name is, and in a class what its member is."""
    name = types.source.code(target)
    owner = types.class_of.get(scope.id)
    yield Declaration(scope, name, target.start_byte, read, sure)
    if owner is not None:
        yield Member(owner, name, partial(_class_member, owner, read, types), sure)


def _class_member(owner: str, read: TypeReader, types: Inference) -> Type:
    """What a class's member is: in an enumeration, what is assigned is made one of its members."""
    member = read()
    is_enum = any(
        isinstance(base, Foreign) and base.name.endswith(("Enum", "Flag"))
        for each in types.lineage(owner)
        for base in types.bases(each)
    )
    return instance(owner) if is_enum and all(isinstance(a, Foreign) for a in member) else member


def declare_target(
    target: Node, scope: Node, types: Inference, read: TypeReader, *, sure: bool = False
) -> Declarations:
    """Yield what an assignment to `target` declares."""
    name = types.source.code(target)
    if target.type == "identifier":
        yield from declare_name(target, scope, types, read, sure=sure)
    elif target.type == "attribute":
        owner, member = (target.child_by_field_name(f) for f in ("object", "attribute"))
        if owner is not None and member is not None:
            yield Member(owner, types.source.code(member), read, sure)
    elif target.type == "subscript":
        held = target.child_by_field_name("value")
        if held is not None:
            yield from declare_addition(held, lambda: mapping(UNKNOWN, read()), types)
    elif target.type in _SPLATS:
        for child in target.named_children:
            yield from declare_target(child, scope, types, lambda: UNKNOWN)
    elif target.type in _GROUPS:
        children = target.named_children
        splats = [i for i, child in enumerate(children) if child.type in _SPLATS]
        for i, child in enumerate(children):
            is_known = not splats or i < splats[0]
            each = partial(_part, read, i) if is_known else (lambda: UNKNOWN)
            yield from declare_target(child, scope, types, each)
    elif name.isidentifier():
        yield from declare_name(target, scope, types, lambda: UNKNOWN)


def _part(read: TypeReader, index: int) -> Type:
    return part(read(), index)


def declare_addition(held: Node, read: TypeReader, types: Inference) -> Declarations:
    """Yield what is put into a container."""
    if held.type == "identifier":
        yield Declaration(held, types.source.code(held), held.start_byte, read, adds=True)
    elif held.type == "attribute":
        owner, member = (held.child_by_field_name(f) for f in ("object", "attribute"))
        if owner is not None and member is not None:
            yield Member(owner, types.source.code(member), read, adds=True)
