"""Python: what gives a name its meaning, and where it is looked up.

After the language reference, 4.2 "Naming and binding": a name that is assigned anywhere in a function is local to all
of it; a class's names are in sight in its own statements only, from their assignment on; the first iterable of a
comprehension, defaults, decorators and annotations are evaluated outside.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding, Place, Scope
from specedit.edits.symbols.tree import ancestors, climb, enclosing, field_of, in_field, text_of
from specedit.edits.syntax import Source

_COMPREHENSIONS = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)
_FUNCTIONS = ("function_definition", "lambda")
_HOLDERS = (*_FUNCTIONS, "class_definition")
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
_BY_NAME = ("getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller")


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the names that a class says it extends."""
    listed = node.child_by_field_name("superclasses")
    for base in listed.named_children if listed is not None else ():
        while base.type == "subscript" and base.child_by_field_name("value"):
            base = base.child_by_field_name("value") or base
        if base.type in ("identifier", "attribute") and text_of(base) not in ("object", "Generic"):
            yield text_of(base)


def embeds(node: Node) -> Iterable[str]:
    """Return nothing: classes inherit, and embed none."""
    return ()


def relate(source: Source, classes: Classes) -> None:
    """Add nothing: classes say themselves what they extend."""


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in."""
    around: list[Scope] = []
    in_function = False
    for parent, _ in ancestors(node):
        if parent.type in _FUNCTIONS:
            around.append(Scope(parent.id))
            in_function = in_function or in_field(node, parent, "body")
        elif parent.type in _COMPREHENSIONS and not _is_first_iterable(node, parent):
            around.append(Scope(parent.id))
            in_function = True
        elif parent.type == "class_definition" and not in_function:
            around.append(Scope(parent.id, skips=in_field(node, parent, "body")))
        elif parent.type == "type_alias_statement":
            around.append(Scope(parent.id))
    return around


def _is_first_iterable(node: Node, comprehension: Node) -> bool:
    first = next((c for c in comprehension.named_children if c.type == "for_in_clause"), None)
    return first is not None and in_field(node, first, "right")


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return source


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code, and in strings that stand for code."""
    for node in source.nodes:
        if node.type == "identifier" and text_of(node) == name:
            yield _place(node, classes)
        elif node.type in ("string_content", "comment") and name in text_of(node):
            yield from _in_text(name, node, source, classes)


def _place(node: Node, classes: Classes) -> Place:
    parent = node.parent
    assert parent is not None
    at = (node, node.start_byte, node.end_byte)
    field = field_of(node)
    statement = enclosing(node, ("import_statement", "import_from_statement"))
    if statement is not None:
        return _import_place(node, statement)
    if (parent.type, field) == ("attribute", "attribute"):
        return Place(*at, "member", through=parent, bindings=_attribute_bindings(parent, classes))
    if (parent.type, field) == ("keyword_argument", "name"):
        return Place(*at, "keyword", through=enclosing(node, ("call", "class_definition")))
    if parent.type == "keyword_pattern" and node == parent.named_children[0]:
        pattern = enclosing(node, ("class_pattern",))
        owner = classes.named(text_of(pattern.named_children[0])) if pattern else ""
        return Place(*at, "member", owners=(owner,), reason="a keyword of another class's pattern")
    if parent.type == "dotted_name" and node != parent.named_children[0]:
        owner = classes.named(text_of(parent).rpartition(".")[0])
        return Place(*at, "member", owners=(owner,), reason="an attribute of something else")
    if parent.type in ("global_statement", "nonlocal_statement"):
        return Place(*at, "outer" if parent.type == "nonlocal_statement" else "global")
    return Place(*at, bindings=tuple(_bindings(node, parent, field, classes)))


def _import_place(node: Node, statement: Node) -> Place:
    parent = node.parent
    assert parent is not None
    at = (node, node.start_byte, node.end_byte)
    bound = (_binding("import", node),)
    if parent.type == "aliased_import":
        return Place(*at, bindings=bound)
    module = statement.child_by_field_name("module_name")
    whole = parent.parent
    if module is not None and in_field(node, statement, "module_name"):
        return Place(*at, "other", reason="the name of a module that is imported")
    if whole is not None and whole.type == "aliased_import":
        return Place(*at, "other", reason="a name of another module")
    if len(parent.named_children) > 1:
        if node != parent.named_children[0]:
            return Place(*at, "other", reason="the name of a module that is imported")
        reason = "is imported with a module in it, and Python cannot import it so by another name"
        return Place(*at, bindings=bound, written="", reason=reason)
    return Place(*at, bindings=bound, written="{old} as {new}")


def _attribute_bindings(attribute: Node, classes: Classes) -> tuple[Binding, ...]:
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
        if parent.type in _FUNCTIONS and in_field(node, parent, "body"):
            owner = _method_owner(parent, classes)
            first = next(iter(parameters(parent)), None)
            if owner and first == name and not _is_static(parent):
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
    holder = enclosing(function, _HOLDERS)
    return classes.of_node(holder) if holder is not None else ""


def _is_static(function: Node) -> bool:
    outer = function.parent
    return (
        outer is not None
        and outer.type == "decorated_definition"
        and any(text_of(c) == "@staticmethod" for c in outer.named_children)
    )


