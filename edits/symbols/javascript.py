"""JavaScript and TypeScript: what gives a name its meaning, and where it is looked up.

After ECMA-262: `var` belongs to its function, `let`, `const`, classes and functions to their block, and all of them to
the whole of it. TypeScript's types are a name space of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.javascript_bindings import (
    bindings,
    namespace_keys,
    path_of,
)
from specedit.edits.symbols.javascript_docs import places_in_docs
from specedit.edits.symbols.javascript_members import access_place, literal_name, string_place
from specedit.edits.symbols.places import STATIC, Binding, Place, Scope
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_BOTH = ("value", "type")
_FIELDS = ("public_field_definition", "field_definition", "property_signature")
_METHODS = ("method_definition", "method_signature", "abstract_method_signature")
_ELEMENTS = ("jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element")
_IDENTIFIERS = (
    "identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "type_identifier",
    "statement_identifier",
)


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the names that a class or interface says it extends or implements."""
    for child in node.named_children:
        if child.type == "class_heritage":
            for clause in child.named_children:
                yield from _listed(clause if clause.named_children else child)
        elif child.type == "extends_type_clause":
            yield from _listed(child)


def _listed(clause: Node) -> Iterator[str]:
    for child in clause.named_children:
        name = child.child_by_field_name("name") if child.type == "generic_type" else child
        if name is not None and name.type.endswith(("identifier", "member_expression")):
            yield text_of(name)


def embeds(node: Node) -> Iterable[str]:
    """Return nothing: classes inherit, and embed none."""
    return ()


def relate(source: Source, classes: Classes) -> None:
    """Add the object literals that constants of the file hold: what they are called, their members are reached by."""
    for node in source.root.named_children:
        declaration = node.child_by_field_name("declaration") or node
        if declaration.type != "lexical_declaration":
            continue
        for declarator in declaration.named_children:
            value, name = (declarator.child_by_field_name(f) for f in ("value", "name"))
            is_typed = declarator.child_by_field_name("type") is not None
            if value is not None and value.type == "object" and not is_typed:
                classes.define(text_of(name), declarator)


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in: whatever is around it may bind names."""
    return [
        Scope(f"ns:{path_of(parent)}" if parent.type == "internal_module" else parent.id)
        for parent, _ in ancestors(node)
    ]


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return source


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code and JSDoc. A shorthand, as `{x}`, is two."""
    for node in source.nodes_with(name):
        if node.type in _IDENTIFIERS and text_of(node) == name:
            yield from _places(node, classes)
        elif node.type == "comment":
            yield from places_in_docs(name, node)
        elif node.type == "string_fragment" and text_of(node) == name:
            for place in _places(node, classes):
                if place.role != "text":
                    yield place
                elif source.mentions("keyof "):
                    reason = "a name in a string, which `keyof` may take for a member"
                    yield replace(place, role="unknown member", reason=reason)


def _places(node: Node, classes: Classes) -> Iterator[Place]:
    at = (node, node.start_byte, node.end_byte)
    if node.type == "shorthand_property_identifier":
        yield Place(*at, written="{old}: {new}")
        yield _key(at, classes, "{new}: {old}")
    elif node.type == "shorthand_property_identifier_pattern":
        yield Place(*at, bindings=tuple(bindings(node, classes)), written="{old}: {new}")
        yield _key(at, classes, "{new}: {old}")
    elif node.type == "statement_identifier":
        yield _label(at)
    elif node.type == "private_property_identifier":
        yield _private(at, classes)
    elif node.type == "property_identifier":
        yield _property(at, classes)
    elif node.type == "string_fragment":
        yield string_place(at, classes)
    else:
        yield _identifier(at, classes)


def _label(at: tuple[Node, int, int]) -> Place:
    parent = at[0].parent
    if parent is None or parent.type != "labeled_statement":
        return Place(*at, spaces=("label",))
    return Place(*at, spaces=("label",), bindings=(Binding("label", parent.id, spaces=("label",)),))


def _private(at: tuple[Node, int, int], classes: Classes) -> Place:
    """A private name: of the innermost class around it that declares it. None overrides another: it has its own space."""
    parent = at[0].parent
    if parent is not None and parent.type in (*_FIELDS, *_METHODS):
        place = _property(at, classes)
        own = tuple(replace(b, spaces=(f"private of {b.owner}",)) for b in place.bindings)
        return replace(place, bindings=own)
    owner = next(
        (classes.around(body) for body, _ in ancestors(at[0]) if _declares(body, at[0])), ""
    )
    return Place(*at, "member", owners=(owner,), spaces=(f"private of {owner}",))


def _declares(body: Node, name: Node) -> bool:
    """Whether it is the body of a class that declares a private name."""
    members = body.named_children if body.type == "class_body" else ()
    return any(
        member.type in (*_FIELDS, *_METHODS)
        and text_of(name)
        in (text_of(member.child_by_field_name(field)) for field in ("name", "property"))
        for member in members
    )


