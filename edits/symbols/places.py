"""What the rules of a language say of one place of a name, before names are resolved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from specedit.edits.symbols.classes import Classes
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node

FILE = 0  # the key of the file's scope
END = 1 << 60  # beyond any text
STATIC = "static"  # the name space of a class's own members, where its objects may have others of the same name


@dataclass(frozen=True, slots=True)
class Binding:
    """A meaning that a place gives to its name, in a scope from the byte `start` to `end`, or in a class.

    `owner` is the qualified name of the class that it is a member of, "" for others. It counts in the name spaces
    `spaces`. One that is `again` is the symbol of an earlier binding of the same scope, if there is one. A member
    with `inherited` implements what that has, which the text does not define, unless a class above it declares it; one
    of which the class `also` has one is called by its name there. One that `hides` is another than what the classes
    above have of its name. A parameter that a call of a method can name has that method's class and name as `method`;
    overrides have it in common. `of_tag`: it is a type of C that stands for the tag of its own name.
    """

    kind: str
    scope: int | str = FILE
    start: int = 0
    end: int = END
    spaces: tuple[str, ...] = ("value",)
    owner: str = ""
    again: bool = False
    inherited: str = ""
    also: str = ""
    hides: bool = False
    method: tuple[str, str] = ("", "")
    of_tag: bool = False


@dataclass(frozen=True, slots=True)
class MemberOf:
    """Of what a macro names a member: of the object `name`, behind its members `fields`, or of a type; else not evident."""

    name: str = ""
    fields: tuple[str, ...] = ()
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """That a place means its name through a macro.

    What the macro stands for has the name at the byte `body`, and is used at the place, which has no width; without
    `body`, the place is what the macro is given. A member is one of `member_of`, or of that behind the place's `holder`.
    """

    macro: str
    body: int | None = None
    member_of: MemberOf = MemberOf()


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a name, from the byte `start` to `end`.

    `role` is how it is looked up: a `name` through the scopes around it; a `member` of the classes `owners`, of what
    the access `through` goes through, or of the object `holder`; by a `path` in the `scopes` of modules; a `keyword` of
    the call `through`; an `embedded` one is a type and a field at once. `outer` and `global` hand the name over to the
    scope outside and to the file's. `other` is no symbol of this file, for the `reason`; `unknown`, `unknown member`
    and `key` (of a dictionary) are what cannot be told, for the `reason`. What is imported is the symbol that it is in
    the `scopes` or `owners` it is imported from, if it is there. A rename writes `written`, with {new} and {old}; ""
    where it cannot. `expansion` is how a macro gives it its meaning.
    """

    node: Node
    start: int
    end: int
    role: str = "name"
    spaces: tuple[str, ...] = ("value",)
    bindings: tuple[Binding, ...] = ()
    owners: tuple[str, ...] = ()
    scopes: tuple[int | str, ...] = ()
    through: Node | None = None
    holder: Node | None = None
    reason: str = ""
    written: str = "{new}"
    expansion: Expansion | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope around a place: the key of its bindings, and the class whose members are in sight in it, or "".

    Behind one that `skips`, a name that it binds later is looked up in the file at once, as in a class of Python.
    """

    key: int | str
    owner: str = ""
    skips: bool = False


@dataclass(frozen=True, slots=True)
class ReceiverClasses:
    """The qualified names of classes; where there are none it `is_foreign`, or not evident. With `is_class` it is no object."""

    classes: frozenset[str] = frozenset()
    is_foreign: bool = False
    is_class: bool = False
    reason: str = "the type of its object is not evident here"


@dataclass(frozen=True, slots=True)
class Callees:
    """Ids of the functions whose parameter a keyword is, or names of the classes whose field; or why neither.

    What is not evident may be a parameter of the functions `suspects`.
    """

    functions: tuple[int, ...] = ()
    owners: tuple[str, ...] = ()
    reason: str = "a keyword of a function that this file does not define"
    is_known: bool = True
    suspects: tuple[int, ...] = ()


class SymbolRules(Protocol):
    """One language's rules."""

    def bases(self, node: Node, source: Source) -> Iterable[str]:
        """Return the names that the definition of a class says it extends or implements."""

    def embeds(self, node: Node) -> Iterable[str]:
        """Return the names whose members the definition of a class takes in without overriding them."""

    def relate(self, source: Source, classes: Classes) -> None:
        """Add to `classes` what no class says of itself: which interfaces it satisfies."""

    def prepare(self, source: Source) -> Source:
        """Return the text as it is parsed for names, each byte at its place."""

    def places(self, name: str, source: Source, classes: Classes) -> Iterable[Place]:
        """Return every place of `name` in code."""

    def scopes(self, node: Node, classes: Classes) -> Sequence[Scope]:
        """Return the scopes that a name at `node` is looked up in, innermost first, without the file's."""
