"""The file that declares the symbol that a rename is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pkgutil import resolve_name
from typing import NoReturn, cast

from specedit.edits.operations._rename_choice import choose
from specedit.edits.operations._rename_listing import definition_around, describe
from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.model import Symbol
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import text_of
from specedit.edits.workspace.library import library_of, modules_of
from specedit.edits.workspace.linked import kind_of
from specedit.edits.workspace.units import Units
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

_STUBS = (".pyi", ".d.ts", ".d.mts", ".d.cts")


@dataclass(frozen=True, slots=True)
class Home:
    """The file that declares what is to be renamed, and the symbols there that are meant."""

    path: str
    symbols: tuple[Symbol, ...]


def units_of(language: Language) -> type[Units]:
    """Return what knows the units of a language that has them."""
    return cast(type[Units], resolve_name(language.units))


def homes_of(request: Request, workspace: Workspace, file: str | None) -> list[Home]:
    """Return the one file that declares what is meant, and behind it the stubs that do, too.

    Raises:
        EditRefused: what declares the name is not what is meant.
        AmbiguousPlace: several files declare it; the message says how to name each.
        SymbolNotFound: none does.
    """
    homes, refusals = list[Home](), dict[str, EditRefused]()
    paths = (
        [*workspace.mentioning(request.old)] if file is None else _relatives(file, "", workspace)
    )
    for path in paths:
        if kind_of(path) is not None:
            continue
        symbols = workspace.symbols(path)
        language = symbols.source.language
        if not language.vendored.isdisjoint(path.split("/")[:-1]):
            continue
        if not any(_is_declared(s, language) for s in symbols.names(request.old).symbols):
            continue
        try:
            is_twin = request.line is not None and file not in (None, path) and bool(homes)
            here = _of_twin(request, homes[0], workspace) if is_twin else request
            chosen = choose(here, symbols)
            if all(_is_declared(symbol, language) for symbol in chosen):
                homes.append(Home(path, chosen))
                if path == file:
                    others = _relatives(path, _head(homes[0], workspace), workspace)
                    paths += [each for each in others if each not in paths]
        except EditRefused as refusal:
            refusals[path] = refusal
    lasting = [home for home in homes if not all(symbol.is_local for symbol in home.symbols)]
    homes = lasting or homes
    ambiguous = {
        path: refusal
        for path, refusal in refusals.items()
        if isinstance(refusal, AmbiguousPlace)
        and not (lasting and _are_local(path, request, workspace))
    }
    declaring = {*(home.path for home in homes), *ambiguous}
    if homes and not ambiguous and declaring <= {*_family(homes, workspace)}:
        return sorted(homes, key=lambda home: home.path.endswith(_STUBS))
    if homes:
        refuse_several(homes, request, workspace, ambiguous)
    # Where the owner is not known, too, less is told.
    told = {p: r for p, r in refusals.items() if not isinstance(r, SymbolNotFound)} or refusals
    for path, reason in (ambiguous or told).items():
        raise EditRefused(f"{path}: {reason}")
    raise SymbolNotFound(request.old, workspace.nearest(request.old), "the workspace")


def _of_twin(request: Request, home: Home, workspace: Workspace) -> Request:
    """What is asked for in the twin of the file that a line is of: the same symbol, on whatever line.

    Raises:
        EditRefused: it is a variable of a function, which no other file has.
    """
    owner = _owner(home, workspace)
    if home.symbols[0].is_local and not owner:
        raise EditRefused(f"`{request.old}` on line {request.line} is local")
    is_local = request.is_local if owner else False
    return replace(
        request, line=None, last_line=None, owner=request.owner or owner, is_local=is_local
    )


def _owner(home: Home, workspace: Workspace) -> str:
    """The class of a member, or the function of a parameter; "" for others."""
    symbol = home.symbols[0]
    if symbol.kinds[0] == "parameter":
        function = definition_around(symbol, workspace.symbols(home.path))
        return function.qualified if function is not None else ""
    return next(iter(symbol.owners), "")


def _head(home: Home, workspace: Workspace) -> str:
    """The name of its module that a symbol is reached by: its own, its class's or its function's; "" for a local one."""
    symbol, owner = home.symbols[0], _owner(home, workspace)
    if not owner and symbol.is_local:
        return ""
    return owner.partition(".")[0] or text_of(symbol.declarations[0].node)


def refuse_several(
    homes: Sequence[Home], request: Request, workspace: Workspace, others: Iterable[str] = ()
) -> NoReturn:
    """Refuse a name that several files declare, `others` among them.

    Raises:
        AmbiguousPlace: the message says how to name each.
    """
    paths = [*(home.path for home in homes), *others]
    shown = " and ".join(
        f"{describe(home.symbols[0], workspace.symbols(home.path))[:-1]} of {home.path})"
        for home in homes[:6]
    )
    raise AmbiguousPlace(
        f"`{request.old}` is {shown}: say `{request.old} in {paths[0]}` or `{request.old} in {paths[-1]}`",
        [],
    )


def _family(homes: Sequence[Home], workspace: Workspace) -> list[str]:
    """The files whose declarations may be one symbol: in a language of units, that shows when they are resolved."""
    if workspace.source(homes[0].path).language.units:
        return [home.path for home in homes]
    return _relatives(homes[0].path, _head(homes[0], workspace), workspace)


def _are_local(path: str, request: Request, workspace: Workspace) -> bool:
    return all(s.is_local for s in workspace.symbols(path).names(request.old).symbols)


def _relatives(path: str, head: str, workspace: Workspace) -> list[str]:
    """A file, and those that declare what it calls `head`: its stub or what it is the stub of, and the stubs of what hands it on."""
    language = language_of(path)
    assert language is not None
    if language.units:
        return [path]
    modules = library_of(language, workspace).modules
    twin = modules.twin(path)
    module = twin if path.endswith(_STUBS) else path
    related = [path, twin]
    origin = modules.resolve(module, head) if module is not None and head else None
    if origin is not None and origin.name == head:
        related += [origin.module, modules.twin(origin.module)]
        for stub in workspace.mentioning(head):
            of = modules.twin(stub) if stub.endswith(_STUBS) else None
            if of is not None and modules.resolve(of, head) == origin:
                related.append(stub)
    return list(dict.fromkeys(each for each in related if each is not None))


def _is_declared(symbol: Symbol, language: Language) -> bool:
    """Whether a file declares a symbol, and does not only import it."""
    is_required = bool(language.modules) and modules_of(language).is_required(symbol)
    return {*symbol.kinds} != {"import"} and not is_required
