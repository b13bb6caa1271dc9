"""What there is to know about a programming language: tables over its tree-sitter grammar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Tree

Places = frozenset[tuple[str, str]]


def words(text: str) -> frozenset[str]:
    """Return the words of `text` as a set: how the tables are written."""
    return frozenset(text.split())


def places(text: str) -> Places:
    """Return pairs (parent type, field) from words like `assignment.left`; `x.` is any child of x."""
    return frozenset((word.partition(".")[0], word.partition(".")[2]) for word in text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One programming language. All types are node types of its grammar.

    `grammar` is "package:function". `definitions` maps the type of a node that defines something to what it defines:
    function, class, constant or module. `names` are identifiers that scopes resolve, `members` those that belong to
    an object; `member_places` are where a plain identifier is a member. `binders` are where an identifier gets its
    meaning, looked at through `patterns`; `parameters` hold those of functions.
    """

    name: str
    grammar: str
    suffixes: tuple[str, ...]
    keywords: frozenset[str]
    names: frozenset[str]
    members: frozenset[str]
    member_places: Places
    definitions: Mapping[str, str]
    classes: frozenset[str]
    scopes: frozenset[str]
    binders: Places
    parameters: frozenset[str]
    patterns: frozenset[str]
    imports: frozenset[str]
    strings: frozenset[str]
    comments: frozenset[str]
    line_comment: str = "//"
    import_alias: str | None = None
    wrappers: frozenset[str] = frozenset()  # nodes around a definition that belong to it
    function_values: frozenset[str] = frozenset()  # values that make a variable a function
    shorthands: frozenset[str] = frozenset()  # nodes that are a variable and a field at once
    raw_code: frozenset[str] = frozenset()  # nodes of code that the grammar does not divide
    keyword_places: Places = field(default_factory=frozenset)
    method_places: Places = field(
        default_factory=frozenset
    )  # where methods have names of their own
    word_characters: str = r"\w"

    def __hash__(self) -> int:
        return hash(self.name)

    def is_name(self, word: str) -> bool:
        """Whether `word` can be the name of something."""
        head, tail = word[:1], word[1:]
        allowed = "$" if "$" in self.word_characters else ""
        return (
            (head.isidentifier() or head in allowed)
            and bool(head)
            and all(c.isalnum() or c == "_" or c in allowed for c in tail)
            and word not in self.keywords
        )


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
    package, _, function = language.grammar.partition(":")
    return Parser(Grammar(getattr(import_module(package), function)()))
