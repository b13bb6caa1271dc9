"""The bindings of one name, by scope."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from specedit.edits.symbols.places import Binding


class Bindings:
    """The bindings of one name: those of a scope, its first one, the one in force at a byte."""

    def __init__(self) -> None:
        self._of: dict[int | str, list[Binding]] = defaultdict(list)
        self._first: dict[int | str, int] = {}
        self._in_order: dict[int | str, tuple[list[int], list[Binding]]] = {}

    def add(self, binding: Binding) -> None:
        """Take in a binding; they come in source order."""
        scope = binding.scope
        self._of[scope].append(binding)
        self._first[scope] = min(self._first.get(scope, binding.start), binding.start)
        self._in_order.pop(scope, None)

    def of(self, scope: int | str) -> Sequence[Binding]:
        """Return the bindings of a scope."""
        return self._of.get(scope, ())

    def first_start(self, scope: int | str) -> int:
        """Return where the first binding of a scope starts to count."""
        return self._first[scope]

    def in_force(self, scope: int | str, at: int, spaces: Sequence[str]) -> Binding | None:
        """Return the last binding of a scope that counts at a byte, in one of these name spaces."""
        if scope not in self._of:
            return None
        if scope not in self._in_order:  # of those that start together the first one is the last
            ordered = sorted(reversed(self._of[scope]), key=lambda binding: binding.start)
            self._in_order[scope] = [binding.start for binding in ordered], ordered
        starts, ordered = self._in_order[scope]
        for i in range(bisect_right(starts, at) - 1, -1, -1):
            binding = ordered[i]
            if at < binding.end and not {*binding.spaces}.isdisjoint(spaces):
                return binding
        return None
