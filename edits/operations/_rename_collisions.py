"""Whether a new name is free: the names of the text with it are resolved anew."""

from collections.abc import Collection, Iterable

from specedit.edits.operations._lists import Edits
from specedit.edits.prediction import Left
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.nodes import line_of
from specedit.engine.errors import NameRefused


def check_free(old: str, new: str, own: Edits, edits: Edits, result: Symbols) -> list[Left]:
    """Refuse a name that would mean something else in a place that is renamed, or that others mean already.

    `own` are those of all `edits` that write the name, `result` the symbols of the text with them. Each must be found in
    renamed places alone, or in none of them. Returned are the places of which it cannot be told.

    Raises:
        NameRefused: with the lines.
    """
    if old == new:
        return []
    occurrences = result.names(new).occurrences
    renamed = _places(old, new, own, edits)
    groups: dict[Symbol, list[Occurrence]] = {}
    for occurrence in occurrences:
        if occurrence.symbol is not None:
            groups.setdefault(occurrence.symbol, []).append(occurrence)
    for group in groups.values():
        own_places = [o for o in group if o.place.start in renamed]
        others = [
            o for o in group if o.place.start not in renamed and not _stands_apart(o, own_places)
        ]
        if others and own_places:
            raise _refusal(new, others)
    ours = [s for s, group in groups.items() if group[0].place.start in renamed]
    mixed = [o for o in occurrences if o.place.start in renamed and o.several and not o.known]
    if captured := [o for o in mixed if not {*o.several} <= {*ours}]:
        raise _refusal(new, captured)
    for symbol, group in groups.items():
        if symbol not in ours and not _scopes(ours).isdisjoint(_scopes([symbol])):
            raise _refusal(new, group)
    resolved = {o.place.start for o in occurrences if o.symbol is not None}
    reason = f"what '{new}' means here cannot be told"
    unresolved_starts = renamed - resolved
    unresolved = [o for o in occurrences if o.place.start in unresolved_starts]
    return [Left(line_of(o.place.node) - 1, reason, known=False) for o in unresolved]


def _places(old: str, new: str, own: Edits, edits: Edits) -> set[int]:
    """Where the new name stands in the text with it, in bytes."""
    places, grown = set[int](), 0
    for (start, end), text in sorted(edits.items()):
        if (start, end) in own:
            at = text.rindex(new) if text.startswith(old) else text.index(new)
            places.add(start + grown + len(text[:at].encode("utf-8")))
        grown += len(text.encode("utf-8")) - (end - start)
    return places


def _stands_apart(other: Occurrence, renamed: Iterable[Occurrence]) -> bool:
    """Whether it is a parameter of a prototype that called it otherwise than the definition, until now."""
    if not any(binding.kind == "parameter" for binding in other.place.bindings):
        return False
    scopes = {place.bindings[0].scope for o in renamed if (place := o.place).bindings}
    return other.place.bindings[0].scope not in scopes


def _scopes(symbols: Iterable[Symbol]) -> set[tuple[int | str, str]]:
    """The scopes with the name spaces in which symbols are declared, but for members."""
    return {
        (binding.scope, space)
        for symbol in symbols
        for place in symbol.declarations
        for binding in place.bindings
        for space in binding.spaces
        if not binding.owner
    }


def _refusal(new: str, others: Collection[Occurrence]) -> NameRefused:
    lines = ", ".join(map(str, sorted({line_of(o.place.node) for o in others})[:5]))
    return NameRefused(
        f"'{new}' is already used on line {lines}: the two names would become one; choose another name"
    )
