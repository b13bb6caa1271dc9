"""Which keys mean the same, however many steps apart they were joined (union-find)."""

from collections.abc import Hashable


class UnionFind:
    """Disjoint sets of keys; one that was never joined stands for itself."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def join(self, one: Hashable, other: Hashable) -> None:
        """Make one set of those of two keys, which the first one's root stands for."""
        one, other = self.root(one), self.root(other)
        if one != other:
            self._above[other] = one

    def root(self, key: Hashable) -> Hashable:
        """Return the key that stands for the set of one."""
        while key in self._above:
            key = self._above[key]
        return key
