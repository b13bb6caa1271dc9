"""What names a Python module uses that nothing in it gives a meaning to. Names in strings are not looked at.

A module is read by its parts, so that most of what is known of one text is known of the next one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from specedit.edits._python_facts import ClassFacts, FreeName, PartFacts, facts_of, joined
from specedit.edits.syntax.python_parts import Part, parts_of


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """Names with the lines where they are used, 1-based.

    `unresolved` are bound nowhere; `early` are used while the module is imported, before the line that binds them. `bound`
    are the module's own. A module `is_open` if names may come from elsewhere. `missing_methods` are `Class.method`s
    that a class without bases uses on itself and does not have; `methods` are those that classes have.
    """

    unresolved: Mapping[str, tuple[int, ...]]
    early: Mapping[str, tuple[int, ...]]
    bound: Mapping[str, int]
    is_open: bool
    missing_methods: Mapping[str, tuple[int, ...]]
    methods: Mapping[str, frozenset[str]]


def module_names(text: str) -> ModuleNames:
    """Return what is known of a module's names.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as of `ast.parse`.
    """
    parts = parts_of(text) or ((0, Part("statements", text)),)
    pieces = [_Piece(row, part.kind == "members", facts_of(part)) for row, part in parts]
    bound = _bound(pieces)
    unresolved: dict[str, list[int]] = {}
    early: dict[str, list[int]] = {}
    for piece, free in _free(pieces):
        if free.name not in bound:
            unresolved.setdefault(free.name, []).extend(piece.lines(free.lines))
        elif lines := [n for n in piece.lines(free.at_once) if n < bound[free.name]]:
            early.setdefault(free.name, []).extend(lines)
    for piece in pieces:
        for name, line in piece.facts.exports:
            if name not in bound:
                unresolved.setdefault(name, []).append(line + piece.row)
    classes = sorted(_classes(pieces), key=lambda each: each.depth)
    return ModuleNames(
        {name: tuple(lines) for name, lines in unresolved.items()},
        {name: tuple(lines) for name, lines in early.items()},
        bound,
        any(piece.facts.is_open for piece in pieces),
        {name: lines for each in classes for name, lines in each.missing()},
        {each.name: each.methods for each in classes},
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """The facts of a part in their place: `row` is to be added to its lines."""

    row: int
    is_members: bool
    facts: PartFacts

    def lines(self, lines: Iterable[int]) -> tuple[int, ...]:
        return tuple(line + self.row for line in lines)


def _bound(pieces: Iterable[_Piece]) -> dict[str, int]:
    """The names of the module, with the first line that binds them."""
    bound: dict[str, int] = {}
    for piece in pieces:
        for name in piece.facts.declared:
            bound.setdefault(name, 0)
        for name, line in piece.facts.bindings.items():
            line += piece.row if line else 0
            bound[name] = min(line, bound.get(name, line))
    return bound


def _free(pieces: Iterable[_Piece]) -> Iterator[tuple[_Piece, FreeName]]:
    """Yield the names that no scope but the module's gives a meaning to."""
    for group in _by_class(pieces):
        around = frozenset[str]().union(*(piece.facts.outer_names for piece in group))
        for piece in group:
            for free in piece.facts.free:
                if not (free.sees_class and free.name in around):
                    yield piece, free


def _classes(pieces: Iterable[_Piece]) -> Iterator[ClassFacts]:
    for group in _by_class(pieces):
        parts = [p.facts.outer.below(p.row) for p in group if p.facts.outer is not None]
        yield from [joined(parts)] if parts else ()
        for piece in group:
            yield from (each.below(piece.row) for each in piece.facts.classes)


def _by_class(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the parts of one class together, and others alone."""
    group: list[_Piece] = []
    for piece in pieces:
        if group and not piece.is_members:
            yield group
            group = []
        group.append(piece)
    yield group
