"""Which modules load each other, whatever the language, and what an edit may not change of it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable

from specedit.engine.errors import EditRefused


class LoadGraph(ABC):
    """What each module loads while it is loaded itself, each read once."""

    def __init__(self) -> None:
        self._loads: dict[str, frozenset[str]] = {}

    @abstractmethod
    def read(self, path: str) -> Iterable[str]:
        """Return the modules of the workspace that one loads."""

    def of(self, path: str) -> frozenset[str]:
        """Return the modules that one loads."""
        if path not in self._loads:
            self._loads[path] = frozenset(self.read(path))
        return self._loads[path]

    def after(self, path: str) -> frozenset[str]:
        """Return what is loaded by what a module loads: it too, if it is in a circle."""
        return frozenset().union(*(self.reached(each) for each in self.of(path)))

    def reached(self, path: str) -> frozenset[str]:
        """Return a module and all that is loaded with it."""
        reached, left = {path}, [path]
        while left:
            for each in self.of(left.pop()) - reached:
                reached.add(each)
                left.append(each)
        return frozenset(reached)


def new_loads(paths: Collection[str], old: LoadGraph, new: LoadGraph) -> list[tuple[str, str]]:
    """Return each module with one that it loads anew.

    Raises:
        EditRefused: the two would load each other.
    """
    more = [(path, each) for path in sorted(paths) for each in sorted(new.of(path) - old.of(path))]
    for path, loaded in more:
        if path in new.reached(loaded):
            raise EditRefused(f"{path} and {loaded} would import each other")
    return more


def refuse_reordered(path: str, loaded: str, old: LoadGraph, new: LoadGraph) -> None:
    """Refuse to load a module anew with which others come that load each other.

    Raises:
        EditRefused: with one of them.
    """
    reached = () if loaded in old.reached(path) else sorted(new.reached(loaded))
    circle = next((each for each in reached if each in new.after(each)), None)
    if circle is not None:
        raise EditRefused(
            f"{path} would import {loaded}, and with it {circle}, which is in a circle of imports: "
            "the order of them may not be changed"
        )
