"""Reads each type once; types that rest on themselves (`node = node.next`) are read until nothing changes."""

from collections.abc import Callable, Hashable

from specedit.edits.types.lattice import NOTHING, UNKNOWN, Type

# A value that leads through more others than this, or is not settled after so many readings, is not evident.
_DEPTH = 60
_ROUNDS = 6


class Readings:
    """What has been read so far: the least fixed point of types that are defined in terms of each other.

    All that is known holds for good: it was read with assumptions that came true.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Type] = {}
        self._assumed: dict[Hashable, Type] = {}
        self._active: set[Hashable] = set()
        self._looped: set[Hashable] = set()
        self._fresh: list[Hashable] = []

    def once(self, key: Hashable, read: Callable[[], Type]) -> Type:
        """Return what `read` gives for `key`, reading it once; within itself it is what it was assumed to be."""
        if not self._active:
            return self._settled(key, read)
        return self._once(key, read)

    def _settled(self, key: Hashable, read: Callable[[], Type]) -> Type:
        for _ in range(_ROUNDS):
            self._looped, self._fresh = set(), []
            reading = self._once(key, read)
            news = {
                each: self._known[each]
                for each in self._looped
                if self._known[each] != self._assumed.get(each, NOTHING)
            }
            if not news:
                return reading
            self._assumed |= news
            for each in self._fresh:
                del self._known[each]
        self._known[key] = UNKNOWN
        self._assumed = {}
        return UNKNOWN

    def _once(self, key: Hashable, read: Callable[[], Type]) -> Type:
        if key in self._known:
            return self._known[key]
        if key in self._active:
            self._looped.add(key)
            return self._assumed.get(key, NOTHING)
        if len(self._active) >= _DEPTH:
            return UNKNOWN
        self._active.add(key)
        try:
            reading = read()
        finally:
            self._active.discard(key)
        self._known[key] = reading
        self._fresh.append(key)
        return reading
