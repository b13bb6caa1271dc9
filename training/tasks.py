"""Exercises on the product's operations: an instruction on a file, and the regions that it changes."""

import random
import re
from collections.abc import Callable

from corpus import Module, parses
from wording import RENAMES, new_name

from specedit.edits import operations
from specedit.edits.prediction import HOLE
from specedit.edits.regions import changed_regions
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused

_VALUES = ("0", "1", "2", "10", "60", "None", "True", "False", '""', "-1", "0.5", "1024")


def operated(
    rng: random.Random, module: Module, max_chars: int
) -> tuple[str, str, str, str] | None:
    """Return task, instruction and one region before and after an operation, or None where none can be made."""
    source = Source(module.text, module.language)
    task = rng.choice(list(_ASKED))
    instruction = _ASKED[task](rng, source)
    if instruction is None:
        return None
    try:
        made = operations.predict(instruction, source)
    except EditRefused:
        return None
    if made is None or HOLE in made.body or made.body == module.text:
        return None
    if not parses(made.body, module.language):
        return None
    old, new = split_lines(module.text), split_lines(made.body)
    region = rng.choice(changed_regions(module.text, made.body, source))
    before = "".join(old[region.first : region.last])
    after = "".join(new[region.new_first : region.new_last])
    fits = len(before) <= max_chars and len(after) <= 1.3 * max_chars and before.strip()
    return (task, instruction, before, after) if fits else None


def function(rng: random.Random, module: Module) -> Source | None:
    """Return a function of a file by itself, of 4 to 60 lines."""
    source = Source(module.text, module.language)
    spans = [source.lines_of(d) for d in source.definitions if d.kind in ("function", "method")]
    spans = [(first, last) for first, last in spans if 4 <= last - first <= 60]
    body = source.lines(*rng.choice(spans)) if spans else ""
    return Source(body, module.language) if body and parses(body, module.language) else None


def renamed_alone(
    rng: random.Random, alone: Source, old: str = "", literally: str = ""
) -> tuple[str, str] | None:
    """Return words that ask for the rename of a name that a function has more than once, and the function after it.

    `old`: the name, any if not given. `literally`: words that ask for more than code.
    """
    if not old:
        names = repeated(alone)
        if not names:
            return None
        old = rng.choice(names)
    new = new_name(rng, old, alone.text)
    try:
        made = operations.predict(f"rename {old} to {new} {literally}", alone)
    except EditRefused:
        return None
    if made is None or made.body == alone.text:
        return None
    words = rng.choice(RENAMES).format(old=old, new=new, kind="variable")
    if not parses(made.body, alone.language):
        return None
    return f"{words.rstrip('.')} {literally}" if literally else words, made.body


def repeated(alone: Source) -> list[str]:
    """Return the names that a function has more than once, as often as it has them."""
    names = [alone.code(node) for node in alone.identifiers]
    return [name for name in names if len(name) > 2 and names.count(name) > 1]


def _function(rng: random.Random, source: Source) -> Definition | None:
    functions = [d for d in source.definitions if d.kind in ("function", "method")]
    return rng.choice(functions) if functions else None


def _parameter(rng: random.Random, source: Source) -> str | None:
    definition = _function(rng, source)
    if definition is None:
        return None
    name = definition.name
    if rng.random() < 0.6:
        new = new_name(rng, rng.choice(("timeout", "verbose", "limit", "mode")), source.text)
        kind = "parameter" if rng.random() < 0.8 else "argument"
        if source.language.name == "python":
            return rng.choice(
                (
                    f"add a {kind} {new}={rng.choice(_VALUES)} to {name}",
                    f"Add {kind} `{new}` with default {rng.choice(_VALUES)} to `{name}`.",
                    f"add {kind} {new} to {name}, passing {rng.choice(_VALUES)}",
                )
            )
        typed = {"go": f"{new} int", "rust": f"{new}: usize", "java": f"int {new}"}
        typed |= {"c": f"int {new}", "cpp": f"int {new}", "typescript": f"{new}: number"}
        text = typed.get(source.language.name, new)
        return f"add {kind} `{text}` to {name}, passing {rng.choice(('0', '1', '42'))}"
    inside = re.findall(r"\w+", source.code(definition.node).split("{")[0][:200])
    if len(inside) < 3:
        return None
    one, two = rng.choice(inside), rng.choice(inside)
    return rng.choice(
        (
            f"remove the parameter {one} from {name}",
            f"swap the parameters {one} and {two} of {name}",
        )
    )


