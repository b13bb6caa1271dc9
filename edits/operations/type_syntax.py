"""Write types in newer syntax: `X | None` for `Optional[X]`, `list[X]` for `typing.List[X]` (Python).

"convert Optional[X] to X | None", "use | instead of Union", "convert typing.List to list", "use built-in generics". Types in
strings and beside strings stay, and so do bases of classes; imports go that nothing uses any more.
"""

import ast
import re

from specedit.edits.instruction.templates import read
from specedit.edits.operations import _typing_names as typing_names
from specedit.edits.operations._typing_names import BUILTINS, UNIONS
from specedit.edits.operations.unused_imports import without_unused
from specedit.edits.prediction import Left, Prediction
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "convert Optional[X] to X | None",
    "use | instead of Union",
    "convert typing.List to list",
    "use built-in generics",
)

_OLD = rf"`?(?:typing\.)?(?:{'|'.join([*UNIONS, *BUILTINS])})(?:\[[\w, .]*\])?`?"
_OLDS = rf"<old:({_OLD}(?:(?:, and |, | and |/){_OLD})*)>(?: (?:annotations?|types?|type hints?))?"
_CHANGE = r"(?:convert|change|replace|rewrite|turn|modernize|migrate|update) (?:all |every |the |uses of )*"
_ASKED = (
    rf"{_CHANGE}{_OLDS} (?:to|with|by|into|as) (?:the )?<new:code>",
    rf"use (?:the )?<new:code> instead of {_OLDS}",
    r"use (?:the )?<new:(built-?in generics)>",
)
_BAR = r"`?(?:\w+ ?\| ?\w+|\|)`?(?: (?:syntax|unions?|types?|operator|annotations?))?"
_BUILT_IN = r"(?:the )?built-?ins?(?: (?:generics|types))?"
_FIRST = {"|": "3.10", "[]": "3.9"}  # versions of Python that evaluate it


def predict(instruction: str, source: Source) -> Prediction | None:
    """Return the text with types in newer syntax, or None if that is not asked for.

    Raises:
        EditRefused: the language has no such types, or Python itself cannot read the file.
    """
    named = read(instruction, *_ASKED)
    targets = _targets(named) if named is not None else None
    if targets is None:
        return None
    if source.language.standard_parser != "ast":
        raise EditRefused(f"{source.language.name} has no types of Python's typing")
    if "\r" in source.text:
        raise EditRefused("a carriage return stands within a line; take it out first")
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise EditRefused(f"Python's own parser cannot read this file: {error}") from error
    rewriting = _Rewriting(source, tree, targets)
    text = source.spliced(rewriting.edits)
    if rewriting.edits:
        text = without_unused(Source(text, source.language, source.path), rewriting.imported)
    form = "|" if targets & UNIONS else "[]"
    remark = f"where types are evaluated, this needs Python {_FIRST[form]}"
    return Prediction(
        "type_syntax",
        text,
        certain=rewriting.is_certain,
        left=tuple(rewriting.left),
        remarks=(remark,) if rewriting.edits else (),
        unchanged=f"there is no {' or '.join(sorted(targets))} to convert",
    )


def _targets(named: dict[str, str]) -> frozenset[str] | None:
    """The names of typing that are to go; None where what is to come is nothing that they can be."""
    new = named["new"].strip()
    if "old" not in named:
        return frozenset(BUILTINS)
    old = frozenset(re.findall(r"(?<![\w\[.])(?:typing\.)?(\w+)(?=\[|`|,|/|\s|$)", named["old"]))
    old &= {*UNIONS, *BUILTINS}
    if old <= UNIONS and re.fullmatch(_BAR, new):
        return old
    forms = {BUILTINS[name] for name in old if name in BUILTINS}
    words = {*re.findall(r"[a-z]+", re.sub(r"\[[^\]]*\]", "", new))} - {"and"}
    if not old & UNIONS and (words == forms or re.fullmatch(_BUILT_IN, new, re.IGNORECASE)):
        return old
    return None


