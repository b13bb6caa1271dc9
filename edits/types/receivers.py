"""Of which class the receiver of a member access evidently is: `Receivers(source).receiver_of(node)`.

Evidence is what the text says: `self`, constructor calls, literals, annotations, assignments, imports. What it does
not say is unknown, never guessed from names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pkgutil import resolve_name

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference, TypeRules
from specedit.edits.types.lattice import (
    FOREIGN,
    UNKNOWN,
    Atom,
    ClassItself,
    Foreign,
    Instance,
    Type,
    union,
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a member is reached through: one of some classes of this file, something foreign, or unknown."""

    classes: frozenset[str] = frozenset()
    foreign: bool = False
    is_class: bool = False  # one of the classes themselves, and no object

    @property
    def is_known(self) -> bool:
        """Whether anything is evident."""
        return self.foreign or bool(self.classes)


_NOT_KNOWN = Receiver()


class Receivers:
    """The receivers of one text's member accesses, and the interfaces that its classes satisfy.

    Classes are called by their qualified names: `Outer.Inner`.
    """

    def __init__(self, source: Source) -> None:
        rules = source.language.types
        self._source = source
        self._rules: TypeRules | None = resolve_name(rules) if rules else None
        self._inference: Inference | None = None

    def read(self, source: Source) -> None:
        """Be about another text of the language; what parts declare that both have is not read again."""
        self._source = source
        for name in ("_types", "_may_have_interfaces", "_foreign_bases"):
            self.__dict__.pop(name, None)

    @cached_property
    def _types(self) -> Inference | None:
        """The types of the text; None where its patterns nest deeper than calls."""
        if self._rules is None:
            return None
        try:
            if self._inference is None:
                self._inference = Inference(self._source, self._rules)
            else:
                self._inference.read(self._source)
        except RecursionError:
            return None
        return self._inference

    def receiver_of(self, node: Node) -> Receiver:
        """Return what a member's name `node` is reached through; at its definition, the class that it belongs to."""
        types = self._types
        return self._receiver(lambda: types.receiver(node)) if types is not None else _NOT_KNOWN

    def type_of(self, expression: Node) -> Receiver:
        """Return what an expression evidently is."""
        types = self._types
        return self._receiver(lambda: types.value(expression)) if types is not None else _NOT_KNOWN

    def type_named(self, name: str, at: Node) -> Receiver:
        """Return what a name would evidently be, if it stood at a node."""
        types = self._types
        return self._receiver(lambda: types.named(name, at)) if types is not None else _NOT_KNOWN

    def type_of_path(
        self, name: str, fields: Iterable[str], expression: Node | None, at: Node
    ) -> Receiver:
        """Return what members of members of an expression evidently are, or of what a name would be at a node."""
        types = self._types
        if types is None:
            return _NOT_KNOWN

        def read() -> Type:
            value = types.value(expression) if expression is not None else types.named(name, at)
            for field in fields:
                value = types.member(value, field)
            return value

        return self._receiver(read)

    def _receiver(self, read: Callable[[], Type]) -> Receiver:
        try:
            value = read()
        except RecursionError:  # text nests deeper than calls: that is not evident
            return _NOT_KNOWN
        if not value or value >= UNKNOWN:
            return _NOT_KNOWN
        value = union(self._called(atom) for atom in value)
        names = frozenset(a.name for a in value if isinstance(a, Instance | ClassItself))
        if all(isinstance(atom, Instance | ClassItself) for atom in value):
            return Receiver(names, is_class=all(isinstance(a, ClassItself) for a in value))
        return Receiver(foreign=True) if self._is_foreign(value) else _NOT_KNOWN

    def _called(self, atom: Atom) -> Type:
        """A class without a name is what it inherits from, or else none that a name could mean."""
        types = self._types
        if types is None or not isinstance(atom, Instance | ClassItself) or " at " not in atom.name:
            return frozenset([atom])
        named = [each for each in types.lineage(atom.name) if " at " not in each]
        return frozenset(Instance(each) for each in named) or FOREIGN

    def satisfied(self, name: str) -> frozenset[str]:
        """Return the interfaces and protocols of this file that a class satisfies without saying so."""
        if not self._may_have_interfaces or self._types is None:
            return frozenset()
        try:
            return self._types.implemented(name)
        except RecursionError:
            return frozenset()

    @cached_property
    def _may_have_interfaces(self) -> bool:
        word = self._rules.interface_word if self._rules is not None else ""
        return bool(word) and self._source.mentions(word)

    @cached_property
    def _foreign_bases(self) -> frozenset[str]:
        types = self._types
        if types is None:
            return frozenset()
        bases = [base for name in types.class_nodes for base in types.bases(name)]
        return frozenset(base.name for base in bases if isinstance(base, Foreign))

    def _is_foreign(self, value: Type) -> bool:
        """Whether a value is foreign, and of no base of a class of this file, whose object it could be."""
        return all(
            isinstance(atom, Foreign) and atom.name not in self._foreign_bases for atom in value
        )
