"""Whether a text still uses what was asked to be taken out of it.

Beside `uses`, which compares what two texts define, this knows the definitions that go: a method that is called through what is not
evident may be one of them, and C takes a name that nothing here declares for one of a header.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.nodes import line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.text import changed_lines

_SHOWN = 3  # lines that a complaint names


def uses_of_removed(
    before: str, after: str, removed: Collection[str], language: Language | None
) -> str | None:
    """Return where the text before uses a definition that the text after lacks, None where it does not.

    `removed` are qualified names. What stands in another definition that goes is no use, nor on a line that the edit changes.
    """
    if not removed or language is None or not language.has_operations:
        return None
    source = Source(before, language)
    symbols = symbols_of(source)
    if symbols is None or source.root.has_error:
        return None
    result = Source(after, language)
    gone = _gone(source, result, removed)
    changes = changed_lines(before.split("\n"), after.split("\n"))
    changed = {row + 1 for first, last, _, _ in changes for row in range(first, last)}
    for definition in gone:
        if complaint := _complaint(definition, gone, symbols, result, changed):
            return complaint
    return None


def _gone(source: Source, result: Source, removed: Collection[str]) -> list[Definition]:
    """The definitions of these names that the result lacks: in Go methods of several types are called alike."""
    kept = Counter(result.code(d.outer) for d in result.definitions)
    gone = []
    for definition in source.definitions:
        if definition.qualified in removed:
            code = source.code(definition.outer)
            if kept[code]:
                kept[code] -= 1
            else:
                gone.append(definition)
    return gone


def _complaint(
    definition: Definition,
    gone: Collection[Definition],
    symbols: Symbols,
    result: Source,
    changed: Collection[int],
) -> str | None:
    name, node = definition.name, name_node(definition.node)
    known = symbols.names(name)
    own = next((s for s in known.symbols if node and _declares(s, node.start_byte)), None)
    if own is None or node is None:
        return None
    if any(_is_elsewhere(place.start, gone) for place in own.declarations):
        return _complaint_of_result(own, node, name, result)
    if not own.owners and _is_imported(name, result):
        return None
    uses, doubtful = list[Occurrence](), list[Occurrence]()
    for occurrence in known.occurrences:
        place = occurrence.place
        if place.node.type in symbols.source.language.strings:
            continue
        if not _is_elsewhere(place.start, gone) or line_of(place.node) in changed:
            continue
        if occurrence.symbol is own:
            uses.append(occurrence)
        elif occurrence.symbol is None and not occurrence.known and place.through is not None:
            doubtful += [occurrence] if own.owners else []
    if uses:
        return (
            f"{_lines(uses)} still use{'s' * (len(_rows(uses)) == 1)} {name!r}, which would be gone"
        )
    if doubtful and len(known.symbols) == 1:
        return f"{_lines(doubtful)} may use {definition.qualified!r}, which would be gone: the type of the object is not evident"
    return None


def _complaint_of_result(own: Symbol, node: Node, name: str, result: Source) -> str | None:
    """What is said of a method that other classes have, too, and that is used of its own class in the text after."""
    after = symbols_of(result)
    owners = {
        b.owner
        for p in own.declarations
        if p.start == node.start_byte
        for b in p.bindings
        if b.owner
    }
    if after is None or len(owners) != 1:
        return None
    lost = [
        o
        for o in after.names(name).occurrences
        if o.symbol is None
        and o.place.role == "member"
        and after.receiver_of(o.place.node).classes == owners
        and not after.classes.has_foreign_base(*owners)
    ]
    if not lost:
        return None
    return f"{_lines(lost)} of the result use{'s' * (len(_rows(lost)) == 1)} {name!r}, which {owners.pop()} no longer has"


def _is_imported(name: str, result: Source) -> bool:
    """Whether the text after has what was defined in it from elsewhere."""
    after = symbols_of(result)
    symbols = after.names(name).symbols if after is not None else ()
    return any("import" in each.kinds and not each.is_local for each in symbols)


def _declares(symbol: Symbol, start: int) -> bool:
    return any(place.start == start for place in symbol.declarations)


def _is_elsewhere(start: int, gone: Iterable[Definition]) -> bool:
    """Whether a byte stands outside of all that goes."""
    return not any(d.outer.start_byte <= start < d.outer.end_byte for d in gone)


def _rows(places: Iterable[Occurrence]) -> list[int]:
    return sorted({line_of(each.place.node) for each in places})


def _lines(places: Iterable[Occurrence]) -> str:
    rows = _rows(places)
    shown = ", ".join(map(str, rows[:_SHOWN])) + (" and others" if len(rows) > _SHOWN else "")
    return f"line{'s' * (len(rows) > 1)} {shown}"
