"""Renames what a unit declares: its files and those that may be about it are resolved as one text."""

from collections.abc import Sequence

from specedit.edits.operations import rename as in_file
from specedit.edits.operations._rename_choice import refuse_inherited
from specedit.edits.operations._rename_collisions import check_free
from specedit.edits.operations._rename_request import Request
from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.places import Place
from specedit.edits.syntax.nodes import text_of
from specedit.edits.workspace.homes import Home, refuse_several
from specedit.edits.workspace.model import FileEdits
from specedit.edits.workspace.units import Item, JoinedUnits, Units
from specedit.engine.errors import EditRefused, NameRefused

_UNCLEAR = "what it means in this file cannot be told"


def renamed(homes: Sequence[Home], request: Request, units: Units) -> dict[str, FileEdits]:
    """Return what changes in each file for a symbol that a unit declares for all of its files.

    Raises:
        EditRefused: others call it by its name, or could not call it by the new one.
        AmbiguousPlace: the files declare several symbols.
        NameRefused: the new name is taken in one of the files.
    """
    path = homes[0].path
    items = {_item(home.path, symbol, units) for home in homes for symbol in home.symbols}
    if len(items) > 1:
        refuse_several(homes, request, units.workspace)
    (item,) = items
    is_member = item is None or _is_embedded(homes)
    whole, targets = _resolved(homes, request, units, item, by_type=is_member)
    if item is not None and not is_member and _is_embedded([Home(path, tuple(targets))]):
        whole, targets = _resolved(homes, request, units, item, by_type=True)
    if len(targets) > 1 and not request.every:
        refuse_several(homes, request, units.workspace)
    if not targets:
        kind = homes[0].symbols[0].kinds[0]
        raise EditRefused(f"`{request.old}` is a {kind}: what files call it cannot be followed")
    try:
        refuse_inherited(request.old, targets, whole.symbols)
        for each in targets:
            home, _ = whole.place(_declared(each)[0].start)
            units.refuse_declared(each, home, request.new, whole.symbols)
        changed = _changed(whole, targets, request, units)
    except NameRefused as refusal:
        raise NameRefused(whole.with_places(str(refusal))) from refusal
    except EditRefused as refusal:
        raise EditRefused(whole.with_places(str(refusal))) from refusal
    units.refuse_new(path, item, request.new, changed)
    for each_path in units.workspace.mentioning(request.old):
        each_changed = changed.setdefault(each_path, FileEdits())
        each_changed.left += units.left_in(each_path, request.old, each_changed)
    return changed


def _item(path: str, symbol: Symbol, units: Units) -> Item | None:
    """What a unit declares, None for a member."""
    node = _declared(symbol)[0].node
    return None if symbol.owners else Item(units.unit_at(path, node), text_of(node))


def _declared(symbol: Symbol) -> list[Place]:
    """Where a symbol is declared, and not only imported."""
    return [p for p in symbol.declarations if any(b.kind != "import" for b in p.bindings)]


def _is_embedded(homes: Sequence[Home]) -> bool:
    """Whether a symbol is a field, too, by the name of its type."""
    return any(
        place.role == "embedded"
        for home in homes
        for symbol in home.symbols
        for place in symbol.declarations
    )


def _resolved(
    homes: Sequence[Home], request: Request, units: Units, item: Item | None, *, by_type: bool
) -> tuple[JoinedUnits, list[Symbol]]:
    """The text of all files, and the symbols of it that are meant."""
    names = (request.old, request.new)
    paths = units.paths_about(homes[0].path, names, by_type=by_type)
    whole = JoinedUnits(sorted({*paths, *(home.path for home in homes)}), units, item, request.new)
    starts = {
        whole.find(home.path, place.start)
        for home in homes
        for symbol in home.symbols
        for place in _declared(symbol)
    }
    known = whole.symbols.names(request.old).symbols
    return whole, [s for s in known if any(p.start in starts for p in s.declarations)]


def _changed(
    whole: JoinedUnits, targets: Sequence[Symbol], request: Request, units: Units
) -> dict[str, FileEdits]:
    """The edits and what is left, in each file; the new name must be free in all of them together."""
    changed: dict[str, FileEdits] = {}
    edits, old = {}, request.old.encode("utf-8")
    for occurrence in whole.symbols.names(request.old).occurrences:
        path, start = whole.place(occurrence.place.start)
        here = changed.setdefault(path, FileEdits())
        if not units.workspace.source(path).data.startswith(old, start):
            continue  # it is called otherwise there
        if occurrence.symbol in targets:
            if not whole.is_meant(path, start, occurrence.place.role):
                here.left.append(Left(units.line(path, start), _UNCLEAR, known=False))
                continue
            ((at, text),) = in_file.edits_of([occurrence], request).items()
            edits[at] = text
            here.edits[start, start + at[1] - at[0]] = text
        elif occurrence.symbol is None and (
            _may_be(occurrence, targets) or whole.should_be_meant(path, start)
        ):
            here.left.append(Left(units.line(path, start), occurrence.reason, known=False))
    untold = check_free(request.old, request.new, edits, edits, whole.symbols.with_edits(edits))
    for each in untold:
        path, line = whole.line(each.line)
        changed[path].left.append(Left(line, each.reason, known=False))
    return changed


def _may_be(occurrence: Occurrence, targets: Sequence[Symbol]) -> bool:
    """Whether an occurrence without a symbol may be one of those that are meant."""
    is_member = occurrence.place.role in ("member", "unknown member", "key")
    return not occurrence.known and (not is_member or any(s.owners for s in targets))
