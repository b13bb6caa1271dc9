"""JavaScript and TypeScript: what gives a name its meaning, and where it is looked up.

After ECMA-262: `var` belongs to its function, `let`, `const`, classes and functions to their block, and all of them to
the whole of it. TypeScript's types are a name space of their own.
"""

from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.javascript_types import literal_owner, pattern_owner, props_owner
from specedit.edits.symbols.places import FILE, Binding, Place, Scope
from specedit.edits.symbols.tree import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax import Source

_FUNCTIONS = (
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
    "function_signature",
    "method_signature",
    "abstract_method_signature",
    "function_type",
    "constructor_type",
    "call_signature",
    "construct_signature",
)
_BLOCKS = ("for_statement", "for_in_statement", "catch_clause", "switch_body", "class_static_block")
_PATTERNS = (
    "array_pattern",
    "object_pattern",
    "rest_pattern",
    "pair_pattern",
    "assignment_pattern",
    "object_assignment_pattern",
)
_BOTH = ("value", "type")
# What is named by a node of this type: its kind, and its name spaces.
_NAMED = {
    "function_declaration": ("function", ("value",)),
    "generator_function_declaration": ("function", ("value",)),
    "function_signature": ("function", ("value",)),
    "class_declaration": ("class", _BOTH),
    "abstract_class_declaration": ("class", _BOTH),
    "interface_declaration": ("interface", ("type",)),
    "type_alias_declaration": ("type", ("type",)),
    "enum_declaration": ("enum", _BOTH),
    "internal_module": ("module", _BOTH),
}
_NAMED_INSIDE = {
    "function_expression": ("function", ("value",)),
    "generator_function": ("function", ("value",)),
    "class": ("class", _BOTH),
}
_FIELDS = ("public_field_definition", "field_definition", "property_signature")
_METHODS = ("method_definition", "method_signature", "abstract_method_signature")
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
    """Add nothing: classes say themselves what they extend."""


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in: whatever is around it may bind names."""
    return [Scope(parent.id) for parent, _ in ancestors(node)]


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return source


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code. A shorthand, as `{x}`, is two."""
    for node in source.nodes:
        if node.type in _IDENTIFIERS and text_of(node) == name:
            yield from _places(node, source, classes)


def _places(node: Node, source: Source, classes: Classes) -> Iterator[Place]:
    at = (node, node.start_byte, node.end_byte)
    if node.type == "shorthand_property_identifier":
        owner = literal_owner(node.parent, source, classes)
        yield Place(*at, written="{old}: {new}")
        yield _key(at, owner, "{new}: {old}")
    elif node.type == "shorthand_property_identifier_pattern":
        owner = pattern_owner(_pattern_around(node), source, classes)
        yield Place(*at, bindings=tuple(_bindings(node, classes)), written="{old}: {new}")
        yield _key(at, owner, "{new}: {old}")
    elif node.type == "statement_identifier":
        labelled = node.parent is not None and node.parent.type == "labeled_statement"
        bound = (
            Binding("label", node.parent.id, spaces=("label",))
            if labelled and node.parent
            else None
        )
        yield Place(*at, spaces=("label",), bindings=(bound,) if bound else ())
    elif node.type in ("property_identifier", "private_property_identifier"):
        yield _property(at, source, classes)
    else:
        yield _identifier(at, classes)


def _key(at: tuple[Node, int, int], owner: str, written: str = "{new}") -> Place:
    if owner:
        return Place(*at, "member", owners=(owner,), written=written)
    reason = "a key of an object whose type is not evident here"
    return Place(*at, "unknown member", reason=reason, written=written)


def _pattern_around(node: Node) -> Node | None:
    return enclosing(node, ("object_pattern",))


def _property(at: tuple[Node, int, int], source: Source, classes: Classes) -> Place:
    node = at[0]
    parent = node.parent
    assert parent is not None
    field = field_of(node)
    if parent.type == "member_expression":
        return Place(*at, "member", through=parent, bindings=_assigned(parent, classes))
    if parent.type in _METHODS and field == "name":
        if parent.parent is not None and parent.parent.type == "object":
            return _key(at, literal_owner(parent.parent, source, classes))
        is_property = any(child.type in ("get", "set") for child in parent.children)
        return _declared(at, "property" if is_property else "method", classes)
    if parent.type in _FIELDS and field in ("name", "property"):
        return _declared(at, "field", classes)
    if parent.type in ("enum_body", "enum_assignment"):
        enum = enclosing(node, ("enum_declaration",))
        if enum is not None:
            return Place(
                *at,
                "member",
                bindings=(Binding("enum member", enum.id, owner=classes.of_node(enum)),),
            )
    if parent.type == "pair":
        return _key(at, literal_owner(parent.parent, source, classes))
    if parent.type == "pair_pattern":
        return _key(at, pattern_owner(parent.parent, source, classes))
    if parent.type == "jsx_attribute":
        return _attribute(at, source, classes)
    return Place(*at, "other", reason="a property of something else")


def _attribute(at: tuple[Node, int, int], source: Source, classes: Classes) -> Place:
    element = at[0].parent.parent if at[0].parent is not None else None
    component = element.child_by_field_name("name") if element is not None else None
    if component is None or text_of(component)[:1].islower():
        return Place(*at, "other", reason="an attribute of an element of the page")
    return _key(at, props_owner(text_of(component), source, classes))


def _declared(at: tuple[Node, int, int], kind: str, classes: Classes) -> Place:
    owner = classes.around(at[0])
    holder = enclosing(at[0], ("object_type", "class_body", "interface_body", "enum_body"))
    if holder is not None and holder.type == "object_type":
        alias = holder.parent
        whole = alias is not None and alias.type in ("type_alias_declaration", "intersection_type")
        owner = owner if whole else ""
    if not owner:
        return Place(*at, "unknown member", reason="a member of a type without a name")
    return Place(*at, "member", bindings=(Binding(kind, "", owner=owner),))


