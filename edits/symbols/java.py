"""Java: what gives a name its meaning, and where it is looked up.

After the language specification, chapter 6: types, methods and variables are name spaces of their own; members are in
sight in all of their class, a local variable from its declaration to the end of its block, a pattern's variable where
the pattern has matched.
"""

from collections.abc import Iterable, Iterator, Sequence

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.java_bindings import CLASSES, bindings, is_through, type_name
from specedit.edits.symbols.places import Binding, Place, Scope
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, in_field, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_VALUE, _TYPE, _METHOD = ("value",), ("type",), ("method",)


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the names that a class or interface says it extends or implements."""
    for child in node.named_children:
        if child.type in ("superclass", "super_interfaces", "extends_interfaces"):
            listed = child.named_children
            if listed and listed[0].type == "type_list":
                listed = listed[0].named_children
            yield from (type_name(base) for base in listed)


def embeds(node: Node) -> Iterable[str]:
    """Return nothing: classes inherit, and embed none."""
    return ()


def relate(source: Source, classes: Classes) -> None:
    """Add nothing: classes say themselves what they extend."""


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return source


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in; members are in sight in the body of their class."""
    around: list[Scope] = []
    for parent, child in ancestors(node):
        owner = ""
        if parent.type in CLASSES and (field_of(child) == "body" or in_field(node, parent, "body")):
            owner = classes.of_node(parent)
        elif parent.type == "object_creation_expression" and child.type == "class_body":
            owner = classes.named(type_name(parent.child_by_field_name("type")))
        around.append(Scope(parent.id, owner))
    return around


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code."""
    for node in source.nodes_with(name):
        if node.type in ("identifier", "type_identifier") and text_of(node) == name and node.parent:
            yield _place(node, node.parent, classes)


def _place(node: Node, parent: Node, classes: Classes) -> Place:
    at = (node, node.start_byte, node.end_byte)
    field = field_of(node)
    if parent.type in ("labeled_statement", "break_statement", "continue_statement"):
        binds = parent.type == "labeled_statement" and node == parent.named_children[0]
        bound = (Binding("label", parent.id, spaces=("label",)),) if binds else ()
        if binds or parent.type != "labeled_statement":
            return Place(*at, spaces=("label",), bindings=bound)
    if enclosing(node, ("import_declaration", "package_declaration")) is not None:
        return _imported(at, parent, field)
    if parent.type == "element_value_pair" and field == "key":
        annotation = enclosing(node, ("annotation",))
        owner = classes.named(text_of(annotation.child_by_field_name("name"))) if annotation else ""
        return Place(*at, "member", spaces=_METHOD, owners=(owner,), reason="of another annotation")
    if parent.type == "method_invocation" and field == "name":
        if parent.child_by_field_name("object") is None:
            return Place(*at, spaces=_METHOD)
        return Place(*at, "member", spaces=_METHOD, through=parent)
    if parent.type == "method_reference" and node != parent.named_children[0]:
        return Place(*at, "member", spaces=_METHOD, through=parent)
    if parent.type == "field_access" and field == "field":
        return Place(*at, "member", spaces=(*_VALUE, *_TYPE), through=parent)
    if (
        parent.type in ("scoped_type_identifier", "scoped_identifier")
        and node != parent.named_children[0]
    ):
        owner = classes.named(type_name(parent.named_children[0]))
        return Place(
            *at, "member", spaces=_TYPE, owners=(owner,), reason="a name of another package"
        )
    maker = enclosing(node, ("object_creation_expression",))
    if maker is not None and is_through(maker) and in_field(node, maker, "type"):
        return Place(*at, "member", spaces=_TYPE, holder=maker.named_children[0])
    if parent.type == "switch_label":
        return _case(at, parent, classes)
    return Place(
        *at,
        spaces=_spaces(node, parent, field),
        bindings=tuple(bindings(node, parent, field, classes)),
    )


def _spaces(node: Node, parent: Node, field: str) -> tuple[str, ...]:
    if node.type == "type_identifier" or parent.type in (
        "constructor_declaration",
        "compact_constructor_declaration",
        "marker_annotation",
        "annotation",
        "record_pattern",
    ):
        return _TYPE
    if parent.type == "method_reference" and parent.children[-1].type == "new":
        return _TYPE
    if field == "object" or parent.type in ("method_reference", "scoped_identifier"):
        return (*_VALUE, *_TYPE)
    return _VALUE


def _imported(at: tuple[Node, int, int], parent: Node, field: str) -> Place:
    statement = enclosing(at[0], ("import_declaration", "package_declaration"))
    ends = parent.parent == statement and field == "name"
    if statement is None or statement.type != "import_declaration" or not ends:
        return Place(*at, "other", reason="the name of a package")
    if any(child.type == "asterisk" for child in statement.children):
        return Place(*at, "other", reason="the name of a package")
    bound = (Binding("import", spaces=("type", "method", "value")),)
    reason = "is imported, and Java cannot import it by another name"
    return Place(*at, bindings=bound, written="", reason=reason)


def _case(at: tuple[Node, int, int], label: Node, classes: Classes) -> Place:
    """A bare name in a `case`: a constant of the enum that is switched on, or else a value."""
    switch = enclosing(label, ("switch_expression", "switch_statement"))
    subject = switch.child_by_field_name("condition") if switch is not None else None
    if switch is None or subject is None:
        return Place(*at)
    declared = _declared_type(text_of(subject).strip("()"), at[0])
    owner = classes.named(declared)
    if not owner:
        used = {
            text_of(c) for n in _labels(switch) for c in n.named_children if c.type == "identifier"
        }
        enums = [n for n, known in classes.by_name.items() if used <= _constants(known.nodes)]
        owner = enums[0] if len(enums) == 1 and not declared else ""
    if owner:
        return Place(*at, "member", owners=(owner,))
    if declared:
        return Place(*at)
    return Place(*at, "unknown", reason="a case of a switch whose type is not evident here")


def _labels(switch: Node) -> Iterator[Node]:
    body = switch.child_by_field_name("body")
    for group in body.named_children if body is not None else ():
        yield from (child for child in group.named_children if child.type == "switch_label")


def _constants(nodes: Iterable[Node]) -> set[str]:
    return {
        text_of(child.child_by_field_name("name"))
        for node in nodes
        if node.type == "enum_declaration" and (body := node.child_by_field_name("body"))
        for child in body.named_children
        if child.type == "enum_constant"
    }


def _declared_type(name: str, node: Node) -> str:
    """The type that the nearest declaration of a variable states, or ""."""
    for parent, _ in ancestors(node):
        listed = parent.child_by_field_name("parameters")
        declarations = list(listed.named_children) if listed is not None else []
        for declaration in (*declarations, *parent.named_children):
            named = declaration.child_by_field_name("declarator") or declaration
            if text_of(named.child_by_field_name("name")) == name:
                kind = declaration.child_by_field_name("type")
                if kind is not None and text_of(kind) != "var":
                    return type_name(kind)
    return ""
