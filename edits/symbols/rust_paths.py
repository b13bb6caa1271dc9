"""Rust: names behind `::` and in `use`."""

import re
from collections.abc import Iterator

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.places import FILE, Binding, Place
from specedit.edits.symbols.rust_bindings import holder_of, last_name
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node

_VALUE, _TYPE, _ALL = ("value",), ("type",), ("value", "type", "macro")


def globs(holder: Node) -> Iterator[str]:
    """Yield the last names of the paths that `use path::*` in a block or module has."""
    body = holder.child_by_field_name("body") if holder.type == "mod_item" else holder
    if body is None or body.type not in ("declaration_list", "block", "source_file"):
        return
    if holder.type == "declaration_list":
        return
    for child in body.children_of_type("use_declaration"):
        argument = child.child_by_field_name("argument")
        if argument is not None and argument.type == "use_wildcard" and argument.named_children:
            yield last_name(argument.named_children[0])


def modules(node: Node, name: str) -> list[Node]:
    """The modules of a name in the text that `node` stands in."""
    root = node
    while root.parent is not None:
        root = root.parent
    modules, queue = [], [root]
    while queue:
        for child in queue.pop().named_children:
            if child.type == "mod_item" and child.child_by_field_name("body") is not None:
                body = child.child_by_field_name("body")
                queue += [body] if body is not None else []
                if text_of(child.child_by_field_name("name")) == name:
                    modules.append(child)
    return modules


def place_behind(at: tuple[Node, int, int], path: Node | None, classes: Classes) -> Place:
    """A name behind `path::`."""
    spaces = _TYPE if at[0].type == "type_identifier" else (*_VALUE, *_TYPE)
    last = last_name(path) if path is not None else "crate"
    if last == "Self":
        return Place(*at, "member", spaces=spaces, owners=(classes.around(at[0]),))
    if keys := _module_keys(at[0], text_of(path) or "crate"):
        return Place(*at, "path", spaces=(*spaces, "macro"), scopes=keys)
    if owner := classes.named(last):
        return Place(*at, "member", spaces=spaces, owners=(owner,))
    if path is not None and re.fullmatch(r"[A-Z]", last):
        return Place(*at, "unknown member", reason=f"a member of the type parameter {last}")
    return Place(*at, "other", reason=f"a name of {last}, which is not defined here")


def _module_keys(node: Node, path: str) -> tuple[int | str, ...]:
    """The scopes of the modules of this text that a path leads to from where a name stands."""
    first, *others = re.sub(r"\s", "", path).split("::")
    if first in ("std", "core", "alloc") and not modules(node, first):
        return ()
    reached = _first_modules(node, first)
    for name in others:
        if name == "super":
            reached = [_module_around(each) for each in reached]
        elif name != "self":
            reached = [inner for each in reached for inner in _inside(each, name)]
    # A name that `use` brings in may stand for a module, too.
    reached = reached or modules(node, re.sub(r".*::", "", path))
    return tuple(FILE if each.parent is None else each.id for each in reached)


def _first_modules(node: Node, name: str) -> list[Node]:
    here = _module_around(node)
    if name == "crate":
        return [[parent for parent, _ in ancestors(node)][-1]]
    if name == "self":
        return [here]
    if name == "super":
        return [_module_around(here)]
    return _inside(here, name) or modules(node, name)


def _module_around(node: Node) -> Node:
    """The module that a node stands in, or the file."""
    around = [parent for parent, _ in ancestors(node)] or [node]
    return next((each for each in around if each.type == "mod_item"), around[-1])


def _inside(module: Node, name: str) -> list[Node]:
    """The modules of a name that stand right in a module, or in the file."""
    body = module.child_by_field_name("body") if module.type == "mod_item" else module
    return [
        child
        for child in (body.named_children if body is not None else ())
        if child.type == "mod_item" and text_of(child.child_by_field_name("name")) == name
    ]


def used_place(at: tuple[Node, int, int], parent: Node, classes: Classes) -> Place:
    """A name in a `use` declaration: what it brings in, or a part of the way there."""
    node = at[0]
    field = field_of(node)
    holder = holder_of(enclosing(node, ("use_declaration",)) or node)
    if parent.type == "use_as_clause" and field == "alias":
        return Place(*at, bindings=(Binding("import", holder, spaces=_ALL),))
    path = _path_before(node)
    whole = parent if parent.type == "scoped_identifier" and field == "name" else node
    ends = whole.parent is not None and whole.parent.type in ("use_list", "use_declaration")
    if not ends or (parent.type == "scoped_identifier" and field == "path"):
        return place_behind(at, path, classes) if path is not None else Place(*at, spaces=_TYPE)
    bound = (Binding("import", holder, spaces=_ALL),)
    last = last_name(path) if path is not None else ""
    linked = _module_keys(node, text_of(path)) if last else ()
    owner = classes.named(last) if last else ""
    return Place(
        *at,
        bindings=bound,
        scopes=linked,
        owners=(owner,) if owner else (),
        written="{old} as {new}",
    )


def _path_before(node: Node) -> Node | None:
    """What stands before a name in a `use`, also before the braces around it."""
    for parent, child in ancestors(node):
        if parent.type in ("scoped_identifier", "scoped_use_list"):
            path = parent.child_by_field_name("path")
            if path is not None and path != child:
                return path
            if path == child:
                return None
        if parent.type == "use_declaration":
            return None
    return None
