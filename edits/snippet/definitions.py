"""The definitions that a lazy snippet writes out, matched to the file's by name, owner and kind."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from specedit.edits.snippet.endings import check_ending
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.snippet.whole import WholeDefinition, is_closed, is_overload, whole_of
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace

_KINDS = ("function", "method", "class")


@dataclass(frozen=True, slots=True)
class Matches:
    """What is known of a snippet by syntax: whole definitions, and lines that must stand for lines of the file."""

    wholes: tuple[WholeDefinition, ...] = ()
    fixed: Mapping[int, int] = field(default_factory=dict)
    named: Mapping[int, int] = field(default_factory=dict)  # lines that may: constants
    # Lines of the snippet that go behind a line of the file, and that line as the snippet would show it.
    behind: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    only: Definition | None = None  # the snippet is a version of this one and nothing else
    is_parsed: bool = False  # whether the grammar could read the snippet


def find(text: SnippetLines, source: Source) -> Matches:
    """Return the file's definitions in a snippet.

    Raises:
        AmbiguousPlace: the snippet is nothing but a definition of which the file has several.
    """
    parsed, indents = text.lines, text.indents
    texts = [
        f"{indent}{source.language.comment('')}" if line is None else line
        for line, indent in zip(parsed, indents, strict=True)
    ]
    given = Source("".join(f"{line}\n" for line in texts), source.language)
    if given.root.has_error:
        return Matches(tuple(_in_parts(parsed, source)))
    wholes: list[WholeDefinition] = []
    fixed: dict[int, int] = {}
    named: dict[int, int] = {}
    behind: dict[int, tuple[int, str]] = {}
    for definition in given.definitions:
        if definition.kind not in _KINDS:
            pair = _constant(definition, given, source)
            if not any(_is_dedented(parsed, row, source) for row in pair):
                named.update(pair)
            continue
        start, end = given.lines_of(definition)
        head = definition.node.start_point[0]
        start = max([start, *(row + 1 for row in range(start, head) if parsed[row] is None)])
        if any(whole.start <= start and end <= whole.end for whole in wholes):
            continue
        target = _target(definition, given, source, _is_sure(definition, text, given))
        if target is None or is_overload(definition, given, target, source, None in parsed):
            continue
        top = definition.outer.start_point[0]
        above = source.lines(source.lines_of(target)[0], target.outer.start_point[0]).split("\n")
        if all(given.line(row).strip() in map(str.strip, above) for row in range(start, top)):
            start = top  # a comment of the file's, or its end: shown, not given
        if None not in parsed[start:end]:
            whole = whole_of(definition, start, given, target, source)
            if whole is not None:
                wholes.append(whole)
                continue
        fixed[definition.node.start_point[0]] = target.node.start_point[0]
        if source.language.blocks_by_indentation:
            behind.update(_ending(definition, parsed, indents, target, source))
        if is_closed(definition, given) and source.code(target.node)[-1:] == "}":
            fixed[definition.node.end_point[0]] = target.node.end_point[0]
    only = _only(parsed, given, source)
    return Matches(tuple(wholes), fixed, named, behind, only, is_parsed=True)


def _ending(
    definition: Definition,
    parsed: Sequence[str | None],
    indents: Sequence[str],
    target: Definition,
    source: Source,
) -> dict[int, tuple[int, str]]:
    """The new line after a marker with which a definition of Python goes on to its end, and the file's last line of it.

    Not behind a `return`, and not where a marker says that the body goes on.
    """
    head, end = definition.node.start_point[0], definition.node.end_point[0] + 1
    inside = [row for row in range(head + 1, end) if parsed[row] is None]
    if not inside:
        return {}
    shown = [row for row in range(inside[-1] + 1, end) if (parsed[row] or "").strip()]
    after = next((row for row in range(end, len(parsed)) if (parsed[row] or "x").strip()), None)
    last = source.line(target.node.end_point[0]).rstrip("\n")
    body = source.lines(target.node.start_point[0], target.node.end_point[0] + 1).split("\n")
    known = {line.strip() for line in body}
    if (
        not shown
        or definition.node.type != "function_definition"
        or indent_of(parsed[shown[0]] or "") != indents[inside[-1]]
        or any((parsed[row] or "").strip() in known for row in shown)
        or (after is not None and len(indents[after]) >= len(indents[inside[-1]]))
        or re.match(r"\s*(?:return|raise)\b", last)
    ):
        return {}
    check_ending([parsed[row] or "" for row in shown], target, source)
    margin = indent_of(source.line(target.node.start_point[0]))
    text = indent_of(parsed[head] or "") + last.removeprefix(margin)
    return {shown[0]: (target.node.end_point[0], text)}


def _is_dedented(parsed: Sequence[str | None], row: int, source: Source) -> bool:
    """Whether the part of the snippet around a line has lines that are indented in the file, and only there."""
    known = set(source.text.split("\n"))
    bare = {line.strip() for line in known if line.strip()}
    start = max((s + 1 for s in range(row) if parsed[s] is None), default=0)
    part = takewhile(lambda line: line is not None, parsed[start:])
    return any(line in bare and line not in known for line in part)


def _constant(definition: Definition, given: Source, source: Source) -> dict[int, int]:
    """The line of a constant of the file's top level that a snippet gives another value, if it is the only one so named."""
    one, *others = [d for d in given.definitions if d.name == definition.name]
    constants = [d for d in source.definitions if d.name == definition.name]
    if others or len(constants) != 1 or one.owner or constants[0].kind != one.kind:
        return {}
    for text, node in ((given, one.outer), (source, constants[0].outer)):
        if text.line(node.start_point[0]).rstrip(";\n") != text.code(node).rstrip(";"):
            return {}  # more than a line, or than the constant
    return {one.node.start_point[0]: constants[0].node.start_point[0]}


