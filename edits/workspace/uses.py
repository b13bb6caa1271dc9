"""Where other files of a workspace use what a file is to lose, or is to have in another form."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from specedit.edits.operations._rename_instruction import read
from specedit.edits.operations._rename_request import Request
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import ancestors, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.homes import Home, homes_of
from specedit.edits.workspace.instruction import file_in
from specedit.edits.workspace.library import library_of
from specedit.edits.workspace.linked import kind_of, linked_of
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.rename import edits_of
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, SymbolNotFound

Lines = dict[str, tuple[int, ...]]  # by file, as people count them


def uses_elsewhere(path: str, qualified: str, workspace: Workspace) -> Lines:
    """Return the lines where other files use a definition of a file, evidently.

    Raises:
        EditRefused: another file has all names of the module, and uses this one.
    """
    if kind_of(path) is not None:
        return {}  # not known for languages whose files are linked
    homes, changed = _homes_and_edits(path, qualified, workspace)
    own, lines = {home.path for home in homes}, Lines()
    for other, each in (changed or {}).items():
        used = {_line(other, start, workspace) for start, _ in each.edits}
        if other not in own and used:
            lines[other] = tuple(sorted(used))
    return lines


def callers_elsewhere(path: str, qualified: str, workspace: Workspace) -> Lines:
    """Return the lines where other files may call a definition of a file, or declare it: what only hands it on does not.

    Raises:
        EditRefused: another file has all names of the module, and uses this one.
    """
    name = qualified.rpartition(".")[2]
    _, changed = _homes_and_edits(path, qualified, workspace)
    if changed is None:
        return mentions_elsewhere(path, name, workspace)
    lines = Lines()
    for other, each in changed.items():
        handed_on = _handed_on(other, name, workspace)
        used = {start for start, _ in each.edits} - handed_on
        numbers = {_line(other, start, workspace) for start in used}
        numbers |= {left.line + 1 for left in each.left}
        if other != path and numbers:
            lines[other] = tuple(sorted(numbers))
    return lines


def mentions_elsewhere(path: str, name: str, workspace: Workspace) -> Lines:
    """Return the lines where other files have a name, whatever it means there."""
    lines = Lines()
    for other in workspace.mentioning(name):
        source = workspace.source(other)
        numbers = {line_of(n) for n in source.identifiers if source.code(n) == name}
        if other != path and numbers:
            lines[other] = tuple(sorted(numbers))
    return lines


def renames_elsewhere(
    instruction: str, given: Collection[str], workspace: Workspace
) -> tuple[dict[str, Lines], Lines]:
    """Return where files that are not `given` use what a rename in those is about, by name, and where nothing tells.

    Raises:
        EditRefused: a use cannot be followed.
    """
    used, unclear = dict[str, Lines](), Lines()
    for request in read(file_in(instruction, workspace)[0]) or ():
        changed = _renamed(request, given, workspace)
        for other in sorted(changed.keys() - given):
            starts = {start for start, _ in changed[other].edits}
            if starts:
                lines = sorted({_line(other, start, workspace) for start in starts})
                used.setdefault(request.old, {})[other] = tuple(lines)
            elif changed[other].left:
                unclear[other] = tuple(sorted({left.line + 1 for left in changed[other].left}))
    return used, unclear


def _renamed(
    request: Request, given: Collection[str], workspace: Workspace
) -> Mapping[str, FileEdits]:
    """What changes in the workspace if what one of the files declares has another name."""
    for path in given:
        if kind_of(path) is not None:
            linked = linked_of(request, workspace, path)
            return linked.renamed(request, path) if linked is not None else {}
        try:
            homes = homes_of(request, workspace, path)
        except SymbolNotFound:
            continue
        return edits_of(homes, request, workspace)
    return {}


def importers(path: str, workspace: Workspace) -> Lines:
    """Return the lines where other files import from a file, or include it; none where its language is not followed."""
    name = PurePosixPath(path)
    stem = name.parent.name if name.stem in ("__init__", "index") else name.stem
    language = workspace.source(path).language
    linked = kind_of(path)
    if linked is not None:
        return linked(workspace).includers(path)
    if not language.modules or language.units:
        return {}
    modules, lines = library_of(language, workspace).modules, Lines()
    for other in workspace.mentioning(stem):
        theirs = language_of(other)
        if other == path or theirs is None or theirs.modules != language.modules:
            continue
        numbers = {
            line_of(each.statement) for each in modules.imports(other) if each.module == path
        }
        if numbers:
            lines[other] = tuple(sorted(numbers))
    return lines


def _homes_and_edits(
    path: str, qualified: str, workspace: Workspace
) -> tuple[Sequence[Home], Mapping[str, FileEdits] | None]:
    """Where a definition is declared, and what a rename of it changes: None for a member that is not evident.

    Raises:
        EditRefused: another file has all names of the module, and uses this one.
    """
    owner, _, name = qualified.rpartition(".")
    request = Request(name, name, owner=owner)
    try:
        homes = homes_of(request, workspace, path)
    except EditRefused:
        return (), {}  # it is nothing that others could name
    try:
        return homes, edits_of(homes, request, workspace)
    except EditRefused:
        if any(symbol.owners for home in homes for symbol in home.symbols):
            return homes, None
        raise


def _handed_on(path: str, name: str, workspace: Workspace) -> set[int]:
    """Where a file only imports a name, or exports it; with a name of its own for it, uses are not followed."""
    source = workspace.source(path)
    if not source.language.modules:
        return set()
    imported = {
        each.node.start_byte
        for each in library_of(source.language, workspace).modules.imports(path)
        if each.name == name and each.node is not None and each.alias is None
    }
    strings = (node for node in source.nodes if node.type in source.language.strings)
    return imported | {node.start_byte for node in strings if _is_exported(node, source)}


def _is_exported(node: Node, source: Source) -> bool:
    """Whether a string stands in the list of what a module exports."""
    listed = source.language.export_list
    return bool(listed) and any(
        text_of(above.child_by_field_name("left")) == listed for above, _ in ancestors(node)
    )


def _line(path: str, start: int, workspace: Workspace) -> int:
    return workspace.source(path).data.count(b"\n", 0, start) + 1
