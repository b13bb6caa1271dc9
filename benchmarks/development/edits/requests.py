"""Edits of a file whose results are known: renames, lazy snippets, and a patch whose lines have moved.

The file is `decimal` of Python's library, from its largest class on, cut where a method ends. Each round asks for the same at
another place and with another name, so that nobody has read it before.
"""

import ast
import difflib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specedit.benchmarks.development.renames.subjects import Subject

_MARKER = "# ... existing code ...\n"
_HUNKS = 3
_DRIFT = 7  # lines that a file has got at its top since a patch was made
_LONG = 40  # lines of a method
_AWAY = 5  # lines between what has moved and a hunk


@dataclass(frozen=True, slots=True)
class Request:
    """An edit of `text` to `expected`: a rename of a `subject`, or a snippet or a patch with its instruction.

    `region`: the definitions that change, and what they become, for who would write these again.
    """

    kind: str
    lines: int
    text: str
    expected: str
    region: tuple[str, str]
    instruction: str = ""
    snippet: str | None = None
    patch: str | None = None
    subject: Subject | None = None


def requests(lines: int, round_number: int) -> Iterator[Request]:
    """Yield the edits of a file of about so many lines."""
    module = _Module(module_text(lines), lines, round_number)
    for places in (1, 10, 40):
        yield module.rename(places)
    yield module.add_method()
    if len(module.functions) >= _HUNKS:
        yield module.change(1)
        yield module.change(_HUNKS)
        yield module.drifted_patch()


def module_text(lines: int) -> str:
    """Return code of at most so many lines."""
    import _pydecimal

    source = inspect.getsource(_pydecimal)
    rows = source.splitlines(keepends=True)
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    largest = max(classes, key=lambda node: (node.end_lineno or 0) - node.lineno)
    methods = [node for node in largest.body if isinstance(node, ast.FunctionDef)]
    second = min([methods[1].lineno, *(each.lineno for each in methods[1].decorator_list)])
    rows = [rows[largest.lineno - 1], *rows[second - 1 :]]  # the first method is long
    ends = [node.end_lineno or 0 for node in definitions("".join(rows))]
    return "".join(rows[: max(end for end in ends if end <= lines)])


