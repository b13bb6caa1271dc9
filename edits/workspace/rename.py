"""Rename a symbol in all files of a workspace.

"rename fetch to load", "rename Client.close to shut", "rename the parameter timeout of fetch in net/http.py to limit".
The file that declares the symbol is looked for; what other files mean by its name is followed through their imports,
and of members and keywords by evident types. What nothing tells is left, and listed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import cast

from specedit.edits.language import Language
from specedit.edits.operations import rename as in_file
from specedit.edits.operations._rename_choice import choose, refuse_inherited
from specedit.edits.operations._rename_collisions import check_free
from specedit.edits.operations._rename_instruction import read
from specedit.edits.operations._rename_request import Request
from specedit.edits.operations._rename_told import describe
from specedit.edits.prediction import Left, Prediction
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.tree import line_of
from specedit.edits.workspace import exports
from specedit.edits.workspace.imports import Modules, Name
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.program import Program, without_numbers
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused, NameRefused, SymbolNotFound

_IN_FILE = re.compile(
    r"\s+(?:in|of|from)\s+(?:the\s+)?(?:file\s+|module\s+)?[`'\"]?(?P<path>[^\s`'\"]*[\w./-]+\.\w+)[`'\"]?(?=\s|$)"
)


@dataclass(frozen=True, slots=True)
class Home:
    """The file that declares what is to be renamed, and the symbols there that are meant."""

    path: str
    symbols: tuple[Symbol, ...]


def is_known(language: Language | None) -> bool:
    """Whether a language's files are renamed together."""
    return language is not None and bool(language.modules)


def _modules_of(language: Language) -> type[Modules]:
    return cast(type[Modules], resolve_name(language.modules))


def predict(instruction: str, workspace: Workspace) -> dict[str, Prediction]:
    """Return what each file that changes, or that has places which nothing tells, becomes.

    Raises:
        EditRefused: it is no rename, asks for more than a rename, or cannot be done in one of the files.
        SymbolNotFound: no file declares the symbol.
        AmbiguousPlace: several do; the message says how to name each.
        NameRefused: the new name is no name, or is taken in one of the files.
    """
    instruction, file = _file_in(instruction, workspace)
    requests = read(instruction)
    if requests is None:
        raise EditRefused(f"'{instruction}' is no rename; give the files that it is about")
    if len(requests) > 1:
        raise EditRefused("several renames at once are for one file; give them one after the other")
    (request,) = requests
    home = _home(request, workspace, file)
    language = workspace.source(home.path).language
    if not language.is_name(request.new):
        raise NameRefused(f"'{request.new}' is not a {language.name} name; choose another")
    modules = _modules_of(language)(workspace)
    changed = _renamed(home, request, modules)
    for path, each in changed.items():
        if each.edits:  # comments and strings are about the symbol where it is used
            each.edits = in_file.edits_in_texts(request, workspace.source(path)) | each.edits
    return {path: _checked(path, each, request, workspace) for path, each in changed.items()}


def _file_in(instruction: str, workspace: Workspace) -> tuple[str, str | None]:
    """The instruction without the file that it names, and that file."""
    for match in _IN_FILE.finditer(instruction):
        fit = [p for p in workspace.paths if f"/{p}".endswith(f"/{match['path'].lstrip('./')}")]
        if len(fit) > 1:
            raise AmbiguousPlace(f"'{match['path']}' may be {' or '.join(fit[:5])}; say which", [])
        if fit:
            return instruction[: match.start()] + instruction[match.end() :], fit[0]
    return instruction, None


def _home(request: Request, workspace: Workspace, file: str | None) -> Home:
    """The one file that declares what is meant."""
    homes, refusals = list[Home](), dict[str, EditRefused]()
    for path in workspace.mentioning(request.old) if file is None else [file]:
        symbols = workspace.symbols(path)
        modules = _modules_of(symbols.source.language)
        if not any(_is_declared(s, modules) for s in symbols.names(request.old).symbols):
            continue
        try:
            chosen = choose(request, symbols)
            if all(_is_declared(symbol, modules) for symbol in chosen):
                homes.append(Home(path, chosen))
        except EditRefused as refusal:
            refusals[path] = refusal
    lasting = [home for home in homes if not all(symbol.is_local for symbol in home.symbols)]
    homes = lasting or homes
    ambiguous = {p: r for p, r in refusals.items() if isinstance(r, AmbiguousPlace)}
    if len(homes) == 1 and (file is not None or not ambiguous):
        return homes[0]
    if homes:
        paths = [*(home.path for home in homes), *ambiguous]
        shown = " and ".join(
            f"{describe(home.symbols[0], workspace.symbols(home.path))[:-1]} of {home.path})"
            for home in homes[:6]
        )
        raise AmbiguousPlace(
            f"`{request.old}` is {shown}: say `{request.old} in {paths[0]}` or `{request.old} in {paths[-1]}`",
            [],
        )
    for path, reason in (ambiguous or refusals).items():
        raise EditRefused(f"{path}: {reason}")
    raise SymbolNotFound(request.old, [], "the workspace")


