"""Lessons from the Python standard library: renames and verbatim copies, with their wordings.

A lesson is one stretch of code and several instructions with their answers. Lesson i depends on the seed and i
alone, so training can stop and go on anywhere. Modules are divided once and for all into those to learn from and
those to be tested on.
"""

import ast
import builtins
import hashlib
import keyword
import random
import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from specedit.edits.languages.python import LANGUAGE as PYTHON
from specedit.edits.operations import rename
from specedit.engine.errors import EditRefused

_SKIPPED = frozenset(
    {"test", "tests", "idlelib", "lib2to3", "site-packages", "__pycache__", "turtledemo"}
)
_LITERALLY = (
    "everywhere in this file, including in comments and strings",
    "everywhere, including comments and strings",
    "everywhere",
    "in code, comments and strings",
    "including comments and docstrings",
)
_WORDINGS = (
    "rename {old} to {new}",
    "rename {old} to {new}",
    "Rename `{old}` to `{new}`",
    "Rename `{old}` to `{new}`.",
    "Rename the {kind} {old} to {new}",
    "rename {kind} `{old}` to `{new}`",
    "change the name of {old} to {new}",
    "please rename {old} as {new}",
    "Rename all uses of `{old}` to `{new}`.",
    "rename {old} -> {new}",
    "rename '{old}' into '{new}'",
)
_SYNONYMS = (
    "get fetch load read retrieve obtain",
    "set assign put store write",
    "make build create new construct",
    "find search locate lookup",
    "send emit dispatch post",
    "check verify validate ensure test",
    "remove delete drop discard clear",
    "add append insert push register",
    "parse decode interpret analyze",
    "format render encode dump",
    "name label title key",
    "value item entry element",
    "data payload content body",
    "path filename location target",
    "result output answer outcome",
    "index position offset pos",
    "count total number size length",
    "start begin first lower",
    "stop end last upper",
    "open start launch connect",
    "close shut finish disconnect",
    "run execute perform invoke call",
    "update refresh sync modify",
    "line row text record",
    "func callback handler fn",
    "args params options arguments",
    "msg message note reason",
    "node child leaf vertex",
    "convert transform translate map",
    "is has can should",
)


@dataclass(frozen=True, slots=True)
class Exercise:
    """One instruction and the file it makes of the lesson's."""

    instruction: str
    answer: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One stretch of code, and what to do with it."""

    name: str
    body: str
    exercises: tuple[Exercise, ...]


def lesson(seed: int, index: int, *, max_chars: int, held_out: bool = False) -> Lesson:
    """Return lesson `index`: code of at most `max_chars` characters and one to three exercises."""
    rng = random.Random(f"{seed}/{index}/{held_out}")
    while True:
        path, text = rng.choice(modules(held_out))
        body = _stretch(rng, text, max_chars)
        if body is None:
            continue
        wanted = 3 if len(body) < 1500 else 2 if len(body) < 2400 else 1
        exercises = [made for _ in range(wanted) if (made := _exercise(rng, body))]
        if exercises:
            return Lesson(path.name, body, tuple(exercises))


@cache
def modules(held_out: bool) -> tuple[tuple[Path, str], ...]:
    """Return the standard library's modules as (path, text): one in eight is held out."""
    root = Path(sysconfig.get_paths()["stdlib"])
    found = []
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if _SKIPPED & set(relative.parts):
            continue
        digest = hashlib.sha256(relative.as_posix().encode()).digest()[0]
        text = path.read_text("utf-8", errors="ignore")
        if (digest % 8 == 0) == held_out and len(text) > 300 and "\f" not in text:
            found.append((path, text))
    return tuple(found)


def renamed(rng: random.Random, body: str) -> Exercise | None:
    """Return a rename of a symbol of `body`, or None where none can be made."""
    symbol = _symbol(rng, body)
    if symbol is None:
        return None
    old, kind = symbol
    new = _new_name(rng, old, body)
    words = rng.choice(_WORDINGS).format(old=old, new=new, kind=kind)
    asked = f"rename {old} to {new}"
    if rng.random() < 0.3:
        literally = rng.choice(_LITERALLY)
        words, asked = f"{words.rstrip('.')} {literally}", f"{asked} {literally}"
    try:
        answer = rename.predict(asked, body, PYTHON)
        ast.parse(answer or "")
    except (EditRefused, SyntaxError, ValueError):
        return None
    return Exercise(words, answer) if answer and answer != body else None


