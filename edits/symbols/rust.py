"""Rust: what gives a name its meaning, and where it is looked up.

After the reference, "Names": types and modules, values, macros, lifetimes and labels, and fields are name spaces of
their own; each `let` is a new variable from its end on; items are in sight in all of their module or block.
"""

from collections.abc import Iterable, Iterator, Sequence

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding, Place, Scope
from specedit.edits.symbols.rust_bindings import bindings, last_name
from specedit.edits.symbols.rust_macros import argument_names, as_calls, captures, named_argument
from specedit.edits.symbols.rust_paths import globs, modules, place_behind, used_place
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

_VALUE, _TYPE, _ALL = ("value",), ("type",), ("value", "type", "macro")
_IDENTIFIERS = (
    "identifier",
    "type_identifier",
    "field_identifier",
    "shorthand_field_identifier",
)


def bases(node: Node, source: Source) -> Iterable[str]:
    """Return the traits that a trait extends or an `impl` implements."""
    if node.type == "impl_item" and (trait := node.child_by_field_name("trait")):
        yield last_name(trait)
    bounds = node.child_by_field_name("bounds") if node.type == "trait_item" else None
    for bound in bounds.named_children if bounds is not None else ():
        yield last_name(bound)


def embeds(node: Node) -> Iterable[str]:
    """Return nothing: what a struct holds does not lend it members."""
    return ()


def relate(source: Source, classes: Classes) -> None:
    """Add nothing: an `impl` says what it implements."""


def scopes(node: Node, classes: Classes) -> Sequence[Scope]:
    """Return the scopes that a name at `node` is looked up in; a module does not see what is around it."""
    around: list[Scope] = []
    for parent, _ in ancestors(node):
        brought = list(globs(parent))
        if parent.type != "source_file":
            around.append(Scope(parent.id))
        else:
            around.append(Scope(FILE))
        for glob in brought:
            owner = classes.named(glob)
            around += [Scope(("glob", parent.id, glob).__hash__(), owner)] if owner else []
            around += [Scope(m.id) for m in modules(node, glob)]
        if parent.type == "mod_item" and "super" not in brought:
            around.append(Scope("closed"))
            break
    return around


def prepare(source: Source) -> Source:
    """Return the text as it is parsed for names."""
    return as_calls(source)


def places(name: str, source: Source, classes: Classes) -> Iterator[Place]:
    """Return every place of `name` in code. A shorthand, as `P { x }`, is two."""
    for node in source.nodes_with(name):
        if node.type in _IDENTIFIERS and text_of(node) == name and node.parent is not None:
            yield from _places(node, node.parent, classes)
        elif node.type == "string_content":
            for start, end in captures(name, node):
                if name not in argument_names(node):
                    yield Place(node, start, end)


def _places(node: Node, parent: Node, classes: Classes) -> Iterator[Place]:
    at = (node, node.start_byte, node.end_byte)
    if parent.type in ("lifetime", "label"):
        yield _lifetime(at, parent)
    elif parent.type == "shorthand_field_initializer":
        yield Place(*at, written="{old}: {new}")
        yield _field(at, parent, classes, "{new}: {old}")
    elif node.type == "shorthand_field_identifier":
        # `P { ref x }` is `P { x: ref x }`
        how = text_of(parent)[: -len(text_of(node))] if parent.type == "field_pattern" else ""
        at = (node, node.start_byte - len(how.encode("utf-8")), node.end_byte)
        bound = tuple(bindings(node, classes))
        yield Place(*at, bindings=bound, written=f"{{old}}: {how}{{new}}")
        yield _field(at, parent, classes, f"{{new}}: {how}{{old}}")
    elif node.type == "field_identifier":
        yield _field(at, parent, classes)
    elif parent.type == "token_tree":
        yield _token(at, classes)
    elif enclosing(node, ("use_declaration",)) is not None:
        yield used_place(at, parent, classes)
    elif (
        parent.type in ("scoped_identifier", "scoped_type_identifier") and field_of(node) == "name"
    ):
        yield place_behind(at, parent.child_by_field_name("path"), classes)
    elif parent.type in ("attribute", "attribute_item"):
        yield Place(*at, "other", reason="an attribute")
    elif named_argument(node):
        yield Place(*at, "other", reason="the name of an argument")
    else:
        yield Place(*at, spaces=_spaces(node, parent), bindings=tuple(bindings(node, classes)))


def _spaces(node: Node, parent: Node) -> tuple[str, ...]:
    if parent.type == "macro_invocation" or _is_macro_call(node, parent):
        return ("macro",)
    if parent.type in ("scoped_identifier", "scoped_type_identifier"):
        return _TYPE
    return _TYPE if node.type == "type_identifier" else _VALUE


