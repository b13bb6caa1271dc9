"""What some statements of a function of JavaScript or TypeScript take from it and give back to it, by data flow.

All is decided on the safe side: a variable that a nested function sets, or shares while it changes, is a refusal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.operations._evaluation import is_set
from specedit.edits.operations._extraction import FUNCTIONS
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, enclosing, is_inside, is_within, line_of, text_of
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_LOOPS = words("for_statement for_in_statement while_statement do_statement")
_DECLARATIONS = words("lexical_declaration variable_declaration")


@dataclass(frozen=True, slots=True)
class Taken:
    """A variable that the statements need: its name, and where it is declared."""

    name: str
    declaration: Node


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the statements need, and the names that are needed of them: those that they declare, by what word, and those they set.

    `fresh` are the first assignments of variables whose value they do not need.
    """

    needed: tuple[Taken, ...]
    fresh: tuple[Node, ...]
    declared: tuple[str, ...]
    word: str
    assigned: tuple[str, ...]


class Variables:
    """The variables of `statements`, which stand side by side in the function `holder`."""

    def __init__(self, statements: Sequence[Node], holder: Node, symbols: Symbols) -> None:
        self._statements, self._holder, self._symbols = statements, holder, symbols
        self._start, self._end = statements[0].start_byte, statements[-1].end_byte
        around = [p for p, _ in ancestors(statements[0]) if is_inside(p, holder) and p != holder]
        self._loops = [p for p in around if p.type in _LOOPS]
        self._guards = [p for p in around if p.type == "try_statement"]

    def exchange(self) -> Exchange:
        """Return what goes in and comes out.

        Raises:
            EditRefused: a variable's value in other lines could be another one.
        """
        needed, declared, assigned = list[Taken](), list[Symbol](), list[str]()
        fresh = list[Node]()
        names = dict[Symbol, str]()
        for name, symbol, places in self._local_symbols():
            inside = [o for o in places if self._is_inside(o)]
            outside = [o for o in places if not self._is_inside(o)]
            declarations = [p.node for p in symbol.declarations]
            names[symbol] = name
            if all(self._start <= node.start_byte < self._end for node in declarations):
                if outside:
                    self._refuse_unlike_declared(name, symbol, inside, outside)
                    declared.append(symbol)
                continue
            self._refuse_unlike_taken(name, symbol, places)
            written = [o for o in inside if is_set(o)]
            if written:
                self._refuse_shared(name, places)
            if written and self._is_set_first(written, inside):
                fresh.append(inside[0].place.node)
            else:
                needed.append(Taken(name, declarations[0]))
            if written and self._is_read(outside):
                assigned.append(name)
        if declared and assigned:
            raise EditRefused(
                f"the lines declare '{names[declared[0]]}' and set '{assigned[0]}', which are both used behind them; one of the "
                "two can be given back"
            )
        word = self._word(declared)
        given = tuple(names[s] for s in declared)
        return Exchange(tuple(needed), tuple(fresh), given, word, tuple(assigned))

    def _local_symbols(self) -> Iterator[tuple[str, Symbol, list[Occurrence]]]:
        """The variables of functions that are named in the statements, and declared by none of their own functions or blocks."""
        kinds = self._symbols.source.language.names
        nodes = [n for s in self._statements for n in walk(s) if n.type in kinds]
        for name in dict.fromkeys(map(text_of, nodes)):
            occurrences = self._symbols.names(name).occurrences
            inside = [o.symbol for o in occurrences if o.symbol is not None and self._is_inside(o)]
            for symbol in dict.fromkeys(inside):
                if symbol.is_local:
                    yield name, symbol, [o for o in occurrences if o.symbol is symbol]

    def _is_inside(self, occurrence: Occurrence) -> bool:
        return self._start <= occurrence.place.start < self._end

    def _is_read(self, outside: Sequence[Occurrence]) -> bool:
        """Whether what the statements set may be read behind them."""
        return any(
            o.place.start >= self._end or self._loops
            for o in outside
            if not o.place.bindings and not _is_plain_target(o.place.node)
        )

    def _is_set_first(self, written: Sequence[Occurrence], inside: Sequence[Occurrence]) -> bool:
        """Whether a statement of its own sets a variable to what does not need it, before anything else has to do with it."""
        first = inside[0].place.node
        target = first.parent
        statement = target.parent if target is not None else None
        return (
            first == written[0].place.node
            and target is not None
            and target.type == "assignment_expression"
            and target.child_by_field_name("left") == first
            and statement in self._statements
            and not any(is_inside(o.place.node, statement) for o in inside[1:])
        )

    def _refuse_unlike_declared(
        self, name: str, symbol: Symbol, inside: list[Occurrence], outside: list[Occurrence]
    ) -> None:
        """Refuse a variable that the statements declare, where it could not be declared by their results.

        Raises:
            EditRefused: with the line.
        """
        node = symbol.declarations[0].node
        statement = enclosing(node, _DECLARATIONS)
        is_plain = statement in self._statements and len(symbol.declarations) == 1
        if not is_plain or any(o.place.start < self._start for o in outside):
            raise EditRefused(
                f"'{name}' is declared on line {line_of(node)} in a way that other lines could not use any more"
            )
        is_changed = sum(map(is_set, (*inside, *outside))) > 1
        shared = next((o for o in (*inside, *outside) if self._runs_later(o)), None)
        if shared is not None and is_changed:
            raise EditRefused(
                f"'{name}' is shared with the function on line {line_of(shared.place.node)}, and changes"
            )

    def _refuse_unlike_taken(self, name: str, symbol: Symbol, places: list[Occurrence]) -> None:
        """Refuse a variable of the function that cannot be handed over as a value.

        Raises:
            EditRefused: with the line.
        """
        node = symbol.declarations[0].node
        line = line_of(node)
        if "type" in {s for p in symbol.declarations for b in p.bindings for s in b.spaces}:
            raise EditRefused(f"'{name}' on line {line} is a type or a class of the function")
        if len(symbol.declarations) > 1 or node.start_byte >= self._start:
            raise EditRefused(f"'{name}' is declared on line {line}, behind or in these lines too")
        changes = [o for o in places if is_set(o) and o.place.node != node]
        if not is_inside(node, self._holder):
            if changes:
                raise EditRefused(f"'{name}' on line {line} is another function's, and changes")
            return
        later = [o for o in places if self._runs_later(o)]
        for occurrence in later:
            is_own = self._is_inside(occurrence)
            if is_set(occurrence) or (is_own and changes):
                raise EditRefused(
                    f"'{name}' is shared with the function on line {line_of(occurrence.place.node)}, and changes"
                )

    def _refuse_shared(self, name: str, places: list[Occurrence]) -> None:
        """Refuse to set a variable that a nested function has too, or whose old value an exception could leave behind."""
        for occurrence in places:
            node = occurrence.place.node
            if self._runs_later(occurrence):
                raise EditRefused(
                    f"'{name}' is shared with the function on line {line_of(node)}, and changes"
                )
            if self._guards and not self._is_inside(occurrence) and not occurrence.place.bindings:
                raise EditRefused(
                    f"'{name}' is set in these lines and used on line {line_of(node)}, where an exception between the two may lead"
                )

    def _runs_later(self, occurrence: Occurrence) -> bool:
        node = occurrence.place.node
        return is_inside(node, self._holder) and is_within(
            node, (*FUNCTIONS, "class_body"), self._holder
        )

    def _word(self, declared: Sequence[Symbol]) -> str:
        """`const`, `let` or `var`: what declares the results."""
        statements = [enclosing(s.declarations[0].node, _DECLARATIONS) for s in declared]
        words = {text_of(s.children[0]) for s in statements if s is not None}
        if "var" in words and len(words) > 1:
            raise EditRefused("the lines declare results with `var` and with others")
        return "let" if "let" in words else next(iter(words), "")


def _is_plain_target(node: Node) -> bool:
    """Whether a name is only set where it stands."""
    parent = node.parent
    return (
        parent is not None
        and parent.type == "assignment_expression"
        and parent.child_by_field_name("left") == node
    )
