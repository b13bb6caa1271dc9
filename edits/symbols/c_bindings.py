"""C and C++: what gives a name its meaning, and in which scope."""

import re
from collections.abc import Iterator
from dataclasses import replace

from specedit.edits.symbols.c_declarators import (
    declared_by,
    field_owner,
    function_scope,
    is_function,
    namespaces,
    path_of,
)
from specedit.edits.symbols.c_prototypes import definition_of
from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node

_VALUE, _MACRO, _ALL = ("value",), ("macro",), ("value", "tag", "macro")


RECORDS = {
    "struct_specifier": "struct",
    "class_specifier": "class",
    "union_specifier": "union",
    "enum_specifier": "enum",
}


_PARAMETERS = (
    "parameter_declaration",
    "optional_parameter_declaration",
    "variadic_parameter_declaration",
)


_BLOCKS = (
    "compound_statement",
    "for_statement",
    "for_range_loop",
    "if_statement",
    "while_statement",
    "switch_statement",
    "catch_clause",
)


def qualifier_of(node: Node) -> Node | None:
    """The part `a::` that stands right before a name, or None."""
    at = node
    while at.parent is not None and at.parent.type in (
        "template_type",
        "template_function",
        "destructor_name",
    ):
        if field_of(at) != "name" and at.parent.type != "destructor_name":
            return None
        at = at.parent
    parent = at.parent
    if parent is not None and parent.type == "nested_namespace_specifier":
        return at.prev_named_sibling
    if parent is None or parent.type != "qualified_identifier":
        return None
    if field_of(at) == "name":
        return parent.child_by_field_name("scope") or parent
    outer = parent.parent
    if outer is not None and outer.type == "qualified_identifier" and field_of(parent) == "name":
        return outer.child_by_field_name("scope")
    return None


def bindings(
    node: Node, parent: Node, field: str, classes: Classes, is_cpp: bool
) -> Iterator[Binding]:
    """Yield what an identifier gives a meaning to where it stands."""
    if parent.type in RECORDS and field == "name":
        yield from _record(parent, classes, is_cpp)
    elif parent.type == "enumerator" and field == "name":
        yield from _enumerator(parent, classes, is_cpp)
    elif parent.type == "namespace_definition" or (
        parent.type == "nested_namespace_specifier"
        and enclosing(node, ("namespace_definition",)) == parent.parent
    ):
        yield Binding("module", _around_namespace(node))
    elif (parent.type, field) in (
        ("namespace_alias_definition", "name"),
        ("alias_declaration", "name"),
    ):
        kind = "module" if parent.type == "namespace_alias_definition" else "type"
        yield _declared(kind, parent, classes)
    elif parent.type in ("type_parameter_declaration", "variadic_type_parameter_declaration") or (
        parent.type == "optional_type_parameter_declaration" and field == "name"
    ):
        template = enclosing(
            parent,
            (
                "template_declaration",
                "template_template_parameter_declaration",
                "lambda_expression",
            ),
        )
        if template is not None and template.type == "template_template_parameter_declaration":
            template = enclosing(template, ("template_declaration",))
        yield Binding("type parameter", template.id if template is not None else FILE)
    elif parent.type == "lambda_capture_initializer" and field == "left":
        function = enclosing(node, ("lambda_expression",))
        yield Binding("variable", function.id if function is not None else FILE)
    else:
        yield from _declarator(node, classes, is_cpp)


def _record(record: Node, classes: Classes, is_cpp: bool) -> Iterator[Binding]:
    """The tag of a class: where it is defined, or declared alone."""
    parent = record.parent
    alone = parent is not None and parent.type in (
        "translation_unit",
        "declaration_list",
        "template_declaration",
    )
    if record.child_by_field_name("body") is None and not alone:
        return
    kind = RECORDS[record.type]
    if is_cpp:
        yield _declared(kind, record, classes)
    else:
        holder = enclosing(record, ("compound_statement",))
        yield Binding(kind, holder.id if holder is not None else FILE, spaces=("tag",))


def _enumerator(enumerator: Node, classes: Classes, is_cpp: bool) -> Iterator[Binding]:
    enum = enclosing(enumerator, ("enum_specifier",))
    if enum is None:
        return
    if not any(child.type in ("class", "struct") for child in enum.children):
        yield _declared("enum member", enum, classes)
    if is_cpp and classes.of_node(enum):
        yield Binding("enum member", "", owner=classes.of_node(enum))


