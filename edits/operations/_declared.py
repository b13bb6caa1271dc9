"""The value of a field, a member of an enum or a variable of the file, that is no definition by itself."""

from collections.abc import Callable

from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import Place
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.nodes import is_inside, line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import AmbiguousPlace

_KINDS = frozenset(["field", "variable", "constant", "enum member", "property"])
_MOST_STEPS = 4  # from a name to what gives it a value


def value_of(source: Source, name: str, value_in: Callable[[Node], Node | None]) -> Node | None:
    """Return the value that is given to the one symbol `name` or `Owner.name`; None where there is none.

    Raises:
        AmbiguousPlace: it is given one in several places, or several symbols are called so.
    """
    symbols = symbols_of(source)
    if symbols is None:
        return None
    owner, _, last = name.replace("::", ".").rpartition(".")
    fit = [s for s in symbols.names(last).symbols if _is_meant(s, owner)]
    values = [v for s in fit for p in s.declarations if (v := _value_at(p, value_in)) is not None]
    if not all(_is_written_out(value, source) for value in values):
        return None  # what it is comes from elsewhere
    if len(values) > 1:
        lines = sorted({line_of(value) for value in values})
        places = ", ".join(map(str, lines))
        raise AmbiguousPlace(
            f"'{name}' has a value on lines {places}; say which, by its owner or a patch", lines
        )
    return values[0] if values else None


def _is_written_out(value: Node, source: Source) -> bool:
    """Whether a value is a number, a text or the like, and nothing that is called or looked up."""
    names = source.language.names | source.language.members
    return not any(node.type in names for node in walk(value))


def _is_meant(symbol: Symbol, owner: str) -> bool:
    is_owned = not owner or any(f".{each}".endswith(f".{owner}") for each in symbol.owners)
    return is_owned and not symbol.is_local and not _KINDS.isdisjoint(symbol.kinds)


def _value_at(place: Place, value_in: Callable[[Node], Node | None]) -> Node | None:
    """What a declaration sets its name to, and not what its name stands in."""
    node: Node | None = place.node
    for _ in range(_MOST_STEPS):
        if node is None:
            return None
        value = value_in(node)
        if value is not None:
            return None if is_inside(place.node, value) else value
        node = node.parent
    return None