def _bindings(node: Node, parent: Node, field: str, classes: Classes) -> Iterator[Binding]:
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
            yield _binding("type", node)
            return
    if _is_parameter(node):
        function = enclosing(node, _FUNCTIONS)
        if function is not None:
            yield Binding("parameter", function.id, _body_start(function))
        return
    whole = climb(node, _PATTERNS)
    holder = whole.parent
    place = (holder.type if holder is not None else "", field_of(whole))
    if place in _TARGETS or ((place[0], "") in _TARGETS and place[0] != "assignment"):
        yield _binding("variable", node, classes, walrus=place[0] == "named_expression")
    elif _is_capture(node, parent):
        yield _binding("variable", node, classes)


def _definition(node: Node, definition: Node, classes: Classes) -> Binding:
    kind = "class" if definition.type == "class_definition" else "function"
    owner = _method_owner(definition, classes)
    if owner and kind == "function":
        outer = definition.parent
        listed = outer.named_children if outer is not None else ()
        decorators = " ".join(text_of(c) for c in listed if c.type == "decorator")
        is_property = re.search(r"\b(cached_)?property\b|\.(setter|getter|deleter)\b", decorators)
        kind = "property" if is_property else "method"
        overrides = re.search(r"@(\w+\.)?override\b", decorators)
        above = re.search(rf"\bsuper\(.*?\)\.{text_of(node)}\b", text_of(definition))
        binding = _binding(kind, definition, classes, after=definition)
        return replace(binding, inherited="a class" if overrides or above else "")
    return _binding(kind, definition, classes, after=definition)


def _binding(
    kind: str,
    node: Node,
    classes: Classes | None = None,
    *,
    walrus: bool = False,
    after: Node | None = None,
) -> Binding:
    """A binding in the scope that holds `node`; in a class from the end of its statement on."""
    holders = _HOLDERS if walrus else (*_HOLDERS, *_COMPREHENSIONS)
    held_by_for = enclosing(node, ("for_in_clause",))
    for parent, _ in ancestors(node):
        if parent.type in _COMPREHENSIONS and (walrus or held_by_for is None):
            continue
        if parent.type not in holders or (
            parent.type in _HOLDERS and not in_field(node, parent, "body")
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
    is_comprehension = holder.type in _COMPREHENSIONS
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


def _in_text(name: str, node: Node, source: Source, classes: Classes) -> Iterator[Place]:
    """The places of a name in strings and comments that are read as code."""
    text = text_of(node)
    if node.type == "comment" and not re.match(r"#\s*type:", text):
        return
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
        start = node.start_byte + len(text[: match.start()].encode("utf-8"))
        at = (node, start, start + len(name.encode("utf-8")))
        if node.type == "comment":
            yield Place(*at)
            continue
        place = _string_place(at, text == name, node, classes)
        if place is not None:
            yield place


def _string_place(
    at: tuple[Node, int, int], is_whole: bool, node: Node, classes: Classes
) -> Place | None:
    for parent, child in ancestors(node):
        if parent.type in ("block", "module"):
            return None
        if parent.type == "type" and parent.parent is not None:
            return Place(*at)
        if parent.type == "call":
            return _argument_place(at, is_whole, parent, child, node)
        if parent.type in ("subscript", "pair"):
            is_key = is_whole and field_of(child) in ("subscript", "key")
            return _dictionary_key(at, parent, classes) if is_key else None
        if parent.type in ("assignment", "augmented_assignment") and is_whole:
            left = text_of(parent.child_by_field_name("left"))
            if left == "__all__":
                return Place(*at)
            holder = enclosing(parent, _HOLDERS)
            owner = classes.of_node(holder) if holder is not None else ""
            if owner and left in ("__slots__", "__match_args__"):
                bound = (Binding("field", owner=owner),) if left == "__slots__" else ()
                return Place(*at, "member", owners=(owner,), bindings=bound)
            return None
    return None


def _dictionary_key(at: tuple[Node, int, int], holder: Node, classes: Classes) -> Place | None:
    """A string that may be a field of a `TypedDict`, if the text has one."""
    if not any("TypedDict" in base for c in classes.by_name.values() for base in c.foreign):
        return None
    reason = "a key of a dictionary whose type is not evident"
    if holder.type == "pair":
        return Place(*at, "unknown member", reason=reason)
    return Place(*at, "member", holder=holder.child_by_field_name("value"), reason=reason)


def _argument_place(
    at: tuple[Node, int, int], is_whole: bool, call: Node, arguments: Node, node: Node
) -> Place | None:
    called = text_of(call.child_by_field_name("function")).rpartition(".")[2]
    listed = arguments.named_children
    string = climb(node, ("string", "concatenated_string"))
    while string.parent is not None and string.parent != arguments:
        string = string.parent
    if called == "cast" and listed and string == listed[0]:
        return Place(*at)
    if called == "TypeVar" and string.type == "keyword_argument":
        return Place(*at)
    if called in _BY_NAME and is_whole and len(listed) > 1 and string == listed[1]:
        return Place(*at, "member", holder=listed[0], reason=f"a name in a string, for {called}()")
    if called in _BY_NAME and is_whole:
        return Place(*at, "unknown", reason=f"a name in a string, for {called}()")
    return None
