"""Where a definition ends in a snippet, and whether that may be the end of it in the file: nothing in Python shows it."""

from collections.abc import Sequence
from itertools import pairwise

from specedit.edits.snippet.edges import may_become
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.engine.errors import AmbiguousPlace


def check_ending(shown: Sequence[str], target: Definition, source: Source) -> None:
    """Refuse lines behind a marker at the end of a function that may be no addition to it.

    Raises:
        AmbiguousPlace: they may replace its last line, or be lines of another definition, whose head is not shown.
    """
    row = target.node.end_point[0]
    text, last = shown[0].strip(), source.line(row).strip()
    if may_become(text, last):
        raise AmbiguousPlace(
            f"{text!r} may stand in place of line {row + 1}, {last!r}, or behind it; show what precedes it",
            (row + 1,),
        )
    own = {(a.strip(), b.strip()) for a, b in pairwise(shown)}
    lines = [source.line(at).strip() for at in range(source.text.count("\n"))]
    rows = [at + 1 for at, pair in enumerate(pairwise(lines)) if pair in own]
    if rows:
        raise AmbiguousPlace(
            f"{text!r} may go behind line {row + 1}, {last!r}, or be what stands on line {rows[0]}, "
            f"{lines[rows[0] - 1]!r}; show what precedes it",
            (row + 1, rows[0]),
        )
