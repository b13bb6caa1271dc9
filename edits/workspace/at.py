"""Rename the symbol whose name stands at a place, in all files of a workspace: what an editor asks for."""

from collections.abc import Sequence
from dataclasses import replace

from specedit.edits.operations._rename_request import Request
from specedit.edits.prediction import Prediction
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.workspace import rename
from specedit.edits.workspace.homes import Home, homes_of
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.library import library_of
from specedit.edits.workspace.linked import Linked, kind_in
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused


def name_at(path: str, byte: int, workspace: Workspace) -> str:
    """Return the name that stands at a byte of a file, or ends before it; "" where none does."""
    occurrence = _occurrence(path, byte, workspace)
    return occurrence[0] if occurrence is not None else ""


def predict(path: str, byte: int, new: str, workspace: Workspace) -> dict[str, Prediction]:
    """Return what each file becomes that changes, or that has places which nothing tells.

    Raises:
        EditRefused: no symbol of the workspace stands there; or as of `rename.predict`.
    """
    occurrence = _occurrence(path, byte, workspace)
    if occurrence is None:
        raise EditRefused("there is no name to rename")
    name, at = occurrence
    request = Request(name, new)
    language = workspace.source(path).language
    kind = kind_in(language)
    if kind is not None:
        return _linked((path, byte), at.symbol, request, kind(workspace))
    if language.units:
        homes = _in_units(path, at.symbol, request, workspace)
    else:
        modules = library_of(language, workspace).modules
        homes = _homes(path, at.symbol, request, modules)
    return rename.renamed(request, homes, workspace, (path, byte))


def _occurrence(path: str, byte: int, workspace: Workspace) -> tuple[str, Occurrence] | None:
    symbols = workspace.symbols(path)
    for node in symbols.source.identifiers:
        if node.start_byte <= byte <= node.end_byte:
            name = symbols.source.code(node)
            for occurrence in symbols.names(name).occurrences:
                if occurrence.place.start <= byte <= occurrence.place.end:
                    return name, occurrence
    return None


def _linked(
    at: tuple[str, int], symbol: Symbol | None, request: Request, files: Linked
) -> dict[str, Prediction]:
    """What a rename changes in a language whose files are one program; it must change the place that it is asked at."""
    path, byte = at
    is_declared = symbol is not None and {*symbol.kinds} != {"import"}
    if symbol is not None and is_declared:
        changed = files.renamed(replace(request, line=symbol.line), path)
    else:
        changed = files.renamed(request, None)
    here = changed.get(path)
    if here is None or not any(start <= byte <= end for start, end in here.edits):
        raise EditRefused(
            f"it cannot be told which `{request.old}` stands there; rename it where it is declared"
        )
    return {
        each: rename.prediction(each, edits, files.workspace) for each, edits in changed.items()
    }


def _in_units(
    path: str, symbol: Symbol | None, request: Request, workspace: Workspace
) -> Sequence[Home]:
    """What declares a name, in a language whose files share names without naming each other."""
    if symbol is None or {*symbol.kinds} == {"import"}:
        return homes_of(request, workspace, None)
    return [Home(path, (symbol,))]


def _homes(path: str, symbol: Symbol | None, request: Request, modules: Modules) -> Sequence[Home]:
    workspace = modules.workspace
    if symbol is None:  # a member: its class may be of any file
        return homes_of(request, workspace, None)
    if {*symbol.kinds} == {"import"}:
        return _imported(path, symbol, request, modules)
    if modules.twin(path) is not None:  # a stub goes along
        homes = homes_of(request, workspace, path)
        if any(home.path == path and symbol in home.symbols for home in homes):
            return homes
    return [Home(path, (symbol,))]


def _imported(path: str, symbol: Symbol, request: Request, modules: Modules) -> Sequence[Home]:
    """What declares an imported name; a file's own name for it is the file's."""
    taken = [each for each in modules.imports(path) if each.local == request.old]
    if any(each.name != request.old for each in taken):
        return [Home(path, (symbol,))]
    origins = {modules.resolve(each.module, each.name) for each in taken}
    origin = origins.pop() if len(origins) == 1 else None
    if origin is not None and origin.name == request.old:
        return homes_of(request, modules.workspace, origin.module)
    raise EditRefused(f"`{request.old}` is declared by no file of the workspace, or is a file")