def _in_parts(parsed: Sequence[str | None], source: Source) -> Iterator[WholeDefinition]:
    """The whole definitions of a snippet that does not parse as it stands: each part on its own."""
    start = 0
    for end, line in enumerate([*parsed, None]):
        if line is not None:
            continue
        lines = [text or "" for text in parsed[start:end]]
        margin = min((len(indent_of(text)) for text in lines if text.strip()), default=0)
        given = Source("".join(f"{text[margin:]}\n" for text in lines), source.language)
        if not given.root.has_error:
            taken = -1
            for definition in given.definitions:
                rows = given.lines_of(definition)
                target = _target(definition, given, source) if definition.kind in _KINDS else None
                if target is not None and is_overload(definition, given, target, source, True):
                    continue
                if target is not None and rows[0] > taken - 1:
                    whole = whole_of(definition, rows[0], given, target, source)
                    if whole is not None:
                        taken = rows[1]
                        yield replace(
                            whole,
                            start=whole.start + start,
                            end=whole.end + start,
                            margin=(lines[rows[0]][:margin] + whole.margin[0], whole.margin[1]),
                        )
        start = end + 1


def _is_sure(definition: Definition, text: SnippetLines, given: Source) -> bool:
    """Whether the class that a definition is shown in is its own: no marker that may stand for the end of it lies between."""
    around = [d for d in given.definitions if d.qualified == definition.owner]
    heads = [
        d.node.start_point[0] for d in around if d.node.start_byte < definition.node.start_byte
    ]
    rows = range(heads[-1], definition.outer.start_point[0]) if heads else ()
    width = len(text.indents[heads[-1]]) if heads else 0
    return not any(text.lines[row] is None and len(text.indents[row]) <= width for row in rows)


def _target(
    definition: Definition, given: Source, source: Source, is_sure: bool = True
) -> Definition | None:
    """The one definition of the file that a snippet's stands for, None if there is none or it is not clear.

    `is_sure` says that the class it is shown in is its own.
    """
    candidates = _candidates(definition, given, source, is_sure)
    return candidates[0] if len(candidates) == 1 else None


def _candidates(
    definition: Definition, given: Source, source: Source, is_sure: bool = True
) -> list[Definition]:
    callables = ("function", "method")
    kinds = callables if definition.kind in callables else (definition.kind,)
    candidates = [d for d in source.definitions if d.name == definition.name and d.kind in kinds]
    owner = definition.owner.rpartition(".")[2] if is_sure else ""
    is_method = bool(definition.owner) or re.match(
        r"(?:async\s+)?def\s+\w+\s*\(\s*(?:self|cls)\b", given.code(definition.node)
    )
    head = given.line(definition.node.start_point[0]).strip()
    for narrower in (
        [d for d in candidates if not owner or d.owner.rpartition(".")[2] == owner],
        [
            d
            for d in candidates
            if (d.kind == "method") == bool(is_method or definition.kind == "method")
        ],
        [d for d in candidates if d.node.type == definition.node.type],
        [d for d in candidates if source.line(d.node.start_point[0]).strip() == head],
    ):
        both = [d for d in candidates if d in narrower]
        if len(candidates) > 1 and both:
            candidates = both
    if is_method:  # a function of the file's top level is another, and so written otherwise
        form = definition.node.type
        candidates = [
            d
            for d in candidates
            if d.kind != "function"
            or not (source.language.blocks_by_indentation or d.node.type != form)
        ]
    return [
        d for d in candidates if not owner or not d.owner or d.owner.rpartition(".")[2] == owner
    ]


def _rows(definition: Definition, parsed: Sequence[str | None], given: Source) -> range:
    """The rows of a definition and of the comments above it: a comment above a marker is of something else."""
    first, last = given.lines_of(definition)
    markers = [r for r in range(first, definition.outer.start_point[0]) if parsed[r] is None]
    return range(markers[-1] + 1 if markers else first, last)


def _only(parsed: Sequence[str | None], given: Source, source: Source) -> Definition | None:
    """The file's definition that the snippet is a version of, if it is one definition and nothing else."""
    top = [d for d in given.definitions if not d.owner]
    spans = {row for d in top for row in _rows(d, parsed, given)}
    if (
        len(top) != 1
        or {i for i, line in enumerate(parsed) if line is not None and line.strip()} - spans
    ):
        return None
    candidates = _candidates(top[0], given, source)
    if len(candidates) > 1 and None not in parsed:
        lines = [d.node.start_point[0] + 1 for d in candidates]
        raise AmbiguousPlace(
            f"the snippet's '{top[0].name}' is defined on lines {', '.join(map(str, lines))}; "
            "add the line of what is around it",
            lines,
        )
    return candidates[0] if len(candidates) == 1 else None