class _Rewriting:
    """What changes in a module: `edits` of bytes, the names of typing that these are about, and what is `left`."""

    def __init__(self, source: Source, tree: ast.Module, targets: frozenset[str]) -> None:
        self._source, self._tree = source, tree
        self._names = typing_names.read(source, tree)
        self._annotations = {id(n) for n in typing_names.annotations(tree)}
        self._bases = {id(n) for n in typing_names.in_bases(tree)}
        self._in_text = {id(n) for n in typing_names.in_text(tree)}
        self._is_deferred = typing_names.is_deferred(tree)
        self.is_certain = True
        self.edits: dict[tuple[int, int], str] = {}
        self.imported = set[str]()
        self.left = list[Left]()
        self._inside = set[int]()  # names that a subscript has dealt with
        for node in ast.walk(tree):
            name = self._names.typing_name(node.value if isinstance(node, ast.Subscript) else node)
            if name in targets and id(node) not in self._inside:
                self._rewrite(node, name)

    def _rewrite(self, node: ast.AST, name: str) -> None:
        assert isinstance(node, ast.Subscript | ast.Name | ast.Attribute)
        whole = node.value if isinstance(node, ast.Subscript) else node
        self._inside.add(id(whole))
        reason = self._reason(node, name)
        if reason:
            self.left.append(Left(node.lineno - 1, reason, known=False))
            return
        self.imported.add(self._names.local(whole))
        if name in BUILTINS:
            self.edits[self._start(whole), self._end(whole)] = BUILTINS[name]
        elif isinstance(node, ast.Subscript):
            self._edit_union(node, name)

    def _reason(self, node: ast.Subscript | ast.Name | ast.Attribute, name: str) -> str:
        """Why it stays, "" if it can go."""
        if id(node) in self._in_text:
            return "it stands in an f-string"
        if name in UNIONS:
            return self._reason_union(node, name)
        if BUILTINS[name] in self._names.bound:
            return f"`{BUILTINS[name]}` is another thing's name in this file"
        if id(node) in self._bases:
            return f"the base `{name}` makes a class generic, and `{BUILTINS[name]}` does not"
        if not isinstance(node, ast.Subscript) and id(node) not in self._annotations:
            return f"`{name}` alone may be compared with"
        return ""

    def _reason_union(self, node: ast.AST, name: str) -> str:
        if not isinstance(node, ast.Subscript):
            return f"`{name}` alone has no newer form"
        parts = _parts(node, name)
        if not parts or any(isinstance(p, ast.Constant) and p.value for p in parts):
            return "a string cannot stand beside `|` where it is evaluated"
        if all(isinstance(part, ast.Constant) for part in parts[:2]):
            return "there is no type in it"
        if not (self._is_deferred and id(node) in self._annotations):
            known = [typing_names.is_type(part, self._source, self._names) for part in parts]
            if False in known:
                return "what stands in it may be no type, and have no `|`"
            self.is_certain = self.is_certain and None not in known
        segment = self._source.data[self._start(node) : self._end(node)]
        if b"#" in segment:
            return "a comment stands in it"
        if id(node) in self._bases or id(node) not in self._names.plain:
            return "it stands where `|` may be read otherwise"
        return ""

    def _edit_union(self, node: ast.Subscript, name: str) -> None:
        parts = _parts(node, name)
        at = self._start(node)
        for i, part in enumerate(parts):
            self.edits[at, self._start(part)] = " | " if i else ""
            at = self._end(part)
        self.edits[at, self._end(node)] = " | None" if name == "Optional" else ""

    def _start(self, node: ast.expr) -> int:
        return self._source.line_starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._source.line_starts[node.end_lineno - 1] + node.end_col_offset


def _parts(node: ast.Subscript, name: str) -> list[ast.expr]:
    if name == "Union" and isinstance(node.slice, ast.Tuple):
        return node.slice.elts
    return [node.slice]
