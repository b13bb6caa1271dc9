"""Java: what gives a name its meaning, and where it is looked up.

After the language specification, chapter 6: types, methods and variables are name spaces of their own; members are in
sight in all of their class, a local variable from its declaration to the end of its block, a pattern's variable where
the pattern has matched.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import END, FILE, Binding, Place, Scope
from specedit.edits.symbols.tree import ancestors, enclosing, field_of, in_field, line_of, text_of
from specedit.edits.syntax import Source

_VALUE, _TYPE, _METHOD = ("value",), ("type",), ("method",)
_CLASSES = {
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


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the names that a class or interface says it extends or implements."""
    for child in node.named_children:
        if child.type in ("superclass", "super_interfaces", "extends_interfaces"):
            listed = child.named_children
            if listed and listed[0].type == "type_list":
                listed = listed[0].named_children
            yield from (_type_name(base) for base in listed)


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
        if parent.type in _CLASSES and (
            field_of(child) == "body" or in_field(node, parent, "body")
        ):
            owner = classes.of_node(parent)
        elif parent.type == "object_creation_expression" and child.type == "class_body":
            owner = classes.named(_type_name(parent.child_by_field_name("type")))
        around.append(Scope(parent.id, owner))
    return around


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code."""
    for node in source.nodes:
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
        owner = classes.named(_type_name(parent.named_children[0]))
        return Place(
            *at, "member", spaces=_TYPE, owners=(owner,), reason="a name of another package"
        )
    if parent.type == "switch_label":
        return _case(at, parent, classes)
    return Place(
        *at,
        spaces=_spaces(node, parent, field),
        bindings=tuple(_bindings(node, parent, field, classes)),
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


def _bindings(node: Node, parent: Node, field: str, classes: Classes) -> Iterator[Binding]:
    if field == "name" and parent.type in _CLASSES:
        holder = _holder(parent)
        owner = classes.around(parent) if holder == FILE else ""
        yield Binding(_CLASSES[parent.type], holder, spaces=_TYPE, owner=owner)
    elif field == "name" and parent.type in (
        "method_declaration",
        "annotation_type_element_declaration",
    ):
        yield _method(parent, classes)
    elif parent.type == "type_parameter" and node == parent.named_children[0]:
        item = parent.parent.parent if parent.parent is not None else None
        yield Binding("type parameter", item.id if item is not None else FILE, spaces=_TYPE)
    elif parent.type == "enum_constant" and field == "name":
        yield Binding("enum member", "", owner=classes.around(node))
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
    if not inherited and re.search(r"@Override\b", text_of(modifiers)):
        inherited = "a class or interface"
    return Binding("method", "", spaces=_METHOD, owner=owner, inherited=inherited)


def _owner(member: Node, classes: Classes) -> tuple[str, str]:
    """The class that a member is declared in; what an anonymous one extends, which the text does not define."""
    for parent, child in ancestors(member):
        if parent.type == "object_creation_expression" and child.type == "class_body":
            base = _type_name(parent.child_by_field_name("type"))
            known = classes.named(base)
            return (known, "") if known else (f"the {base} on line {line_of(parent)}", base)
        if parent.type in _CLASSES:
            return classes.of_node(parent), ""
    return "", ""


def _declarator(declarator: Node, classes: Classes) -> Iterator[Binding]:
    declaration = declarator.parent
    if declaration is None:
        return
    if declaration.type in ("field_declaration", "constant_declaration"):
        yield Binding("field", "", owner=_owner(declaration, classes)[0])
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
    record = enclosing(function, _CLASSES)
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
        if parent.type in _CLASSES or parent.type == "class_body":
            return FILE
    return FILE


def _block(block: Node) -> int:
    """A function's body is one scope with its parameters."""
    function = block.parent
    return function.id if function is not None and function.type in _FUNCTIONS else block.id


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
                    return _type_name(kind)
    return ""


def _type_name(node: Node | None) -> str:
    """The name of a type, without its arguments."""
    return re.sub(r"<.*|\[.*|@\w+\s*", "", text_of(node), flags=re.DOTALL).strip()
