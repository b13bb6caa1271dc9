"""The types that object literals, patterns and the attributes of components have by what is written beside them."""

from tree_sitter import Node

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.tree import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax import Source

_FUNCTIONS = (
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
)
_GROUPING = (
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "ternary_expression",
)


def literal_owner(literal: Node | None, source: Source, classes: Classes) -> str:
    """Return the class whose members the keys of an object literal are, or ""."""
    return classes.named(_name(_expected(literal, source, classes))) if literal is not None else ""


def pattern_owner(pattern: Node | None, source: Source, classes: Classes) -> str:
    """Return the class whose members the keys of an object pattern are, or ""."""
    return (
        classes.named(_name(_taken_apart(pattern, source, classes))) if pattern is not None else ""
    )


def props_owner(component: str, source: Source, classes: Classes) -> str:
    """Return the class whose members the attributes of a component are, or ""."""
    for definition in source.definitions:
        if definition.name != component:
            continue
        if definition.kind == "class":
            return ""
        declared = definition.node.child_by_field_name("type")
        arguments = _arguments(_type(declared)) if declared is not None else []
        if arguments:
            return classes.named(_name(arguments[0]))
        first = _parameter_type(definition.node, 0)
        return classes.named(_name(first))
    return ""


def _expected(node: Node, source: Source, classes: Classes) -> Node | None:
    """The type that a value must have where it stands."""
    parent, field = node.parent, field_of(node)
    if parent is None:
        return None
    if parent.type in ("as_expression", "satisfies_expression"):
        return parent.named_children[-1]
    if parent.type in _GROUPING:
        return _expected(parent, source, classes)
    if parent.type in (
        "variable_declarator",
        "required_parameter",
        "optional_parameter",
        "public_field_definition",
    ):
        return _type(parent.child_by_field_name("type"))
    if parent.type == "return_statement" or (parent.type == "arrow_function" and field == "body"):
        function = parent if parent.type == "arrow_function" else enclosing(node, _FUNCTIONS)
        return _result(function)
    if parent.type == "array":
        return _element(_expected(parent, source, classes))
    if parent.type == "arguments":
        return _argument_type(node, parent, source)
    if parent.type == "pair" and field == "value" and parent.parent is not None:
        return _member_type(_expected(parent.parent, source, classes), parent, source, classes)
    return None


def _taken_apart(pattern: Node, source: Source, classes: Classes) -> Node | None:
    """The type of what a pattern takes apart."""
    parent, field = pattern.parent, field_of(pattern)
    if parent is None:
        return None
    if parent.type in ("required_parameter", "optional_parameter"):
        return _type(parent.child_by_field_name("type"))
    if parent.type == "assignment_pattern" and field == "left":
        return _taken_apart(parent, source, classes)
    if parent.type == "pair_pattern" and parent.parent is not None:
        return _member_type(_taken_apart(parent.parent, source, classes), parent, source, classes)
    if parent.type == "variable_declarator":
        declared = _type(parent.child_by_field_name("type"))
        value = parent.child_by_field_name("value")
        return declared or (_value(value, source) if value is not None else None)
    if parent.type == "for_in_statement" and field == "left":
        value = parent.child_by_field_name("right")
        return _element(_value(value, source)) if value is not None else None
    return None


def _value(value: Node, source: Source) -> Node | None:
    """The type of an expression: of a name by its declaration, of a call by the function's."""
    if value.type == "await_expression" or value.type in _GROUPING:
        if value.type in ("as_expression", "satisfies_expression"):
            return value.named_children[-1]
        inner = _value(value.named_children[0], source)
        arguments = _arguments(inner)
        return arguments[0] if arguments and _name(inner) == "Promise" else inner
    if value.type == "new_expression":
        return value.child_by_field_name("constructor")
    if value.type == "call_expression":
        called = text_of(value.child_by_field_name("function"))
        functions = [d.node for d in source.definitions if d.name == called]
        return _result(functions[0]) if len(functions) == 1 else None
    if value.type == "identifier":
        return _declared_type(value)
    return None


