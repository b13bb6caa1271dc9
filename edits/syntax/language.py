"""What there is to know about a programming language: tables over its tree-sitter grammar."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Literal

from tree_sitter import Language as Grammar
from tree_sitter import Node as RawNode
from tree_sitter import Parser, Query, QueryCursor

from specedit.edits.recent import Recent
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

NOT_FOLLOWED = "what names files of its language is not followed"  # a reason of `fixed_files`

# One edit has the same few texts parsed time and again. With all its nodes a tree takes some 80 bytes for a character.
MOST_KEPT = 500_000  # by `weight_of`
_TREES: "Recent[tuple[str, Language], Node]" = Recent(MOST_KEPT)
_OF_A_TREE = 1_000  # characters that a tree weighs besides its text


def words(text: str) -> frozenset[str]:
    """Return the words of `text` as a set: how the tables are written."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One programming language. All types are node types of its grammar.

    `grammar` is "package:function", or a name in tree-sitter-language-pack. `filenames` are names of files without a
    telling suffix, `*` standing for anything. `closer` ends a body: a brace, `end`, or nothing where indentation does.
    `comment_end` is there where comments must be closed; without `line_comment` the language has none.

    `definitions` maps the type of a node that defines something to what it defines: function, class, constant or
    module. `names` are identifiers that scopes resolve, `members` those that belong to an object; what each means is for
    `edits/symbols` to say. `leading` stands right before a definition and belongs to it.

    What follows `word_characters` says how code is written, for edits that write some; `{}` stands for what is put in.
    A language without an entry does not have what it is about. `import_binds` is the part of an import that the file
    calls it by: its `last` name, its `first` one (`import a.b`), the last one of its `path`, or `nothing` that it says.

    A language without `has_operations` is known for placing snippets and checking results alone: nothing is renamed
    in it. Its definitions are what `definition_query` captures, by kind, with their `@name` (and the `@owner`, where
    it is written there): tree-sitter's own way to say which nodes are meant, which needs no tables of scopes.
    """

    name: str
    grammar: str
    suffixes: tuple[str, ...]
    filenames: tuple[str, ...] = ()
    has_operations: bool = True
    definition_query: str = ""
    is_checked: bool = True  # whether what its grammar cannot parse is an error
    embeds_code: bool = False  # scripts and styles
    is_too_deep: Callable[[str], bool] | None = None  # for its grammar, which would end the process
    keywords: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    definitions: Mapping[str, str] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    comments: frozenset[str] = words("comment line_comment block_comment")
    line_comment: str = "//"
    comment_end: str = ""
    closer: str = "}"
    leading: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()  # nodes around a definition that belong to it
    function_values: frozenset[str] = frozenset()  # values that make a variable a function
    word_characters: str = r"\w"
    builtins: frozenset[str] = frozenset()  # names that no file declares, and none can rename
    standard_parser: Literal["", "ast", "json", "tomllib"] = (
        ""  # of Python's library, which reads it
    )
    encoding_in: Literal["", "comment", "xml", "html", "css"] = ""  # where a file says its own
    # Meaning of names
    symbols: str = ""  # the module of its rules, as `edits/symbols/places.py` has them
    types: str = ""  # "module:name" of those in `edits/types/inference.py`
    modules: str = ""  # "module:class" of what `edits/workspace/imports.py` has for its imports
    units: str = (
        ""  # "module:class" of what `edits/workspace/units.py` has for what its files share
    )
    moves: str = ""  # "module:class" of what `edits/moves/rules.py` has for files that go elsewhere
    definition_moves: str = ""  # "module:function" of what `edits/definition_moves/request.py` has
    fixed_files: str = ""  # why its files cannot go elsewhere by themselves
    vendored: frozenset[str] = frozenset()  # folders of what is kept for others and not renamed
    has_tags: bool = False  # `struct x` and `x` are two names
    declares_before_use: bool = False  # a function must be declared above its uses
    open_import: str = ""  # a pattern of imports with which any name may come
    export_list: str = ""  # the variable that lists by name what a module exports
    # Statements
    blocks_by_indentation: bool = False  # a colon and deeper lines; else braces
    empty_statement: str = ""  # must stand where a body has no other
    bare_conditions: bool = False  # `if` needs no parentheses
    negation: str = "!"
    own_literals: Mapping[str, str] = field(default_factory=dict)  # for true, false and null
    catch: str = ""  # the head of an exception's handler, with the exception
    base_exception: str = ""
    has_with: bool = False
    has_docstrings: bool = False
    has_f_strings: bool = False
    has_overloads: bool = False  # functions of one name and scope may differ in their parameters
    has_equal_quotes: bool = False  # a string means the same in single and in double quotes
    in_order: bool = False  # what stands in a statement is evaluated from left to right
    # Functions
    parameters_form: str = ""  # a whole function with given parameters
    has_keyword_arguments: bool = False
    receiver_is_parameter: bool = False  # of any name: the first one of a method
    has_implicit_receiver: bool = False  # a method calls others of its class by their names alone
    types_come_first: bool = False  # `int x`
    annotation_form: str = ""  # a statement with a type that could be left out
    return_annotation: str = ""
    decorator: str = ""
    decorator_noun: str = "decorator"
    # Imports
    import_word: str = "import"
    import_pattern: str = ""  # of whole statements
    bare_import_pattern: str = (
        ""  # of what is imported alone, as a group; `bare_import` makes it a statement
    )
    bare_import: str = ""
    import_end: str = ""
    may_omit_semicolons: bool = False  # the end of a line ends a statement, too
    import_binds: Literal["last", "first", "path", "nothing"] = "last"
    groups_imports: bool = False  # several paths in one statement, on lines of their own
    refuses_unused_imports: bool = False  # a file with one is not compiled
    tells_unused_imports: bool = False  # whether one is used shows in its file alone
    import_sorter: str = ""  # "module:function" from text to text
    import_order: str = ""  # the same, from the text before an import was added and that after, to one with it in its place

    def __hash__(self) -> int:
        return hash(self.name)

    def can_parse(self, text: str) -> bool:
        """Whether its grammar bears how deep a text nests."""
        return self.is_too_deep is None or not self.is_too_deep(text)

    def comment(self, text: str) -> str:
        """Return a comment of one line, or nothing in a language that has no comments."""
        if not self.line_comment:
            return ""
        return " ".join(filter(None, (self.line_comment, text, self.comment_end)))

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


def parse(text: str, language: Language) -> Node:
    """Return the root of the syntax tree of `text`: the same one for the same text, as long as it is kept.

    Raises:
        EditRefused: it nests more deeply than the grammar bears.
    """
    return _TREES.get((text, language), weight_of(text), lambda: _parsed(text, language))


def weight_of(text: str) -> int:
    """Return what it weighs to keep a text with its tree."""
    return len(text) + _OF_A_TREE


def _parsed(text: str, language: Language) -> Node:
    if not language.can_parse(text):
        raise EditRefused(
            f"the text nests more deeply than the grammar of {language.name} bears; give a smaller piece of it, or make "
            "it flatter"
        )
    return Node(_parser(language).parse(text.encode("utf-8")).root_node)


def query(language: Language) -> Query | None:
    """Return the query for definitions, of a language that has one."""
    return _query(language, language.definition_query) if language.definition_query else None


def spans_of(root: Node, types: Iterable[str], language: Language) -> list[tuple[int, int]]:
    """Return the bytes from and to which the named nodes of some types go, in no order, without making nodes of the tree."""
    nodes = captures_of(root, {"node": types}, language)["node"]
    return [(node.start_byte + root.base, node.end_byte + root.base) for node in nodes]


def captures_of(
    root: Node, kinds: Mapping[str, Iterable[str]], language: Language
) -> dict[str, list[RawNode]]:
    """Return the named nodes of some kinds, each a word for some types: tree-sitter's own, in no order."""
    grammar = _grammar(language)
    patterns = []
    for kind, types in kinds.items():  # tables are shared by languages: no grammar has all of them
        named = [f"({type_})" for type_ in sorted(types) if grammar.id_for_node_kind(type_, True)]
        patterns += [f"[{' '.join(named)}] @{kind}"] if named else []
    nodes = (
        QueryCursor(_query(language, "\n".join(patterns))).captures(root.raw) if patterns else {}
    )
    return {kind: nodes.get(kind, []) for kind in kinds}


def starts(root: Node, types: Iterable[str], language: Language) -> list[int]:
    """Return the bytes at which the named nodes of some types begin, in order, without making nodes of the tree."""
    return sorted({start for start, _ in spans_of(root, types, language)})


@cache
def _query(language: Language, pattern: str) -> Query:
    return Query(_grammar(language), pattern)


@cache
def _parser(language: Language) -> Parser:
    return Parser(_grammar(language))


@cache
def _grammar(language: Language) -> Grammar:
    package, _, function = language.grammar.partition(":")
    if function:
        return Grammar(getattr(import_module(package), function)())
    return Grammar(import_module("tree_sitter_language_pack").get_binding(package))


def is_code(template: str, code: str, language: Language) -> bool:
    """Return whether `code` makes sense in the place of {} in `template`: words about code do not."""
    return not parse(template.format(code), language).has_error
