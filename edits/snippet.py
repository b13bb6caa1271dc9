"""A lazy snippet, code with `... existing code ...` for the rest, placed into the file it is meant for.

The snippet's lines are aligned to the file's at least cost: markers stand for any lines, a line that is only in
the snippet is inserted, one that is only in the file, between two that are in both, is deleted. A definition that is
complete in the snippet takes the place of the file's. Where two alignments are equally good, nothing is guessed.
"""

import re
from collections.abc import Sequence
from math import inf

from rapidfuzz import fuzz, process

from specedit.edits.alignment import (
    OPEN,
    Alignment,
    Snippet,
    aligned,
    as_indented,
    indent_of,
    parts,
)
from specedit.edits.language import Language
from specedit.edits.markers import is_marker
from specedit.edits.prediction import Note, Prediction
from specedit.edits.syntax import Definition, Source
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused

_SURE = 0.4  # by how much the next best place must be worse
_SHOWN = 3  # places that an error lists


def place(body: str, snippet: str, language: Language | None) -> Prediction:
    """Return `body` with the snippet merged into it.

    Raises:
        EditRefused: the snippet fits nowhere, or in two places.
    """
    source = Source(body, language) if language else None
    lines = [line.rstrip("\n") for line in split_lines(body)]
    parsed = _parse(_without_fence(snippet), set(lines))
    if not any(line is None for line in parsed) and source is not None:
        whole = _whole_definitions(source, "\n".join(map(str, parsed)) + "\n")
        if whole is not None:
            return whole
    first, last, shaped = _bounds(parsed, lines, source)
    inner = lines[first:last]
    best = aligned(shaped, inner)
    _check_anchored(shaped, best, inner, first)
    result = _merged(shaped, best, inner)
    _check_only_place(shaped, best, inner, first, result)
    merged = [*lines[:first], *result, *lines[last:]]
    return Prediction(
        "snippet", "".join(f"{line}\n" for line in merged), notes=_notes(shaped, best, first)
    )


def _parse(text: str, known: set[str]) -> list[str | None]:
    """The lines, None for a marker; one that the file has itself is none."""
    found: list[str | None] = []
    for line in text.splitlines():
        marker = is_marker(line) and (line not in known or "existing code" in line)
        if not (marker and found and found[-1] is None):
            found.append(None if marker else line)
    while found and found[0] is not None and not found[0].strip():
        del found[0]
    while found and found[-1] is not None and not found[-1].strip():
        del found[-1]
    if not [line for line in found if line]:
        raise EditRefused("the snippet has no code besides its markers; give the lines that change")
    return found


def _without_fence(snippet: str) -> str:
    match = re.fullmatch(r"\s*(```+)[^\n`]*\n(.*\n)\1\s*", snippet, re.DOTALL)
    return match[2] if match else snippet


def _bounds(
    parsed: list[str | None], lines: Sequence[str], source: Source | None
) -> tuple[int, int, Snippet]:
    """The file's lines that the snippet is about, and whether it may begin or end inside of them."""
    opens, closes = parsed[0] is None, parsed[-1] is None
    if source is not None and not opens and not closes:
        definition = _only_definition(parsed, source)
        if definition is not None:
            last = source.lines_of(definition)[1]
            return definition.outer.start_point[0], last, Snippet(tuple(parsed), inf, inf)
    edge = OPEN if None in parsed else 0.0
    return (
        0,
        len(lines),
        Snippet(tuple(parsed), 0.0 if opens else edge, 0.0 if closes else edge),
    )


def _only_definition(parsed: Sequence[str | None], source: Source) -> Definition | None:
    """The file's definition that the snippet is a version of, if it is one definition and nothing else."""
    mark = source.language.line_comment
    text = "\n".join(
        f"{_indent_at(parsed, i)}{mark}" if line is None else line for i, line in enumerate(parsed)
    )
    given = Source(f"{text}\n", source.language)
    if given.root.has_error:
        return None
    top = [d for d in given.definitions if not d.owner]
    spans = {row for d in top for row in range(*given.lines_of(d))}
    full = {i for i, line in enumerate(text.splitlines()) if line.strip()}
    if len(top) != 1 or full - spans:
        return None
    found = [d for d in source.definitions if (d.name, d.kind) == (top[0].name, top[0].kind)]
    if not found and top[0].kind == "function":
        found = [d for d in source.definitions if (d.name, d.kind) == (top[0].name, "method")]
    return found[0] if len(found) == 1 else None


def _indent_at(parsed: Sequence[str | None], i: int) -> str:
    """The indentation that a marker's comment must have to parse: that of the nearest line of code."""
    for line in [*parsed[i + 1 :], *reversed(parsed[:i])]:
        if line:
            return indent_of(line)
    return ""


