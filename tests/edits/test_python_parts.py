"""A Python module read in parts: what is in parts compiles, and its names are those of the whole."""

import ast
import builtins
import random
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from specedit.edits._python_names import ModuleNames, module_names
from specedit.edits._python_scopes import Reader
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.parsing import lost_syntax
from specedit.edits.syntax.python_parts import parts_of

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
TEXTS = 250  # damaged ones, of one seed
MODULE = '''\
"""What a module can have."""
from __future__ import annotations

import os
from typing import Protocol

__all__ = ["Store", "lost", "total"]
count = limit


def counted(path):
    global count, total
    count += 1
    return os.path.join(path, missing(path))


limit = 3


@counted
class Store(Protocol):
    """Its own text has
    def no(self): function
    """

    size = limit
    sizes: list[size] = [size for _ in range(size)]

    def read(self, size=size):
        return self.load(size, [name for name in names])

    @property
    def name(self) -> size:
        class Inner:
            def look(self):
                return self.nothing

        return size

    names = size


class Plain:
    def run(self):
        self.state = self.step()
        return self.gone, late

    def step(self):
        try:
            return unicode_of(self)
        except NameError:
            return lambda path: path + other

    class Inner:
        step = run


if count:
    late = Plain
else:
    text = """
def not_one():
class Neither:
"""
for step in late:
    print(step, *vars(late))


def last():
    return later


later = last
'''
# Lines that end or begin something, declare something, or mean another thing where they stand.
LINES = (
    "global count",
    "class Plain: pass",
    "class Open:",
    "def open():",
    "    def more(self): return self.more + self.less",
    "async def wait(): await step",
    '"""',
    "'''",
    "\\",
    "later = 1 \\",
    "# \\",
    "(",
    "]",
    "\x0c",
    "\tdef tab(self): pass",
    "  def two(self): pass",
    "from __future__ import annotations",
    "from __future__ import barry_as_FLUFL",
    "from os import *",
    "nonlocal count",
    "else:",
    "try:",
    "except NameError:",
    "@counted",
    "return count",
    "pass",
    "break",
    "yield size",
    "size: int = late",
    "del limit",
    "later = (last := 3)",
    "[size for _ in (size := names)]",
    "exec('x')",
    "class Late(Plain, metaclass=Store):",
    "__all__ += ['names']",
    "def late(late, late): pass",
    "lambda: (yield)",
    "match late:",
    "self.away()",
)


def damaged(text: str, rng: random.Random) -> str:
    """The text after some edits of its lines, most of which break it."""
    lines = text.split("\n")
    for _ in range(rng.choice([0, 1, 1, 1, 2, 4])):
        at = rng.randrange(len(lines))
        match rng.randrange(6):
            case 0 | 1 | 2:
                lines.insert(at, " " * rng.choice([0, 4, 8]) + rng.choice(LINES))
            case 3:
                del lines[at : at + rng.choice([1, 1, 1, 5])]
            case 4:
                lines[at] = rng.choice([lines[at][4:], f"    {lines[at]}"])
            case _:
                lines[at:at] = lines[rng.randrange(len(lines)) :][: rng.randrange(8)]
    return "\n".join(lines or [""])


def texts() -> Iterator[str]:
    rng = random.Random(7)
    library = [(LIBRARY / f"{name}.py").read_text("utf-8") for name in ("queue", "shlex", "sched")]
    yield from (MODULE, "", "\n", "x", *library)
    for _ in range(TEXTS):
        yield damaged(rng.choice([MODULE, MODULE, *library]), rng)


