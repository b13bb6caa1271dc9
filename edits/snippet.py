"""A lazy snippet, code with `... existing code ...` for the rest, placed into the file it is meant for.

The snippet's lines are aligned to the file's at least cost: markers stand for any lines, a line that is only in
the snippet is inserted, one that is only in the file, between two that are in both, is deleted. A definition that is
complete in the snippet takes the place of the file's. Where two alignments are equally good, nothing is guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from rapidfuzz import fuzz, process

from specedit.edits import _snippet_imports
from specedit.edits._snippet_definitions import Found, Whole, find
from specedit.edits._snippet_text import (
    as_indented,
    in_units_of,
    parsed_lines,
    without_fence,
)
from specedit.edits.alignment import (
    OPEN,
    Alignment,
    Snippet,
    aligned,
    parts,
)
from specedit.edits.language import Language
from specedit.edits.prediction import Note, Prediction
from specedit.edits.syntax import Source
from specedit.edits.text import split_lines
from specedit.engine.errors import AmbiguousPlace, EditRefused

_WHOLE = "\ue002"  # begins the line that stands for a whole definition; a private-use character
_MOST_CELLS = 100_000_000  # of a table of snippet lines by file lines, all alignments together: about ten seconds
_TELLING = re.compile(r"(?!\s*(?:@|#\[)).*\w")  # decorators and attributes have many bearers
_SURE = 0.4  # by how much the next best place must be worse
_SHOWN = 3  # places that an error lists


def place(body: str, snippet: str, language: Language | None) -> Prediction:
    """Return `body` with the snippet merged into it.

    Raises:
        EditRefused: the snippet fits nowhere, or in two places.
    """
    lines = [line.rstrip("\n") for line in split_lines(body)]
    parsed, indents = parsed_lines(in_units_of(body, without_fence(snippet)), set(lines))
    source = Source(body, language) if language else None
    imports: list[str] = []
    code: list[str] = []
    if source is not None:
        parsed, indents, imports, code = _snippet_imports.leading(parsed, indents, source)
        parsed, indents = _snippet_imports.apart(parsed, indents, source)
        parsed, indents, more = _snippet_imports.taken(parsed, indents, source)
        imports += more
    merged, notes = _placed(parsed, indents, lines, source) if any(parsed) else (lines, ())
    text = "".join(f"{line}\n" for line in merged)
    if source is not None and code:
        text, note = _snippet_imports.begun(text, code, source)
        notes = (note, *notes)
    if source is not None and imports:
        text, about = _snippet_imports.merged(text, imports, source)
        notes = (*about, *notes)
    return Prediction("snippet", text, notes=notes)


def _placed(
    parsed: Sequence[str | None],
    indents: Sequence[str],
    lines: Sequence[str],
    source: Source | None,
) -> tuple[list[str], tuple[Note, ...]]:
    found = find(parsed, indents, source) if source is not None else Found()
    covered = {s for whole in found.wholes for s in range(whole.start, whole.end)}
    if found.wholes and not {s for s, x in enumerate(parsed) if x and x.strip()} - covered:
        return _replaced(found.wholes, lines)
    # An alignment, and one more for each part, to see whether it fits elsewhere.
    if len(parsed) * len(lines) * (1 + list(parsed).count(None)) > _MOST_CELLS:
        raise EditRefused(
            f"a snippet of {len(parsed)} lines in so many parts is too much for a file of {len(lines)} lines; "
            "apply it in pieces"
        )
    first, last = 0, len(lines)
    before = 0.0 if parsed[0] is None or None not in parsed else OPEN
    after = 0.0 if parsed[-1] is None or None not in parsed else OPEN
    if found.only is not None and source is not None and parsed[0] is not None:
        first, last = found.only.node.start_point[0], source.lines_of(found.only)[1]
        first = min(first, found.only.outer.start_point[0])
        before, after = inf, 0.0 if parsed[-1] is None else inf
    shaped = _collapsed(parsed, found, lines, first, last, before, after)
    best = aligned(shaped.snippet, shaped.lines)
    astray = [
        s
        for s, line in enumerate(shaped.snippet.lines)
        if line in shaped.whole and best.pairs[s] < 0
    ]
    if astray:  # in another order than the file's: each is replaced where it is, and tells no place
        shaped = replace(shaped, snippet=_without(shaped.snippet, astray))
        best = aligned(shaped.snippet, shaped.lines)
    _check_anchored(shaped, best)
    result = _merged(shaped.snippet, best, shaped.lines)
    _check_only_place(shaped, best, result)
    merged = [*lines[:first], *_expanded(result, shaped), *lines[last:]]
    return merged, _notes(shaped, best)


@dataclass(frozen=True, slots=True)
class _Shaped:
    """A snippet and the file's lines, a whole definition being one line in both; `starts` are line numbers."""

    snippet: Snippet
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    whole: dict[str, tuple[str, ...]]