def _key(at: tuple[Node, int, int], classes: Classes, written: str = "{new}") -> Place:
    """A key of an object literal or pattern, or an attribute of a component."""
    owner, parent = literal_name(at[0], classes), at[0].parent
    if owner and parent is not None and parent.type != "pair_pattern":
        kind = "method" if parent.type == "method_definition" else "field"
        return Place(*at, "member", bindings=(Binding(kind, "", owner=owner),), written=written)
    reason = "a key of an object whose type is not evident here"
    spaces = ("value", STATIC)
    return Place(*at, "member", spaces, through=parent, reason=reason, written=written)


def _property(at: tuple[Node, int, int], classes: Classes) -> Place:
    node = at[0]
    parent = node.parent
    assert parent is not None
    field = field_of(node)
    if parent.type == "member_expression":
        return access_place(at, parent, classes)
    if parent.type in _METHODS and field == "name":
        if parent.parent is not None and parent.parent.type == "object":
            return _key(at, classes)
        is_property = any(child.type in ("get", "set") for child in parent.children)
        return _declared(at, "property" if is_property else "method", classes)
    if parent.type in _FIELDS and field in ("name", "property"):
        return _declared(at, "field", classes)
    enum = enclosing(node, ("enum_declaration",))
    if parent.type in ("enum_body", "enum_assignment") and enum is not None:
        bound = Binding("enum member", enum.id, owner=classes.of_node(enum))
        return Place(*at, "member", bindings=(bound,))
    if parent.type == "jsx_attribute" and _is_intrinsic(parent.parent):
        return Place(*at, "other", reason="an attribute of an element of the page")
    if parent.type in ("pair", "pair_pattern", "jsx_attribute"):
        return _key(at, classes)
    return Place(*at, "other", reason="a property of something else")


def _is_intrinsic(element: Node | None) -> bool:
    component = element.child_by_field_name("name") if element is not None else None
    return text_of(component)[:1].islower()


def _declared(at: tuple[Node, int, int], kind: str, classes: Classes) -> Place:
    owner = classes.around(at[0])
    holder = enclosing(at[0], ("object_type", "class_body", "interface_body", "enum_body"))
    if holder is not None and holder.type == "object_type":
        alias = holder.parent
        whole = alias is not None and alias.type in ("type_alias_declaration", "intersection_type")
        owner = owner if whole else ""
    if not owner:
        return Place(*at, "other", reason="a member of a type without a name")
    parent = at[0].parent
    modifiers = [child.type for child in parent.children] if parent is not None else []
    inherited = "a class" if "override_modifier" in modifiers else ""
    spaces = (STATIC,) if "static" in modifiers else ("value",)
    bound = Binding(kind, "", owner=owner, inherited=inherited, spaces=spaces)
    return Place(*at, "member", bindings=(bound,))


def _identifier(at: tuple[Node, int, int], classes: Classes) -> Place:
    node = at[0]
    parent = node.parent
    assert parent is not None
    if enclosing(node, ("import_statement",)) is not None:
        return _imported(at, parent)
    if parent.type == "export_specifier":
        statement = enclosing(node, ("export_statement",))
        if statement is not None and statement.child_by_field_name("source") is not None:
            return Place(*at, "other", reason="a name of another module")
        if field_of(node) == "alias":
            return Place(*at, "other", reason="the name that something is exported by")
        return Place(*at, spaces=_BOTH)
    if (
        parent.type in ("nested_type_identifier", "nested_identifier")
        and node != parent.named_children[0]
    ):
        through = text_of(parent.named_children[0])
        if keys := namespace_keys(through, node):
            return Place(*at, "path", spaces=_BOTH, scopes=keys)
        owner = classes.named(through)
        return Place(*at, "member", owners=(owner,), reason=f"a name of {through}")
    if parent.type in _ELEMENTS and text_of(node)[:1].islower():
        return Place(*at, "other", reason="an element of the page")
    spaces: tuple[str, ...] = ("type",) if node.type == "type_identifier" else ("value",)
    if parent.type in ("nested_type_identifier", "nested_identifier", "export_statement"):
        spaces = _BOTH
    return Place(*at, spaces=spaces, bindings=tuple(bindings(node, classes)))


def _imported(at: tuple[Node, int, int], parent: Node) -> Place:
    bound = (Binding("import", spaces=_BOTH),)
    if parent.type == "import_specifier" and parent.child_by_field_name("alias") is not None:
        if field_of(at[0]) == "name":
            return Place(*at, "other", reason="a name of another module")
        return Place(*at, bindings=bound)
    if parent.type == "import_specifier":
        return Place(*at, bindings=bound, written="{old} as {new}")
    return Place(*at, bindings=bound)
