"""The lines of a lazy snippet put to the lines of its file that they stand for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from rapidfuzz import fuzz, process

from specedit.edits._snippet_definitions import Found, Whole, find
from specedit.edits._snippet_edges import doubt
from specedit.edits._snippet_match import File
from specedit.edits._snippet_text import SnippetLines, as_indented
from specedit.edits._snippet_wholes import find_by_form
from specedit.edits.alignment import OPEN, Alignment, Snippet, aligned, parts
from specedit.edits.markers import may_be_marker
from specedit.edits.prediction import Note
from specedit.edits.syntax import Source
from specedit.engine.errors import AmbiguousPlace, EditRefused

_WHOLE = "\ue002"  # begins the line that stands for a whole definition; a private-use character
_MOST_CELLS = 100_000_000  # of a table of snippet lines by file lines, all alignments together: about ten seconds
_TELLING = re.compile(r"(?!\s*(?:@|#\[)).*\w")  # decorators and attributes have many bearers
_SURE = 0.4  # by how much the next best place must be worse
_SURE_END = 0.05  # the same of where a part ends
_SHOWN = 3  # places that an error lists


@dataclass(frozen=True, slots=True)
class Merge:
    """The file's lines with the snippet in them, and which of them the snippet's are."""

    lines: Sequence[str]
    notes: tuple[Note, ...]
    rows: Mapping[int, int]


def placed(
    given: SnippetLines,
    file: File,
    source: Source | None,
    amid: Sequence[tuple[int, int]] = (),
) -> Merge:
    """Return the file's lines with a snippet merged in. `amid` are its definitions that are new, as its `rows`.

    Raises:
        EditRefused: it fits nowhere, or in two places.
    """
    given, *gaps = given.without_edges()
    parsed, lines = given.lines, file.lines
    found = find(given, source) if source is not None else Found()
    if not found.is_parsed:
        found = find_by_form(given, file, found, heads=source is None)
    covered = {s for whole in found.wholes for s in range(whole.start, whole.end)}
    if found.wholes and not {s for s, x in enumerate(parsed) if x and x.strip()} - covered:
        return _replaced(found.wholes, given, lines)
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
    shaped = _collapsed(given, found, lines, (first, last), (before, after), amid)
    shaped = replace(shaped, gap_above=gaps[0], gap_below=gaps[1])
    best = aligned(shaped.snippet, shaped.lines)
    astray = [
        s
        for s, line in enumerate(shaped.snippet.lines)
        if line is not None
        and line in shaped.whole
        and shaped.whole[line].last
        and best.pairs[s] < 0
    ]
    if astray:  # in another order than the file's: each is replaced where it is, and tells no place
        shaped = _without(shaped, astray)
        best = aligned(shaped.snippet, shaped.lines)
    _check_anchored(shaped, best)
    _check_doubtful(shaped, best)
    _check_edges(shaped, best)
    result, places = _merged(shaped, best)
    _check_only_place(shaped, best, result)
    rows = {row: at + first for row, at in _rows(result, places, shaped).items()}
    merged = [*lines[:first], *_expanded(result, shaped), *lines[last:]]
    return Merge(merged, _notes(shaped, best), _original(rows, given))


@dataclass(frozen=True, slots=True)
class _Shaped:
    """A snippet and the file's lines, a whole definition being one line in both; `starts` are line numbers."""

    snippet: Snippet
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    whole: Mapping[str, Whole]
    origins: tuple[int, ...]  # which row of the given text each of its lines is, -1 for none
    gap_above: frozenset[int] = frozenset()  # rows with a marker and blank lines above
    gap_below: frozenset[int] = frozenset()


def _collapsed(
    text: SnippetLines,
    found: Found,
    lines: Sequence[str],
    bounds: tuple[int, int],
    costs: tuple[float, float],
    amid: Sequence[tuple[int, int]],
) -> _Shaped:
    first, last = bounds
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
    at_row = {row: s for s, row in enumerate(text.rows)}
    fresh = {at_row[a]: at_row[b - 1] + 1 for a, b in amid if a in at_row}
    new = {s: f"{_WHOLE}+{s}" for s in fresh}
    parsed = text.lines
    given: list[str | None] = []
    origins: list[int] = []
    fixed: dict[int, int] = {}
    named: dict[int, int] = {}
    s = 0
    while s < len(parsed):
        if s in found.fixed and found.fixed[s] in at:
            fixed[len(given)] = at[found.fixed[s]]
        if s in found.named and found.named[s] in at:
            named[len(given)] = at[found.named[s]]
        if s in found.behind and found.behind[s][0] in at:
            row, last_line = found.behind[s]
            fixed[len(given)] = at[row]
            given.append(last_line)
            origins.append(-1)
        given.append(names[opens[s]] if s in opens else new.get(s, parsed[s]))
        origins.append(s)
        s = opens[s].end if s in opens else fresh.get(s, s + 1)
    return _Shaped(
        Snippet(tuple(given), *costs, fixed, named),
        tuple(short),
        tuple(starts),
        {names[whole]: whole for whole in wholes}
        | {
            new[s]: Whole(s, end, 0, 0, tuple(x or "" for x in parsed[s:end]))
            for s, end in fresh.items()
        },
        tuple(origins),
    )


def _without(shaped: _Shaped, rows: Sequence[int]) -> _Shaped:
    """The snippet without some of its lines, and the blank ones before them."""
    snippet = shaped.snippet
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
    lines = tuple(snippet.lines[s] for s in kept)
    return replace(
        shaped,
        snippet=Snippet(lines, snippet.before, snippet.after, fixed, named),
        origins=tuple(shaped.origins[s] for s in kept),
    )