def _is_macro_call(node: Node, parent: Node) -> bool:
    """Whether a call is a macro that is written as one: two bytes lie between its name and its bracket."""
    listed = parent.child_by_field_name("arguments") if parent.type == "call_expression" else None
    return (
        listed is not None
        and parent.child_by_field_name("function") == node
        and listed.start_byte > node.end_byte
    )


def _lifetime(at: tuple[Node, int, int], parent: Node) -> Place:
    holder = parent.parent
    if parent.type == "label":
        loops = (
            "loop_expression",
            "while_expression",
            "for_expression",
            "block",
            "labeled_expression",
        )
        binds = holder is not None and holder.type in loops
        bound = (Binding("label", holder.id, spaces=("label",)),) if binds and holder else ()
        return Place(*at, spaces=("label",), bindings=bound)
    if holder is not None and holder.type == "lifetime_parameter" and field_of(parent) == "name":
        listed = holder.parent
        item = listed.parent if listed is not None and listed.type == "type_parameters" else listed
        scope = item.id if item is not None else FILE
        return Place(
            *at, spaces=("lifetime",), bindings=(Binding("lifetime", scope, spaces=("lifetime",)),)
        )
    if holder is not None and holder.type == "for_lifetimes":
        scope = holder.parent.id if holder.parent is not None else FILE
        return Place(
            *at, spaces=("lifetime",), bindings=(Binding("lifetime", scope, spaces=("lifetime",)),)
        )
    return Place(*at, spaces=("lifetime",))


def _field(
    at: tuple[Node, int, int], parent: Node, classes: Classes, written: str = "{new}"
) -> Place:
    """A field or method behind a dot, in a literal or pattern, or where it is declared."""
    if parent.type == "field_declaration":
        owner = _owner_of_field(parent, classes)
        return Place(
            *at, "member", bindings=(Binding("field", "", spaces=("field",), owner=owner),)
        )
    if parent.type == "field_expression":
        call = parent.parent
        whole = parent
        if call is not None and call.type == "generic_function":
            whole, call = call, call.parent
        called = (
            call is not None and call.type == "call_expression" and field_of(whole) == "function"
        )
        return Place(*at, "member", spaces=_VALUE if called else ("field",), through=parent)
    holder = enclosing(at[0], ("struct_expression", "struct_pattern"))
    name = None
    if holder is not None:
        name = holder.child_by_field_name("name") or holder.child_by_field_name("type")
    return Place(
        *at,
        "member",
        spaces=("field",),
        owners=(_literal_owner(name, classes),),
        written=written,
        reason="a field of another type",
    )


def _owner_of_field(declaration: Node, classes: Classes) -> str:
    variant = enclosing(declaration, ("enum_variant", "struct_item", "union_item"))
    owner = classes.around(declaration)
    if variant is not None and variant.type == "enum_variant":
        return f"{owner}.{text_of(variant.child_by_field_name('name'))}"
    return owner


def _literal_owner(name: Node | None, classes: Classes) -> str:
    if name is None:
        return ""
    if text_of(name) == "Self":
        return classes.around(name)
    path = name.child_by_field_name("path")
    if path is not None:
        enum = classes.around(name) if text_of(path) == "Self" else classes.named(last_name(path))
        if enum and any(n.type == "enum_item" for n in classes.by_name[enum].nodes):
            return f"{enum}.{text_of(name.child_by_field_name('name'))}"
    return classes.named(last_name(name))


def _token(at: tuple[Node, int, int], classes: Classes) -> Place:
    """A name among a macro's tokens, which the grammar does not divide."""
    node = at[0]
    before, after = node.prev_sibling, node.next_sibling
    previous, following = text_of(before), text_of(after)
    if enclosing(node, ("attribute_item",)) is not None:
        return Place(*at, spaces=("type", "macro"))
    if previous == "." and before is not None:
        through = text_of(before.prev_sibling)
        owner = classes.around(node) if through == "self" else ""
        spaces = _VALUE if following.startswith("(") else ("field",)
        if owner:
            return Place(*at, "member", spaces=spaces, owners=(owner,))
        return Place(*at, "unknown member", reason="a member in a macro, of what is not evident")
    if previous == "::" and before is not None:
        return place_behind(at, before.prev_sibling, classes)
    if following == "::":
        return Place(*at, spaces=_TYPE)
    return Place(*at, spaces=("macro",) if following == "!" else _ALL)
