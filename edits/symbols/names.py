"""Which occurrences of a name mean the same symbol.

The rules of a language say what each place is; here places that mean the same are put together: by the scopes around
them, by the classes that members belong to, and by the functions that keywords are passed to. What cannot be told is
an occurrence without a symbol, with the reason.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import cached_property

from specedit.edits.symbols import overrides
from specedit.edits.symbols.bindings import Bindings
from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.expansions import by_uses
from specedit.edits.symbols.model import Occurrence, Symbol, symbol_of
from specedit.edits.symbols.places import (
    FILE,
    STATIC,
    Binding,
    Callees,
    Place,
    ReceiverClasses,
    Scope,
    SymbolRules,
)
from specedit.edits.symbols.union_find import UnionFind
from specedit.edits.syntax.tree import Node
from specedit.edits.types.class_names import without_mark

_HOLDS = 5  # most symbols that a reason names


class Names:
    """Every occurrence of one name in a text: `receiver` tells the classes that a member is reached through."""

    def __init__(
        self,
        places: Iterable[Place],
        rules: SymbolRules,
        classes: Classes,
        receiver: Callable[[Place], ReceiverClasses],
        callees: Callable[[Place], Callees],
        *,
        relates_parameters: bool = True,
    ) -> None:
        self._places, self._rules, self._classes = tuple(places), rules, classes
        self._receiver, self._callees = receiver, callees
        same = UnionFind()
        self._join, self._root = same.join, same.root
        self._bound = Bindings()
        self._declared: dict[Hashable, list[tuple[Binding, Place]]] = defaultdict(list)
        self._outer = {
            self._scopes(p.node)[0].key: p.role
            for p in self._places
            if p.role in ("outer", "global") and self._scopes(p.node)
        }
        self._bind()
        self._relate(overrides.members(self._declared, self._classes))
        if relates_parameters:
            self._relate(overrides.parameters(self._declared, self._classes))
        self._link()
        self._symbols = self._symbols_by_root()

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """Return every occurrence, in source order. Only here members and keywords are resolved: by other names."""
        return by_uses([self._occurrence(place) for place in self._places], self.symbols)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Return what the name means in this text, in the order of declarations."""
        return tuple(sorted(self._symbols.values(), key=lambda s: s.declarations[0].start))

    def visible_at(self, node: Node, spaces: Iterable[str]) -> Symbol | None:
        """Return what the name means, looked up through the scopes around a node."""
        at = (node, node.start_byte, node.end_byte)
        return self._symbols.get(self._look_up(Place(*at, spaces=tuple(spaces))))

    def member_of(self, owner: str, space: str = "value") -> Symbol | None:
        """Return what the name means as a member of a class."""
        return self._symbols.get(self._member(owner, space))

    def _scopes(self, node: Node) -> list[Scope]:
        return [*self._rules.scopes(node, self._classes)]

    def _bind(self) -> None:
        for place in self._places:
            keys = []
            for binding in place.bindings:
                if (role := self._outer.get(binding.scope)) == "outer":
                    continue
                if role == "global":
                    binding = Binding(binding.kind)
                if not binding.owner or binding.scope != FILE:
                    self._bound.add(binding)
                for key in self._keys(binding):
                    keys.append(key)
                    self._declared[key].append((binding, place))
            for key in keys[1:]:
                self._join(keys[0], key)

    def _keys(self, binding: Binding) -> list[Hashable]:
        if binding.owner:
            return [("member", binding.owner, space) for space in binding.spaces]
        start = binding.start
        if binding.again:
            start = self._bound.first_start(binding.scope)
        return [(binding.scope, start, space) for space in binding.spaces]

    def _relate(self, groups: Iterable[overrides.Group]) -> None:
        for first, *others in groups:
            for other in others:
                self._join(first, other)

    def _link(self) -> None:
        """Put together what bears one name by right: a field and its type, an import and what it imports."""
        places = list(self._places)
        for i, place in enumerate(places):
            if not place.bindings:
                continue
            key = self._keys(place.bindings[0])[0]
            sources = [self._look_up(place)] if place.role == "embedded" else self._imported(place)
            for source in sources:
                declared = map(self._root, self._declared)
                if source is not None and self._root(source) in declared:
                    self._join(source, key)
                    places[i] = replace(place, written="{new}")
        self._places = tuple(places)

    def _imported(self, place: Place) -> list[Hashable]:
        origins: list[Hashable] = [
            key
            for scope in place.scopes
            for binding in self._bound.of(scope)
            if scope != place.bindings[0].scope
            for key in self._keys(binding)
        ]
        if place.owners and place.bindings[0].kind == "import":
            origins += [self._member(o, s) for o in place.owners for s in ("value", "type")]
        return origins

    def _symbols_by_root(self) -> dict[Hashable, Symbol]:
        parts = defaultdict[Hashable, list[tuple[Binding, Place]]](list)
        for key, each in self._declared.items():
            parts[self._root(key)] += each
        return {root: symbol_of(declared) for root, declared in parts.items()}

    def _occurrence(self, place: Place) -> Occurrence:
        bound = [b for b in place.bindings if self._outer.get(b.scope) != "outer"]
        if bound:
            binding = bound[0]
            if self._outer.get(binding.scope) == "global":
                binding = Binding(binding.kind)
            return Occurrence(place, self._symbols[self._root(self._keys(binding)[0])])
        if place.role in ("other", "unknown", "unknown member", "key"):
            return Occurrence(place, None, place.reason, known=place.role == "other")
        if place.role == "path":
            return self._path_occurrence(place)
        if place.role == "member":
            return self._member_occurrence(place, self._receiver(place))
        if place.role == "keyword":
            return self._keyword_occurrence(place)
        symbol = self._symbols.get(self._look_up(place))
        known = symbol is not None or not place.reason
        return Occurrence(place, symbol, place.reason or "not declared in this file", known)

    def _look_up(self, place: Place) -> Hashable:
        scopes = [*self._scopes(place.node), Scope(FILE)]
        handed = place.role
        for scope in scopes:
            handed = self._outer.get(scope.key, handed) if scope.key != FILE else handed
            if handed == "global" and scope.key != FILE:
                continue
            if scope.owner:
                for space in place.spaces:
                    root = self._member(scope.owner, space, inherited_only=True)
                    if root in self._symbols:
                        return root
            best = self._bound.in_force(scope.key, place.start, place.spaces)
            if best is not None:
                space = next(s for s in place.spaces if s in best.spaces)
                keys = self._keys(best)
                return self._root(keys[best.spaces.index(space)])
            if scope.skips and self._bound.of(scope.key):
                handed = "global"
        return None

    def _member(self, owner: str, space: str, *, inherited_only: bool = False) -> Hashable:
        for known in (owner, *self._classes.ancestors(owner)):
            if ("member", known, space) in self._declared:
                return self._root(("member", known, space))
        below = () if inherited_only else self._classes.descendants(owner)
        roots = {
            self._root(("member", known, space))
            for known in below
            if ("member", known, space) in self._declared
        }
        return roots.pop() if len(roots) == 1 else None

    def _member_occurrence(self, place: Place, receiver: ReceiverClasses) -> Occurrence:
        if receiver.is_foreign:
            return Occurrence(place, None, receiver.reason, known=True)
        if not receiver.classes <= self._classes.by_name.keys():
            return Occurrence(place, None, "a member of a type without a name")
        # Statics are reached through a class rather than through its objects.
        spaces = (
            place.spaces[::-1] if receiver.is_class and STATIC in place.spaces else place.spaces
        )
        roots = {
            next((r for s in spaces if (r := self._member(c, s)) in self._symbols), None)
            for c in receiver.classes
        }
        if len(roots) == 1:
            symbol = self._symbols.get(roots.pop())
            names = " or ".join(map(without_mark, sorted(receiver.classes)[:_HOLDS]))
            return Occurrence(
                place, symbol, "" if symbol else f"a member of {names}, declared elsewhere", True
            )
        return Occurrence(
            place, None, receiver.reason or "the type of its object is not evident here"
        )

    def _path_occurrence(self, place: Place) -> Occurrence:
        for scope in place.scopes:
            for binding in self._bound.of(scope):
                for space in place.spaces:
                    if space in binding.spaces:
                        key = self._keys(binding)[binding.spaces.index(space)]
                        return Occurrence(place, self._symbols[self._root(key)])
        return Occurrence(
            place, None, "a name of a module that does not declare it here", known=True
        )

    def _keyword_occurrence(self, place: Place) -> Occurrence:
        callees = self._callees(place)
        symbols = self._getting(callees.functions, callees.owners)
        if len(symbols) > 1:
            return Occurrence(place, None, "a keyword that several may get", True, symbols)
        if symbols and callees.is_known:
            return Occurrence(place, symbols[0])
        may_be = self._getting(callees.suspects, ())
        return Occurrence(place, None, callees.reason, callees.is_known, may_be)

    def _getting(self, functions: Iterable[int], owners: Iterable[str]) -> tuple[Symbol, ...]:
        bound = (binding for each in functions for binding in self._bound.of(each))
        roots = {self._root(self._keys(b)[0]) for b in bound if b.kind == "parameter"}
        roots |= {self._member(owner, "value") for owner in owners}
        return tuple(each for root, each in self._symbols.items() if root in roots)
