"""Where a rename looks for a name besides the code: comments and strings, if they are asked for."""

import re
from collections.abc import Iterable

from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node


def is_searched(
    node: Node, language: Language, *, comments: bool, docstrings: bool, strings: bool
) -> bool:
    """Whether a node holds text that a rename with these wishes looks through."""
    if node.type in language.comments:
        return comments
    if node.type not in language.strings or node.parent is None:
        return False
    if strings:
        return True
    return language.has_docstrings and docstrings and _is_docstring(node.parent)


def _is_docstring(string: Node) -> bool:
    return string.parent is not None and string.parent.type == "expression_statement"


def words_in(source: Source, node: Node, word: str) -> Iterable[tuple[int, int]]:
    """Return the byte ranges of `word` as a whole word, inside a node that holds text."""
    text, inside = source.code(node), source.language.word_characters
    for match in re.finditer(rf"(?<![{inside}]){re.escape(word)}(?![{inside}])", text):
        start = node.start_byte + len(text[: match.start()].encode("utf-8"))
        yield start, start + len(word.encode("utf-8"))
