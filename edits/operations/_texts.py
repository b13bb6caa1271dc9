"""Where a rename looks for a name besides the code: comments and strings, if they are asked for, and quoted code."""

import re
from collections.abc import Iterable

from tree_sitter import Node

from specedit.edits.language import Language
from specedit.edits.syntax import Source


def is_searched(
    node: Node, language: Language, *, comments: bool, docstrings: bool, strings: bool
) -> bool:
    """Whether a node holds text that a rename with these wishes looks through."""
    if node.type in language.raw_code:
        return True
    if node.type in language.comments:
        return comments
    if node.type not in language.strings or node.parent is None:
        return False
    if strings:
        return True
    if language.name != "python":
        return False
    return (docstrings and _is_docstring(node.parent)) or _is_annotation_or_export(node.parent)


def _is_docstring(string: Node) -> bool:
    return string.parent is not None and string.parent.type == "expression_statement"


def _is_annotation_or_export(string: Node) -> bool:
    """Whether a string stands for code: a quoted annotation, or an entry of `__all__`."""
    node = string.parent
    while node is not None and node.type not in ("block", "module", "call"):
        if node.type == "type":
            return True
        if node.type in ("assignment", "augmented_assignment"):
            left = node.child_by_field_name("left")
            return left is not None and left.text == b"__all__"
        node = node.parent
    return False


def words_in(source: Source, node: Node, word: str) -> Iterable[tuple[int, int]]:
    """Return the byte ranges of `word` as a whole word, inside a node that holds text."""
    text, inside = source.code(node), source.language.word_characters
    for match in re.finditer(rf"(?<![{inside}]){re.escape(word)}(?![{inside}])", text):
        start = node.start_byte + len(text[: match.start()].encode("utf-8"))
        yield start, start + len(word.encode("utf-8"))
