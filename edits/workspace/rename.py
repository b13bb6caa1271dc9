"""Rename a symbol in all files of a workspace: "rename Client.close to shut", "rename the parameter timeout of fetch to limit".

What other files mean by the symbol's name is followed through their imports, and of members and keywords by evident types.
"""

from collections.abc import Mapping, Sequence

from specedit.edits.operations import rename as in_file
from specedit.edits.operations._rename_choice import refuse_inherited
from specedit.edits.operations._rename_collisions import check_free
from specedit.edits.operations._rename_instruction import read
from specedit.edits.operations._rename_request import Request
from specedit.edits.operations._rename_unclear import refuse_mixed
from specedit.edits.prediction import Left, Prediction
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.shorthands import with_shorthands
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import line_of
from specedit.edits.workspace import exports, stars, units_rename
from specedit.edits.workspace.homes import Home, homes_of, units_of
from specedit.edits.workspace.instruction import file_in
from specedit.edits.workspace.library import Library, library_of
from specedit.edits.workspace.linked import kind_in, linked_of
from specedit.edits.workspace.model import Changed, FileEdits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.parts import without_numbers
from specedit.edits.workspace.program import Program
from specedit.edits.workspace.several import rename_all
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused, NameRefused


def is_known(language: Language | None) -> bool:
    """Whether a language's files are renamed together."""
    return language is not None and bool(language.modules or language.units)


def is_known_at(language: Language | None) -> bool:
    """Whether a name that stands at a place is looked for in a language's other files."""
    return is_known(language) and kind_in(language) is None


def predict(
    instruction: str, workspace: Workspace, file: str | None = None
) -> dict[str, Prediction]:
    """Return what each file that changes, or has places which nothing tells, becomes; `file` declares the symbol, if told.

    Raises:
        EditRefused: it is no rename, asks for more than a rename, or cannot be done in one of the files.
        SymbolNotFound: no file declares the symbol.
        AmbiguousPlace: several do; the message says how to name each.
        NameRefused: the new name is no name, or is taken in one of the files.
    """
    if file is None:
        instruction, file = file_in(instruction, workspace)
    requests = read(instruction)
    if requests is None:
        raise EditRefused(f"'{instruction}' is no rename; give the files that it is about")
    return rename_all(requests, workspace, lambda each, at: _predict_one(each, at, file))


def _predict_one(request: Request, workspace: Workspace, file: str | None) -> dict[str, Prediction]:
    linked = linked_of(request, workspace, file)
    if linked is None:
        return renamed(request, homes_of(request, workspace, file), workspace)
    changed = linked.renamed(request, file)
    _add_texts(changed, request, workspace)
    return {path: prediction(path, each, workspace) for path, each in changed.items()}


def renamed(
    request: Request,
    homes: Sequence[Home],
    workspace: Workspace,
    at: tuple[str, int] | None = None,
) -> dict[str, Prediction]:
    """Return what renaming what these files declare makes of each file; see `predict`.

    `at`: a file, and a byte of it, where a name stands that is to be renamed with it.

    Raises:
        EditRefused: that name is not one that is renamed; or as of `predict`.
    """
    language = workspace.source(homes[0].path).language
    if not language.is_name(request.new):
        raise NameRefused(f"'{request.new}' is not a {language.name} name; choose another")
    changed = edits_of(homes, request, workspace)
    for each in homes:
        changed[each.path].left += in_file.called_elsewhere(each.symbols)
    if at is not None and not _is_edited(at, changed):
        raise EditRefused(
            f"it cannot be told that `{request.old}` is what {homes[0].path} declares; rename it where it is declared"
        )
    _add_texts(changed, request, workspace)
    return {path: _checked(path, each, request, workspace) for path, each in changed.items()}


def _is_edited(at: tuple[str, int], changed: Mapping[str, FileEdits]) -> bool:
    return at[0] in changed and any(a <= at[1] <= b for a, b in changed[at[0]].edits)


def _add_texts(changed: Changed, request: Request, workspace: Workspace) -> None:
    """Add what is asked for in comments and strings: they are about the symbol where it is used."""
    for path, each in changed.items():
        if each.edits:
            each.edits = in_file.edits_in_texts(request, workspace.source(path)) | each.edits


def edits_of(homes: Sequence[Home], request: Request, workspace: Workspace) -> Changed:
    """Return what changes in each file where the symbols of their homes have another name.

    Raises:
        EditRefused: a use of them cannot be followed.
    """
    language = workspace.source(homes[0].path).language
    if not language.units:
        return _by_modules(homes, request, library_of(language, workspace))
    units = units_of(language)(workspace)
    if all(units.is_local(symbol) for home in homes for symbol in home.symbols):
        changed = {home.path: _in_home(home, request, workspace) for home in homes}
        for path, each in changed.items():
            check_free(request.old, request.new, each.edits, each.edits, workspace.symbols(path))
        return changed
    return units_rename.renamed(homes, request, units)