def names_of_whole(text: str) -> ModuleNames:
    """The naive twin: one walk over the whole module."""
    tree = ast.parse(text)
    reader = Reader()
    reader.read(tree)
    bound, known = reader.module.bound, {*dir(builtins), "__file__", "__name__", "_"}
    unresolved: dict[str, list[int]] = {}
    early: dict[str, list[int]] = {}
    for use in reader.uses:
        if not use.is_guarded and use.name not in known:
            scope = use.scope.resolve(use.name)
            if scope is None:
                unresolved.setdefault(use.name, []).append(use.line)
            elif scope is reader.module and use.is_immediate and use.line < bound[use.name]:
                early.setdefault(use.name, []).append(use.line)
    for statement in tree.body:
        text = ast.unparse(statement)
        if isinstance(statement, ast.Assign | ast.AugAssign) and text.startswith("__all__"):
            for node in ast.walk(statement.value):
                if isinstance(node, ast.Constant) and node.value not in bound:
                    unresolved.setdefault(str(node.value), []).append(node.lineno)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    opening = {"exec", "globals", "locals", "vars"}
    return ModuleNames(
        {name: tuple(lines) for name, lines in unresolved.items()},
        {name: tuple(lines) for name, lines in early.items()},
        bound,
        reader.is_open or any(use.name in opening for use in reader.uses),
        {f"{c.name}.{name}": lines for c in classes for name, lines in missing_methods(c).items()},
        {c.name: frozenset(n.name for n in c.body if isinstance(n, FUNCTIONS)) for c in classes},
    )


FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def missing_methods(owner: ast.ClassDef) -> dict[str, tuple[int, ...]]:
    """What a class without bases uses on `self` or `cls`, and does not have."""
    if (
        owner.keywords
        or owner.decorator_list
        or [b for b in owner.bases if ast.unparse(b) != "object"]
    ):
        return {}
    nodes = list(ast.walk(owner))
    own = {n.name for n in nodes if isinstance(n, FUNCTIONS | ast.ClassDef)}
    own |= {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    attributes = [n for n in nodes if isinstance(n, ast.Attribute)]
    own |= {n.attr for n in attributes if not isinstance(n.ctx, ast.Load)}
    used = [(n.attr, n.lineno) for n in attributes if ast.unparse(n.value) in ("self", "cls")]
    return {
        name: tuple(sorted(line for each, line in used if each == name))
        for name in {name for name, _ in used} - own
    }


def outcome(names: ModuleNames) -> tuple[object, ...]:
    """All that is compared: names in their order, lines in any."""
    in_order = [
        [(name, sorted(lines)) for name, lines in each.items()]
        for each in (names.unresolved, names.early)
    ]
    return in_order, names.bound, names.is_open, names.missing_methods, names.methods


def test_what_is_in_parts_compiles_and_has_the_names_of_the_whole() -> None:
    in_parts = 0
    for text in texts():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                whole = outcome(names_of_whole(text))
                compile(text, "a module", "exec", dont_inherit=True)
                compiles = True
            except SyntaxError:
                compiles = False
        parts = parts_of(text)
        assert compiles or parts is None, text
        in_parts += parts is not None
        try:
            assert outcome(module_names(text)) == whole, text
        except SyntaxError:
            assert not compiles
    assert in_parts > TEXTS / 4


def test_all_that_compiles_is_cut() -> None:
    for text in (MODULE, "", "x", (LIBRARY / "queue.py").read_text("utf-8")):
        assert parts_of(text) is not None


@pytest.mark.parametrize("added", ["        step = 1\n", "        # a comment\n"])
def test_an_edit_changes_one_part(added: str) -> None:
    before, after = (
        parts_of(text) or ()
        for text in (MODULE, MODULE.replace("        return s", f"{added}        return s", 1))
    )
    assert len({part for _, part in before} ^ {part for _, part in after}) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\ndef f(): pass\n", "x = 1\ndef f(): pass\nglobal x\n"),
        (
            "class A:\n    x = 1\n    def f(self): pass\n",
            "class A:\n    x = 1\n    def f(self): pass\n    global x\n",
        ),
        ("class A: \\\n    x = 1\n", "class A: \\\n    x = 1\n    def f(self): pass\n"),
        ("def f(): pass\nx = 1\n", "def f(): pass\nfrom __future__ import annotations\n"),
        (
            "from __future__ import annotations\n",
            "def f(): pass\nfrom __future__ import annotations\n",
        ),
        (
            "from __future__ import annotations\ndef f(): pass\n",
            "from __future__ import annotations\ndef f():\n    x: (yield)\n",
        ),
        (
            "class A:\n    def f(self): pass\n",
            "class A:\n  def f(self): pass\n    def g(self): pass\n",
        ),
        ("def f():\n    return 1\n", "def f():\n    return 1\n\\\n"),
    ],
)
def test_what_only_the_whole_tells_is_told(before: str, after: str) -> None:
    assert lost_syntax(before, before, named("python")) is None
    assert "does not parse" in (lost_syntax(before, after, named("python")) or "")
