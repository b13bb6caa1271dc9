"""Names that a file has because it imports everything of a module: such an import brings them when they are renamed, too."""

from collections.abc import Iterable

from specedit.edits.symbols.model import Occurrence
from specedit.edits.symbols.places import FILE
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import line_of
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.model import Edits
from specedit.edits.workspace.module_names import Import, Name
from specedit.engine.errors import EditRefused, NameRefused


def edits_in(path: str, symbol: Name, new: str, modules: Modules) -> Edits:
    """Return what renaming a symbol of a module changes where a file has it from an import of everything.

    Raises:
        EditRefused: it cannot be told whether the name is the symbol in all such places.
    """
    bringing = _bringing(path, symbol, modules)
    if not bringing:
        return {}
    occurrences = modules.workspace.symbols(path).names(symbol.name).occurrences
    free = [o for o in occurrences if o.symbol is None and o.place.role == "name"]
    own = [
        o for o in occurrences if _is_of_the_file(o) and not _is_import_of(path, o, symbol, modules)
    ]
    first = bringing[0].statement.start_point[0] + 1
    where = f"{path} imports all names of a module on line {first}"
    if own:
        raise EditRefused(
            f"{where}, and gives '{symbol.name}' another meaning on line {_lines(own)}; import it there by its name first"
        )
    if free and not _is_certain(path, symbol, modules):
        raise EditRefused(
            f"{where}, and uses '{symbol.name}' on line {_lines(free)}, which may be another module's; "
            "import it there by its name first"
        )
    return {
        (o.place.start, o.place.end): o.place.written.format(old=symbol.name, new=new) for o in free
    }


def refuse_hidden(symbol: Name, new: str, modules: Modules) -> None:
    """Refuse a new name that files which import everything of a symbol's module have already, or would not get.

    Raises:
        NameRefused: with the file and the line.
    """
    if not modules.binds_all:
        return
    workspace, language = modules.workspace, modules.language([symbol.module]).modules
    is_brought = modules.brings(symbol.module, symbol.name, new)
    for path in workspace.mentioning(new) if is_brought else workspace.paths:
        other = language_of(path)
        if other is None or other.modules != language or "*" not in workspace.text(path):
            continue
        bringing = _bringing(path, symbol, modules)
        if not bringing:
            continue
        where = f"{path} imports all names of a module on line {bringing[0].statement.start_point[0] + 1}"
        if not any(modules.brings(each.module, symbol.name, new) for each in bringing):
            raise NameRefused(f"{where}, which would bring '{symbol.name}' no longer as '{new}'")
        others = [
            o
            for o in modules.workspace.symbols(path).names(new).occurrences
            if o.symbol is None or _is_of_the_file(o)
            if o.place.role == "name"
        ]
        if others:
            raise NameRefused(f"{where}, and has '{new}' on line {_lines(others)}")


def _bringing(path: str, symbol: Name, modules: Modules) -> list[Import]:
    """The imports of everything that bring a symbol into a file."""
    if not modules.binds_all:
        return []
    return [
        each
        for each in modules.imports(path)
        if each.name == "*"
        and modules.keeps(each.module, symbol)
        and modules.brings(each.module, symbol.name)
    ]


def _is_certain(path: str, symbol: Name, modules: Modules) -> bool:
    """Whether what a file imports everything of has nothing else by the symbol's name, and the language has not, either."""
    stars = [each for each in modules.imports(path) if each.name == "*"]
    origins = {modules.resolve(each.module, symbol.name) for each in stars}
    return (
        origins - {None} == {symbol}
        and all(each.module for each in stars)
        and not modules.has_foreign_star(path)
        and not modules.is_built_in(symbol.name)
    )


def _is_of_the_file(occurrence: Occurrence) -> bool:
    """Whether a place means a name that is declared at the top of the file."""
    return occurrence.symbol is not None and any(
        binding.scope == FILE and not binding.owner
        for place in occurrence.symbol.declarations
        for binding in place.bindings
    )


def _is_import_of(path: str, occurrence: Occurrence, symbol: Name, modules: Modules) -> bool:
    """Whether a place means nothing but what a file imports as the symbol by its name."""
    nodes = {
        (each.alias or each.node).id
        for each in modules.imports(path)
        if each.node is not None and modules.resolve(each.module, each.name) == symbol
    }
    assert occurrence.symbol is not None
    return all(place.node.id in nodes for place in occurrence.symbol.declarations)


def _lines(occurrences: Iterable[Occurrence]) -> str:
    return ", ".join(str(line) for line in sorted({line_of(o.place.node) for o in occurrences})[:5])