def definitions(text: str) -> Iterator[ast.stmt]:
    """Yield the definitions of a module and the members of its classes."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from (each for each in node.body if isinstance(each, ast.FunctionDef))


class _Module:
    """A text, and where lines can be added to it."""

    def __init__(self, text: str, lines: int, round_number: int) -> None:
        self._text, self._lines, self._round = text, lines, round_number
        self._rows = text.splitlines(keepends=True)
        largest = next(node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
        self.functions = [
            node for node in largest.body if isinstance(node, ast.FunctionDef) and _is_plain(node)
        ]

    def rename(self, places: int) -> Request:
        """A function at the file's end that is called at so many places less one, spread over the methods."""
        name, new = f"advance_{self._round}", f"proceed_{self._round}"
        calls: dict[int, list[str]] = {}
        chosen = self._spread(places - 1)
        for node in chosen:
            last = node.body[-1]
            calls.setdefault(last.lineno - 1, []).append(f"{' ' * last.col_offset}{name}()\n")
        text = _with_lines(self._rows, calls) + f"\n\ndef {name}():\n    return None\n"
        expected = text.replace(name, new)
        region = self._region(chosen, calls)
        defined = text[: text.rindex(name)].count("\n")
        return Request(
            _count(places, "rename", "place"),
            self._lines,
            text,
            expected,
            (region, region.replace(name, new)),
            f"rename {name} to {new}",
            subject=Subject("module.py", "function", name, "", defined, 4, 4, new),
        )

    def add_method(self) -> Request:
        """A method behind another one, which the snippet shows whole."""
        node = self._spread(1)[0]
        end, inner = node.end_lineno or 0, " " * node.col_offset
        name = f"specedit_{self._round}"
        added = f"\n{inner}def {name}(self):\n{inner}    return {self._round}\n"
        shown = self._shown([node])
        return self._snippet("add a method", {end: [added]}, f"{shown}{added}", (shown, added))

    def change(self, count: int) -> Request:
        """Functions that get a line each."""
        nodes = self._spread(count)
        lines = self._added(nodes)
        marks = f"\n{' ' * nodes[0].col_offset}{_MARKER}\n"
        parts = [self._region([node], lines) for node in nodes]
        kind = _count(count, "change", "function")
        region = (self._shown(nodes), "".join(parts))
        return self._snippet(kind, lines, marks.join(parts), region)

    def drifted_patch(self) -> Request:
        """A unified diff of a few hunks of the file as it was before lines came to it at the top and between them."""
        nodes = self._spread(_HUNKS)
        lines = self._added(nodes)
        edited = _with_lines(self._rows, lines).splitlines(keepends=True)
        diff = difflib.unified_diff(self._rows, edited, "a/module.py", "b/module.py")
        drift = {0: ["# a line more\n"] * _DRIFT}
        places = sorted(lines)
        between = [
            node.lineno - 1
            for node in self.functions
            if places[0] + _AWAY < node.lineno - 1 < places[1] - _AWAY
        ]
        drift |= {at: ["    # and one more\n"] * _HUNKS for at in between[:1]}
        return Request(
            f"patch with {_HUNKS} hunks, drifted",
            self._lines,
            _with_lines(self._rows, drift),
            _with_lines(self._rows, drift | lines),
            (self._shown(nodes), self._region(nodes, lines)),
            patch="".join(diff),
        )

    def _snippet(
        self, kind: str, lines: Mapping[int, Sequence[str]], shown: str, region: tuple[str, str]
    ) -> Request:
        mark = "    " + _MARKER
        owner = self._rows[0]
        snippet = f"{owner}{mark}\n{shown}\n{mark}"
        return Request(
            f"snippet: {kind}",
            self._lines,
            self._text,
            _with_lines(self._rows, lines),
            region,
            "I " + kind,
            snippet=snippet,
        )

    def _spread(self, count: int) -> list[ast.FunctionDef]:
        """So many functions, spread over the file and other ones in each round; some several times where there are fewer."""
        every = self.functions
        step = max(1, len(every) // max(count, 1))
        picked = [every[(i * step + self._round) % len(every)] for i in range(count)]
        return sorted(picked, key=lambda node: node.lineno)

    def _added(self, nodes: Sequence[ast.FunctionDef]) -> dict[int, list[str]]:
        """A line before the last statement of each."""
        lasts = [node.body[-1] for node in nodes]
        return {
            last.lineno - 1: [f"{' ' * last.col_offset}specedit_was_here = {self._round}\n"]
            for last in lasts
        }

    def _region(self, nodes: Sequence[ast.FunctionDef], lines: Mapping[int, Sequence[str]]) -> str:
        return "".join(
            _with_lines(self._rows, lines, node.lineno - 1, node.end_lineno)
            for node in dict.fromkeys(nodes)
        )

    def _shown(self, nodes: Sequence[ast.FunctionDef]) -> str:
        return self._region(nodes, {})


def _is_plain(node: ast.FunctionDef) -> bool:
    """Whether it is a method of a few statements and lines, without decorators."""
    lines = (node.end_lineno or 0) - node.lineno
    return (
        bool(node.col_offset and not node.decorator_list) and lines <= _LONG and len(node.body) > 1
    )


def _count(number: int, verb: str, noun: str) -> str:
    return f"{verb}, {number} {noun}{'s' if number > 1 else ''}"


def _with_lines(
    rows: Sequence[str],
    lines: Mapping[int, Sequence[str]],
    start: int = 0,
    end: int | None = None,
) -> str:
    """The rows from `start` to `end`, each after the `lines` that come before it."""
    end = len(rows) if end is None else end
    parts = [part for at in range(start, end) for part in (*lines.get(at, ()), rows[at])]
    return "".join([*parts, *(lines.get(end, ()) if end == len(rows) else ())])