def _by_modules(homes: Sequence[Home], request: Request, library: Library) -> Changed:
    """What changes where names are followed through imports, from module to module."""
    modules, home, workspace = library.modules, homes[0], library.modules.workspace
    others = [path for path in workspace.mentioning(request.old) if _is_of(path, home)]
    for path in others:
        modules.refuse_ambiguous(path, home.path)
    targets = [s for each in homes for s in each.symbols]
    is_by_type = any(map(_may_override, targets)) or (
        len(others) > 1
        and any(s.owners or (modules.has_keywords and s.kinds[0] == "parameter") for s in targets)
    )
    injected: Changed = {}
    for each in homes:
        # What a parameter has in common with others shows in all files at once.
        here = [s for s in each.symbols if s.owners or not is_by_type]
        refuse_inherited(request.old, here, workspace.symbols(each.path))
        for s in each.symbols:
            injected |= modules.injected(s, each.path, request.new, others)
    if is_by_type:
        return _by_type(homes, others, request, library)
    changed = {each.path: _in_home(each, request, workspace) for each in homes}
    is_reached = any(map(modules.is_in_namespace, targets))
    if all(symbol.is_local for symbol in targets) and not is_reached:
        return changed
    name = Name(home.path, request.old)
    stars.refuse_hidden(name, request.new, modules)
    changed[home.path].left += exports.looked_up(name, modules)
    for path in others:
        if path not in changed and is_reached:
            changed[path] = exports.members_in(path, request.old, workspace)
        elif path not in changed:
            changed[path] = exports.rename_in(path, name, request.new, modules)
    for path, more in injected.items():
        changed[path].edits |= more.edits
    return changed


def _may_override(symbol: Symbol) -> bool:
    """Whether it is a parameter of a method that overrides another, which need not have its name."""
    return any(b.inherited and b.method[1] for place in symbol.declarations for b in place.bindings)


def _is_of(path: str, home: Home) -> bool:
    return len({each.modules for p in (path, home.path) if (each := language_of(p))}) == 1


def _in_home(home: Home, request: Request, workspace: Workspace) -> FileEdits:
    symbols, changed = workspace.symbols(home.path), FileEdits()
    for occurrence in symbols.names(request.old).occurrences:
        if occurrence.symbol in home.symbols:
            changed.edits |= in_file.edits_of([occurrence], request)
            changed.edits |= in_file.edits_in_tags([occurrence], request)
        elif occurrence.symbol is None and (
            symbols.source.root.has_error or not _is_other(occurrence, home)
        ):
            line = line_of(occurrence.place.node) - 1
            changed.left.append(Left(line, occurrence.reason, known=False))
    return changed


def _is_other(occurrence: Occurrence, home: Home) -> bool:
    """Whether an occurrence without a symbol is for certain none of those that are meant."""
    role, symbols = occurrence.place.role, home.symbols
    may_be = any(s.owners or (role == "key" and "parameter" in s.kinds) for s in symbols)
    return occurrence.known or (role in ("member", "unknown member", "key") and not may_be)


def _by_type(
    homes: Sequence[Home], paths: Sequence[str], request: Request, library: Library
) -> Changed:
    """What changes where members and keywords are resolved by type, in all files at once."""
    workspace = library.modules.workspace
    program = Program([*(home.path for home in homes), *paths], library, request.old)
    names = program.symbols.names(request.old)
    starts = {
        program.find(home.path, place.start)
        for home in homes
        for s in home.symbols
        for place in s.declarations
    }
    targets = [s for s in names.symbols if any(p.start in starts for p in s.declarations)]
    try:
        refuse_inherited(request.old, targets, program.symbols, program.line_named)
        refuse_mixed(request, targets, program.symbols, program.line_named)
    except EditRefused as refusal:
        raise EditRefused(without_numbers(str(refusal))) from refusal
    changed: Changed = {}
    for occurrence in names.occurrences:
        path, start = program.place(occurrence.place.start)
        here = changed.setdefault(path, FileEdits())
        line = workspace.source(path).data.count(b"\n", 0, start)
        if occurrence.symbol in targets:
            if not occurrence.place.written:
                raise NameRefused(
                    f"`{request.old}` on line {line + 1} of {path} {occurrence.place.reason}: rename it there first"
                )
            ((_, text),) = in_file.edits_of([occurrence], request).items()
            here.edits[start, start + len(request.old.encode("utf-8"))] = text
        elif occurrence.symbol is None and (
            workspace.source(path).root.has_error or not _is_other(occurrence, homes[0])
        ):
            here.left.append(Left(line, without_numbers(occurrence.reason), known=False))
    return changed


def _checked(path: str, changed: FileEdits, request: Request, workspace: Workspace) -> Prediction:
    """The file with its edits; the new name must be free in it."""
    # Of units it is checked for all files at once; else a name that is new stands in renamed places alone.
    if workspace.source(path).language.units or request.new not in workspace.text(path):
        return prediction(path, changed, workspace)
    result = workspace.symbols(path).with_edits(changed.edits)
    try:
        check_free(request.old, request.new, changed.edits, changed.edits, result)
    except EditRefused as refusal:
        raise NameRefused(f"{path}: {refusal}") from refusal
    return prediction(path, changed, workspace)


def prediction(path: str, changed: FileEdits, workspace: Workspace) -> Prediction:
    """Return what a file becomes with its edits."""
    source, left = workspace.source(path), tuple(changed.left)
    body = source.spliced(with_shorthands(changed.edits, source))
    return Prediction("rename", body, certain=True, left=left, moved_to=changed.moved_to)