def _assigned(access: Node, classes: Classes) -> tuple[Binding, ...]:
    """What an assignment to a member of `this` declares."""
    target = access.parent
    through = access.child_by_field_name("object")
    if (
        target is None
        or target.type != "assignment_expression"
        or field_of(access) != "left"
        or through is None
        or through.type != "this"
    ):
        return ()
    function = enclosing(access, ("function_declaration", "function_expression", "class_body"))
    owner = classes.around(access)
    if not owner or function is None or function.type != "class_body":
        return ()
    return (Binding("field", "", owner=owner),)


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
    if parent.type in ("nested_type_identifier", "nested_identifier") and field_of(node) in (
        "name",
        "property",
    ):
        return Place(*at, "unknown", reason="a name that is reached through another")
    if parent.type.startswith("jsx_") and text_of(node)[:1].islower():
        return Place(*at, "other", reason="an element of the page")
    spaces: tuple[str, ...] = ("type",) if node.type == "type_identifier" else ("value",)
    if parent.type in ("nested_type_identifier", "nested_identifier"):
        spaces = _BOTH
    return Place(*at, spaces=spaces, bindings=tuple(_bindings(node, classes)))


def _imported(at: tuple[Node, int, int], parent: Node) -> Place:
    bound = (Binding("import", spaces=_BOTH),)
    if parent.type == "import_specifier" and parent.child_by_field_name("alias") is not None:
        if field_of(at[0]) == "name":
            return Place(*at, "other", reason="a name of another module")
        return Place(*at, bindings=bound)
    if parent.type == "import_specifier":
        return Place(*at, bindings=bound, written="{old} as {new}")
    return Place(*at, bindings=bound)


def _bindings(node: Node, classes: Classes) -> Iterator[Binding]:
    parent = node.parent
    assert parent is not None
    field = field_of(node)
    if field == "name" and parent.type in _NAMED:
        kind, spaces = _NAMED[parent.type]
        yield Binding(kind, _holder(parent), spaces=spaces)
    elif field == "name" and parent.type in _NAMED_INSIDE:
        kind, spaces = _NAMED_INSIDE[parent.type]
        yield Binding(kind, parent.id, spaces=spaces)
    elif field == "name" and parent.type in ("type_parameter", "mapped_type_clause"):
        holder = parent.parent
        holder = (
            holder.parent if holder is not None and holder.type == "type_parameters" else holder
        )
        yield Binding("type parameter", holder.id if holder else FILE, spaces=("type",))
    elif parent.type == "infer_type":
        holder = enclosing(node, ("conditional_type",))
        yield Binding("type parameter", holder.id if holder else FILE, spaces=("type",))
    elif parent.type == "index_signature":
        yield Binding("parameter", parent.id)
    else:
        yield from _pattern_bindings(node, classes)


def _pattern_bindings(node: Node, classes: Classes) -> Iterator[Binding]:
    whole = node
    while whole.parent is not None and whole.parent.type in _PATTERNS:
        if field_of(whole) in ("right", "key"):
            return
        whole = whole.parent
    holder, field = whole.parent, field_of(whole)
    if holder is None:
        return
    if holder.type == "variable_declarator" and field == "name":
        yield _variable(whole, holder)
    elif holder.type == "for_in_statement" and field == "left":
        kind = text_of(holder.child_by_field_name("kind"))
        if kind:
            yield Binding("variable", _function(holder) if kind == "var" else holder.id)
    elif holder.type == "catch_clause" and field == "parameter":
        yield Binding("variable", holder.id)
    elif holder.type == "arrow_function" and field == "parameter":
        yield Binding("parameter", holder.id)
    elif holder.type == "formal_parameters" or (
        holder.type in ("required_parameter", "optional_parameter") and field == "pattern"
    ):
        function = enclosing(holder, _FUNCTIONS)
        yield Binding("parameter", function.id if function is not None else FILE)
        modifiers = {child.type for child in holder.children}
        if modifiers & {"accessibility_modifier", "readonly", "override_modifier"}:
            yield Binding("field", "", owner=classes.around(node))


def _variable(pattern: Node, declarator: Node) -> Binding:
    declaration = declarator.parent
    value = declarator.child_by_field_name("value")
    is_var = declaration is not None and declaration.type == "variable_declaration"
    scope = _function(declarator) if is_var else _holder(declarator)
    kind = "variable"
    if value is not None and pattern.type == "identifier":
        named = {"class": "class", "arrow_function": "function", "function_expression": "function"}
        kind = named.get(value.type, kind)
    is_const = declaration is not None and text_of(declaration).startswith("const")
    if kind == "variable" and is_const and scope == FILE:
        kind = "constant"
    return Binding(kind, scope)


def _function(node: Node) -> int | str:
    """The scope of a `var`."""
    for parent, _ in ancestors(node):
        if parent.type in _FUNCTIONS or parent.type == "class_static_block":
            return parent.id
        if parent.type == "internal_module":
            return parent.id
    return FILE


def _holder(node: Node) -> int | str:
    """The block, function or file that a declaration belongs to."""
    for parent, _ in ancestors(node):
        if parent.type in _FUNCTIONS or parent.type in _BLOCKS or parent.type == "internal_module":
            return parent.id
        if parent.type == "statement_block":
            around = parent.parent
            if around is None or (
                around.type not in _FUNCTIONS and around.type != "internal_module"
            ):
                return parent.id
    return FILE
