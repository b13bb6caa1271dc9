"""Which classes of one text inherit from which."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from specedit.edits.types.lattice import ClassItself, Type


class Hierarchy:
    """The classes `names` of a text, each of which inherits from what `bases` gives for it."""

    def __init__(self, names: Iterable[str], bases: Callable[[str], Type]) -> None:
        self._names, self._bases = names, bases
        self._below: dict[str, list[str]] | None = None

    def lineage(self, name: str) -> list[str]:
        """Return a class of this file and the classes of this file that it inherits from, nearest first."""
        above, todo = [], [name]
        while todo:
            each = todo.pop(0)
            if each not in above:
                above.append(each)
                todo += [atom.name for atom in self._bases(each) if isinstance(atom, ClassItself)]
        return above

    def descendants(self, name: str) -> list[str]:
        """Return the classes of this file that inherit from one."""
        if self._below is None:
            below: dict[str, list[str]] = defaultdict(list)
            for each in self._names:
                for above in self.lineage(each)[1:]:
                    below[above].append(each)
            self._below = below
        return self._below.get(name, [])
