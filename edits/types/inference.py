"""Reads the types that are evident in one text.

What a language's syntax means is told by its `Rules`: which names a node declares and how their types are read, what
an expression is, what an annotation says. Here is what all languages share: scopes, members, calls, and values that
are defined in terms of themselves (`node = node.next`), which are read again until nothing changes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.types.class_names import nodes_by_name
from specedit.edits.types.hierarchy import Hierarchy
from specedit.edits.types.lattice import (
    NOTHING,
    UNKNOWN,
    ClassItself,
    Foreign,
    Function,
    Instance,
    Returns,
    Type,
    instance,
    union,
)
from specedit.edits.types.part_declarations import PartDeclarations
from specedit.edits.types.readings import Readings
from specedit.edits.types.scopes import Declaration, Declarations, Member, Scopes, with_added


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRules:
    """What there is to know about one language.

    `classes` gives the nodes of classes with their qualified names (several nodes may make up one class),
    `declarations` what a node declares, `value` what an expression is, `unbound` what a name is that the file does
    not declare, `narrowed` what a test around a name says it is, `result` what calling a function of this file gives,
    `bases` what a class node inherits from, `foreign_member` what a member of something foreign is, `receiver` what a
    member's name is reached through or, where it is defined, its class.
    """

    classes: Callable[[Source], Iterable[tuple[Node, str]]]
    declarations: "Callable[[Node, Inference], Iterable[Declaration | Member]]"
    value: "Callable[[Node, Inference], Type]"
    unbound: Callable[[str], Type]
    narrowed: "Callable[[Node, Inference], Type | None]"
    result: "Callable[[Function, Inference], Type]"
    bases: "Callable[[Node, Inference], Type]"
    foreign_member: Callable[[Foreign, str], Type]
    receiver: "Callable[[Node, Inference], Type]"
    # Whether a scope does not count for what stands in it; the second is the way there, innermost first.
    hides: Callable[[Node, Sequence[Node]], bool] = lambda scope, passed: False
    # Whether a name means what was last declared above it, not all that its scope says.
    is_ordered: bool = False
    # A word without which a text has no interface that classes satisfy without saying so; "" where none ever has.
    interface_word: str = ""
    # Whether a class of the file is one.
    is_interface: "Callable[[str, Inference], bool]" = lambda name, types: False
    # Which interfaces of the file a class satisfies without saying so.
    implemented: "Callable[[str, Inference], Iterable[str]]" = lambda name, types: ()
    declaring: Callable[[Source], Iterable[Node]] = lambda source: source.nodes  # what may
    # Whether members are in sight by their bare name inside of their class.
    has_bare_members: bool = False


class Inference:
    """The types of one text, read when they are asked for."""

    def __init__(self, source: Source, rules: TypeRules) -> None:
        self.rules = rules
        self.parent, self.around = Scopes.parent, Scopes.around
        self._parts = PartDeclarations(rules.hides, rules.is_ordered, self._declarations_in)
        self.read(source)

    def read(self, source: Source) -> None:
        """Be about a text from now on. What its parts declare is not read again where that was read before."""
        self.source = source
        known = {node.id: (node, name) for node, name in self.rules.classes(source)}
        self.class_of = {id_: name for id_, (_, name) in known.items()}
        self.class_nodes = nodes_by_name(known.values())
        hierarchy = Hierarchy(self.class_nodes, self.bases)
        self.lineage, self.descendants = hierarchy.lineage, hierarchy.descendants
        self._readings, self._implemented = Readings(), dict[str, frozenset[str]]()
        self.__dict__.pop("interfaces", None)
        self._scopes, self._members = self._parts.of(source, known.values())
        self.members_of = self._members.of_class

    def _declarations_in(self, part: Source) -> Declarations:
        for node in self.rules.declaring(part):
            yield from self.rules.declarations(node, self)

    def receiver(self, node: Node) -> Type:
        """Return what a member's name is reached through or, where it is defined, its class."""
        return self._readings.once(("receiver", node.id), lambda: self.rules.receiver(node, self))

    def value(self, node: Node | None) -> Type:
        """Return what an expression is."""
        if node is None:
            return UNKNOWN
        return self._readings.once(("value", node.id), lambda: self.rules.value(node, self))

    def name(self, node: Node) -> Type:
        """Return what a name is where it stands."""
        narrowed = self.rules.narrowed(node, self)
        return self.named(self.source.code(node), node) if narrowed is None else narrowed

    def named(self, name: str, at: Node) -> Type:
        """Return what `name` would be if it stood at `at`."""
        meaning = self._lookup(name, at)
        if isinstance(meaning, Node):
            return self.member(instance(self.class_of[meaning.id]), name)
        return self._declared_as(meaning) if meaning else self.rules.unbound(name)

    def in_scope(self, scope: Node, name: str) -> Type:
        """Return what a scope itself says that `name` is."""
        declarations = self._scopes.of(scope, name)
        return self._declared_as(declarations) if declarations else NOTHING

    def stated_in(self, scope: Node, name: str, before: int) -> Type | None:
        """Return what a scope itself last says of `name` before a byte, or None."""
        declarations = [d for d in self._scopes.of(scope, name) if d.start <= before]
        return self._declared_as(declarations[-1:]) if declarations else None

    def is_declared_in(self, name: str, at: Node, inside: Node) -> bool:
        """Whether what `name` means at `at` is given a value in the node `inside`."""
        meaning = self._lookup(name, at)
        return not isinstance(meaning, Node) and any(
            inside.start_byte <= d.start < inside.end_byte for d in meaning
        )

    def holder(self, name: str, at: Node) -> str | None:
        """Return the class that `name`, which stands at `at`, is a member of; None if it is not used as one."""
        meaning = self._lookup(name, at)
        return self.class_of[meaning.id] if isinstance(meaning, Node) else None

    def _lookup(self, name: str, at: Node) -> list[Declaration] | Node:
        return self._scopes.lookup(name, at, lambda scope: self._has_bare(scope, name))

    def _has_bare(self, scope: Node, name: str) -> bool:
        owner = self.class_of.get(scope.id) if self.rules.has_bare_members else None
        return owner is not None and any(name in self.members_of(c) for c in self.lineage(owner))

    def _declared_as(self, declarations: list[Declaration]) -> Type:
        first = declarations[0]
        key = ("name", first.scope.id, first.name, first.start if self.rules.is_ordered else 0)
        return self._readings.once(key, lambda: self._agreed(declarations))

    def _agreed(self, declarations: list[Declaration]) -> Type:
        stated = [d for d in declarations if d.sure]
        if stated:
            return union(d.read() for d in stated)
        later = [d for d in self._scopes.later(declarations[0].name) if self._same(d, declarations)]
        held = union(d.read() for d in [*declarations, *(d for d in later if d.assigns)])
        return with_added(held, [d for d in later if d.adds])

    def _same(self, later: Declaration, declarations: list[Declaration]) -> bool:
        known = self._lookup(later.name, later.scope)
        return not isinstance(known, Node) and known[:1] == declarations[:1]

    def member(self, owner: Type, name: str) -> Type:
        """Return what the member `name` of a value is."""
        return union(self._member_of(atom, name) for atom in owner)

    def _member_of(self, atom: object, name: str) -> Type:
        match atom:
            case Instance(owner) | ClassItself(owner):
                reached = frozenset([atom])
                meaning = self._readings.once(
                    ("member", owner, name), lambda: self._declared(owner, name)
                )
                return frozenset(
                    Function(each.node, reached) if isinstance(each, Function) else each
                    for each in meaning
                )
            case Foreign():
                return self.rules.foreign_member(atom, name)
        return UNKNOWN

    def _declared(self, owner: str, name: str) -> Type:
        """What a class and those above it say a member is, or what is assigned to it anywhere."""
        kin = [*self.lineage(owner), *self.descendants(owner)]
        own = [m for each in kin for m in self.members_of(each).get(name, ())]
        others: list[Member] = []
        for assigned in self._members.of_objects(name):
            holders = self.value(assigned.owner if isinstance(assigned.owner, Node) else None)
            if holders == UNKNOWN:
                others.append(assigned)
            elif any(isinstance(a, Instance | ClassItself) and a.name in kin for a in holders):
                own.append(assigned)
        given = [m for m in own if not m.adds]
        stated = [m for m in given if m.sure]
        if stated:
            return union(m.read() for m in stated)
        if not given:
            return UNKNOWN
        # What is assigned through an object that cannot be told may be one of this class.
        read = union(m.read() for m in [*given, *(m for m in others if not m.adds)])
        return with_added(read, [m for m in [*own, *others] if m.adds])

    def called(self, callee: Type) -> Type:
        """Return what calling a value gives."""
        return union(self._result_of(atom) for atom in callee)

    def _result_of(self, atom: object) -> Type:
        match atom:
            case ClassItself(name):
                return instance(name)
            case Function():
                return self._readings.once(("result", atom), lambda: self.rules.result(atom, self))
            case Returns(result):
                return result
        return UNKNOWN

    def declares(self, owner: str, name: str) -> bool:
        """Whether a class itself, not one that it inherits from, says what its member `name` is.

        Where methods and fields have names of their own, methods are kept with brackets.
        """
        members = self.members_of(owner)
        return (
            name in members
            or f"{name}()" in members
            or any(
                Instance(owner) in self.value(m.owner)
                for m in self._members.of_objects(name)
                if isinstance(m.owner, Node)
            )
        )

    @cached_property
    def interfaces(self) -> tuple[str, ...]:
        """The classes of this file that others may satisfy without saying so."""
        return tuple(c for c in self.class_nodes if self.rules.is_interface(c, self))

    def implemented(self, name: str) -> frozenset[str]:
        """Return the interfaces of this file that a class satisfies without saying so."""
        if name not in self._implemented:
            self._implemented[name] = frozenset(self.rules.implemented(name, self))
        return self._implemented[name]

    def bases(self, name: str) -> Type:
        """Return what a class of this file inherits from."""
        nodes = self.class_nodes[name]
        return self._readings.once(
            ("bases", name),
            lambda: frozenset().union(*(self.rules.bases(node, self) for node in nodes)),
        )
