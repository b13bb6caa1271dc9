"""The lines of a file that a lazy snippet is aligned to: all, or those of the one definition that it is a version of."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from rapidfuzz import fuzz

from specedit.edits.snippet.alignment import OPEN
from specedit.edits.snippet.definitions import Matches
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.brackets import net
from specedit.edits.syntax.outline import is_attribute
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.statements import is_comment
from specedit.engine.errors import AmbiguousPlace, EditRefused

_MOST_CELLS = 100_000_000  # of a table of snippet lines by file lines, all alignments together: about ten seconds
_ALIKE = 60.0  # of 100: a comment and what it becomes


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lines [first, last) of the file that a snippet is aligned to, and what it costs to leave some out around it."""

    first: int
    last: int
    before: float
    after: float


def bounds_of(
    given: SnippetLines, lines: Sequence[str], definitions: Matches, source: Source | None
) -> Bounds:
    """Return all lines of a file, or those of the one definition that a snippet is a version of.

    Raises:
        AmbiguousPlace: it begins with a comment that is nothing like those above that definition.
    """
    begin, end = given.lines[0], given.lines[-1]
    if definitions.only is not None and source is not None and begin is not None:
        only = definitions.only
        rows = source.lines_of(only)
        first = min(only.node.start_point[0], only.outer.start_point[0])
        first = _begun_above(begin, lines, rows[0], first)
        if not is_attribute(begin):
            first = _below_attributes(lines, first, only.node.end_point[0])
        return Bounds(first, rows[1], inf, 0.0 if end is None else inf)
    before, after = (0.0 if x is None or None not in given.lines else OPEN for x in (begin, end))
    return Bounds(0, len(lines), before, after)


def check_size(given: SnippetLines, lines: Sequence[str]) -> None:
    """Refuse a snippet that would take too long to place."""
    # An alignment, and one more for each part, to see whether it fits elsewhere.
    if len(given.lines) * len(lines) * (1 + list(given.lines).count(None)) > _MOST_CELLS:
        raise EditRefused(
            f"a snippet of {len(given.lines)} lines in so many parts is too much for a file of {len(lines)} lines; "
            "apply it in pieces"
        )


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


def _below_attributes(lines: Sequence[str], first: int, last: int) -> int:
    """The row below the decorators or annotations that begin on a row, which a snippet need not show."""
    while first < last and is_attribute(lines[first]):
        depth = 0
        while first < last:
            depth += net(lines[first])
            first += 1
            if depth <= 0:
                break
    return first