def _declared(kind: str, node: Node, classes: Classes, start: int = 0) -> Binding:
    """A binding in the class, namespace, block or file that holds a declaration."""
    for parent, child in ancestors(node):
        if parent.type in RECORDS and field_of(child) == "body":
            return Binding(kind, parent.id, owner=classes.of_node(parent))
        if parent.type in _BLOCKS or parent.type in ("function_definition", "lambda_expression"):
            return Binding(kind, holder_of(node), start)
        if parent.type == "namespace_definition" and path_of(parent):
            return Binding(kind, f"ns:{path_of(parent)}")
    return Binding(kind)


def _around_namespace(name: Node) -> int | str:
    """The scope that a namespace is declared in: of the namespaces around it, and of those before it in `a::b`."""
    definition = enclosing(name, ("namespace_definition",))
    whole = definition.child_by_field_name("name") if definition is not None else None
    if definition is None or whole is None:
        return FILE
    outer = enclosing(definition, ("namespace_definition",))
    before = text_of(whole)[: name.start_byte - whole.start_byte].rstrip(":")
    path = "::".join(part for part in (path_of(outer) if outer is not None else "", before) if part)
    return f"ns:{path}" if path else FILE


def holder_of(node: Node) -> int | str:
    """Return the block, function, namespace or file that a declaration belongs to."""
    for parent, _ in ancestors(node):
        if parent.type in ("function_definition", "lambda_expression"):
            return parent.id
        if parent.type in _BLOCKS:
            around = parent.parent
            functions = ("function_definition", "lambda_expression")
            is_body = parent.type == "compound_statement" and around is not None
            return around.id if is_body and around and around.type in functions else parent.id
        if parent.type == "namespace_definition" and path_of(parent):
            return f"ns:{path_of(parent)}"
    return FILE


def _declarator(node: Node, classes: Classes, is_cpp: bool) -> Iterator[Binding]:
    declaration, whole = declared_by(node)
    if declaration is None or whole is None:
        return
    kind = declaration.type
    if kind == "type_definition":
        tag = declaration.child_by_field_name("type")
        named = tag.child_by_field_name("name") if tag is not None and tag.type in RECORDS else None
        of_tag = node == whole and named is not None and text_of(named) == text_of(node)
        yield replace(_declared("type", declaration, classes), of_tag=of_tag)
    elif kind in _PARAMETERS:
        scope = function_scope(declaration)
        template = scope is not None and scope.type == "template_declaration"
        kind = "type parameter" if template else "parameter"
        yield Binding(kind, scope.id if scope is not None else FILE)
        if scope is not None and scope.type == "function_declarator":
            definition = definition_of(scope, declaration)
            if definition is not None:
                yield Binding(kind, definition.id)
    elif kind == "for_range_loop":
        right = declaration.child_by_field_name("right")
        yield Binding("variable", declaration.id, right.end_byte if right is not None else 0)
    elif kind in ("field_declaration", "function_definition", "declaration"):
        yield from _function_or_variable(node, declaration, whole, classes)


def _function_or_variable(
    node: Node, declaration: Node, whole: Node, classes: Classes
) -> Iterator[Binding]:
    owner = field_owner(declaration, classes)
    qualifier = qualifier_of(node)
    if qualifier is not None:
        name = re.sub(r"<.*", "", text_of(qualifier), flags=re.DOTALL)
        if name == text_of(node):
            return  # a constructor, which bears its class's name
        owner = classes.named(name)
        if not owner:
            keys = [f"ns:{p}" for p in namespaces(node) if p.split("::")[-1] == name]
            yield from (Binding("function", key) for key in keys[:1])
            return
    function = is_function(node)
    if owner:
        if function and owner.rpartition(".")[2] == text_of(node):
            return
        inherited = "a class" if re.search(r"\)[^{;]*\boverride\b", text_of(declaration)) else ""
        yield Binding(
            "method" if function else "field",
            "",
            owner=owner,
            inherited=inherited if function else "",
        )
        return
    scope = holder_of(declaration)
    local = isinstance(scope, int) and scope != FILE
    is_const = re.match(r"(?:static\s+|extern\s+|inline\s+)*const(?:expr)?\b", text_of(declaration))
    kind = "function" if function else "constant" if is_const and not local else "variable"
    yield Binding(kind, scope, whole.end_byte if local and not function else 0)