def _collapsed(
    parsed: Sequence[str | None],
    found: Found,
    lines: Sequence[str],
    first: int,
    last: int,
    before: float,
    after: float,
) -> _Shaped:
    wholes = [w for w in found.wholes if first <= w.first and w.last <= last]
    names = {whole: f"{_WHOLE}{i}" for i, whole in enumerate(wholes)}
    begins = {whole.first: whole for whole in wholes}
    short: list[str] = []
    starts: list[int] = []
    row = first
    while row < last:
        starts.append(row)
        short.append(names[begins[row]] if row in begins else lines[row])
        row = begins[row].last if row in begins else row + 1
    starts.append(last)
    at = {row: i for i, row in enumerate(starts)}
    opens = {whole.start: whole for whole in wholes}
    given: list[str | None] = []
    fixed: dict[int, int] = {}
    named: dict[int, int] = {}
    s = 0
    while s < len(parsed):
        if s in found.fixed and found.fixed[s] in at:
            fixed[len(given)] = at[found.fixed[s]]
        if s in found.named and found.named[s] in at:
            named[len(given)] = at[found.named[s]]
        if s in found.behind and found.behind[s][0] in at:
            row, text = found.behind[s]
            fixed[len(given)] = at[row]
            given.append(text)
        given.append(names[opens[s]] if s in opens else parsed[s])
        s = opens[s].end if s in opens else s + 1
    return _Shaped(
        Snippet(tuple(given), before, after, fixed, named),
        tuple(short),
        tuple(starts),
        {names[whole]: whole.lines for whole in wholes},
    )


def _without(snippet: Snippet, rows: Sequence[int]) -> Snippet:
    """The snippet without some of its lines, and the blank ones before them."""
    gone = set(rows)
    for row in rows:
        while row and (above := snippet.lines[row - 1]) is not None and not above.strip():
            row -= 1
            gone.add(row)
    kept = [s for s in range(len(snippet.lines)) if s not in gone]
    fixed, named = (
        {kept.index(s): j for s, j in pairs.items() if s in kept}
        for pairs in (snippet.fixed, snippet.named)
    )
    return Snippet(
        tuple(snippet.lines[s] for s in kept), snippet.before, snippet.after, fixed, named
    )


def _expanded(lines: Sequence[str], shaped: _Shaped) -> list[str]:
    return [new for line in lines for new in shaped.whole.get(line, (line,))]


def _replaced(wholes: Sequence[Whole], lines: Sequence[str]) -> tuple[list[str], tuple[Note, ...]]:
    """The lines with each definition in place of its own, in whatever order they come."""
    result = list(lines)
    for whole in sorted(wholes, key=lambda w: w.first, reverse=True):
        result[whole.first : whole.last] = whole.lines
    notes = [Note(w.first, w.last, "".join(f"{line}\n" for line in w.lines)) for w in wholes]
    return result, tuple(sorted(notes, key=lambda note: note.first))


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


def _check_anchored(shaped: _Shaped, alignment: Alignment) -> None:
    """Refuse a snippet with a part of which no line is found in the file."""
    snippet, lines = shaped.snippet, shaped.lines
    pairs = (*snippet.fixed.items(), *snippet.named.items())
    by_name = {s for s, j in pairs if alignment.pairs[s] == j}
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
            and (
                s in by_name
                or (snippet.lines[s] or "").strip() == lines[alignment.pairs[s]].strip()
            )
        ]
        telling = [s for s in found if s in by_name or _TELLING.match(snippet.lines[s] or "")]
        if telling or len(found) > 1:
            continue
        text = next(line for line in snippet.lines[start:end] if line and line.strip()).strip()
        near = process.extract(text, [x.strip() for x in lines], scorer=fuzz.ratio, limit=_SHOWN)
        places = "; ".join(f"line {shaped.starts[j] + 1}: {line!r}" for line, _, j in near if line)
        raise EditRefused(
            f"no place for the part of the snippet that begins with {text!r}: not one of its lines is where it could stand; "
            f"nearest: {places}. Add a line or two of what is around it"
        )


def _check_only_place(shaped: _Shaped, best: Alignment, result: Sequence[str]) -> None:
    """Refuse a snippet of which a part would fit as well elsewhere, with another result."""
    snippet, lines = shaped.snippet, shaped.lines
    for start, end in parts(snippet):
        s = next((s for s in range(start, end) if best.pairs[s] >= 0 and snippet.lines[s]), None)
        if s is None:
            continue
        other = aligned(snippet, lines, (s, best.pairs[s]))
        if other.cost > best.cost + _SURE or other.pairs[s] < 0:
            continue
        if _merged(snippet, other, lines) != list(result):
            here = shaped.starts[best.pairs[s]] + 1
            there = shaped.starts[other.pairs[s]] + 1
            raise AmbiguousPlace(
                f"the part of the snippet that begins with {(snippet.lines[s] or '').strip()!r} fits on line {here} "
                f"and on line {there}; add a line that tells them apart",
                (here, there),
            )


def _notes(shaped: _Shaped, alignment: Alignment) -> tuple[Note, ...]:
    """What to show of the snippet where: each part with the file's lines that it covers."""
    notes = []
    for start, end in parts(shaped.snippet):
        before = alignment.reached[start - 1] if start else alignment.begin
        given = [line for line in shaped.snippet.lines[start:end] if line is not None]
        text = "".join(f"{line}\n" for line in _expanded(given, shaped))
        reached = alignment.reached[end - 1]
        notes.append(Note(shaped.starts[before], shaped.starts[reached], text))
    return tuple(notes)
