"""Python: what gives a name its meaning, and in which scope."""

from collections.abc import Iterator
from dataclasses import replace

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding
from specedit.edits.symbols.python_library import library_base
from specedit.edits.symbols.python_methods import is_property, is_static, overridden, with_method
from specedit.edits.syntax.nodes import ancestors, climb, enclosing, field_of, in_field, text_of
from specedit.edits.syntax.tree import Node

COMPREHENSIONS = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)


FUNCTIONS = ("function_definition", "lambda")


HOLDERS = (*FUNCTIONS, "class_definition")


_PATTERNS = (
    "pattern_list",
    "tuple_pattern",
    "list_pattern",
    "list_splat_pattern",
    "expression_list",
    "tuple",
    "list",
)


_PARAMETERS = ("parameters", "lambda_parameters")


_TARGETS = (
    ("assignment", "left"),
    ("augmented_assignment", "left"),
    ("for_statement", "left"),
    ("for_in_clause", "left"),
    ("named_expression", "name"),
    ("as_pattern_target", ""),
    ("delete_statement", ""),
)


def attribute_bindings(attribute: Node, classes: Classes) -> tuple[Binding, ...]:
    """What an assignment to an attribute of `self` or of a class declares."""
    whole = climb(attribute, _PATTERNS)
    target = (whole.parent.type if whole.parent else "", field_of(whole))
    owner = own_class(attribute.child_by_field_name("object"), classes)
    if owner and target in _TARGETS and target[0] != "delete_statement":
        return (Binding("field", owner=owner),)
    return ()


def own_class(node: Node | None, classes: Classes) -> str:
    """Return the class that `self`, `cls` or a class's own name stands for, or ""."""
    if node is None or node.type != "identifier":
        return ""
    name = text_of(node)
    for parent, _ in ancestors(node):
        if parent.type in FUNCTIONS and in_field(node, parent, "body"):
            owner = _method_owner(parent, classes)
            first = next(iter(parameters(parent)), None)
            if owner and first == name and not is_static(parent):
                return owner
            if name in parameters(parent):
                return ""
    return classes.named(name)


def parameters(function: Node) -> list[str]:
    """Return the names of a function's parameters."""
    listed = function.child_by_field_name("parameters")
    names = []
    for child in listed.named_children if listed is not None else ():
        name = child.child_by_field_name("name") or child
        while name.named_children and name.type != "identifier":
            name = name.named_children[0]
        names.append(text_of(name))
    return names


def _method_owner(function: Node, classes: Classes) -> str:
    """The class that a function is a method of."""
    holder = enclosing(function, HOLDERS)
    return classes.of_node(holder) if holder is not None else ""


def bindings(node: Node, parent: Node, field: str, classes: Classes) -> Iterator[Binding]:
    """Yield what an identifier gives a meaning to where it stands."""
    if parent.type in ("function_definition", "class_definition") and field == "name":
        yield _definition(node, parent, classes)
        return
    if parent.type == "type" and parent.parent is not None:
        if parent.parent.type == "type_parameter" and _declares_parameters(parent.parent):
            holder = parent.parent.parent
            if holder is not None and holder.type == "generic_type":
                holder = enclosing(holder, ("type_alias_statement",))
            yield Binding("type parameter", holder.id if holder is not None else FILE)
            return
        if (parent.parent.type, field_of(parent)) == ("type_alias_statement", "left"):
            yield binding_at("type", node)
            return
    if _is_parameter(node):
        function = enclosing(node, FUNCTIONS)
        if function is not None:
            bound = Binding("parameter", function.id, _body_start(function))
            yield with_method(bound, node, function, _method_owner(function, classes))
        return
    whole = climb(node, _PATTERNS)
    holder = whole.parent
    place = (holder.type if holder is not None else "", field_of(whole))
    if place in _TARGETS or ((place[0], "") in _TARGETS and place[0] != "assignment"):
        yield binding_at("variable", node, classes, walrus=place[0] == "named_expression")
    elif _is_capture(node, parent):
        yield binding_at("variable", node, classes)


