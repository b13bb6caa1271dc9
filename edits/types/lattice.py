"""What a value evidently is: a set of the things that it may be.

Nothing known yet is the empty set (`NOTHING`), so that `None` and a variable that is still being read add nothing to
a union; what cannot be told is `UNKNOWN`, which no union loses again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from specedit.edits.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of this file, called by its qualified name."""

    name: str


@dataclass(frozen=True, slots=True)
class ClassItself:
    """A class of this file, not an object of it."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function of this file; `owner` is what it was reached through, nothing for a plain function."""

    node: Node
    owner: "Type"


@dataclass(frozen=True, slots=True)
class Returns:
    """A function that is known by what calling it gives."""

    result: "Type"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What this file does not define: an object, a class, a function or a module of others.

    `elements` are what iterating gives, `values` what an index gives, `parts` what taking a tuple apart gives; each
    None where that is not known.
    """

    name: str = ""
    kind: str = "object"
    elements: "Type | None" = None
    values: "Type | None" = None
    parts: "tuple[Type, ...] | None" = None


@dataclass(frozen=True, slots=True)
class Untold:
    """What cannot be told."""


Atom = Instance | ClassItself | Function | Returns | Foreign | Untold
Type = frozenset[Atom]

NOTHING: Type = frozenset()
UNKNOWN: Type = frozenset([Untold()])
FOREIGN: Type = frozenset([Foreign()])
MANAGER = "context manager"  # whose one part is what `with` gives
TEXT: Type = frozenset([Foreign("str", elements=FOREIGN, values=FOREIGN)])


def instance(name: str) -> Type:
    """Return the type of an object of the class `name`."""
    return frozenset([Instance(name)])


def class_itself(name: str) -> Type:
    """Return the type of the class `name` itself."""
    return frozenset([ClassItself(name)])


def foreign(name: str, kind: str = "object") -> Type:
    """Return the type of something of others."""
    return frozenset([Foreign(name, kind)])


def returns(result: Type) -> Type:
    """Return the type of a function that gives `result`."""
    return frozenset([Returns(result)])


def sequence(elements: Type, name: str = "list") -> Type:
    """Return the type of a container of `elements`, which an index reaches too."""
    return frozenset([Foreign(name, elements=elements, values=elements)])


def manager(given: Type) -> Type:
    """Return the type of what `with` gives this for."""
    return frozenset([Foreign(MANAGER, parts=(given,))])


def mapping(keys: Type, values: Type) -> Type:
    """Return the type of a container that gives `values` for `keys`."""
    return frozenset([Foreign("dict", elements=keys, values=values)])


def row(parts: Iterable[Type]) -> Type:
    """Return the type of a tuple of `parts`."""
    parts = tuple(parts)
    held = union(parts)
    return frozenset([Foreign("tuple", elements=held, values=held, parts=parts)])


def union(types: Iterable[Type]) -> Type:
    """Return the type of what is one of `types`; one that cannot be told makes all untold."""
    atoms: Type = frozenset().union(*types)
    return UNKNOWN if atoms >= UNKNOWN else atoms


def classes_of(held: Type) -> Type:
    """Return the classes that values are of."""
    alternatives: list[Type] = []
    for atom in held:
        if isinstance(atom, Instance):
            alternatives.append(class_itself(atom.name))
        else:
            alternatives.append(
                foreign(atom.name, "class") if isinstance(atom, Foreign) else UNKNOWN
            )
    return union(alternatives)


def elements(held: Type) -> Type:
    """Return what iterating over a value gives."""
    alternatives = [atom.elements if isinstance(atom, Foreign) else None for atom in held]
    return union(UNKNOWN if each is None else each for each in alternatives)


def iterated(held: Type) -> Type:
    """Return what a loop over a value gives where one over a map gives its pairs."""
    alternatives: list[Type] = []
    for atom in held:
        alone: Type = frozenset([atom])
        if isinstance(atom, Foreign) and atom.name == "dict":
            alternatives.append(row([elements(alone), values(alone)]))
        else:
            alternatives.append(elements(alone))
    return union(alternatives)


def values(held: Type) -> Type:
    """Return what an index into a value gives."""
    alternatives = [atom.values if isinstance(atom, Foreign) else None for atom in held]
    return union(UNKNOWN if each is None else each for each in alternatives)


def part(held: Type, index: int) -> Type:
    """Return what stands at `index` of a value that is taken apart."""
    alternatives = []
    for atom in held:
        parts = atom.parts if isinstance(atom, Foreign) else None
        if parts is None:
            alternatives.append(elements(frozenset([atom])))
        else:
            alternatives.append(parts[index] if index < len(parts) else UNKNOWN)
    return union(alternatives)


def object_of(type_: Type, of_foreign: Callable[[Foreign], Type]) -> Type:
    """Return what an object of a type is, where the type itself is known; `of_foreign`: of one that is none of ours."""
    alternatives: list[Type] = []
    for atom in type_:
        if isinstance(atom, ClassItself):
            alternatives.append(instance(atom.name))
        elif isinstance(atom, Returns):
            alternatives.append(atom.result)
        else:
            alternatives.append(of_foreign(atom) if isinstance(atom, Foreign) else UNKNOWN)
    return union(alternatives) if alternatives else UNKNOWN
