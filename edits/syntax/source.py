"""A parsed text: what it defines and where. Offsets are UTF-8 bytes, lines are 0-based."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from specedit.edits.syntax.alike import nearest
from specedit.edits.syntax.definitions import Definition, without_constructors
from specedit.edits.syntax.language import (
    Language,
    spans_of,
    starts,
)
from specedit.edits.syntax.reading import Reading, reading_of
from specedit.edits.syntax.spans import starts_within
from specedit.edits.syntax.tree import Node, walk_to
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

_LITERALS = frozenset(["string", "string_literal", "raw_string_literal"])


class Source:
    """A text with its tree, and where it stands, if that is known.

    `base` is the byte that its tree begins at, as part of several texts that are read as one (`sources.py`).
    """

    def __init__(self, text: str, language: Language, path: str = "", base: int = 0) -> None:
        self.text, self.language, self.path = text, language, path
        self._reading = Reading(text, language, base) if base else reading_of(text, language)
        self.data, self.root = self._reading.data, self._reading.root

    @property
    def parts(self) -> "tuple[Source, ...]":
        """The texts that are read as this one: itself alone."""
        return (self,)

    def mentions(self, text: str) -> bool:
        """Return whether some text stands anywhere in it."""
        return text in self.text

    def matches(self, pattern: re.Pattern[bytes]) -> list[int]:
        """Return the bytes at which a pattern is found, in order."""
        return [match.start() + self.root.base for match in pattern.finditer(self.data)]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, in source order."""
        return self._reading.nodes

    def starts_of(self, types: Collection[str]) -> list[int]:
        """Return the bytes at which the named nodes of some types begin, in order; no nodes are made."""
        return starts(self.root, types, self.language)

    def nodes_of(self, types: Collection[str]) -> Iterator[Node]:
        """Yield the named nodes of some types that are not empty, in source order; of the rest of the tree few are made."""
        begins = self.starts_of(types)
        return (n for n in walk_to(self.root, begins) if n.type in types and n.is_named)

    def nodes_within(self, types: Collection[str], around: Collection[str]) -> Iterator[Node]:
        """Yield the nodes of some types that stand in a node of the types `around`, as `nodes_of` does."""
        begins = starts_within(self.root, types, around, self.language)
        return (n for n in walk_to(self.root, begins) if n.type in types and n.is_named)

    def nodes_named(self, names: Collection[str], types: Collection[str]) -> Iterator[Node]:
        """Yield the nodes of some types whose text is one of these names, as `nodes_of` does."""
        texts, data, base = {name.encode("utf-8") for name in names}, self.data, self.root.base
        spans = spans_of(self.root, types, self.language)
        begins = sorted({start for start, end in spans if data[start - base : end - base] in texts})
        for node in walk_to(self.root, begins):
            if node.type in types and data[node.start_byte - base : node.end_byte - base] in texts:
                yield node

    def nodes_with(self, text: str) -> Iterator[Node]:
        """Yield the nodes in whose code `text` begins, in source order: all that have it, and few others."""
        return walk_to(self.root, self._offsets(text.encode("utf-8")))

    def _offsets(self, text: bytes) -> list[int]:
        """The bytes at which `text` begins."""
        offsets, at = [], self.data.find(text)
        while at >= 0:
            offsets.append(at + self.root.base)
            at = self.data.find(text, at + 1)
        return offsets

    @property
    def identifiers(self) -> tuple[Node, ...]:
        """Every name and member."""
        return self._reading.identifiers

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """What the text defines, in source order; no variables of functions."""
        return self._reading.definitions

    @property
    def definition_lines(self) -> tuple[tuple[int, int], ...]:
        """The lines of each definition, as `lines_of` has them."""
        return self._reading.definition_lines

    @property
    def line_starts(self) -> tuple[int, ...]:
        """Byte offset of each line; of the end too, where the last line is ended."""
        return self._reading.line_starts

    def code(self, node: Node) -> str:
        """Return the text of a node."""
        base = self.root.base
        return self.data[node.start_byte - base : node.end_byte - base].decode("utf-8")

    def definition(self, name: str, kinds: Iterable[str] = ()) -> Definition:
        """Return the one definition called `name` or `Owner.name`.

        Raises:
            SymbolNotFound: there is none; the nearest names are told.
            AmbiguousPlace: there are several.
        """
        plain = name.replace("::", ".").removesuffix("()")
        matches = [d for d in self.definitions if plain in (d.name, d.qualified)]
        matches = [d for d in matches if not kinds or d.kind in kinds] or matches
        matches = [d for d in matches if d.node.type != "impl_item"] or matches
        matches = without_constructors(matches)
        if not matches:
            raise SymbolNotFound(name, nearest(plain, [d.name for d in self.definitions]))
        if len(matches) > 1:
            lines = [d.node.start_point[0] + 1 for d in matches]
            places = ", ".join(
                f"{d.qualified} on line {n}" for d, n in zip(matches, lines, strict=True)
            )
            raise AmbiguousPlace(f"'{name}' is defined more than once ({places}); say which", lines)
        return matches[0]

    def lines_of(self, definition: Definition) -> tuple[int, int]:
        """Return the range of whole lines [first, last) that a definition takes, comments above it included."""
        return self._reading.lines_of(definition)

    def line(self, number: int) -> str:
        """Return a line with its ending."""
        return self.lines(number, number + 1)

    def lines(self, first: int, last: int) -> str:
        """Return the text of the lines [first, last)."""
        return self._reading.lines(first, last)

    def in_characters(self, ranges: Collection[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Return ranges of bytes as ranges of characters."""
        at = count = 0
        characters = {}
        for offset in sorted({offset for span in ranges for offset in span}):
            count += len(self.data[at:offset].decode("utf-8"))
            at = offset
            characters[offset] = count
        return tuple((characters[start], characters[end]) for start, end in ranges)

    def rows_in_strings(self, node: Node, *, docstrings: bool = True) -> frozenset[int]:
        """Return the rows below a node that begin inside a string: their indentation is text.

        Without `docstrings` those count as code, with which they are indented.
        """
        rows: set[int] = set()
        stack = [node]
        while stack:
            node = stack.pop()
            side_by_side = any(child.type in _LITERALS for child in node.named_children)
            if "string" not in node.type or side_by_side:
                stack += node.children
            elif docstrings or not _is_docstring(node):
                rows |= set(range(node.start_point[0] + 1, node.end_point[0] + 1))
        return frozenset(rows)

    def spliced(self, edits: Mapping[tuple[int, int], str]) -> str:
        """Return the text with byte ranges replaced.

        Raises:
            EditRefused: two ranges overlap.
        """
        parts, position = [], 0
        for (start, end), new in sorted(edits.items()):
            if start < position:
                raise EditRefused("this edit would change one place twice; split the instruction")
            parts += [self.data[position:start], new.encode("utf-8")]
            position = end
        return b"".join([*parts, self.data[position:]]).decode("utf-8")


def _is_docstring(node: Node) -> bool:
    holder = node.parent
    while holder is not None and "string" in holder.type:  # of strings side by side
        holder = holder.parent
    return holder is not None and holder.type == "expression_statement"