def _whole_definitions(source: Source, text: str) -> Prediction | None:
    """The file with each definition of a snippet without markers in place of its own of that name."""
    given = Source(text, source.language)
    top = [d for d in given.definitions if not d.owner]
    spans = [given.lines_of(d) for d in top]
    rows = {row for a, b in spans for row in range(a, b)}
    lines = split_lines(text)
    if (
        given.root.has_error
        or not top
        or {i for i, line in enumerate(lines) if line.strip()} - rows
    ):
        return None
    old = split_lines(source.text)
    changes, notes = [], []
    for definition, (a, b) in zip(top, spans, strict=True):
        names = [d for d in source.definitions if d.name == definition.name]
        if len(names) > 1:
            where = ", ".join(str(d.node.start_point[0] + 1) for d in names)
            raise EditRefused(
                f"the snippet's '{definition.name}' is defined on lines {where}; add the line of what is around it"
            )
        if not names:
            return None  # something new: its place is told by its neighbours
        first, last = source.lines_of(names[0])
        if a == definition.outer.start_point[0]:  # no comment of its own: the file's stays
            first = names[0].outer.start_point[0]
        new = "".join(_shifted(lines[a:b], lines[a], old[names[0].outer.start_point[0]]))
        changes.append((first, last, new if new.endswith("\n") else f"{new}\n"))
        notes.append(Note(first, last, new))
    for first, last, new in sorted(changes, reverse=True):
        old[first:last] = [new]
    return Prediction("snippet", "".join(old), notes=tuple(notes))


def _shifted(lines: Sequence[str], from_line: str, to_line: str) -> list[str]:
    """Lines moved from the indentation of one line to that of another."""
    old, new = indent_of(from_line), indent_of(to_line)
    if not lines or old == new:
        return list(lines)
    return [new + line.removeprefix(old) if line.strip() else line for line in lines]


def _merged(snippet: Snippet, alignment: Alignment, lines: Sequence[str]) -> list[str]:
    """The file's lines with the snippet merged in."""
    given = as_indented(snippet, alignment, lines)
    result, at = list(lines[: alignment.begin]), alignment.begin
    for s, line in enumerate(given):
        if line is None:
            result += lines[at : alignment.reached[s]]
        else:
            result.append(line)
        at = alignment.reached[s]
    return [*result, *lines[at:]]


def _check_anchored(
    snippet: Snippet, alignment: Alignment, lines: Sequence[str], first: int
) -> None:
    """Refuse a snippet with a part of which no line is found in the file."""
    for start, end in parts(snippet):
        if (start == 0 and snippet.before) or (
            end == len(snippet.lines) and (snippet.after or start > 0)
        ):
            continue  # the beginning and the end of the text are places too
        found = [
            s
            for s in range(start, end)
            if alignment.pairs[s] >= 0
            and (snippet.lines[s] or "").strip()
            and (snippet.lines[s] or "").strip() == lines[alignment.pairs[s]].strip()
        ]
        telling = [s for s in found if re.search(r"\w", snippet.lines[s] or "")]
        if telling or len(found) > 1:
            continue
        text = next(line for line in snippet.lines[start:end] if line and line.strip()).strip()
        near = process.extract(text, [x.strip() for x in lines], scorer=fuzz.ratio, limit=_SHOWN)
        places = "; ".join(f"line {first + j + 1}: {line!r}" for line, _, j in near if line)
        raise EditRefused(
            f"no place for the part of the snippet that begins with {text!r}: not one of its lines is where it could stand; "
            f"nearest: {places}. Add a line or two of what is around it"
        )


def _check_only_place(
    snippet: Snippet,
    best: Alignment,
    lines: Sequence[str],
    first: int,
    result: Sequence[str],
) -> None:
    """Refuse a snippet of which a part would fit as well elsewhere, with another result."""
    for start, end in parts(snippet):
        s = next((s for s in range(start, end) if best.pairs[s] >= 0 and snippet.lines[s]), None)
        if s is None:
            continue
        other = aligned(snippet, lines, (s, best.pairs[s]))
        if other.cost > best.cost + _SURE or other.pairs[s] < 0:
            continue
        if _merged(snippet, other, lines) != list(result):
            here, there = first + best.pairs[s] + 1, first + other.pairs[s] + 1
            raise EditRefused(
                f"the part of the snippet that begins with {(snippet.lines[s] or '').strip()!r} fits on line {here} "
                f"and on line {there}; add a line that tells them apart"
            )


def _notes(snippet: Snippet, alignment: Alignment, first: int) -> tuple[Note, ...]:
    """What to show of the snippet where: each part with the file's lines that it covers."""
    notes = []
    for start, end in parts(snippet):
        before = alignment.reached[start - 1] if start else alignment.begin
        text = "".join(f"{line}\n" for line in snippet.lines[start:end] if line is not None)
        notes.append(Note(first + before, first + alignment.reached[end - 1], text))
    return tuple(notes)
