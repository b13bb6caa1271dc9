"""What some statements of a Python function take from it and give back to it: its variables, by data flow.

All is decided on the safe side: a variable that may be unbound, that a nested function has too, or whose value an
exception could leave behind, is a refusal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.operations import _python_flow as flow
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.python_bindings import parameters
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.nodes import ancestors, enclosing, is_inside, is_within, line_of, text_of
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_LATER = ("function_definition", "lambda", "generator_expression")  # what may run another time
_LOOPS = ("for_statement", "while_statement")


@dataclass(frozen=True, slots=True)
class Exchange:
    """The names that the statements need, in the order of their first use, and those that are needed of them."""

    needed: tuple[str, ...]
    given: tuple[str, ...]


class Variables:
    """The variables of `statements`, which stand side by side in the function `holder`."""

    def __init__(self, statements: Sequence[Node], holder: Node, symbols: Symbols) -> None:
        self._statements, self._holder, self._symbols = statements, holder, symbols
        self._start, self._end = statements[0].start_byte, statements[-1].end_byte

    def exchange(self, *, returns: bool) -> Exchange:
        """Return what goes in and comes out; where the function `returns` with them, nothing is used behind them.

        Raises:
            EditRefused: a variable's value in other lines could be another one.
        """
        needed, given = list[str](), list[str]()
        for name in self._names:
            for symbol, places in self._by_symbol(name):
                inside = [o for o in places if self._is_inside(o)]
                written = [o for o in inside if o.place.bindings]
                if not inside or _scopes(symbol) <= self._own_scopes:
                    continue
                if self._holder.id not in _scopes(symbol):
                    self._refuse_shared(name, symbol, places, written)
                    needed.append(name)
                    continue
                self._refuse_deleted(name, places)
                self._refuse_captured(name, places, is_written=bool(written))
                is_behind = not returns and bool(written) and self._is_used_behind(name, places)
                is_needed = self._is_needed(name, inside, is_output=is_behind)
                if is_needed:
                    self._refuse_unbound(name, self._statements[0], self._holder)
                    needed.append(name)
                if written:
                    is_again = is_needed and bool(self._loops)
                    self._refuse_stale(name, places, written, is_again=is_again, returns=returns)
                    is_given = is_behind or (is_again and not returns)
                    given += [name] if is_given else []
                    if not is_given:
                        self._refuse_unset(name, places)
        return Exchange(tuple(needed), tuple(given))

    @cached_property
    def _names(self) -> list[str]:
        nodes = (n for s in self._statements for n in walk(s) if n.type == "identifier")
        return list(dict.fromkeys(text_of(node) for node in nodes))

    @cached_property
    def _loops(self) -> list[Node]:
        """The loops of the function that the statements stand in."""
        return [p for p in self._around if p.type in _LOOPS]

    @cached_property
    def _around(self) -> list[Node]:
        """What stands around the statements in the function, innermost first."""
        around = []
        for parent, _ in ancestors(self._statements[0]):
            if parent == self._holder:
                break
            around.append(parent)
        return around

    @cached_property
    def _own_scopes(self) -> set[int | str]:
        """The functions, comprehensions and the like that stand in the statements."""
        return {node.id for statement in self._statements for node in walk(statement)}

    def _by_symbol(self, name: str) -> Iterator[tuple[Symbol, list[Occurrence]]]:
        """The symbols of functions that a name is.

        Raises:
            EditRefused: the statements set a variable of the module.
        """
        candidates = self._symbols.names(name).occurrences
        occurrences = [o for o in candidates if o.place.role in ("name", "outer", "global")]
        for symbol in dict.fromkeys(o.symbol for o in occurrences if o.symbol is not None):
            places = [o for o in occurrences if o.symbol is symbol]
            if symbol.is_local:
                yield symbol, places
            elif not symbol.owners:
                for each in places:
                    if each.place.bindings and self._is_inside(each):
                        raise EditRefused(
                            f"line {line_of(each.place.node)} sets '{name}', a variable of the module"
                        )

    def _is_inside(self, occurrence: Occurrence) -> bool:
        return self._start <= occurrence.place.start < self._end

    def _is_needed(self, name: str, inside: list[Occurrence], *, is_output: bool) -> bool:
        first = self._statements[0]
        block = first.parent
        assert block is not None
        for occurrence in inside:
            if _is_read(occurrence):
                bound = flow.bound_before(occurrence.place.node, block, self._start)
                if name not in bound:
                    return True
        return is_output and name not in flow.binds_in(self._statements)

    def _is_used_behind(self, name: str, places: list[Occurrence]) -> bool:
        """Whether what the statements write may be read after them."""
        loop = self._loops[-1] if self._loops else None
        return any(
            o.place.start >= self._end or (loop is not None and is_inside(o.place.node, loop))
            for o in places
            if not self._is_inside(o) and _is_read(o)
        )

    def _refuse_shared(
        self, name: str, symbol: Symbol, places: list[Occurrence], written: list[Occurrence]
    ) -> None:
        """Refuse a variable of a function around this one that is not set once, before this one is there."""
        if written or len([o for o in places if o.place.bindings]) > 1:
            raise EditRefused(
                f"'{name}' is a variable of the function around '{name_of(self._holder)}', and set more than once: which value "
                "is meant cannot be told"
            )
        inner: Node = self._holder
        for parent, _ in ancestors(self._holder):
            if parent.id in _scopes(symbol):
                self._refuse_unbound(name, inner, parent)
                return
            inner = parent if parent.type in flow.FUNCTIONS else inner
        raise EditRefused(f"where '{name}' comes from cannot be told")

    def _refuse_unbound(self, name: str, node: Node, holder: Node) -> None:
        """Refuse a value that is not there for certain when control comes to a node of `holder`."""
        bound = flow.bound_before(node, holder) | set(parameters(holder))
        handlers = [n for n in walk(holder) if n.type == "except_clause"]
        is_unbound = any(
            name in flow.caught(h) and not (is_inside(node, h)) for h in handlers
        )  # a handler's end takes the name away
        if name not in bound or is_unbound:
            raise EditRefused(
                f"'{name}' may have no value yet on line {line_of(node)}, so that it cannot be passed on"
            )

    def _refuse_deleted(self, name: str, places: list[Occurrence]) -> None:
        for occurrence in places:
            node = occurrence.place.node
            if occurrence.place.bindings and enclosing(node, ("delete_statement",)):
                raise EditRefused(f"'{name}' is deleted on line {line_of(node)}")

    def _refuse_stale(
        self,
        name: str,
        places: list[Occurrence],
        written: list[Occurrence],
        *,
        is_again: bool,
        returns: bool,
    ) -> None:
        """Refuse what an exception in the statements would leave with its old value, where somebody could see that."""
        guards = [parent for parent in self._around if flow.may_catch(parent)]
        last = self._statements[-1]
        is_set_at_last = all(is_inside(o.place.node, last) for o in written)
        if not guards or (
            is_set_at_last and not returns and flow.is_plain_assignment(last)
        ):  # then an exception comes before it is set
            return
        body = guards[0].child_by_field_name("body")
        for occurrence in places:
            node, is_read = occurrence.place.node, _is_read(occurrence)
            is_seen = returns or bool(self._loops) or not is_inside(node, body)
            if is_read and (is_again if self._is_inside(occurrence) else is_seen):
                raise EditRefused(
                    f"'{name}' is set in these lines and read on line {line_of(node)}, where an exception between the two may "
                    "lead, by a `try` or `with`"
                )

    def _refuse_unset(self, name: str, places: list[Occurrence]) -> None:
        """Refuse to leave a read of a variable that nothing sets any more: it would be another one."""
        outside = [o for o in places if not self._is_inside(o)]
        if outside and not any(o.place.bindings for o in outside):
            raise EditRefused(
                f"'{name}' is read on line {line_of(outside[0].place.node)}, and set in these lines alone"
            )

    def _refuse_captured(self, name: str, places: list[Occurrence], *, is_written: bool) -> None:
        """Refuse a variable that nested functions share: in another function it would be another one."""
        for occurrence in places:
            node = occurrence.place.node
            if not _runs_later(node, self._holder):
                continue
            if self._is_inside(occurrence):
                others = [o for o in places if o.place.bindings and not self._is_inside(o)]
                is_shared = any(o.place.start > self._start or self._loops for o in others)
            else:
                is_shared = is_written or bool(occurrence.place.bindings)
            if is_shared:
                raise EditRefused(
                    f"'{name}' is shared with the function on line {line_of(node)}, which would not see it change"
                )


def name_of(function: Node) -> str:
    """Return what a function is called."""
    return text_of(function.child_by_field_name("name"))


def _scopes(symbol: Symbol) -> set[int | str]:
    return {b.scope for place in symbol.declarations for b in place.bindings}


def _is_read(occurrence: Occurrence) -> bool:
    node = occurrence.place.node
    is_augmented = node.parent is not None and node.parent.type == "augmented_assignment"
    return not occurrence.place.bindings or is_augmented


def _runs_later(node: Node, holder: Node) -> bool:
    """Whether a node stands in a function in the function, or in what is worked out when it is asked for."""
    return is_within(node, _LATER, holder)
