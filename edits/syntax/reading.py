"""What is read of a text, once for all who ask."""

import re
from functools import cached_property
from weakref import WeakValueDictionary

from specedit.edits.recent import Recent
from specedit.edits.syntax.definitions import Definition, definitions_in
from specedit.edits.syntax.language import MOST_KEPT, Language, parse, weight_of
from specedit.edits.syntax.tree import Node, walk

# What stands right before a definition and belongs to it, besides comments.
_LEADING = frozenset(["attribute_item", "decorator"])


class Reading:
    """What is read of a text once, for all sources of it; `base` is the byte that its tree begins at."""

    def __init__(self, text: str, language: Language, base: int = 0) -> None:
        self.data, root = text.encode("utf-8"), parse(text, language)
        self.root = root.moved(base) if base else root
        self._language = language

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, in source order."""
        return tuple(walk(self.root))

    @cached_property
    def identifiers(self) -> tuple[Node, ...]:
        """Every name and member."""
        kinds = self._language.names | self._language.members
        return tuple(node for node in self.nodes if node.type in kinds)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """What the text defines, in source order."""
        return definitions_in(self.root, self._language)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Byte offset of each line; of the end too, where the last line is ended."""
        return (0, *(match.end() for match in re.finditer(b"\n", self.data)))

    @cached_property
    def definition_lines(self) -> tuple[tuple[int, int], ...]:
        """The lines of each definition, as of `lines_of`."""
        return tuple(self.lines_of(definition) for definition in self.definitions)

    def lines_of(self, definition: Definition) -> tuple[int, int]:
        """Return the range of whole lines [first, last) that a definition takes, comments above it included."""
        first = definition.outer.start_point[0]
        last = definition.outer.end_point[0] + (definition.outer.end_point[1] > 0)
        node = definition.outer.prev_sibling
        leading = _LEADING | self._language.comments | self._language.leading
        while (
            node is not None
            and node.type in leading
            and node.end_point[0] + (node.end_point[1] > 0) >= first
        ):
            row, column = node.start_point
            if self.data[self.line_starts[row] : self.line_starts[row] + column].strip():
                break  # a comment at the end of a line of code
            line = self.lines(row, row + 1)
            if line.startswith(("#!", "//!")) or "coding" in line:
                break  # of the file, not of what follows
            first, node = node.start_point[0], node.prev_sibling
        return first, last

    def lines(self, first: int, last: int) -> str:
        """Return the text of the lines [first, last)."""
        starts = (*self.line_starts, len(self.data))
        return self.data[starts[first] : starts[last]].decode("utf-8")


# A plan and the checks of its result read the same two texts time and again; what a workspace holds is not read anew.
_READINGS: Recent[tuple[str, Language], Reading] = Recent(most=MOST_KEPT)
_HELD: WeakValueDictionary[tuple[str, Language], Reading] = WeakValueDictionary()


def reading_of(text: str, language: Language) -> Reading:
    """Return what is read of a text: the same for the same text, as long as it is kept."""
    key = text, language
    held = _HELD.get(key)
    if held is not None:
        return held
    made = _READINGS.get(key, weight_of(text), lambda: Reading(text, language))
    return _HELD.setdefault(key, made)