def _definition(node: Node, definition: Node, classes: Classes) -> Binding:
    kind = "class" if definition.type == "class_definition" else "function"
    owner = _method_owner(definition, classes)
    if owner and kind == "function":
        kind = "property" if is_property(definition) else "method"
        binding = binding_at(kind, definition, classes, after=definition)
        return replace(
            binding, inherited=overridden(definition), also=_also_of(node, owner, classes)
        )
    return binding_at(kind, definition, classes, after=definition)


def _also_of(method: Node, owner: str, classes: Classes) -> str:
    """The class of the library whose method it overrides, "" if there is none."""
    foreign = frozenset(classes.by_name[owner].foreign) if owner in classes.by_name else frozenset()
    module = enclosing(method, ("module",))
    if not foreign or module is None or text_of(method).startswith("__"):
        return ""
    return library_base(foreign, text_of(method), module)


def binding_at(
    kind: str,
    node: Node,
    classes: Classes | None = None,
    *,
    walrus: bool = False,
    after: Node | None = None,
) -> Binding:
    """A binding in the scope that holds `node`; in a class from the end of its statement on."""
    holders = HOLDERS if walrus else (*HOLDERS, *COMPREHENSIONS)
    held_by_for = enclosing(node, ("for_in_clause",))
    for parent, _ in ancestors(node):
        if parent.type in COMPREHENSIONS and (walrus or held_by_for is None):
            continue
        if parent.type not in holders or (
            parent.type in HOLDERS and not in_field(node, parent, "body")
        ):
            continue
        if parent.type == "class_definition":
            owner = classes.of_node(parent) if classes is not None else ""
            start = after.end_byte if after is not None else _end_of_statement(node)
            kind = "field" if kind == "variable" else kind
            return Binding(kind, parent.id, start, owner=owner)
        return Binding(kind, parent.id, _body_start(parent))
    return Binding(kind)


def _end_of_statement(node: Node) -> int:
    for parent, child in ancestors(node):
        if parent.type == "for_statement":
            return child.end_byte if field_of(child) != "left" else _end_of(parent, "right")
        if parent.type == "block":
            return int(child.end_byte)
    return int(node.end_byte)


def _end_of(node: Node, field: str) -> int:
    child = node.child_by_field_name(field)
    return int((child or node).end_byte)


def _body_start(holder: Node) -> int:
    body = holder.child_by_field_name("body")
    is_comprehension = holder.type in COMPREHENSIONS
    return int(body.start_byte) if body is not None and not is_comprehension else holder.start_byte


def _declares_parameters(parameter: Node) -> bool:
    """Whether brackets hold type parameters and not arguments, which the grammar calls the same."""
    holder = parameter.parent
    if holder is None:
        return False
    if holder.type == "generic_type":
        left = holder.parent
        return left is not None and field_of(left) == "left"
    return field_of(parameter) == "type_parameters"


def _is_parameter(node: Node) -> bool:
    at = node
    while at.parent is not None:
        parent, field = at.parent, field_of(at)
        if parent.type in _PARAMETERS:
            return True
        splat = parent.type in ("list_splat_pattern", "dictionary_splat_pattern")
        named = parent.type in ("default_parameter", "typed_default_parameter") and field == "name"
        typed = parent.type == "typed_parameter" and field != "type"
        if not (splat or named or typed):
            return False
        at = parent
    return False


def _is_capture(node: Node, parent: Node) -> bool:
    """Whether a name in a `case` pattern is bound there."""
    if parent.type == "splat_pattern":
        return True
    if parent.type == "as_pattern":
        return parent.parent is not None and parent.parent.type == "case_pattern"
    if parent.type != "dotted_name" or len(parent.named_children) != 1:
        return False
    holder = parent.parent
    if holder is None:
        return False
    if holder.type == "keyword_pattern":
        return True
    return holder.type == "case_pattern"
