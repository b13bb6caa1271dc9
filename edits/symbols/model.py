"""What is known of a name in a text: its symbols and its occurrences."""

from dataclasses import dataclass

from specedit.edits.symbols.places import FILE, STATIC, Binding, Place
from specedit.edits.syntax.nodes import line_of


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """What a name means: its kinds, where it is declared, and the classes that it is a member of."""

    kinds: tuple[str, ...]
    declarations: tuple[Place, ...]
    owners: tuple[str, ...]
    is_local: bool

    @property
    def line(self) -> int:
        """Return the line of the first declaration, as people count them."""
        return line_of(self.declarations[0].node)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place of the name with the symbol that it means; without one, why not, and whether that is `known`.

    `several` are the symbols of which it means each at once, as a keyword does of a call that gets to several functions.
    """

    place: Place
    symbol: Symbol | None
    reason: str = ""
    known: bool = False
    several: tuple[Symbol, ...] = ()


def is_static(symbol: Symbol) -> bool:
    """Whether it is a member of a class itself, and objects may have another of its name."""
    return any(STATIC in b.spaces for place in symbol.declarations for b in place.bindings)


def symbol_of(declared: list[tuple[Binding, Place]]) -> Symbol:
    """Return the symbol that bindings with their places make up."""
    declared = sorted(declared, key=lambda pair: pair[1].start)
    kinds = tuple(dict.fromkeys(b.kind for b, _ in declared))
    owners = tuple(dict.fromkeys(b.owner for b, _ in declared if b.owner))
    places = tuple(dict.fromkeys(p for _, p in declared))
    is_local = not owners and all(isinstance(b.scope, int) and b.scope != FILE for b, _ in declared)
    return Symbol(kinds, places, owners, is_local)
