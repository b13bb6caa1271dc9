"""Several texts read as one: each is parsed alone, and the bytes of its nodes tell which one they are of."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, joined

_BYTES = 1 << 32  # more than a text has: the next one's begin there


def base_of(number: int) -> int:
    """Return the byte that the text of a number, 0 or more, begins at."""
    return (number + 1) * _BYTES


def number_of(byte: int) -> int:
    """Return the number of the text that a byte is of."""
    return byte // _BYTES - 1


class Sources(Source):
    """Texts of one language, each of which has a base of its own; they come in the order of `parts`.

    What is declared at the top of one is in sight in all of them. `data` is for looking into, not for the bytes of nodes.
    """

    def __init__(self, parts: Sequence[Source], language: Language) -> None:
        self._parts = tuple(parts)
        self.text, self.language, self.path = "".join(p.text for p in parts), language, ""
        self.data = b"".join(part.data for part in parts)
        self.root = joined([part.root for part in parts])
        self._definitions = tuple(chain.from_iterable(part.definitions for part in parts))

    @property
    def parts(self) -> tuple[Source, ...]:
        """The texts."""
        return self._parts

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of each text, one after the other."""
        return tuple(chain.from_iterable(part.nodes for part in self._parts))

    @property
    def identifiers(self) -> tuple[Node, ...]:
        """Every name and member."""
        return tuple(chain.from_iterable(part.identifiers for part in self._parts))

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """What the texts define."""
        return self._definitions

    def starts_of(self, types: Collection[str]) -> list[int]:
        """Return the bytes at which the named nodes of some types begin, text by text."""
        return [start for part in self._parts for start in part.starts_of(types)]

    def nodes_of(self, types: Collection[str]) -> Iterator[Node]:
        """Yield the named nodes of some types that are not empty."""
        return chain.from_iterable(part.nodes_of(types) for part in self._parts)

    def nodes_named(self, names: Collection[str], types: Collection[str]) -> Iterator[Node]:
        """Yield the nodes of some types whose text is one of these names."""
        return chain.from_iterable(part.nodes_named(names, types) for part in self._parts)

    def nodes_with(self, text: str) -> Iterator[Node]:
        """Yield the nodes in whose code `text` begins; a text without it is not walked through."""
        parts = (part for part in self._parts if part.mentions(text))
        return chain.from_iterable(part.nodes_with(text) for part in parts)

    def code(self, node: Node) -> str:
        """Return the text of a node."""
        return text_of(node)
