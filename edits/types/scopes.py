"""Which declarations a name means where it stands."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.syntax.tree import Node
from specedit.edits.types.lattice import Foreign, Type, union

TypeReader = Callable[[], Type]  # reads a type when it is asked for


@dataclass(frozen=True, slots=True)
class Declaration:
    """Gives `name` a meaning in `scope`, a node, from the byte `start` on.

    `read` tells the type; a `sure` one states it, so that no other of the name need be asked. One that `assigns` gives
    another value to a variable, one that `adds` puts something into a container; for these `scope` is the name itself,
    where it stands.
    """

    scope: Node
    name: str
    start: int
    read: TypeReader
    sure: bool = False
    assigns: bool = False
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Gives a member `name` a meaning: in the class `owner`, or in that of the object at the node `owner`."""

    owner: str | Node
    name: str
    read: TypeReader
    sure: bool = False
    adds: bool = False


Declarations = Iterator[Declaration | Member]


class Scopes:
    """The names that the nodes of a text declare. `hides` and `is_ordered` are those of the language's rules."""

    def __init__(self, hides: Callable[[Node, Sequence[Node]], bool], is_ordered: bool) -> None:
        self._hides, self._is_ordered = hides, is_ordered
        self._names: dict[int, dict[str, list[Declaration]]] = defaultdict(dict)
        self._later: dict[str, list[Declaration]] = defaultdict(list)

    def add(self, declared: Declaration) -> None:
        """Take in a declaration; they come in source order."""
        if declared.adds or declared.assigns:
            self._later[declared.name].append(declared)
            return
        self._names[declared.scope.id].setdefault(declared.name, []).append(declared)

    def take(self, others: "Scopes") -> None:
        """Take in what the nodes of another text declare, which is read as one with this."""
        for scope, names in others._names.items():
            here = self._names[scope]
            for name, declarations in names.items():
                here[name] = here.get(name, []) + declarations
        for name, declarations in others._later.items():
            self._later[name] += declarations

    @staticmethod
    def parent(node: Node) -> Node | None:
        """Return the node around a node."""
        return node.parent

    @staticmethod
    def around(node: Node) -> Iterator[tuple[Node, Node]]:
        """Yield the nodes around a node, innermost first, each with its child on the way."""
        inner, outer = node, node.parent
        while outer is not None:
            yield outer, inner
            inner, outer = outer, outer.parent

    def of(self, scope: Node, name: str) -> list[Declaration]:
        """Return what a scope itself declares."""
        return self._names.get(scope.id, {}).get(name, [])

    def later(self, name: str) -> list[Declaration]:
        """Return what assigns another value to variables of a name, or adds something to what they hold."""
        return self._later.get(name, [])

    def lookup(
        self, name: str, at: Node, has_member: Callable[[Node], bool]
    ) -> list[Declaration] | Node:
        """Return what declares a name that stands at `at`, or the node around it that has it as a member."""
        passed = [at]
        for scope, _ in self.around(at):
            declarations = self.of(scope, name)
            if declarations and not self._hides(scope, passed):
                if self._is_ordered:
                    declarations = [d for d in declarations if d.start <= at.start_byte][-1:]
                if declarations:
                    return declarations
            if has_member(scope):
                return scope
            passed.append(scope)
        return []


def with_added(held: Type, added: Sequence[Declaration | Member]) -> Type:
    """Return what a container is with what is put into it; what is none has methods of its own that read alike."""
    if held and all(isinstance(atom, Foreign) for atom in held):
        return union([held, *(each.read() for each in added)])
    return held
