"""C and C++: what gives a name its meaning, and where it is looked up.

After C11, 6.2.1 and 6.2.3: a name is in sight from the end of its declarator on; tags, labels, members and the rest are
name spaces of their own (in C++ tags are not); a macro is meant wherever its name stands.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from specedit.edits.symbols.c_bindings import RECORDS, bindings, holder_of, qualifier_of
from specedit.edits.symbols.c_declarators import named_in, namespaces, path_of
from specedit.edits.symbols.c_expansions import Macros
from specedit.edits.symbols.c_macros import (
    is_conditional,
    macro_bindings,
    may_be_given,
    place_given,
    places_in_macro,
)
from specedit.edits.symbols.c_pasting import places_of_pasting
from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding, Place, Scope
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.c_unnamed import unnamed_records

_VALUE, _MACRO, _ALL = ("value",), ("macro",), ("value", "tag", "macro")
_CALLED = re.compile(rb"\s*\(")
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
    """Add the structs without a name: classes say themselves what they extend."""
    for node, name in unnamed_records(source):
        classes.define(name, node)


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return source


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in, with those of the class and namespace of a function."""
    around: list[Scope] = []
    for parent, child in ancestors(node):
        owner = ""
        if parent.type in RECORDS and _sees_members(node, child, classes):
            owner = classes.of_node(parent)
        if parent.type == "namespace_definition":
            around += [Scope(f"ns:{path}") for path in _paths(path_of(parent))]
        else:
            around.append(Scope(parent.id, owner))
        if parent.type == "function_definition":
            around += _of_qualified(parent, classes)
        name = parent.child_by_field_name("name") if parent.type in RECORDS else None
        if name is not None and name.type == "qualified_identifier":
            around += _of_qualified(name, classes)
        around += [Scope(f"ns:{path}") for path in _used_namespaces(parent)]
    return around


def _sees_members(node: Node, body: Node, classes: Classes) -> bool:
    """Whether members are in sight in the body of a record: not in C, nor for the type of a field that bears its name."""
    if classes.language.has_tags or field_of(body) != "body":
        return False
    field = enclosing(node, ("field_declaration",))
    if field is None or field_of(node) != "type" or node.parent != field:
        return True
    return all(
        text_of(named_in(each)) != text_of(node)
        for each in field.children_by_field_name("declarator")
    )


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
    is_cpp = not source.language.has_tags
    defined = {
        node.type
        for node in source.nodes_with(name)
        if node.type in ("preproc_def", "preproc_function_def")
        and text_of(node.child_by_field_name("name")) == name
    }
    macros = Macros(source)
    for node in source.nodes_with(name):
        if node.type in _IDENTIFIERS and text_of(node) == name and node.parent is not None:
            at = (node, node.start_byte, node.end_byte)
            called = _CALLED.match(source.data, node.end_byte) is not None
            if (defined and called) or "preproc_def" in defined:
                yield Place(*at, spaces=_MACRO, bindings=tuple(macro_bindings(node)))
            elif (given := place_given(at, macros, classes)) is not None:
                yield given
            else:
                yield may_be_given(_place(at, node.parent, classes, is_cpp), macros)
        elif node.type == "preproc_arg" and name in text_of(node):
            yield from places_in_macro(name, node, macros, classes)
    yield from places_of_pasting(name, source)


def _place(at: tuple[Node, int, int], parent: Node, classes: Classes, is_cpp: bool) -> Place:
    node = at[0]
    field = field_of(node)
    if parent.type == "preproc_params":
        macro = enclosing(node, ("preproc_function_def",))
        bound = Binding("parameter", macro.id if macro is not None else FILE, spaces=_ALL)
        return Place(*at, bindings=(bound,))
    if is_conditional(node):
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
    is_field = parent.type == "field_initializer" and not classes.named(text_of(node))
    if parent.type == "field_designator" or is_field:
        return Place(*at, "member", through=parent)
    if parent.type == "offsetof_expression" and field == "member":
        owner = classes.named(text_of(parent.child_by_field_name("type")).split()[-1])
        return Place(*at, "member", owners=(owner,), reason="a member of another type")
    qualified = qualifier_of(node)
    bound_here = tuple(bindings(node, parent, field, classes, is_cpp))
    if qualified is not None and not bound_here:
        return _behind(at, qualified, classes)
    # What an argument's namespace or a base that is defined elsewhere declares is in sight, too.
    reason = "not declared where it is in sight" if is_cpp else ""
    spaces = _spaces(parent, field, is_cpp)
    return Place(*at, spaces=spaces, bindings=bound_here, reason=reason)


def _spaces(parent: Node, field: str, is_cpp: bool) -> tuple[str, ...]:
    if not is_cpp and parent.type in RECORDS and field == "name":
        return ("tag",)
    return _VALUE


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
    qualifier = qualifier_of(at[0])
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
    bound = (Binding("import", holder_of(statement)),)
    return Place(
        *at, bindings=bound, scopes=behind.scopes, owners=behind.owners, written="", reason=reason
    )
