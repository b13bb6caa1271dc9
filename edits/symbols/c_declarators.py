"""C's declarators: what a name in one declares, and in which function, class or namespace."""

from collections.abc import Iterator

from specedit.edits.symbols.classes import Classes
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node

_DECLARATORS = (
    "pointer_declarator",
    "array_declarator",
    "function_declarator",
    "reference_declarator",
    "parenthesized_declarator",
    "init_declarator",
    "attributed_declarator",
    "structured_binding_declarator",
    "variadic_declarator",
    "qualified_identifier",
    "bitfield_clause",
)
_RECORDS = ("struct_specifier", "class_specifier", "union_specifier")


def declared_by(node: Node) -> tuple[Node | None, Node | None]:
    """Return the declaration that a name is declared by, and its whole declarator there; None where it is none."""
    at, inner = node, node
    while at.parent is not None and at.parent.type in _DECLARATORS:
        parent, field = at.parent, field_of(at)
        if field in ("value", "size", "parameters", "scope"):
            return None, None
        if parent.type != "init_declarator":
            inner = parent
        at = parent
    declaration = at.parent
    if declaration is None or field_of(at) != "declarator":
        return None, None
    return declaration, inner


def named_in(declarator: Node) -> Node | None:
    """Return the name that a declarator gives, with what qualifies it, or None."""
    at: Node | None = declarator
    while at is not None and at.type in _DECLARATORS and at.type != "qualified_identifier":
        inner = at.child_by_field_name("declarator")
        at = inner or next(iter(at.named_children), None)
    return at


def is_function(node: Node) -> bool:
    """Whether a name in a declarator is a function's, and not that of a pointer to one."""
    for parent, child in ancestors(node):
        if parent.type == "function_declarator" and field_of(child) == "declarator":
            return child.type != "parenthesized_declarator"
        if parent.type not in _DECLARATORS:
            return False
    return False


def function_scope(parameter: Node) -> Node | None:
    """Return the node whose scope a parameter belongs to: of its definition, or of a declaration alone."""
    holder = enclosing(
        parameter,
        (
            "function_declarator",
            "abstract_function_declarator",
            "template_parameter_list",
            "catch_clause",
        ),
    )
    if holder is None or holder.type == "catch_clause":
        return holder
    if holder.type == "template_parameter_list":
        return holder.parent
    at = holder
    while at.parent is not None and at.parent.type in _DECLARATORS:
        at = at.parent
    outer = at.parent
    if outer is not None and outer.type in ("function_definition", "lambda_expression"):
        return outer
    return holder


def field_owner(declaration: Node, classes: Classes) -> str:
    """Return the class whose member a declaration declares, or "": that around an anonymous union, where it is in one."""
    for parent, child in ancestors(declaration):
        if parent.type in _RECORDS and field_of(child) == "body":
            if owner := classes.of_node(parent):
                return owner
            outer = parent.parent
            if outer is not None and (owner := classes.of_node(outer)):
                return owner
            named = outer is not None and outer.child_by_field_name("declarator") is not None
            if outer is None or outer.type != "field_declaration" or named:
                return ""
        elif parent.type in ("function_definition", "compound_statement", "namespace_definition"):
            return ""
    return ""


def path_of(namespace: Node) -> str:
    """Return the path of a namespace, as "a::b"; "" for one without a name."""
    parts = [text_of(namespace.child_by_field_name("name"))]
    for parent, _ in ancestors(namespace):
        if parent.type == "namespace_definition":
            parts.append(text_of(parent.child_by_field_name("name")))
    return "::".join(part for part in reversed(parts) if part) if parts[0] else ""


def namespaces(node: Node) -> list[str]:
    """Return the paths of all namespaces of the text that a node stands in."""
    root = node
    while root.parent is not None:
        root = root.parent
    return list(dict.fromkeys(_namespaces(root)))


def _namespaces(node: Node) -> Iterator[str]:
    for child in node.named_children:
        if child.type == "namespace_definition":
            if path := path_of(child):
                parts = path.split("::")
                yield from ("::".join(parts[: i + 1]) for i in range(len(parts)))
            body = child.child_by_field_name("body")
            if body is not None:
                yield from _namespaces(body)
        elif child.type in ("linkage_specification", "declaration_list"):
            yield from _namespaces(child)
