"""Which language a file is in, and its syntax tree.

Offsets in a tree are UTF-8 bytes, as tree-sitter counts them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import PurePath

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Tree


@dataclass(frozen=True, slots=True)
class Language:
    """One programming language: its grammar's package and its reserved words."""

    name: str
    grammar: str
    suffixes: tuple[str, ...]
    keywords: frozenset[str]


PYTHON = Language(
    "python",
    "tree_sitter_python",
    (".py", ".pyi", ".pyw"),
    frozenset(
        [
            "False",
            "None",
            "True",
            "and",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "else",
            "except",
            "finally",
            "for",
            "from",
            "global",
            "if",
            "import",
            "in",
            "is",
            "lambda",
            "nonlocal",
            "not",
            "or",
            "pass",
            "raise",
            "return",
            "try",
            "while",
            "with",
            "yield",
        ]
    ),
)
_BY_SUFFIX = {suffix: language for language in (PYTHON,) for suffix in language.suffixes}


def language_of(path: str) -> Language | None:
    """Return the language that a file name's suffix tells, or None."""
    return _BY_SUFFIX.get(PurePath(path).suffix.lower())


def parse(text: str, language: Language) -> Tree:
    """Return the syntax tree of `text`; node offsets are UTF-8 bytes."""
    return _parser(language).parse(text.encode("utf-8"))


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, in source order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


@cache
def _parser(language: Language) -> Parser:
    return Parser(Grammar(import_module(language.grammar).language()))
