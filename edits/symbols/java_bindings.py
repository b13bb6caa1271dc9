"""Java: what gives a name its meaning, and in which scope."""

import re
from collections.abc import Iterator

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import END, FILE, Binding
from specedit.edits.syntax.nodes import ancestors, enclosing, line_of, text_of
from specedit.edits.syntax.tree import Node

_VALUE, _TYPE, _METHOD = ("value",), ("type",), ("method",)


CLASSES = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "record_declaration": "record",
    "annotation_type_declaration": "annotation",
}


_FUNCTIONS = (
    "method_declaration",
    "constructor_declaration",
    "compact_constructor_declaration",
    "lambda_expression",
)


_BLOCKS = (
    "block",
    "constructor_body",
    "for_statement",
    "enhanced_for_statement",
    "catch_clause",
    "try_with_resources_statement",
    "switch_rule",
    "switch_block",
)


def bindings(node: Node, parent: Node, field: str, classes: Classes) -> Iterator[Binding]:
    """Yield what an identifier gives a meaning to where it stands."""
    if field == "name" and parent.type in CLASSES:
        holder = _holder(parent)
        owner = classes.around(parent) if holder == FILE else ""
        yield Binding(CLASSES[parent.type], holder, spaces=_TYPE, owner=owner, hides=True)
    elif field == "name" and parent.type in (
        "method_declaration",
        "annotation_type_element_declaration",
    ):
        yield _method(parent, classes)
    elif parent.type == "type_parameter" and node == parent.named_children[0]:
        item = parent.parent.parent if parent.parent is not None else None
        yield Binding("type parameter", item.id if item is not None else FILE, spaces=_TYPE)
    elif parent.type == "enum_constant" and field == "name":
        yield Binding("enum member", "", owner=classes.around(node), hides=True)
    elif parent.type == "variable_declarator" and field == "name":
        yield from _declarator(parent, classes)
    elif parent.type == "formal_parameter" and field == "name":
        yield from _parameter(node, parent, classes)
    elif (parent.type, field) in (("catch_formal_parameter", "name"), ("resource", "name")):
        yield Binding("variable", _holder(parent))
    elif (parent.type, field) == ("enhanced_for_statement", "name"):
        body = parent.child_by_field_name("body")
        yield Binding("variable", parent.id, body.start_byte if body is not None else 0)
    elif parent.type == "inferred_parameters" or (parent.type, field) == (
        "lambda_expression",
        "parameters",
    ):
        function = enclosing(node, ("lambda_expression",))
        yield Binding("parameter", function.id if function is not None else FILE)
    elif _is_pattern_variable(node, parent, field):
        yield _pattern_variable(node)


def _method(method: Node, classes: Classes) -> Binding:
    owner, inherited = _owner(method, classes)
    modifiers = next((c for c in method.named_children if c.type == "modifiers"), None)
    # A body of a class without a name overrides its base's, unless that has the method from elsewhere.
    if _is_unnamed(method) and not classes.has_foreign_base(owner):
        return Binding("method", "", spaces=_METHOD, owner=owner, inherited=inherited)
    if not inherited and re.search(r"@Override\b", text_of(modifiers)):
        inherited = "a class or interface"
    return Binding("method", "", spaces=_METHOD, owner=owner, inherited=inherited)


def _is_unnamed(method: Node) -> bool:
    body = enclosing(method, ("class_body",))
    return (
        body is not None
        and body.parent is not None
        and (body.parent.type == "object_creation_expression")
    )


def _owner(member: Node, classes: Classes) -> tuple[str, str]:
    """The class that a member is declared in; what an anonymous one extends, which the text does not define."""
    for parent, child in ancestors(member):
        if parent.type == "object_creation_expression" and child.type == "class_body":
            base = type_name(parent.child_by_field_name("type"))
            known = classes.named(base)
            return (known, "") if known else (f"the {base} on line {line_of(parent)}", base)
        if parent.type in CLASSES:
            return classes.of_node(parent), ""
    return "", ""


def _declarator(declarator: Node, classes: Classes) -> Iterator[Binding]:
    declaration = declarator.parent
    if declaration is None:
        return
    if declaration.type in ("field_declaration", "constant_declaration"):
        yield Binding("field", "", owner=_owner(declaration, classes)[0], hides=True)
    elif declaration.type == "spread_parameter":
        function = enclosing(declaration, _FUNCTIONS)
        yield Binding("parameter", function.id if function is not None else FILE)
    else:
        yield Binding("variable", _holder(declaration), declarator.start_byte)


def _parameter(node: Node, parameter: Node, classes: Classes) -> Iterator[Binding]:
    function = enclosing(parameter, (*_FUNCTIONS, "record_declaration"))
    if function is None:
        return
    if function.type == "record_declaration":
        owner = classes.of_node(function)
        yield Binding("record component", "", spaces=("value", "method"), owner=owner)
        return
    yield Binding("parameter", function.id)
    record = enclosing(function, CLASSES)
    is_constructor = function.type == "constructor_declaration"
    in_record = record is not None and record.type == "record_declaration"
    # The canonical constructor's parameters must be called what the components are.
    if is_constructor and in_record and record and _names(record) == _names(function):
        yield Binding("record component", "", owner=classes.of_node(record))


def _names(declared: Node) -> list[str]:
    listed = declared.child_by_field_name("parameters")
    return [
        text_of(p.child_by_field_name("name"))
        for p in (listed.named_children if listed is not None else ())
    ]


def _is_pattern_variable(node: Node, parent: Node, field: str) -> bool:
    if (parent.type, field) == ("instanceof_expression", "name"):
        return True
    return parent.type in ("type_pattern", "record_pattern_component") and (
        node == parent.named_children[-1] and node.type == "identifier"
    )


def _pattern_variable(node: Node) -> Binding:
    """A pattern's variable: in sight in its case, or its statement, or behind that where it is negated."""
    negated = False
    for parent, child in ancestors(node):
        if parent.type in ("switch_rule", "switch_block_statement_group"):
            return Binding("variable", parent.id)
        negated = negated or (parent.type == "unary_expression" and text_of(parent).startswith("!"))
        if parent.type in (
            "block",
            "constructor_body",
            "lambda_expression",
            "switch_block_statement_group",
        ):
            end = END if negated else child.end_byte
            return Binding("variable", _block(parent), node.start_byte, end)
    return Binding("variable", FILE, node.start_byte)


def _holder(node: Node) -> int | str:
    """The block or function that a local declaration belongs to; FILE outside of functions."""
    for parent, _ in ancestors(node):
        if parent.type in _BLOCKS:
            return _block(parent)
        if parent.type in _FUNCTIONS:
            return parent.id
        if parent.type in CLASSES or parent.type == "class_body":
            return FILE
    return FILE


def _block(block: Node) -> int:
    """A function's body is one scope with its parameters."""
    function = block.parent
    return function.id if function is not None and function.type in _FUNCTIONS else block.id


def is_through(maker: Node) -> bool:
    """Whether an object is made through another one: `house.new Door()`."""
    return maker.named_children[0] != maker.child_by_field_name("type") and any(
        child.type == "." for child in maker.children
    )


def type_name(node: Node | None) -> str:
    """The name of a type, without its arguments."""
    return re.sub(r"<.*|\[.*|@\w+\s*", "", text_of(node), flags=re.DOTALL).strip()
