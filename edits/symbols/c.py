"""C and C++: what gives a name its meaning, and where it is looked up.

After C11, 6.2.1 and 6.2.3: a name is in sight from the end of its declarator on; tags, labels, members and the rest are
name spaces of their own (in C++ tags are not); a macro is meant wherever its name stands.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from specedit.edits.symbols.c_declarators import (
    declared_by,
    designated_owner,
    field_owner,
    function_scope,
    is_function,
    namespaces,
    path_of,
)
from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding, Place, Scope
from specedit.edits.symbols.tree import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax import Source

_VALUE, _MACRO, _ALL = ("value",), ("macro",), ("value", "tag", "macro")
_RECORDS = {
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
_IDENTIFIERS = (
    "identifier",
    "type_identifier",
    "field_identifier",
    "statement_identifier",
    "namespace_identifier",
)


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the names that a class says it extends."""
    clause = next((c for c in node.named_children if c.type == "base_class_clause"), None)
    for base in clause.named_children if clause is not None else ():
        if base.type != "access_specifier":
            yield re.sub(r"<.*", "", text_of(base), flags=re.DOTALL)


def embeds(node: Node) -> Iterable[str]:
    """Return nothing: classes inherit, and embed none."""
    return ()


def relate(source: Source, classes: Classes) -> None:
    """Add nothing: classes say themselves what they extend."""


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return source


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in, with those of the class and namespace of a function."""
    around: list[Scope] = []
    for parent, child in ancestors(node):
        owner = ""
        if parent.type in _RECORDS and field_of(child) == "body":
            owner = classes.of_node(parent)
        if parent.type == "namespace_definition":
            around += [Scope(f"ns:{path}") for path in _paths(path_of(parent))]
        else:
            around.append(Scope(parent.id, owner))
        if parent.type == "function_definition":
            around += _of_qualified(parent, classes)
        name = parent.child_by_field_name("name") if parent.type in _RECORDS else None
        if name is not None and name.type == "qualified_identifier":
            around += _of_qualified(name, classes)
        around += [Scope(f"ns:{path}") for path in _used_namespaces(parent)]
    return around


def _paths(path: str) -> list[str]:
    parts = path.split("::")
    return ["::".join(parts[:i]) for i in range(len(parts), 0, -1)] if path else []


def _of_qualified(definition: Node, classes: Classes) -> list[Scope]:
    """The scopes of what is defined outside of its class or namespace, by the path before its name."""
    named: Node | None = definition
    while named is not None and named.type != "qualified_identifier":
        inner = named.child_by_field_name("declarator") or named.child_by_field_name("name")
        named = inner or next((c for c in named.named_children if "declarator" in c.type), None)
    around: list[Scope] = []
    for name in _qualifiers(named) if named is not None else ():
        if owner := classes.named(name):
            around.append(Scope(f"class:{owner}", owner))
        around += [Scope(f"ns:{p}") for p in namespaces(definition) if p.split("::")[-1] == name]
    return around[::-1]


def _qualifiers(qualified: Node) -> list[str]:
    names = []
    node: Node | None = qualified
    while node is not None and node.type == "qualified_identifier":
        scope = node.child_by_field_name("scope")
        names.append(re.sub(r"<.*", "", text_of(scope), flags=re.DOTALL))
        node = node.child_by_field_name("name")
    return names


def _used_namespaces(holder: Node) -> Iterator[str]:
    if holder.type not in ("translation_unit", "compound_statement", "declaration_list"):
        return
    for child in holder.named_children:
        if child.type == "using_declaration" and any(c.type == "namespace" for c in child.children):
            last = text_of(child.named_children[-1]).split("::")[-1]
            yield from (p for p in namespaces(holder) if p.split("::")[-1] == last)


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code, and in the bodies of macros."""
    is_cpp = source.language.name == "cpp"
    defined = {
        node.type
        for node in source.nodes
        if node.type in ("preproc_def", "preproc_function_def")
        and text_of(node.child_by_field_name("name")) == name
    }
    for node in source.nodes:
        if node.type in _IDENTIFIERS and text_of(node) == name and node.parent is not None:
            at = (node, node.start_byte, node.end_byte)
            called = source.data[node.end_byte : node.end_byte + 1] == b"("
            if (defined and called) or "preproc_def" in defined:
                yield Place(*at, spaces=_MACRO, bindings=tuple(_macro(node)))
            else:
                yield _place(at, node.parent, classes, is_cpp)
        elif node.type == "preproc_arg" and name in text_of(node):
            yield from _in_macro(name, node)


