"""Whether what a lazy snippet shows beside a new definition is in one class of the file alone."""

from collections.abc import Sequence

from specedit.edits.snippet.additions import Addition
from specedit.edits.snippet.match import Shown
from specedit.edits.snippet.owner import Text, owner_at
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.heads import has_label
from specedit.edits.syntax.outline import DefinitionLines
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace


def check_owner(
    text: Text, addition: Addition, given: SnippetLines, shown: Sequence[Shown]
) -> None:
    """Refuse a new definition whose neighbour stands in several classes, none of which the snippet shows.

    A test or a route, which is run where it stands, is refused where its neighbour stands twice at all.

    Raises:
        AmbiguousPlace: with the lines where the neighbour stands.
    """
    first = addition.rows[0][0]
    new = next(one.block for one in shown if one.block.first == first)
    for row, step in ((addition.above, -1), (addition.below, 1)):
        if row is None or row not in text.rows or _is_told(row, addition, shown):
            continue
        places = _places(text, given, row, step)
        owners = [owner_at(text, given, (row, place), new.head) for place in places]
        if len(places) > 1 and (
            len(set(owners)) > 1 or has_label((given.lines[new.head] or "").strip())
        ):
            where = " and ".join(f"line {place + 1}" for place in places[:2])
            remedy = "the line that begins its class" if len(set(owners)) > 1 else "more of it"
            raise AmbiguousPlace(
                f"'{new.name}' is shown beside {(given.lines[row] or '').strip()!r}, which is on {where}; add {remedy}",
                [place + 1 for place in places],
            )
        return


def check_indented(addition: Addition, owner: DefinitionLines | None, given: SnippetLines) -> None:
    """Refuse a new test or route that is indented, and for which no group is there to stand in.

    Raises:
        AmbiguousPlace: with what is to be shown.
    """
    heads = [row for first, last in addition.rows for row in range(first, last)]
    line = next((given.lines[row] or "" for row in heads if has_label(given.lines[row] or "")), "")
    if owner is None and indent_of(line):
        raise AmbiguousPlace(
            f"what {line.strip()!r} is to stand in is not shown; add the line that begins it", ()
        )


def _is_told(row: int, addition: Addition, shown: Sequence[Shown]) -> bool:
    """Whether a class or a definition that the snippet shows says where a row is."""
    return addition.owner is not None or any(
        one.target and one.block.first <= row < one.block.last for one in shown
    )


def _places(text: Text, given: SnippetLines, row: int, step: int) -> list[int]:
    """The rows of the text where what is shown from a row on stands, up to a marker, between the other parts."""
    rows = _rows(given.lines, row, step)
    shown = [(given.lines[r] or "").strip() for r in rows]
    edge = rows[-1]
    behind = [at for r, at in text.rows.items() if (r - edge) * step > 0 and r not in rows]
    other = [at for r, at in text.rows.items() if (r - row) * step < 0]
    lower = max(behind if step < 0 else other, default=-1)
    upper = min(other if step < 0 else behind, default=len(text.lines))
    own = text.lines[text.rows[row]]
    return [
        at
        for at in range(lower + 1, upper)
        if text.lines[at].strip() == own.strip()
        and indent_of(text.lines[at]) == indent_of(own)
        and _texts(text.lines, at, step, len(shown)) == shown
    ]


def _rows(lines: Sequence[str | None], row: int, step: int) -> list[int]:
    """The rows from one on that are not blank, up to a marker."""
    rows = []
    while 0 <= row < len(lines) and lines[row] is not None:
        if (lines[row] or "").strip():
            rows.append(row)
        row += step
    return rows


def _texts(lines: Sequence[str], row: int, step: int, count: int) -> list[str]:
    """That many of the lines from a row on, but for blank ones."""
    texts: list[str] = []
    while 0 <= row < len(lines) and len(texts) < count:
        if lines[row].strip():
            texts.append(lines[row].strip())
        row += step
    return texts