def _constant(rng: random.Random, source: Source) -> str | None:
    constants = [d for d in source.definitions if d.kind == "constant"]
    if not constants:
        return None
    value = rng.choice(_VALUES)
    verb = rng.choice(("change", "set", "Change", "update"))
    return f"{verb} {rng.choice(constants).qualified} to {value}"


def _decorator(rng: random.Random, source: Source) -> str | None:
    definition = _function(rng, source)
    if definition is None:
        return None
    if rng.random() < 0.4:
        decorators = re.findall(r"^\s*(@[\w.]+|#\[[^\]]+\])", source.text, re.MULTILINE)
        return f"remove {rng.choice(decorators)} from {definition.name}" if decorators else None
    form = "#[{}]" if source.language.name == "rust" else "@{}"
    what = form.format(
        rng.choice(
            ("cache", "inline", "Override", "must_use", "staticmethod", "log.timed", "deprecated")
        )
    )
    return rng.choice(
        (f"add {what} to {definition.name}", f"add the decorator {what} to {definition.name}")
    )


def _imports(rng: random.Random, source: Source) -> str | None:
    nodes = [n for n in source.root.named_children if n.type in source.language.imports]
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(("sort the imports", "Sort imports", "sort the imports alphabetically"))
    if kind < 0.6 and nodes:
        words = re.findall(r"\w+", source.code(rng.choice(nodes)))
        return f"remove the {rng.choice(('', 'unused '))}import {rng.choice(words)}"
    word = new_name(rng, "util", source.text)
    statement = {
        "python": rng.choice((f"import {word}", f"from {word} import load")),
        "go": f'"{word}/x"',
        "java": f"org.{word}.Thing",
        "rust": f"use crate::{word};",
        "c": f"<{word}.h>",
        "cpp": f"<{word}>",
    }.get(source.language.name, f'import {word} from "./{word}"')
    return (
        f"add import {statement}"
        if source.language.name in ("go", "java")
        else f"add `{statement}`"
        if source.language.name not in ("c", "cpp")
        else f"add include {statement}"
    )


def _definition(rng: random.Random, source: Source) -> str | None:
    definitions = [d for d in source.definitions if d.kind in ("function", "method", "class")]
    if not definitions:
        return None
    one = rng.choice(definitions)
    word = rng.choice(("delete", "remove", "Remove"))
    return f"{word} the {one.kind if one.kind != 'class' else 'class'} {one.name}"


def _condition(rng: random.Random, source: Source) -> str | None:
    rows = [n.start_point[0] + 1 for n in source.nodes if n.child_by_field_name("condition")]
    definition = _function(rng, source)
    if not rows or definition is None or rng.random() < 0.5:
        return f"negate the condition in {definition.name}" if definition else None
    return f"invert the condition in {definition.name}"


def _annotate(rng: random.Random, source: Source) -> str | None:
    definition = _function(rng, source)
    if definition is None or source.language.name not in ("python", "typescript"):
        return None
    python = source.language.name == "python"
    kind = rng.choice(
        ("int", "str", "bytes", "list[int]") if python else ("number", "string", "Foo[]")
    )
    words = re.findall(r"\w+", source.code(definition.node)[:200])
    return rng.choice(
        (
            f"add the return type {kind} to {definition.name}",
            f"annotate {rng.choice(words)} of {definition.name} as {kind}",
        )
    )


def _fstring(rng: random.Random, source: Source) -> str | None:
    has_formatting = source.language.name == "python" and re.search(
        r"['\"] % |\.format\(", source.text
    )
    words = ("convert %-formatting and str.format calls to f-strings", "use f-strings")
    return rng.choice(words) if has_formatting else None


def _wrap(rng: random.Random, source: Source) -> str | None:
    definition = _function(rng, source)
    if definition is None:
        return None
    how = rng.choice(
        ("if debug", "try/except ValueError and return None", "with lock", "try/catch and return")
    )
    return f"wrap the body of {definition.name} in {how}"


_ASKED: dict[str, Callable[[random.Random, Source], str | None]] = {
    "parameter": _parameter,
    "constant": _constant,
    "decorator": _decorator,
    "imports": _imports,
    "definition": _definition,
    "condition": _condition,
    "annotate": _annotate,
    "fstring": _fstring,
    "wrap": _wrap,
}
