"""Python: what gives a name its meaning, and where it is looked up.

After the language reference, 4.2 "Naming and binding": a name that is assigned anywhere in a function is local to all
of it; a class's names are in sight in its own statements only, from their assignment on; the first iterable of a
comprehension, defaults, decorators and annotations are evaluated outside.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import Place, Scope
from specedit.edits.symbols.python_bindings import (
    COMPREHENSIONS,
    FUNCTIONS,
    attribute_bindings,
    binding_at,
    bindings,
)
from specedit.edits.symbols.python_injected import (
    FIXTURE,
    is_fixture,
    own_fixture,
    readers_of_all,
    why_injected,
)
from specedit.edits.symbols.python_passed import is_dict, passed_by
from specedit.edits.symbols.python_text import keyword_place, places_in_text
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, in_field, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_DEFINED = ("function_definition",)


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
        if parent.type in FUNCTIONS:
            around.append(Scope(parent.id))
            in_function = in_function or in_field(node, parent, "body")
        elif parent.type in COMPREHENSIONS and not _is_first_iterable(node, parent):
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
    functions: set[int] = set()
    for node in source.nodes_with(name):
        if node.type == "identifier" and text_of(node) == name:
            place = _place(node, source, classes)
            function = enclosing(node, _DEFINED) if place.bindings else None
            if function is None or not any(b.scope == function.id for b in place.bindings):
                yield _as_fixture(place, function, source) if function is not None else place
                continue
            if place.bindings[0].kind == "parameter":
                place = _injected(place, function, source)
            yield place
            if function.id not in functions:
                functions.add(function.id)
                yield from readers_of_all(function, source)
        elif node.type in ("string_content", "comment") and name in text_of(node):
            yield from places_in_text(name, node, source, classes)


def _as_fixture(place: Place, function: Node, source: Source) -> Place:
    """The name of a function, which cannot have another where it is not evident who takes it as a fixture."""
    is_own = function.child_by_field_name("name") == place.node
    if not is_own or not is_fixture(function) or own_fixture(function, source) is not None:
        return place
    return replace(
        place, written="", reason="is a fixture beside others of its name, or in a class"
    )


def _injected(parameter: Place, function: Node, source: Source) -> Place:
    """A parameter with the fixture of the module that it is, or with why it cannot have another name."""
    node = parameter.node
    reason = why_injected(node, function, source)
    fixture = own_fixture(node, source) if reason == FIXTURE else None
    if fixture is not None:
        name = fixture.child_by_field_name("name")
        assert name is not None
        return replace(parameter, bindings=(*parameter.bindings, binding_at("function", name)))
    return replace(parameter, written="", reason=reason) if reason else parameter


def _place(node: Node, source: Source, classes: Classes) -> Place:
    parent = node.parent
    assert parent is not None
    at = (node, node.start_byte, node.end_byte)
    field = field_of(node)
    statement = enclosing(node, ("import_statement", "import_from_statement"))
    if statement is not None:
        return _import_place(node, statement)
    if (parent.type, field) == ("attribute", "attribute"):
        return Place(*at, "member", through=parent, bindings=attribute_bindings(parent, classes))
    if (parent.type, field) == ("keyword_argument", "name"):
        call = enclosing(node, ("call", "class_definition"))
        passed = passed_by(call, source) if is_dict(call) else None
        return keyword_place(at, passed) if passed else Place(*at, "keyword", through=call)
    if parent.type == "keyword_pattern" and node == parent.named_children[0]:
        pattern = enclosing(node, ("class_pattern",))
        owner = classes.named(text_of(pattern.named_children[0])) if pattern else ""
        return Place(*at, "member", owners=(owner,), reason="a keyword of another class's pattern")
    if parent.type == "dotted_name" and node != parent.named_children[0]:
        owner = classes.named(text_of(parent).rpartition(".")[0])
        return Place(*at, "member", owners=(owner,), reason="an attribute of something else")
    if parent.type in ("global_statement", "nonlocal_statement"):
        return Place(*at, "outer" if parent.type == "nonlocal_statement" else "global")
    return Place(*at, bindings=tuple(bindings(node, parent, field, classes)))


def _import_place(node: Node, statement: Node) -> Place:
    parent = node.parent
    assert parent is not None
    at = (node, node.start_byte, node.end_byte)
    bound = (binding_at("import", node),)
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