def _in_macro(name: str, node: Node) -> Iterator[Place]:
    """The places of a name in what a macro stands for: text that the grammar does not divide."""
    directive = node.parent.child_by_field_name("directive") if node.parent is not None else None
    if directive is not None and text_of(directive).strip("# \t") not in (
        "undef",
        "ifdef",
        "ifndef",
    ):
        return
    text = text_of(node)
    word = (
        rf'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//.*|/\*.*?\*/|(?<![\w]){re.escape(name)}(?![\w])'
    )
    for match in re.finditer(word, text, re.DOTALL):
        if match[0] != name:
            continue
        start = node.start_byte + len(text[: match.start()].encode("utf-8"))
        at = (node, start, start + len(name.encode("utf-8")))
        before = text[: match.start()].rstrip()
        if before.endswith((".", "->")):
            yield Place(*at, "unknown member", reason="a member in a macro, of what is not evident")
        elif directive is not None:
            yield Place(*at, spaces=_MACRO)
        else:
            tagged = re.search(r"\b(struct|union|enum)$", before)
            yield Place(
                *at, spaces=("tag", "value") if tagged else _ALL[::-1], reason="a name in a macro"
            )


def _macro(node: Node) -> Iterator[Binding]:
    parent = node.parent
    if parent is None or parent.type not in ("preproc_def", "preproc_function_def"):
        return
    if parent.child_by_field_name("name") == node:
        yield Binding("macro", spaces=_MACRO)


def _place(at: tuple[Node, int, int], parent: Node, classes: Classes, is_cpp: bool) -> Place:
    node = at[0]
    field = field_of(node)
    if parent.type == "preproc_params":
        macro = enclosing(node, ("preproc_function_def",))
        bound = Binding("parameter", macro.id if macro is not None else FILE, spaces=_ALL)
        return Place(*at, bindings=(bound,))
    if _is_conditional(node):
        return Place(*at, spaces=_MACRO)
    if node.type == "statement_identifier":
        function = enclosing(node, ("function_definition",))
        bound = Binding("label", function.id if function is not None else FILE, spaces=("label",))
        return Place(
            *at, spaces=("label",), bindings=(bound,) if parent.type == "labeled_statement" else ()
        )
    if parent.type == "destructor_name":
        everywhere: tuple[int | str, ...] = (FILE, *(f"ns:{p}" for p in namespaces(node)))
        called = parent.parent is not None and parent.parent.type == "field_expression"
        return Place(*at, "path", scopes=everywhere) if called else Place(*at)
    if enclosing(node, ("using_declaration",)) is not None:
        return _used(at, parent, classes)
    if (parent.type, field) == ("field_expression", "field"):
        return Place(*at, "member", through=parent)
    if parent.type in ("template_method", "dependent_name"):
        return Place(*at, "member", through=enclosing(node, ("field_expression",)))
    if parent.type == "field_designator":
        owner = designated_owner(parent, classes)
        return Place(
            *at,
            "member" if owner else "unknown member",
            owners=(owner,),
            reason="a member of what is not evident",
        )
    if parent.type == "offsetof_expression" and field == "member":
        owner = classes.named(text_of(parent.child_by_field_name("type")).split()[-1])
        return Place(*at, "member", owners=(owner,), reason="a member of another type")
    qualified = _qualified(node)
    bindings = tuple(_bindings(node, parent, field, classes, is_cpp))
    if qualified is not None and not bindings:
        return _behind(at, qualified, classes)
    # What an argument's namespace or a base that is defined elsewhere declares is in sight, too.
    reason = "not declared where it is in sight" if is_cpp else ""
    spaces = _spaces(parent, field, is_cpp)
    return Place(*at, spaces=spaces, bindings=bindings, reason=reason)


def _is_conditional(node: Node) -> bool:
    """Whether a name stands in the condition of `#if`, or is what `#ifdef` asks for."""
    for parent, child in ancestors(node):
        if parent.type in ("preproc_if", "preproc_elif"):
            return field_of(child) == "condition"
        if parent.type in ("preproc_ifdef", "preproc_elifdef", "preproc_defined"):
            return field_of(child) == "name" or parent.type == "preproc_defined"
        if parent.type in ("compound_statement", "translation_unit", "declaration_list"):
            return False
    return False


