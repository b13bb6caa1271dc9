"""Renames what a module declares for others: where files import it, hand it on, or reach it through their module."""

import re
from collections.abc import Iterator

from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Occurrence
from specedit.edits.syntax.nodes import line_of
from specedit.edits.workspace import stars
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.model import Edits, FileEdits
from specedit.edits.workspace.module_names import Import, Name
from specedit.edits.workspace.workspace import Workspace


def rename_in(path: str, symbol: Name, new: str, modules: Modules) -> FileEdits:
    """Return what renaming a symbol that another module declares changes in a file.

    Raises:
        EditRefused: it cannot be told which of two things the file has by the name.
    """
    old = symbol.name
    names = modules.workspace.symbols(path).names(old)
    taken = [
        each
        for each in modules.imports(path)
        if each.name == old and each.node is not None and modules.keeps(each.module, symbol)
    ]
    changed = FileEdits()
    nodes = {node.id for each in taken for node in (each.node, each.alias) if node is not None}
    for each in taken:
        changed.edits |= _of_import(path, each, new, nodes, modules)
    changed.edits |= stars.edits_in(path, symbol, new, modules)
    for occurrence in names.occurrences:
        if _means(path, occurrence, symbol, modules):
            changed.edits[occurrence.place.start, occurrence.place.end] = new
    changed.left += _from_elsewhere(path, old, modules)
    changed.left += _in_strings(path, symbol, modules)
    changed.left += _unclear(path, symbol, changed.edits, modules)
    return changed


def members_in(path: str, name: str, workspace: Workspace) -> FileEdits:
    """Return what may be a member of a namespace of another file, which is not followed."""
    occurrences = workspace.symbols(path).names(name).occurrences
    lines = {line_of(o.place.node) - 1 for o in occurrences if o.symbol is None}
    reason = "a member of a namespace of another file is not followed"
    return FileEdits(left=[Left(line, reason, known=False) for line in sorted(lines)])


def looked_up(symbol: Name, modules: Modules) -> Iterator[Left]:
    """Yield the strings by which the symbol's own module may look it up, as in `globals()[f"_{name}"]` of its `__getattr__`."""
    source = modules.workspace.source(symbol.module)
    public = symbol.name.lstrip("_")
    if modules.is_lazy(symbol.module) and public != symbol.name:
        for node in source.nodes:
            if node.type in source.language.strings and source.code(node) == public:
                yield Left(line_of(node) - 1, f"'{public}' in a string", known=False)


def _of_import(path: str, taken: Import, new: str, nodes: set[int], modules: Modules) -> Edits:
    """The edits for one imported name: with it go its uses, unless the file gives the name another meaning too."""
    assert taken.node is not None
    at = (taken.node.start_byte, taken.node.end_byte)
    symbol = modules.symbol_of(path, taken)
    if taken.local != taken.name or symbol is None:
        return {at: new}
    if not modules.is_renamed(path, taken):
        return {at: new if taken.alias else f"{new} as {taken.name}"}
    edits: Edits = {at: new}
    for occurrence in modules.workspace.symbols(path).names(taken.name).occurrences:
        if occurrence.symbol == symbol:
            place = occurrence.place
            form = "{new}" if place.node.id in nodes else place.written
            edits[place.start, place.end] = form.format(old=taken.name, new=new)
    return edits


def _means(path: str, occurrence: Occurrence, symbol: Name, modules: Modules) -> bool:
    """Whether a member is the symbol, reached through its module."""
    node = occurrence.place.node
    access = modules.access(node.parent) if node.parent is not None else None
    if access is None or access[1] != node or node.parent is None:
        return False
    module = modules.meaning(path, access[0])
    return module is not None and not module.name and modules.keeps(module.module, symbol)


def _from_elsewhere(path: str, name: str, modules: Modules) -> Iterator[Left]:
    """The imports of the name from a module of which it cannot be told what it is."""
    for each in modules.imports(path):
        if each.name == name and modules.resolve(each.module, name) is None:
            line = each.statement.start_point[0]
            yield Left(line, "where it is imported from cannot be told", known=False)


def _in_strings(path: str, symbol: Name, modules: Modules) -> Iterator[Left]:
    """The strings that seem to name the symbol by its path, as the target of a patch does."""
    source = modules.workspace.source(path)
    dotted = re.compile(rf"[\w.:/-]+[.:]{re.escape(symbol.name)}\b")
    for node in source.nodes:
        if node.type in source.language.strings and dotted.search(source.code(node)):
            yield Left(line_of(node) - 1, f"'{symbol.name}' in a string", known=False)


def _unclear(path: str, symbol: Name, edits: Edits, modules: Modules) -> Iterator[Left]:
    """The places that may be the symbol where a file has its module as an object, or cannot be read in full."""
    source = modules.workspace.source(path)
    reason = ""
    if source.root.has_error:
        reason = "this file has what its grammar cannot parse"
    elif any(
        modules.keeps(module, symbol)
        for written in re.findall(r"""\(\s*["']([^"'\n]+)["']""", source.text)
        if (module := modules.find(written, path))
    ):
        reason = "its module is named in a string here"
    if reason:
        for occurrence in modules.workspace.symbols(path).names(symbol.name).occurrences:
            place = occurrence.place
            if (place.start, place.end) not in edits:
                yield Left(line_of(place.node) - 1, reason, known=False)
    if reason or modules.is_lazy(path) or _has_module(path, modules):
        for node in source.nodes:
            is_name = node.type in source.language.strings and source.code(node) == symbol.name
            if is_name and not any(node.start_byte <= at < node.end_byte for at, _ in edits):
                yield Left(line_of(node) - 1, f"'{symbol.name}' in a string", known=False)


def _has_module(path: str, modules: Modules) -> bool:
    """Whether a name of a file is a module of the workspace."""
    taken = (modules.resolve(each.module, each.name) for each in modules.imports(path))
    return any(each is not None and not each.name for each in taken)
