"""What the texts declare that are read as one: each is read once, however many it is read together with."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from weakref import WeakKeyDictionary

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.members import Members
from specedit.edits.types.scopes import Declaration, Declarations, Scopes


class PartDeclarations:
    """The names and members that texts declare. `hides` and `is_ordered` are those of the language's rules, `read` reads one."""

    def __init__(
        self,
        hides: Callable[[Node, Sequence[Node]], bool],
        is_ordered: bool,
        read: Callable[[Source], Declarations],
    ) -> None:
        self._hides, self._is_ordered, self._read = hides, is_ordered, read
        self._known: WeakKeyDictionary[Source, tuple[dict[int, str], Scopes, Members]] = (
            WeakKeyDictionary()
        )

    def of(self, source: Source, classes: Iterable[tuple[Node, str]]) -> tuple[Scopes, Members]:
        """Return what the parts of a text declare, in their order. `classes` are its nodes of classes, with names."""
        named: dict[int, dict[int, str]] = defaultdict(dict)
        for node, name in classes:
            named[node.base][node.id] = name
        declared = [self._of_part(part, named[part.root.base]) for part in source.parts]
        if len(declared) == 1:
            return declared[0]
        scopes, members = Scopes(self._hides, self._is_ordered), Members()
        for others in declared:
            scopes.take(others[0])
            members.take(others[1])
        return scopes, members

    def _of_part(self, part: Source, classes: dict[int, str]) -> tuple[Scopes, Members]:
        """What one part declares: that is told by its own text, and by what its classes are called."""
        known = self._known.get(part)
        if known is not None and known[0] == classes:
            return known[1], known[2]
        scopes, members = Scopes(self._hides, self._is_ordered), Members()
        for declared in self._read(part):
            if isinstance(declared, Declaration):
                scopes.add(declared)
            else:
                members.add(declared)
        self._known[part] = classes, scopes, members
        return scopes, members