def _is_declared(symbol: Symbol, modules: type[Modules]) -> bool:
    """Whether a file declares a symbol, and does not only import it."""
    return {*symbol.kinds} != {"import"} and not modules.is_required(symbol)


def _renamed(home: Home, request: Request, modules: Modules) -> dict[str, FileEdits]:
    """What changes in each file."""
    workspace = modules.workspace
    symbols = workspace.symbols(home.path)
    refuse_inherited(request.old, home.symbols, symbols)
    others = [path for path in workspace.mentioning(request.old) if _is_of(path, home, workspace)]
    by_type = any(
        symbol.owners or (modules.has_keywords and "parameter" in symbol.kinds)
        for symbol in home.symbols
    )
    if by_type and len(others) > 1:
        return _by_type(home, others, request, modules)
    changed = {home.path: _in_home(home, request, workspace)}
    if all(symbol.is_local for symbol in home.symbols):
        return changed
    name = Name(home.path, request.old)
    for path in others:
        if path != home.path:
            changed[path] = exports.rename_in(path, name, request.new, modules)
    return changed


def _is_of(path: str, home: Home, workspace: Workspace) -> bool:
    languages = (workspace.source(each).language for each in (path, home.path))
    return len({language.modules for language in languages}) == 1


def _in_home(home: Home, request: Request, workspace: Workspace) -> FileEdits:
    occurrences = workspace.symbols(home.path).names(request.old).occurrences
    changed = FileEdits()
    for occurrence in occurrences:
        if occurrence.symbol in home.symbols:
            changed.edits |= in_file.edits_of([occurrence], request)
        elif occurrence.symbol is None and not _is_other(occurrence, home):
            line = line_of(occurrence.place.node) - 1
            changed.left.append(Left(line, occurrence.reason, known=False))
    return changed


def _is_other(occurrence: Occurrence, home: Home) -> bool:
    """Whether an occurrence without a symbol is for certain none of those that are meant."""
    is_member = occurrence.place.role in ("member", "unknown member", "key")
    return occurrence.known or (is_member and not any(s.owners for s in home.symbols))


def _by_type(
    home: Home, paths: Sequence[str], request: Request, modules: Modules
) -> dict[str, FileEdits]:
    """What changes where members and keywords are resolved by type, in all files at once."""
    program = Program(dict.fromkeys([home.path, *paths]), modules, request.old)
    names = program.symbols.names(request.old)
    starts = {
        program.find(home.path, place.start) for s in home.symbols for place in s.declarations
    }
    meant = [s for s in names.symbols if any(p.start in starts for p in s.declarations)]
    try:
        refuse_inherited(request.old, meant, program.symbols)
    except EditRefused as refusal:
        raise EditRefused(without_numbers(str(refusal))) from refusal
    changed: dict[str, FileEdits] = {}
    for occurrence in names.occurrences:
        path, start = program.place(occurrence.place.start)
        here = changed.setdefault(path, FileEdits())
        if occurrence.symbol in meant:
            ((_, text),) = in_file.edits_of([occurrence], request).items()
            here.edits[start, start + len(request.old.encode("utf-8"))] = text
        elif occurrence.symbol is None and not _is_other(occurrence, home):
            line = modules.workspace.source(path).data.count(b"\n", 0, start)
            here.left.append(Left(line, without_numbers(occurrence.reason), known=False))
    return changed


def _checked(path: str, changed: FileEdits, request: Request, workspace: Workspace) -> Prediction:
    """The file with its edits; the new name must be free in it."""
    symbols = workspace.symbols(path)
    try:
        check_free(request.old, request.new, changed.edits, changed.edits, symbols)
    except EditRefused as refusal:
        raise NameRefused(f"{path}: {refusal}") from refusal
    body = symbols.source.spliced(changed.edits)
    return Prediction("rename", body, certain=True, left=tuple(changed.left))