def _expanded(lines: Sequence[str], shaped: _Shaped) -> list[str]:
    return [new for line in lines for new in _lines_of(line, shaped)]


def _lines_of(line: str, shaped: _Shaped) -> tuple[str, ...]:
    return shaped.whole[line].lines if line in shaped.whole else (line,)


def _rows(result: Sequence[str], at: Mapping[int, int], shaped: _Shaped) -> dict[int, int]:
    """Which line of the expanded result each row of the snippet is; `at` tells of the result as it is."""
    starts: list[int] = []
    rows: dict[int, int] = {}
    row = 0
    for line in result:
        starts.append(row)
        if line in shaped.whole:
            whole = shaped.whole[line]
            rows |= {r: row + whole.offset + i for i, r in enumerate(range(whole.start, whole.end))}
        row += len(_lines_of(line, shaped))
    here = {shaped.origins[s]: starts[i] for s, i in at.items() if result[i] not in shaped.whole}
    return rows | {row: i for row, i in here.items() if row >= 0}


def _replaced(wholes: Sequence[Whole], given: SnippetLines, lines: Sequence[str]) -> Merge:
    """The lines with each definition in place of its own, in whatever order they come."""
    result: list[str] = []
    rows: dict[int, int] = {}
    at = 0
    for whole in sorted(wholes, key=lambda w: w.first):
        result += lines[at : whole.first]
        at = len(result) + whole.offset - whole.start
        rows |= {r: r + at for r in range(whole.start, whole.end)}
        result += whole.lines
        at = whole.last
    notes = [Note(w.first, w.last, "".join(f"{line}\n" for line in w.lines)) for w in wholes]
    return Merge(
        [*result, *lines[at:]],
        tuple(sorted(notes, key=lambda note: note.first)),
        _original(rows, given),
    )


def _original(rows: Mapping[int, int], given: SnippetLines) -> dict[int, int]:
    return {original: at for row, at in rows.items() if (original := given.rows[row]) is not None}


def _merged(shaped: _Shaped, alignment: Alignment) -> tuple[list[str], dict[int, int]]:
    """The file's lines with the snippet merged in, and which of them each of its lines is.

    Blank lines beside a marker say nothing, but that a new line there stands apart.
    """
    lines = shaped.lines
    margins = {
        s: shaped.whole[line].margin
        for s, line in enumerate(shaped.snippet.lines)
        if line is not None and line in shaped.whole and shaped.whole[line].last
    }
    given = as_indented(shaped.snippet, alignment, lines, margins)
    result, at = list(lines[: alignment.begin]), alignment.begin
    places: dict[int, int] = {}
    for s, line in enumerate(given):
        if line is None:
            result += lines[at : alignment.reached[s]]
        else:
            is_new = alignment.pairs[s] < 0
            if is_new and shaped.origins[s] in shaped.gap_above and result and result[-1].strip():
                result.append("")
            places[s] = len(result)
            result.append(line)
            follows = "".join(lines[alignment.reached[s] :][:1])
            if is_new and shaped.origins[s] in shaped.gap_below and follows.strip():
                result.append("")
        at = alignment.reached[s]
    return [*result, *lines[at:]], places


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


def _check_edges(shaped: _Shaped, alignment: Alignment) -> None:
    """Refuse new lines beside a marker that may have been meant in place of what the file has there."""
    snippet, lines = shaped.snippet, shaped.lines
    certain = {
        s for s, line in enumerate(snippet.lines) if line is not None and line in shaped.whole
    }
    found = doubt(snippet, alignment, lines, {*certain, *snippet.fixed, *snippet.named})
    if found is not None:
        here, there = (snippet.lines[found.line] or "").strip(), shaped.starts[found.other] + 1
        raise AmbiguousPlace(
            f"{here!r} may stand in place of line {there}, {lines[found.other].strip()!r}, or beside it; "
            "add the line that follows it, or precedes it",
            (there,),
        )


def _check_doubtful(shaped: _Shaped, alignment: Alignment) -> None:
    """Refuse a comment that begins with dots where lines of the file would go: it may stand for them."""
    for s, line in enumerate(shaped.snippet.lines):
        if line is None or alignment.pairs[s] >= 0 or not may_be_marker(line):
            continue
        start, end = next(part for part in parts(shaped.snippet) if part[0] <= s < part[1])
        before = max((alignment.pairs[i] for i in range(start, s)), default=-1)
        after = min((p for i in range(s, end) if (p := alignment.pairs[i]) >= 0), default=-1)
        if before >= 0 and after > before + 1:
            raise EditRefused(
                f"{line.strip()!r} may be a comment or stand for lines {shaped.starts[before + 1] + 1} to "
                f"{shaped.starts[after]}; write `... existing code ...` for what is left out"
            )


def _check_only_place(shaped: _Shaped, best: Alignment, result: Sequence[str]) -> None:
    """Refuse a snippet of which a part would fit as well elsewhere, with another result.

    A part may begin elsewhere or end elsewhere: the marker beside it stands for whatever comes.
    """
    snippet, lines = shaped.snippet, shaped.lines
    for start, end in parts(snippet):
        own = [s for s in range(start, end) if best.pairs[s] >= 0 and snippet.lines[s]]
        for s in dict.fromkeys((*own[:1], *own[-1:])):
            other = aligned(snippet, lines, (s, best.pairs[s]))
            margin = _SURE if s == own[0] else _SURE_END
            if other.cost > best.cost + margin or other.pairs[s] < 0:
                continue
            if _merged(shaped, other)[0] != list(result):
                here = shaped.starts[best.pairs[s]] + 1
                there = shaped.starts[other.pairs[s]] + 1
                raise AmbiguousPlace(
                    f"the part of the snippet with {(snippet.lines[s] or '').strip()!r} fits on line {here} "
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
