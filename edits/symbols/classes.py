"""The classes of one text, and what they inherit."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from specedit.edits.syntax.nodes import ancestors, is_inside
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.class_names import class_names


@dataclass(slots=True)
class Class:
    """A class, struct, interface or trait, by its qualified name; several nodes can make up one."""

    name: str
    nodes: list[Node] = field(default_factory=list)
    bases: set[str] = field(default_factory=set)
    embedded: set[str] = field(
        default_factory=set
    )  # whose members are in reach, but not overridden
    foreign: set[str] = field(default_factory=set)  # bases that the text does not define


class Classes:
    """All classes of a text. `bases` reads what the definition of one says it extends; `embeds` what it embeds."""

    def __init__(
        self,
        source: Source,
        bases: Callable[[Node, Source], Iterable[str]],
        embeds: Callable[[Node], Iterable[str]] = lambda node: (),
    ) -> None:
        self.language = source.language
        self._satisfied: Callable[[str], Iterable[str]] | None = None
        self.by_name: dict[str, Class] = {}
        self._of_node: dict[int, str] = {}
        names = class_names(source)
        for definition in source.definitions:
            if definition.kind != "class":
                continue
            name = names[definition.node.id]
            if definition.node.type == "impl_item":
                name = self.named(definition.name) or name
            self.by_name.setdefault(name, Class(name)).nodes.append(definition.node)
            self._of_node[definition.node.id] = name
        for known in self.by_name.values():
            for node in known.nodes:
                for base in bases(node, source):
                    resolved = self._in_sight(base, node) or self.named(base)
                    if resolved == known.name:  # as in `class Door(library.Door)`
                        resolved = ""
                    (known.bases if resolved else known.foreign).add(resolved or base)
                known.embedded |= {self.named(base) for base in embeds(node)} - {""}

    def named(self, name: str) -> str:
        """Return the qualified name of the class that is called so, "" if there is none or more than one."""
        if name in self.by_name:
            return name
        last = name.replace("::", ".").rpartition(".")[2]
        matches = [known for known in self.by_name if known.rpartition(".")[2] == last]
        return matches[0] if len(matches) == 1 else ""

    def _in_sight(self, name: str, node: Node) -> str:
        """The class of that name whose declaration is nearest around the node of another class, or ""."""
        around = [
            (each.parent.start_byte, known.name)
            for known in self.by_name.values()
            if known.name.rpartition(".")[2] == name
            for each in known.nodes
            if each != node and each.parent is not None and is_inside(node, each.parent)
        ]
        return max(around)[1] if around else ""

    def of_node(self, node: Node) -> str:
        """Return the name of the class that a node defines, or ""."""
        return self._of_node.get(node.id, "")

    def around(self, node: Node) -> str:
        """Return the name of the innermost class around a node, or ""."""
        return next((self._of_node[p.id] for p, _ in ancestors(node) if p.id in self._of_node), "")

    def add(self, name: str, bases: Iterable[str]) -> None:
        """Note that a class, which need not be defined in this text, inherits from classes that are."""
        self.by_name.setdefault(name, Class(name)).bases.update(bases)

    def add_later(self, satisfied: Callable[[str], Iterable[str]]) -> None:
        """Let classes inherit also from what they satisfy without saying so; that is read when it is first asked for."""
        self._satisfied = satisfied

    def define(self, name: str, node: Node) -> None:
        """Note what is no class, but has members of its own, unless a class is called so."""
        if name not in self.by_name:
            self.by_name[name] = Class(name, [node])
            self._of_node[node.id] = name

    def ancestors(self, name: str) -> Iterator[str]:
        """Yield whose members a class has in this text, nearest first, without itself."""
        known = self.by_name
        return self._reached(name, lambda n: sorted(known[n].bases | known[n].embedded))

    def overridden(self, name: str) -> Iterator[str]:
        """Yield whose members those of a class override, nearest first."""
        return self._reached(name, lambda known: sorted(self.by_name[known].bases))

    def descendants(self, name: str) -> Iterator[str]:
        """Yield what inherits from a class in this text, without itself."""
        return self._reached(
            name, lambda known: (c.name for c in self.by_name.values() if known in c.bases)
        )

    def related(self, owners: Collection[str]) -> Iterator[list[str]]:
        """Yield those of some classes of which one class has the members: itself one of them, or what inherits from several."""
        for name in list(self.by_name) if len(owners) > 1 else ():
            together = [each for each in (name, *self.overridden(name)) if each in owners]
            if len(together) > 1:
                yield together

    def has_foreign_base(self, name: str) -> bool:
        """Whether a class inherits from what this text does not define."""
        return any(
            self.by_name[known].foreign
            for known in (name, *self.ancestors(name))
            if known in self.by_name
        )

    def _reached(self, name: str, step: Callable[[str], Iterable[str]]) -> Iterator[str]:
        if self._satisfied is not None:
            satisfied, self._satisfied = self._satisfied, None
            for known in list(self.by_name):
                self.add(known, satisfied(known))
        queue, seen = [name], {name}
        while queue:
            known = queue.pop(0)
            for other in step(known) if known in self.by_name else ():
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
                    yield other
