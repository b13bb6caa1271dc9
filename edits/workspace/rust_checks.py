"""Rust: what a rename would break that no name shows, and the places that nothing resolves."""

import re
from collections.abc import Iterator, Mapping

from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.nodes import enclosing, field_of, line_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.rust_crates import RustCrates
from specedit.edits.workspace.rust_modules import RustModules
from specedit.edits.workspace.units import Item
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, NameRefused

_EXPORTED = re.compile(r"#\s*\[\s*(?:unsafe\s*\()?\s*(?:no_mangle|export_name|proc_macro\w*)\b")

_DECLARING = (
    "function_item",
    "function_signature_item",
    "const_item",
    "associated_type",
    "type_item",
)


def refuse_called_by_name(symbol: Symbol, symbols: Symbols) -> None:
    """Refuse what the language or its tools call by its name, or what is in sight by where it stands.

    Raises:
        EditRefused: with the line.
    """
    node = symbol.declarations[0].node
    why = ""
    if "module" in symbol.kinds:
        why = "is a module: its file has its name"
    elif "type" in symbol.kinds and symbol.owners:
        why = "is an associated type, whose uses in bounds are not followed"
    elif "macro" in symbol.kinds:
        why = "is a macro, which is in sight by where it stands: rename it file by file"
    elif text_of(node) == "main" and "function" in symbol.kinds:
        why = "is called when the program starts"
    elif node.parent is not None and _is_exported(node.parent):
        why = "is exported by its name to other programs"
    if why:
        raise EditRefused(f"`{text_of(node)}` on line {line_of(node)} {why}")


def refuse_given_to_macros(symbol: Symbol, symbols: Symbols) -> None:
    """Refuse what is given to a macro that stands among the members of a type, where it may mean anything.

    Raises:
        EditRefused: with the line.
    """
    name = text_of(symbol.declarations[0].node)
    for node in symbols.source.nodes_with(name):
        if text_of(node) == name and enclosing(node, ("ERROR",)) is not None:
            raise EditRefused(
                f"`{name}` on line {line_of(node)} is given to a macro, or to what cannot be read"
            )


def refuse_of_several_files(
    symbol: Symbol, home: str, workspace: Workspace, crates: RustCrates
) -> None:
    """Refuse a method or a field that other files may use: their types are not evident enough.

    Raises:
        EditRefused: with the files.
    """
    if not symbol.owners or "enum member" in symbol.kinds:
        return
    name = text_of(symbol.declarations[0].node)
    is_private = all(_is_private(place.node) for place in symbol.declarations)
    files = [home] + [
        path
        for path in sorted(workspace.mentioning(name))
        if path.endswith(".rs")
        and path != home
        and not (is_private and crates.roots(home).isdisjoint(crates.roots(path)))
        and any(_may_be_member(node, name) for node in workspace.source(path).nodes_with(name))
    ]
    if len(files) > 1:
        raise EditRefused(
            f"`{name}` is used in {' and '.join(files[:2])}; members of Rust are renamed within one file only so far"
        )


def _is_private(name: Node) -> bool:
    """Whether a member can be seen in its module and those within alone; what a trait declares is as public as that."""
    member = enclosing(name, ("field_declaration", "function_item", "const_item", "type_item"))
    if member is None or any(c.type == "visibility_modifier" for c in member.children):
        return False
    around = enclosing(member, ("impl_item", "trait_item"))
    return around is None or (
        around.type == "impl_item" and around.child_by_field_name("trait") is None
    )


def _may_be_member(node: Node, name: str) -> bool:
    """Whether a node is a name that stands where a field's or a method's can."""
    if text_of(node) != name or node.parent is None or node.type.startswith("string"):
        return False
    if node.type not in ("identifier", "type_identifier"):
        return True
    if field_of(node) == "name" and node.parent.type in _DECLARING:
        return enclosing(node.parent, ("impl_item", "trait_item")) is not None
    is_path = node.parent.type in ("scoped_identifier", "scoped_type_identifier")
    is_shorthand = node.parent.type == "shorthand_field_initializer"
    return is_path or is_shorthand or enclosing(node, ("token_tree",)) is not None


def _is_exported(item: Node) -> bool:
    """Whether an attribute above an item gives its name to others."""
    before = item.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        if _EXPORTED.match(text_of(before)):
            return True
        before = before.prev_named_sibling
    return False


def refuse_unclear(home: str, changed: Mapping[str, FileEdits], crates: RustCrates) -> None:
    """Refuse what stands in a file that several crates have as a module, or none.

    Raises:
        EditRefused: with the file.
    """
    for path in (home, *(path for path, each in changed.items() if each.edits)):
        roots = sorted(crates.roots(path))
        if len(roots) > 1:
            raise EditRefused(
                f"{path} is a module of {' and of '.join(roots)}, and cannot be followed"
            )


def refuse_taken(
    item: Item,
    new: str,
    changed: Mapping[str, FileEdits],
    modules: RustModules,
    workspace: Workspace,
) -> None:
    """Refuse a new name that a module which has the item by its old one has already.

    Raises:
        NameRefused: with the file.
    """
    for path, each in changed.items():
        for start, end in each.edits:
            node = workspace.source(path).root.descendant_for_byte_range(start, end)
            scope = modules.around(path, node) if node is not None else path
            if (
                modules.look_up(scope, item.name) is not None
                and modules.look_up(scope, new) is not None
            ):
                raise NameRefused(f"'{new}' is taken already in {path}")


def left_in(path: str, name: str, changed: FileEdits, workspace: Workspace) -> Iterator[Left]:
    """Yield the places of a name that may be meant, but that are not resolved."""
    if not path.endswith(".rs"):
        return
    source = workspace.symbols(path).source  # in which macros are calls, where they can be
    yield from _given_to_macros(path, name, changed, workspace)
    for node in source.nodes_with(name):
        if text_of(node) != name or (node.start_byte, node.end_byte) in changed.edits:
            continue
        line = line_of(node) - 1
        if node.type in source.language.strings:
            yield Left(line, f"'{name}' in a string", known=False)
        elif enclosing(node, ("macro_definition",)) is not None:
            yield Left(line, "in the body of a macro", known=False)
        elif enclosing(node, ("attribute_item",)) is not None:
            yield Left(line, "in an attribute", known=False)
        elif enclosing(node, ("token_tree",)) is not None:
            yield Left(line, "among the tokens of a macro", known=False)


def _given_to_macros(
    path: str, name: str, changed: FileEdits, workspace: Workspace
) -> Iterator[Left]:
    """The names that are no variable's, but are given to a macro, which may take them for a field's."""
    raw = workspace.source(path)
    given = {
        node.start_byte: node
        for node in raw.nodes_with(name)
        if text_of(node) == name and enclosing(node, ("token_tree",)) is not None
    }
    for occurrence in workspace.symbols(path).names(name).occurrences if given else ():
        place = occurrence.place
        is_edited = (place.start, place.end) in changed.edits
        is_bare = occurrence.symbol is None and place.role == "name"
        if is_bare and place.start in given and not is_edited:
            yield Left(
                line_of(place.node) - 1, "a macro may take it for what is renamed", known=False
            )
