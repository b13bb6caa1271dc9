"""Go: what gives a name its meaning, and where it is looked up.

After the language specification, "Declarations and scope": what a function declares is in sight from the end of its
declaration to the end of its block; `:=` declares anew only what its own block does not have.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.go_docs import places_in_docs
from specedit.edits.symbols.go_literals import key_place
from specedit.edits.symbols.go_members import embedding_type, receiver_type, type_around
from specedit.edits.symbols.places import FILE, Binding, Place, Scope
from specedit.edits.syntax.nodes import ancestors, climb, enclosing, field_of, in_field, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_FUNCTIONS = ("function_declaration", "method_declaration", "func_literal")
_SIGNATURES = (*_FUNCTIONS, "function_type", "method_elem")
_BLOCKS = (
    "block",
    "for_statement",
    "if_statement",
    "expression_switch_statement",
    "type_switch_statement",
    "select_statement",
    "communication_case",
    "expression_case",
    "type_case",
    "default_case",
)
_IDENTIFIERS = (
    "identifier",
    "type_identifier",
    "field_identifier",
    "package_identifier",
    "label_name",
)


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the interfaces that an interface embeds."""
    kind = node.child_by_field_name("type")
    if kind is not None and kind.type == "interface_type":
        for element in kind.named_children:
            if element.type == "type_elem" and len(element.named_children) == 1:
                yield text_of(element.named_children[0])


def embeds(node: Node) -> Iterable[str]:
    """Return the types that a struct embeds: their members are promoted."""
    kind = node.child_by_field_name("type")
    for field in (
        kind.named_children[0].named_children if kind and kind.type == "struct_type" else ()
    ):
        if field.type == "field_declaration" and field.child_by_field_name("name") is None:
            yield text_of(field.child_by_field_name("type")).lstrip("*")


def relate(source: Source, classes: Classes) -> None:
    """Add the types that have methods here, but are defined elsewhere."""
    for node in source.nodes:
        if node.type == "method_declaration":
            classes.add(receiver_type(node), ())


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in: whatever is around it may bind names."""
    return [Scope(parent.id) for parent, _ in ancestors(node)]


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return source


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code, and above what declares it."""
    for node in source.nodes_with(name):
        if node.type in _IDENTIFIERS and text_of(node) == name and node.parent is not None:
            yield _place(node, node.parent, classes)
        elif node.type == "comment":
            yield from places_in_docs(name, node)
        elif node.type == "import_spec" and node.child_by_field_name("name") is None:
            path = node.child_by_field_name("path")
            if (
                path is not None
                and re.sub(r"/v\d+$", "", text_of(path)[1:-1]).rpartition("/")[2] == name
            ):
                bound = (Binding("import"),)
                written = "{new} " + text_of(path).replace("{", "{{").replace("}", "}}")
                yield Place(path, path.start_byte, path.end_byte, bindings=bound, written=written)


def _place(node: Node, parent: Node, classes: Classes) -> Place:
    at = (node, node.start_byte, node.end_byte)
    field = field_of(node)
    if node.type == "label_name":
        function = enclosing(node, _FUNCTIONS)
        scope = function.id if function is not None else FILE
        bound = (Binding("label", scope, spaces=("label",)),)
        return Place(
            *at, spaces=("label",), bindings=bound if parent.type == "labeled_statement" else ()
        )
    if parent.type == "package_clause":
        return Place(*at, "other", reason="the name of the package")
    if (parent.type, field) == ("qualified_type", "name"):
        return Place(*at, "other", reason="a name of another package")
    if (parent.type, field) == ("selector_expression", "field"):
        return Place(*at, "member", through=parent)
    if node.type == "field_identifier":
        return _member(at, parent)
    if node.type == "type_identifier" and (owner := embedding_type(node, classes)):
        return Place(*at, "embedded", bindings=(Binding("field", "", owner=owner),))
    if parent.type == "literal_element" or (parent.type, field) == ("keyed_element", "key"):
        key = parent if parent.type == "literal_element" else node
        if field_of(key) == "key":
            return key_place(at, key, classes)
    return Place(*at, bindings=tuple(_bindings(node, parent, field)))


def _member(at: tuple[Node, int, int], parent: Node) -> Place:
    if parent.type == "method_declaration":
        return Place(*at, "member", bindings=(Binding("method", "", owner=receiver_type(parent)),))
    kind = "method" if parent.type == "method_elem" else "field"
    if parent.type == "keyed_element":
        return Place(*at, "unknown member", reason="a key of a literal whose type is not evident")
    owner = type_around(at[0])
    if not owner:
        return Place(*at, "other", reason="a member of a type without a name")
    return Place(*at, "member", bindings=(Binding(kind, "", owner=owner),))


def _bindings(node: Node, parent: Node, field: str) -> Iterator[Binding]:
    if text_of(node) == "_":
        return
    if field == "name" and parent.type == "function_declaration":
        yield Binding("function")
    elif field == "name" and parent.type in ("type_spec", "type_alias"):
        kind = parent.child_by_field_name("type")
        kinds = {"struct_type": "struct", "interface_type": "interface"}
        scope = _holder(parent)
        yield Binding(
            kinds.get(kind.type if kind else "", "type"), scope, node.start_byte if scope else 0
        )
    elif field == "name" and parent.type in ("const_spec", "var_spec"):
        kind_name = "constant" if parent.type == "const_spec" else "variable"
        scope = _holder(parent)
        yield Binding(kind_name, scope, parent.end_byte if scope else 0)
    elif field == "name" and parent.type in (
        "parameter_declaration",
        "variadic_parameter_declaration",
    ):
        function = enclosing(node, _SIGNATURES)
        if function is not None:
            body = function.child_by_field_name("body")
            yield Binding("parameter", function.id, body.start_byte if body is not None else 0)
    elif field == "name" and parent.type == "type_parameter_declaration":
        holder = enclosing(parent, ("function_declaration", "type_spec", "type_alias"))
        yield Binding("type parameter", holder.id if holder is not None else FILE)
    elif field == "name" and parent.type == "import_spec":
        yield Binding("import")
    elif _is_receiver_parameter(node):
        method = enclosing(node, ("method_declaration",))
        yield Binding("type parameter", method.id if method is not None else FILE)
    else:
        yield from _assigned(node)


def _is_receiver_parameter(node: Node) -> bool:
    """Whether a type argument in a method's receiver declares a type parameter, as in `func (s *Set[T])`."""
    method = enclosing(node, ("method_declaration",))
    return (
        node.type == "type_identifier"
        and method is not None
        and in_field(node, method, "receiver")
        and enclosing(node, ("type_arguments", "method_declaration")) != method
    )


def _assigned(node: Node) -> Iterator[Binding]:
    whole = climb(node, ("expression_list",))
    holder, field = whole.parent, field_of(whole)
    if holder is None:
        return
    if holder.type == "short_var_declaration" and field == "left":
        yield Binding("variable", _holder(holder), holder.end_byte, again=True)
    elif holder.type in ("range_clause", "receive_statement") and field == "left":
        if any(child.type == ":=" for child in holder.children):
            yield Binding("variable", _holder(holder), holder.end_byte)
    elif holder.type == "type_switch_statement" and field == "alias":
        value = holder.child_by_field_name("value")
        yield Binding("variable", holder.id, value.end_byte if value is not None else 0)


def _holder(node: Node) -> int | str:
    """The block, function or file that a declaration belongs to."""
    for parent, _ in ancestors(node):
        around = parent.parent
        if parent.type == "block" and around is not None and around.type in _FUNCTIONS:
            return around.id
        if parent.type in _BLOCKS:
            return parent.id
    return FILE
