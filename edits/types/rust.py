"""Rust: types with their `impl`s, and what a member is reached through."""

from collections.abc import Iterator, Sequence

from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.nodes import enclosing
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference, TypeRules
from specedit.edits.types.lattice import (
    NOTHING,
    UNKNOWN,
    Foreign,
    Instance,
    Type,
    class_itself,
    foreign,
    values,
)
from specedit.edits.types.rust_annotations import annotation, member, path
from specedit.edits.types.rust_declarations import TYPES, declarations
from specedit.edits.types.rust_patterns import struct_of
from specedit.edits.types.rust_standard import foreign_member
from specedit.edits.types.rust_values import result, value


def classes(source: Source) -> Iterator[tuple[Node, str]]:
    """Yield the nodes of types, traits, `impl`s, modules, and variants with fields, with their qualified names."""
    defined = {d.node.id: d for d in source.definitions}
    names = {d.qualified for d in source.definitions if d.node.type in TYPES}
    for node in source.nodes:
        definition = defined.get(node.id)
        if node.type in TYPES and definition is not None:
            yield node, definition.qualified
        elif node.type == "impl_item":
            yield node, _implementing(node, definition, names, source)
        elif node.type == "enum_variant" and node.child_by_field_name("body") is not None:
            body = node.parent
            enum = (
                defined.get(body.parent.id)
                if body is not None and body.parent is not None
                else None
            )
            name = node.child_by_field_name("name")
            if enum is not None and name is not None:
                yield node, f"{enum.qualified}.{source.code(name)}"


def _implementing(
    node: Node, definition: Definition | None, names: set[str], source: Source
) -> str:
    """The type that an `impl` is for, in this file or not; one that has no name has its place for one."""
    stated = node.child_by_field_name("type")
    if stated is not None and stated.type == "generic_type":
        stated = stated.child_by_field_name("type")
    parts = source.code(stated).split("::") if stated is not None else []
    steps = [part for part in parts if part not in ("crate", "self", "super")]
    above = definition.owner.split(".") if definition is not None and definition.owner else []
    for count in range(len(above), -1, -1):
        name = ".".join([*above[:count], *steps])
        if name in names:
            return name
    is_named = stated is not None and stated.type == "type_identifier"
    if definition is None or not is_named or enclosing(node, ("function_item",)) is not None:
        return f"impl at {node.start_byte}"
    return definition.qualified


def hides(scope: Node, passed: Sequence[Node]) -> bool:
    """Whether a scope does not count: what `if let` binds is not in sight in its `else`."""
    return scope.type == "if_expression" and passed[-1].type == "else_clause"


def unbound(name: str) -> Type:
    """Return what a name is that the file does not declare: a type of the prelude, or a module."""
    return foreign(name, "class") if name[:1].isupper() else UNKNOWN


def bases(node: Node, types: Inference) -> Type:
    """Return the traits that an `impl` is of, or those above a trait."""
    stated = node.child_by_field_name("trait")
    if stated is not None:
        return _traits([stated], types)
    bounds = node.child_by_field_name("bounds")
    return _traits(bounds.named_children, types) if bounds is not None else NOTHING


def _traits(stated: Sequence[Node], types: Inference) -> Type:
    supertypes: Type = frozenset()
    for each in stated:
        for atom in annotation(each, types):
            supertypes |= class_itself(atom.name) if isinstance(atom, Instance) else {atom}
    return supertypes


def receiver(node: Node, types: Inference) -> Type:
    """Return what a member's name is reached through or, where it is defined, its type."""
    meaning = _reached(node, types)
    if meaning and all(isinstance(atom, Foreign) for atom in meaning):
        # Others' types may have members of this file: those of its traits, and of an `impl` beside the type's own file.
        name = types.source.code(node)
        if any(
            _is_implemented(each, types) and types.declares(each, name)
            for each in types.class_nodes
        ):
            return UNKNOWN
    return meaning


def _is_implemented(name: str, types: Inference) -> bool:
    """Whether a class of this text is another file's type, for which there is an `impl`."""
    return all(node.type == "impl_item" for node in types.class_nodes[name])


def _reached(node: Node, types: Inference) -> Type:
    parent = types.parent(node)
    if parent is None:
        return UNKNOWN
    match parent.type:
        case "field_expression":
            return types.value(parent.child_by_field_name("value"))
        case "scoped_identifier" | "scoped_type_identifier" if (
            parent.child_by_field_name("name") == node
        ):
            head = parent.child_by_field_name("path")
            if head is None or head.type in ("crate", "super", "self"):
                return UNKNOWN
            return annotation(head, types) if head.type == "bracketed_type" else path(head, types)
        case "field_initializer" | "shorthand_field_initializer":
            built = next((o for o, _ in types.around(node) if o.type == "struct_expression"), None)
            return struct_of(built.child_by_field_name("name"), types) if built else UNKNOWN
        case "field_pattern" if parent.child_by_field_name("name") == node:
            pattern = types.parent(parent)
            return struct_of(pattern.child_by_field_name("type"), types) if pattern else UNKNOWN
        case "token_tree":
            return _in_macro(node, parent, types)
    is_defined = parent.child_by_field_name("name") == node
    return _owner(parent, types) if is_defined else UNKNOWN


def _owner(definition: Node, types: Inference) -> Type:
    for outer, _ in types.around(definition):
        if outer.id in types.class_of:
            return class_itself(types.class_of[outer.id])
        if outer.type in ("function_item", "block"):
            return UNKNOWN
    return UNKNOWN


def _in_macro(node: Node, tree: Node, types: Inference) -> Type:
    """What a name in a macro's arguments is reached through; these are tokens only."""
    tokens = tree.children
    return _before(tokens, tokens.index(node), types) or UNKNOWN


def _before(tokens: Sequence[Node], index: int, types: Inference) -> Type:
    if index < 2 or tokens[index - 1].type not in (".", "::"):
        return NOTHING
    return _token(tokens, index - 2, types)


def _token(tokens: Sequence[Node], index: int, types: Inference) -> Type:
    """What the tokens that end at `index` are: `door`, `self.door`, `Door::new()`, `doors[0]`."""
    token = tokens[index]
    if token.type == "token_tree" and index > 0:
        held = _token(tokens, index - 1, types)
        if token.children[0].type != "(":
            return values(held)
        called = _before(tokens, index - 1, types)
        name = types.source.code(tokens[index - 1])
        return types.called(member(called, name, types) if called else held)
    if token.type not in ("identifier", "self"):
        return UNKNOWN
    held = _before(tokens, index, types)
    return types.member(held, types.source.code(token)) if held else types.value(token)


RULES = TypeRules(
    classes=classes,
    declarations=declarations,
    value=value,
    unbound=unbound,
    narrowed=lambda node, types: None,
    result=result,
    bases=bases,
    foreign_member=foreign_member,
    receiver=receiver,
    hides=hides,
    is_ordered=True,
)