def _declared_type(name: Node) -> Node | None:
    """The type that the nearest declaration of a name states."""
    for parent, _ in ancestors(name):
        for child in _declarations(parent):
            pattern = child.child_by_field_name("pattern") or child.child_by_field_name("name")
            if text_of(pattern) == text_of(name):
                return _type(child.child_by_field_name("type"))
    return None


def _declarations(node: Node) -> list[Node]:
    listed = node.child_by_field_name("parameters")
    found = list(listed.named_children) if listed is not None else []
    for child in node.named_children:
        if child.type == "export_statement":
            child = child.child_by_field_name("declaration") or child
        if child.type in ("lexical_declaration", "variable_declaration"):
            found += child.named_children
    return found


def _function_node(node: Node) -> Node:
    value = node.child_by_field_name("value")
    return value if node.type == "variable_declarator" and value is not None else node


def _parameter_type(function: Node, index: int) -> Node | None:
    listed = _function_node(function).child_by_field_name("parameters")
    parameters = listed.named_children if listed is not None else []
    if index >= len(parameters):
        return None
    return _type(parameters[index].child_by_field_name("type"))


def _argument_type(argument: Node, listed: Node, source: Source) -> Node | None:
    call = listed.parent
    called = call.child_by_field_name("function") if call is not None else None
    index = next((i for i, c in enumerate(listed.named_children) if c == argument), 0)
    if call is not None and call.type == "new_expression":
        made = text_of(call.child_by_field_name("constructor"))
        wanted, owner = "constructor", made
    else:
        wanted, owner = text_of(called).rpartition(".")[2], ""
    functions = [
        d.node for d in source.definitions if d.name == wanted and (not owner or d.owner == owner)
    ]
    return _parameter_type(functions[0], index) if len(functions) == 1 else None


def _result(function: Node | None) -> Node | None:
    if function is None:
        return None
    returned = _type(_function_node(function).child_by_field_name("return_type"))
    is_async = text_of(_function_node(function)).startswith("async")
    arguments = _arguments(returned)
    return arguments[0] if is_async and arguments else returned


def _member_type(owner: Node | None, pair: Node, source: Source, classes: Classes) -> Node | None:
    known = classes.by_name.get(classes.named(_name(owner)))
    key = text_of(pair.child_by_field_name("key"))
    for node in known.nodes if known else ():
        body = node.child_by_field_name("body") or node.child_by_field_name("value")
        for child in body.named_children if body is not None else ():
            if text_of(child.child_by_field_name("name")) == key:
                return _type(child.child_by_field_name("type"))
    return None


def _type(annotation: Node | None) -> Node | None:
    """The type that an annotation states, without `| null` and the like."""
    node = annotation
    if node is not None and node.type == "type_annotation":
        node = node.named_children[0]
    if node is not None and node.type in ("union_type", "parenthesized_type", "readonly_type"):
        named = [
            c for c in node.named_children if c.type not in ("literal_type", "predefined_type")
        ]
        node = _type(named[0]) if len(named) == 1 else None
    return node


def _element(node: Node | None) -> Node | None:
    if node is None:
        return None
    if node.type == "array_type":
        return _type(node.named_children[0])
    arguments = _arguments(node)
    return arguments[-1] if arguments else None


def _arguments(node: Node | None) -> list[Node]:
    listed = node.child_by_field_name("type_arguments") if node is not None else None
    return list(listed.named_children) if listed is not None else []


def _name(node: Node | None) -> str:
    if node is None:
        return ""
    if node.type == "generic_type":
        name = text_of(node.child_by_field_name("name"))
        arguments = _arguments(node)
        wraps = name in (
            "Partial",
            "Readonly",
            "Required",
            "Pick",
            "Omit",
            "NonNullable",
            "PropsWithChildren",
        )
        return _name(arguments[0]) if wraps and arguments else name
    return text_of(node) if node.type in ("type_identifier", "identifier") else ""