def _spaces(parent: Node, field: str, is_cpp: bool) -> tuple[str, ...]:
    if not is_cpp and parent.type in _RECORDS and field == "name":
        return ("tag",)
    return _VALUE


def _qualified(node: Node) -> Node | None:
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
    if parent is None or parent.type != "qualified_identifier":
        return None
    if field_of(at) == "name":
        return parent.child_by_field_name("scope") or parent
    outer = parent.parent
    if outer is not None and outer.type == "qualified_identifier" and field_of(parent) == "name":
        return outer.child_by_field_name("scope")
    return None


def _behind(at: tuple[Node, int, int], qualifier: Node, classes: Classes) -> Place:
    if qualifier.type == "qualified_identifier":  # `::name`
        return Place(*at, "path", scopes=(FILE,))
    last = re.sub(r"<.*", "", text_of(qualifier), flags=re.DOTALL)
    keys = tuple(f"ns:{p}" for p in namespaces(at[0]) if p.split("::")[-1] == last)
    if keys:
        return Place(*at, "path", scopes=keys)
    owner = classes.named(last)
    if owner and text_of(at[0]) == last:
        return Place(*at)  # a constructor, as in `Pool::Pool`
    return Place(
        *at, "member", owners=(owner,), reason=f"a name of {last}, which is not defined here"
    )


def _used(at: tuple[Node, int, int], parent: Node, classes: Classes) -> Place:
    """A name in `using ns::f;` or `using namespace ns;`."""
    statement = enclosing(at[0], ("using_declaration",))
    qualifier = _qualified(at[0])
    if qualifier is not None and text_of(qualifier).split("::")[-1] == text_of(at[0]):
        return Place(*at)  # the constructors of a base
    if (
        statement is None
        or qualifier is None
        or any(c.type == "namespace" for c in statement.children)
    ):
        return _behind(at, qualifier, classes) if qualifier is not None else Place(*at)
    if field_of(at[0]) == "scope":
        return _behind(at, qualifier, classes)
    behind = _behind(at, qualifier, classes)
    reason = "is brought in by `using`, which cannot give another name"
    bound = (Binding("import", _holder(statement)),)
    return Place(
        *at, bindings=bound, scopes=behind.scopes, owners=behind.owners, written="", reason=reason
    )


def _bindings(
    node: Node, parent: Node, field: str, classes: Classes, is_cpp: bool
) -> Iterator[Binding]:
    if parent.type in _RECORDS and field == "name":
        yield from _record(parent, classes, is_cpp)
    elif parent.type == "enumerator" and field == "name":
        yield from _enumerator(parent, classes, is_cpp)
    elif parent.type == "namespace_definition" or (
        parent.type == "nested_namespace_specifier"
        and enclosing(node, ("namespace_definition",)) == parent.parent
    ):
        yield Binding("module", FILE)
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
    kind = _RECORDS[record.type]
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
        if parent.type in _RECORDS and field_of(child) == "body":
            return Binding(kind, parent.id, owner=classes.of_node(parent))
        if parent.type in _BLOCKS or parent.type in ("function_definition", "lambda_expression"):
            return Binding(kind, _holder(node), start)
        if parent.type == "namespace_definition" and path_of(parent):
            return Binding(kind, f"ns:{path_of(parent)}")
    return Binding(kind)


def _holder(node: Node) -> int | str:
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
        yield _declared("type", declaration, classes)
    elif kind in _PARAMETERS:
        scope = function_scope(declaration)
        template = scope is not None and scope.type == "template_declaration"
        yield Binding(
            "type parameter" if template else "parameter", scope.id if scope is not None else FILE
        )
    elif kind == "for_range_loop":
        right = declaration.child_by_field_name("right")
        yield Binding("variable", declaration.id, right.end_byte if right is not None else 0)
    elif kind in ("field_declaration", "function_definition", "declaration"):
        yield from _function_or_variable(node, declaration, whole, classes)


def _function_or_variable(
    node: Node, declaration: Node, whole: Node, classes: Classes
) -> Iterator[Binding]:
    owner = field_owner(declaration, classes)
    qualifier = _qualified(node)
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
    scope = _holder(declaration)
    local = isinstance(scope, int) and scope != FILE
    is_const = re.match(r"(?:static\s+|extern\s+|inline\s+)*const(?:expr)?\b", text_of(declaration))
    kind = "function" if function else "constant" if is_const and not local else "variable"
    yield Binding(kind, scope, whole.end_byte if local and not function else 0)
