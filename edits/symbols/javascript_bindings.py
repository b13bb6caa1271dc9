"""JavaScript and TypeScript: what a name is given a meaning by, and in which scope."""

from collections.abc import Iterator

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node

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


def bindings(node: Node, classes: Classes) -> Iterator[Binding]:
    """Yield what an identifier gives a meaning to where it stands."""
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


def is_rebound(name: Node) -> bool:
    """Whether a function around a name has a parameter that is called so."""
    for parent, _ in ancestors(name):
        listed = parent.child_by_field_name("parameters") if parent.type in _FUNCTIONS else None
        for parameter in listed.named_children if listed is not None else ():
            pattern = parameter.child_by_field_name("pattern") or parameter
            if text_of(pattern) == text_of(name):
                return True
    return False


def path_of(module: Node) -> str:
    """Return the path of a namespace, as "A.B"."""
    parts = [text_of(module.child_by_field_name("name"))]
    parts += [
        text_of(parent.child_by_field_name("name"))
        for parent, _ in ancestors(module)
        if parent.type == "internal_module"
    ]
    return ".".join(reversed(parts))


def namespace_keys(path: str, node: Node) -> tuple[int | str, ...]:
    """Return the scopes of the namespaces of the text that are called so."""
    root = node
    while root.parent is not None:
        root = root.parent
    queue, keys = [root], list[str]()
    while queue:
        for child in queue.pop().named_children:
            if child.type in ("export_statement", "expression_statement", "ambient_declaration"):
                queue.append(child)
            elif child.type == "internal_module":
                keys.append(path_of(child))
                queue += [body] if (body := child.child_by_field_name("body")) is not None else []
    last = path.rpartition(".")[2]
    return tuple(dict.fromkeys(f"ns:{p}" for p in keys if p.rpartition(".")[2] == last))


def _function(node: Node) -> int | str:
    """The scope of a `var`."""
    for parent, _ in ancestors(node):
        if parent.type in _FUNCTIONS or parent.type == "class_static_block":
            return parent.id
        if parent.type == "internal_module":
            return f"ns:{path_of(parent)}"
    return FILE


def _holder(node: Node) -> int | str:
    """The block, function or file that a declaration belongs to."""
    for parent, _ in ancestors(node):
        if parent.type == "internal_module":
            return f"ns:{path_of(parent)}"
        if parent.type in _FUNCTIONS or parent.type in _BLOCKS:
            return parent.id
        if parent.type == "statement_block":
            around = parent.parent
            if around is None or around.type not in (*_FUNCTIONS, "internal_module"):
                return parent.id
    return FILE
