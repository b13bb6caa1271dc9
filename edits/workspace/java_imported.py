"""Java: the names that a file has from inside of classes by its imports."""

from collections.abc import Iterator
from dataclasses import dataclass

from specedit.edits.symbols.java_bindings import CLASSES
from specedit.edits.syntax.nodes import enclosing, field_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.java_nesting import Nesting
from specedit.edits.workspace.java_packages import JavaImport, Packages
from specedit.edits.workspace.workspace import Workspace

_BODIES = ("block", "constructor_body", "lambda_expression")


@dataclass(frozen=True, slots=True)
class Owner:
    """A class that a file imports from: the full name of the one around it, and its path below that."""

    of: str
    below: tuple[str, ...]


def imported_names(
    path: str, workspace: Workspace, packages: Packages, nesting: Nesting
) -> Iterator[tuple[Node, Owner]]:
    """Yield where a file uses a name that it imports from inside of a class, with that class."""
    known = set[str]()
    for each in sorted(packages.imports(path), key=lambda i: i.is_open):
        imported = packages.class_of(each.parts)
        if imported is None or (imported[1] == len(each.parts) and not each.is_open):
            continue
        below = each.parts[imported[1] :] if each.is_open else each.parts[imported[1] : -1]
        owner = Owner(imported[0], below)
        names = {each.parts[-1]} if not each.is_open else _members(owner, each, workspace, packages)
        for name in sorted(names - known):
            for node in _uses(name, path, workspace):
                if not nesting.hides(name, path, node) and not nesting.inherits(name, path, node):
                    yield node, owner
        known |= names


def _members(owner: Owner, each: JavaImport, workspace: Workspace, packages: Packages) -> set[str]:
    """What a class has itself that an import of all of it brings in."""
    source = workspace.source(packages.files[owner.of])
    path = ".".join([owner.of.rpartition(".")[2], *owner.below])
    return set(_declared(source, path, each.is_static))


def _declared(source: Source, path: str, is_static: bool) -> Iterator[str]:
    for definition in source.definitions:
        is_constructor = definition.node.type == "constructor_declaration"
        if definition.owner == path and (
            definition.kind == "class" or (is_static and not is_constructor)
        ):
            yield definition.name
    for node in source.nodes if is_static else ():
        parent = node.parent
        if parent is None or parent.type not in ("variable_declarator", "enum_constant"):
            continue
        holder = enclosing(node, (*CLASSES, *_BODIES))
        if field_of(node) == "name" and holder is not None and holder.type in CLASSES:
            yield source.code(node)


def _uses(name: str, path: str, workspace: Workspace) -> Iterator[Node]:
    """Where a bare name means nothing that the file itself declares, or what it imports."""
    if name not in workspace.text(path):
        return
    for occurrence in workspace.symbols(path).names(name).occurrences:
        place, symbol = occurrence.place, occurrence.symbol
        if place.role != "name" or enclosing(place.node, ("import_declaration",)) is not None:
            continue
        if symbol is None or {*symbol.kinds} == {"import"}:
            yield place.node
