"""The lines of a lazy snippet put to the lines of its file that they stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from specedit.edits.prediction import Note
from specedit.edits.snippet.alignment import Alignment, aligned, parts
from specedit.edits.snippet.blanks import without_edges
from specedit.edits.snippet.bounds import bounds_of, check_size
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
from specedit.edits.snippet.deletions import Gap, gaps_in
from specedit.edits.snippet.indents import check_indents
from specedit.edits.snippet.leftovers import Edge, check_declared
from specedit.edits.snippet.lone import lone_lines
from specedit.edits.snippet.match import File
from specedit.edits.snippet.parents import check_parents
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
from specedit.engine.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Merge:
    """The file's lines with the snippet in them, and which of them the snippet's are.

    `edges` are those of its parts that change nothing, `gaps` what of the file is gone in the middle of a part.
    """

    lines: Sequence[str]
    notes: tuple[Note, ...]
    rows: Mapping[int, int]
    edges: tuple[Edge, ...] = ()
    gaps: tuple[Gap, ...] = ()


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
    definitions = _definitions(given, file, source)
    covered = {s for whole in definitions.wholes for s in range(whole.start, whole.end)}
    if (
        definitions.wholes
        and not {s for s, x in enumerate(given.lines) if x and x.strip()} - covered
    ):
        return _replaced(definitions.wholes, given, file.lines)
    check_size(given, file.lines)
    bounds = bounds_of(given, file.lines, definitions, source)
    first, last = bounds.first, bounds.last
    costs = bounds.before, bounds.after
    shaped = collapsed(given, definitions, file.lines, (first, last), costs, amid)
    shaped, best = _best(replace(shaped, gaps=gaps))
    if source is None or not source.language.definitions:
        check_parents(shaped, best)
    result, places = _checked(shaped, best)
    rows = {row: at + first for row, at in rows_of(result, places, shaped).items()}
    whole = [*file.lines[:first], *expanded(result, shaped), *file.lines[last:]]
    return Merge(
        whole,
        _notes(shaped, best),
        _original(rows, given),
        _edges(shaped, best),
        gaps_in(shaped, best, file.lines),
    )


def _definitions(given: SnippetLines, file: File, source: Source | None) -> Matches:
    """What a snippet shows of the definitions and constants of the file, by grammar and by form."""
    definitions = find(given, source) if source is not None else Matches()
    check_ends(definitions.wholes, given, file.lines)
    if not definitions.is_parsed:
        definitions = find_by_form(given, file, definitions, heads=source is None)
    if source is None or not source.language.has_operations:
        named = {**named_values(given, file), **definitions.named}
        definitions = replace(definitions, named=named)
    return replace(definitions, named={**lone_lines(given, file), **definitions.named})


def _best(shaped: Shaped) -> tuple[Shaped, Alignment]:
    """The alignment of least cost, new lines as far from others as they are shown.

    Raises:
        EditRefused: there is none.
    """
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
    if best.cost == inf:
        raise EditRefused(
            "the snippet shows lines of the file in another order, or begins in the middle of what it shows; "
            "give them in the file's order"
        )
    return shaped, set_apart(shaped, best)


def _checked(shaped: Shaped, best: Alignment) -> tuple[list[str], dict[int, int]]:
    """The merged lines, and which of them each of the snippet's is.

    Raises:
        EditRefused: they may be meant otherwise.
    """
    if shaped.snippet.after == inf:
        check_whole(shaped, best)
    for check in (
        check_appended,
        check_anchored,
        check_doubtful,
        check_blank,
        check_edges,
        check_repeated,
    ):
        check(shaped, best)
    result, places = merged(shaped, best)
    check_only_place(shaped, best, result)
    standing = {s: result[at] for s, at in places.items()}
    check_indents(shaped.snippet, best, shaped.lines, standing)
    new = [at for s, at in places.items() if best.pairs[s] < 0]
    starts = dict(zip(shaped.lines, shaped.starts, strict=False))
    check_declared(result, new, set(places.values()), starts)
    return result, places


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
        gaps=tuple(Gap(w.first, w.last) for w in wholes),
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
