"""A Python module in parts that compile one by one, so that after an edit only what it changed is read anew.

Where to cut is a guess by the syntax tree: before functions and classes of the module, and before members of its classes.
The parts are right nonetheless: a text that compiles up to the start of a line has left no bracket, string or statement open
there, so that what follows means what it means alone. Not so what is declared `global` and what is imported from `__future__`.
"""

import __future__

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sys import getsizeof
from typing import Literal

from specedit.edits.recent import Recent
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.text import indent_of

_FILENAME = "<checked by specedit>"
# Bytes of parts of which is known whether they are sound; as many as there are facts of (`edits/_python_facts.py`).
_MOST_KEPT = 8_000_000
_DEFINITIONS = frozenset(["function_definition", "class_definition", "decorated_definition"])
AROUND_MEMBERS = "_members_of_a_class_"
_CLASS_AROUND = f"class {AROUND_MEMBERS}:\n"
_PROBE = "pass\n"  # put after the beginning of a class: where it stands, members do


@dataclass(frozen=True, slots=True)
class Part:
    """Statements of a module, the beginning of one of its classes, or members of the class that began last.

    `code` is whole lines of the module, with what makes them compile alone: around members a class of one line more.
    """

    kind: Literal["statements", "class", "members"]
    code: str

    @property
    def size(self) -> int:
        """The bytes that its code takes in memory."""
        return getsizeof(self.code)

    def tree(self) -> ast.Module:
        """Return what it says.

        Raises:
            SyntaxError, ValueError, RecursionError, MemoryError: as of `ast.parse`.
        """
        tree = compiled(self.code, ast.PyCF_ONLY_AST)
        assert isinstance(tree, ast.Module)
        return tree


PlacedPart = tuple[int, Part]  # after what is to be added to its lines, to have those of the module
_ARE_SOUND: Recent[tuple[Part, int], bool] = Recent(_MOST_KEPT)


def parts_of(text: str) -> tuple[PlacedPart, ...] | None:
    """Return the parts of a module, in order; None if it does not compile, or cannot be cut.

    Raises:
        RecursionError, MemoryError: as of `compile`.
    """
    language = named("python")
    if "\r" in text or not language.can_parse(text):
        return None
    parts = tuple(_cut(Source(text, language)))
    flags = _future_flags([part for _, part in parts])
    if flags is None or not all(_is_sound(part, flags) for _, part in parts):
        return None
    return parts


def compiled(code: str, flags: int = 0) -> object:
    """Return what `compile` makes of code, without a warning: what that is about is no error, and not to be printed.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as of `compile`.
    """
    # `catch_warnings` would not be safe in threads.
    warnings.filterwarnings("ignore", module=_FILENAME)
    return compile(code, _FILENAME, "exec", flags=flags, dont_inherit=True)


def _cut(source: Source) -> Iterator[PlacedPart]:
    lines = source.text.split("\n")
    begins: dict[int, Node | None] = {0: None}
    is_after_class = False
    for node in source.root.named_children:
        row, column = node.start_point
        if column == 0 and (node.type in _DEFINITIONS or is_after_class):
            begins[row] = body = _class_body(node)
            is_after_class = body is not None
    ends = [*list(begins)[1:], len(lines)]
    for (first, body), last in zip(begins.items(), ends, strict=True):
        rows = _members(body, lines) if body is not None else []
        if not rows:
            yield first, Part("statements", _lines(lines, first, last))
            continue
        indent = indent_of(lines[rows[0]])
        yield first, Part("class", f"{_lines(lines, first, rows[0])}{indent}{_PROBE}")
        for row, end in zip(rows, [*rows[1:], last], strict=True):
            yield row - 1, Part("members", _CLASS_AROUND + _lines(lines, row, end))


def _class_body(node: Node) -> Node | None:
    """What is in a class, unless its parameters are names that its members see."""
    definition = node.child_by_field_name("definition") or node
    if definition.type != "class_definition" or definition.child_by_field_name("type_parameters"):
        return None
    return definition.child_by_field_name("body")


def _members(body: Node, lines: Sequence[str]) -> list[int]:
    """The rows of the definitions right in a class; none where their indentations differ."""
    nodes = [node for node in body.named_children if node.type in _DEFINITIONS]
    rows = [node.start_point[0] for node in nodes]
    indents = {lines[node.start_point[0]][: node.start_point[1]] for node in nodes}
    is_plain = len(indents) == 1 and not "".join(indents).strip() and "" not in indents
    return rows if is_plain else []


def _lines(lines: Sequence[str], first: int, last: int) -> str:
    return "\n".join(lines[first:last]) + "\n" * (last < len(lines))


def _future_flags(parts: Sequence[Part]) -> int | None:
    """What the first part imports from `__future__`, as flags of `compile`; None where that cannot be told."""
    if any("__future__" in part.code for part in parts[1:]):
        return None
    if "__future__" not in parts[0].code:
        return 0
    try:
        body = parts[0].tree().body
    except (SyntaxError, ValueError):
        return None
    imports = [s for s in body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
    flags = 0
    for name in {alias.name for statement in imports for alias in statement.names}:
        if name == "barry_as_FLUFL" or name not in __future__.all_feature_names:
            return None  # it changes the grammar
        flags |= getattr(__future__, name).compiler_flag
    return flags


def _is_sound(part: Part, flags: int) -> bool:
    return _ARE_SOUND.get((part, flags), part.size, lambda: _compiles_alone(part, flags))


def _compiles_alone(part: Part, flags: int) -> bool:
    try:
        compiled(part.code, flags)
        if part.kind == "statements" and "global" not in part.code:
            return True
        body: list[ast.stmt] = part.tree().body
    except (SyntaxError, ValueError):
        return False
    if part.kind != "statements":
        if len(body) != 1 or not isinstance(body[0], ast.ClassDef):
            return False
        body = body[0].body
        last_row = part.code.count("\n")
        if part.kind == "class" and (
            body[-1].lineno != last_row or not isinstance(body[-1], ast.Pass)
        ):
            return False
    return not _declares_global(body)


def _declares_global(body: Sequence[ast.stmt]) -> bool:
    """Whether statements declare a name global outside of functions and classes, where it may have been bound before."""
    stack: list[ast.AST] = [*body]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Global):
            return True
        if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case) and not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            stack += ast.iter_child_nodes(node)
    return False
