"""Definitions that an edit makes a second time in one block: the last one counts, or the file does not compile."""

import re
from collections import Counter
from collections.abc import Iterator

from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source

_CLASSES = frozenset(["class_definition", "class_declaration"])
_MANY = frozenset(["_", "init"])  # Go has several of these

# A definition by its names and the words before its name, as `get`, `static`, a receiver.
_Form = tuple[str, str, frozenset[str]]


def doubled(before: str, after: str, language: Language | None) -> tuple[str, int, int] | None:
    """Return a name that an edit defines once more in one block, and two lines that define it; None if there is none.

    Definitions may share a name in a language with overloads, and where decorators or conditions tell them apart.
    """
    if language is None or not language.definitions or language.has_overloads:
        return None
    known = Counter(form for _, form, _ in _plain(before, language))
    count: Counter[_Form] = Counter()
    first: dict[tuple[int, _Form], int] = {}
    for block, form, row in _plain(after, language):
        count[form] += 1
        if (block, form) in first and count[form] > known[form]:
            return form[0], first[block, form] + 1, row + 1
        first.setdefault((block, form), row)
    return None


def _plain(text: str, language: Language) -> Iterator[tuple[int, _Form, int]]:
    """Blocks with the definitions that nothing tells apart from others of their name, and the rows of these."""
    source = Source(text, language)
    for one in source.definitions:
        block, name = one.outer.parent, name_node(one.node)
        if block is not None and name is not None and _is_plain(one):
            start = one.node.start_byte
            words = source.data[start : name.start_byte].decode("utf-8")
            form = one.qualified, one.node.type, frozenset(re.findall(r"\w+", words)) - {"async"}
            yield block.id, form, one.node.start_point[0]


def _is_plain(one: Definition) -> bool:
    if one.outer.type == "decorated_definition" or one.name in _MANY:
        return False
    if one.kind in ("function", "method"):
        return one.node.child_by_field_name("body") is not None
    return one.node.type in _CLASSES
