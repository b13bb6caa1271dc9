"""The lines of a lazy snippet put to the lines of its file that they stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from rapidfuzz import fuzz

from specedit.edits.prediction import Note
from specedit.edits.snippet.alignment import OPEN, Alignment, aligned, parts
from specedit.edits.snippet.blanks import without_edges
from specedit.edits.snippet.by_form import find_by_form, named_values
from specedit.edits.snippet.checks import (
    check_anchored,
    check_appended,
    check_blank,
    check_doubtful,
    check_edges,
    check_ends,
    check_only_place,
    check_repeated,
    check_whole,
)
from specedit.edits.snippet.definitions import Matches, find
from specedit.edits.snippet.indents import check_indents
from specedit.edits.snippet.leftovers import Edge, check_declared
from specedit.edits.snippet.match import File
from specedit.edits.snippet.shape import (
    Shaped,
    collapsed,
    expanded,
    merged,
    rows_of,
    set_apart,
    without,
)
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.snippet.whole import WholeDefinition
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.statements import is_comment
from specedit.engine.errors import AmbiguousPlace, EditRefused

_MOST_CELLS = 100_000_000  # of a table of snippet lines by file lines, all alignments together: about ten seconds

_ALIKE = 60.0  # of 100: a comment and what it becomes


@dataclass(frozen=True, slots=True)
class Merge:
    """The file's lines with the snippet in them, and which of them the snippet's are.

    `edges` are those of its parts that change nothing.
    """

    lines: Sequence[str]
    notes: tuple[Note, ...]
    rows: Mapping[int, int]
    edges: tuple[Edge, ...] = ()


def placed(
    given: SnippetLines,
    file: File,
    source: Source | None,
    amid: Sequence[tuple[int, int]],
    usual: int,
) -> Merge:
    """Return the file's lines with a snippet merged in. `amid` are its definitions that are new, as its `rows`.

    `usual` is how many blank lines its markers are set apart by.

    Raises:
        EditRefused: it fits nowhere, or in two places.
    """
    given, gaps = without_edges(given, usual)
    parsed, lines = given.lines, file.lines
    definitions = find(given, source) if source is not None else Matches()
    check_ends(definitions.wholes, given, lines)
    if not definitions.is_parsed:
        definitions = find_by_form(given, file, definitions, heads=source is None)
    if source is None or not source.language.has_operations:
        definitions = replace(definitions, named={**named_values(given, file), **definitions.named})
    covered = {s for whole in definitions.wholes for s in range(whole.start, whole.end)}
    if definitions.wholes and not {s for s, x in enumerate(parsed) if x and x.strip()} - covered:
        return _replaced(definitions.wholes, given, lines)
    # An alignment, and one more for each part, to see whether it fits elsewhere.
    if len(parsed) * len(lines) * (1 + list(parsed).count(None)) > _MOST_CELLS:
        raise EditRefused(
            f"a snippet of {len(parsed)} lines in so many parts is too much for a file of {len(lines)} lines; "
            "apply it in pieces"
        )
    first, last = 0, len(lines)
    before = 0.0 if parsed[0] is None or None not in parsed else OPEN
    after = 0.0 if parsed[-1] is None or None not in parsed else OPEN
    if definitions.only is not None and source is not None and parsed[0] is not None:
        first, last = definitions.only.node.start_point[0], source.lines_of(definitions.only)[1]
        first = min(first, definitions.only.outer.start_point[0])
        first = _begun_above(parsed[0], lines, source.lines_of(definitions.only)[0], first)
        before, after = inf, 0.0 if parsed[-1] is None else inf
    shaped = collapsed(given, definitions, lines, (first, last), (before, after), amid)
    shaped = replace(shaped, gaps=gaps)
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
        shaped = without(shaped, astray)
        best = aligned(shaped.snippet, shaped.lines)
    best = set_apart(shaped, best)
    if after == inf:
        check_whole(shaped, best)
    check_appended(shaped, best)
    check_anchored(shaped, best)
    check_doubtful(shaped, best)
    check_blank(shaped, best)
    check_edges(shaped, best)
    check_repeated(shaped, best)
    result, places = merged(shaped, best)
    check_only_place(shaped, best, result)
    standing = {s: result[at] for s, at in places.items()}
    check_indents(shaped.snippet, best, shaped.lines, standing)
    new = [at for s, at in places.items() if best.pairs[s] < 0]
    check_declared(
        result, new, set(places.values()), dict(zip(shaped.lines, shaped.starts, strict=False))
    )
    rows = {row: at + first for row, at in rows_of(result, places, shaped).items()}
    whole = [*lines[:first], *expanded(result, shaped), *lines[last:]]
    return Merge(whole, _notes(shaped, best), _original(rows, given), _edges(shaped, best))


def _edges(shaped: Shaped, alignment: Alignment) -> tuple[Edge, ...]:
    """The edges of each part that changes nothing, with the blank lines that tell of the file."""
    lines, gaps = shaped.lines, shaped.gaps
    edges = []
    for start, end in parts(shaped.snippet):
        shown, own = shaped.snippet.lines[start:end], alignment.pairs[start]
        if own < 0 or shown != lines[own : own + end - start]:
            continue
        texts = expanded([line or "" for line in shown], shaped)
        blank = [
            [""] * (rows.get(shaped.origins[s], 0) - gaps.usual)
            for s, rows in ((start, gaps.above), (end - 1, gaps.below))
        ]
        rows = range(own - 1, -1, -1), range(own + end - start, len(lines))
        for beyond, is_above in zip(rows, (True, False), strict=True):
            row = next((row for row in beyond if lines[row].strip()), None)
            if row is not None and lines[row] not in shaped.whole:
                text = (*blank[0], *texts, *blank[1])
                edges.append(Edge(shaped.starts[row], text, is_above))
    return tuple(edges)


def _begun_above(text: str, lines: Sequence[str], first: int, last: int) -> int:
    """The row of the comment above a definition, [first, last), that a snippet of it begins with; `last` if none.

    Raises:
        AmbiguousPlace: it begins with a comment that is nothing like those above the file's.
    """
    for row in range(first, last):
        if lines[row].strip() == text.strip():
            return row
    if first == last or not is_comment(text):
        return last
    for row in range(first, last):
        if fuzz.ratio(lines[row].strip(), text.strip()) >= _ALIKE:
            return row
    raise AmbiguousPlace(
        f"{text.strip()!r} may stand in place of line {first + 1}, {lines[first].strip()!r}, or beside it; "
        "show that line too, or a marker in its place",
        (first + 1,),
    )


def _replaced(
    wholes: Sequence[WholeDefinition], given: SnippetLines, lines: Sequence[str]
) -> Merge:
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


def _notes(shaped: Shaped, alignment: Alignment) -> tuple[Note, ...]:
    """What to show of the snippet where: each part with the file's lines that it covers."""
    notes = []
    for start, end in parts(shaped.snippet):
        before = alignment.reached[start - 1] if start else alignment.begin
        given = [line for line in shaped.snippet.lines[start:end] if line is not None]
        text = "".join(f"{line}\n" for line in expanded(given, shaped))
        reached = alignment.reached[end - 1]
        notes.append(Note(shaped.starts[before], shaped.starts[reached], text))
    return tuple(notes)