def _exercise(rng: random.Random, body: str) -> Exercise | None:
    if rng.random() < 0.85:
        return renamed(rng, body)
    names = re.findall(r"[A-Za-z_]\w{2,}", body)
    if not names:
        return None
    absent = _new_name(rng, rng.choice(names), body)
    words = rng.choice(_WORDINGS).format(
        old=absent, new=_new_name(rng, absent, body), kind="function"
    )
    return Exercise(words, body)


def _stretch(rng: random.Random, text: str, max_chars: int) -> str | None:
    """A run of whole top-level statements, or one method on its own, of a random length."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    lines = text.splitlines(keepends=True)
    wanted = rng.uniform(0.15, 1.0) * max_chars
    statements = tree.body
    if rng.random() < 0.3:
        classes = [node for node in statements if isinstance(node, ast.ClassDef)]
        if classes:
            statements = rng.choice(classes).body
    if not statements:
        return None
    start = rng.randrange(len(statements))
    spans = [_span(node, lines) for node in statements[start:]]
    body = ""
    for first, last in _growing(spans):
        grown = _dedent("".join(lines[first:last]))
        if len(grown) > wanted and body:
            break
        body = grown
    return body if 120 < len(body) <= max_chars else None


def _span(node: ast.stmt, lines: list[str]) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)]) - 1
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first, node.end_lineno or node.lineno


def _growing(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for _, last in spans:
        yield spans[0][0], last


def _dedent(block: str) -> str:
    indent = re.match(r" *", block)
    width = len(indent[0]) if indent else 0
    return re.sub(rf"(?m)^ {{{width}}}", "", block) if width else block


def _symbol(rng: random.Random, body: str) -> tuple[str, str] | None:
    """A name that the code defines, or with less chance one that it only uses, and what kind it is."""
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError):
        return None
    kinds: dict[str, str] = {}
    used: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kinds[node.name] = "function"
        elif isinstance(node, ast.ClassDef):
            kinds[node.name] = "class"
        elif isinstance(node, ast.arg):
            kinds.setdefault(node.arg, "parameter")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            kinds.setdefault(node.id, "variable")
        elif isinstance(node, ast.Attribute):
            used.append(node.attr)
        elif isinstance(node, ast.Name):
            used.append(node.id)
    pool = [
        name for name in kinds if name not in ("self", "cls", "_") and not name.startswith("__")
    ]
    if not pool or rng.random() < 0.1:
        pool = [
            n for n in used if n not in dir(builtins) and not n.startswith("__") and n != "self"
        ]
    if not pool:
        return None
    weights = [min(6, len(re.findall(rf"\b{re.escape(name)}\b", body))) for name in pool]
    name = rng.choices(pool, weights)[0]
    return name, kinds.get(name, "symbol")


def _new_name(rng: random.Random, old: str, body: str) -> str:
    for _ in range(100):
        new = _variant(rng, old)
        if (
            new != old
            and new.isidentifier()
            and not keyword.iskeyword(new)
            and not re.search(rf"\b{re.escape(new)}\b", body)
        ):
            return new
    return f"{old}_{rng.randrange(10, 99)}"


def _variant(rng: random.Random, old: str) -> str:
    if rng.random() < 0.35:
        return rng.choice(_vocabulary())
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|_+", old)
    for _ in range(3):
        at = rng.randrange(len(parts)) if parts else 0
        for family in _SYNONYMS:
            words = family.split()
            if parts and parts[at].lower() in words:
                word = rng.choice(words)
                new = [
                    *parts[:at],
                    word.capitalize() if parts[at][0].isupper() else word,
                    *parts[at + 1 :],
                ]
                return "".join(new)
    word = rng.choice([w for family in _SYNONYMS for w in family.split()])
    camel = re.search(r"[a-z][A-Z]", old) or old[:1].isupper()
    return rng.choice(
        (f"{old}{word.capitalize()}" if camel else f"{old}_{word}",)
        + ((f"{word}{old[:1].upper()}{old[1:]}",) if camel else (f"{word}_{old.lstrip('_')}",))
    )


@cache
def _vocabulary() -> tuple[str, ...]:
    names: set[str] = set()
    for _, text in modules(False):
        names |= set(re.findall(r"\b(?:def|class) ([A-Za-z_]\w{3,24})\b", text))
    return tuple(sorted(name for name in names if not name.startswith("__")))
