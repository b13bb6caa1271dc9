"""The definitions of a lazy snippet that the file does not have: taken out of it whole, with what is shown beside them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits.snippet.match import File, Shown
from specedit.edits.snippet.renames import is_asked_for, is_renamed
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.brackets import ends_with_colon
from specedit.edits.syntax.heads import has_label
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace

_EXPRESSION = re.compile(
    r"[^(=]*(?:\([^=]*\)[^=<]*)?=\s*[^=\s].*[^({,]$"
)  # `fun twice(x: Int) = 2 * x`


@dataclass(frozen=True, slots=True)
class Addition:
    """New definitions that stand together, as `rows` of the snippet; `above` and `below` are the rows of code beside.

    None where a marker is, or where the snippet ends. `gap` is how many blank lines the snippet has to that code.
    """

    rows: tuple[tuple[int, int], ...]
    owner: int | None  # the row of the head of the class around
    above: int | None
    below: int | None
    gap: int
    is_first: bool  # nothing, no marker either, stands before it in its class or in the snippet
    is_last: bool
    gaps: tuple[int | None, int | None]  # the blank lines above and below, where code is shown
    later: int | None  # the first row of code behind the marker that follows


@dataclass(frozen=True, slots=True)
class Split:
    """A snippet without the new definitions that markers part from its code; those, and the others that it still has.

    `amid` are rows of the whole snippet: new definitions with code on both sides, which tells where they go.
    """

    rest: SnippetLines
    additions: tuple[Addition, ...]
    amid: tuple[tuple[int, int], ...]


def split(
    given: SnippetLines,
    shown: Sequence[Shown],
    imports: frozenset[int],
    own: File,
    instruction: str = "",
) -> Split:
    """Return the snippet parted. `imports` are rows that only import, `own` is the file.

    Raises:
        AmbiguousPlace: what is called by a text stands beside a marker in what is no class.
    """
    additions: list[Addition] = []
    amid: list[tuple[int, int]] = []
    drop: dict[int, int] = {}
    for run in _runs(given, shown, own.lines):
        addition = _addition(given, run, imports)
        if is_renamed(given, run, shown, own):
            continue
        if is_asked_for(given, run, shown, own, instruction):
            continue
        if addition is None:
            amid += [(one.block.first, one.block.last) for one in run]
            continue
        _check_around(given, run[0])
        additions.append(addition)
        drop[given.blank_above(run[0].block.first)] = given.blank_below(run[-1].block.last)
    rest = given
    for first, last in sorted(drop.items(), reverse=True):
        rest = rest.with_marker(first, last)
    return Split(rest, tuple(additions), tuple(amid))


def renamed_rows(given: SnippetLines, shown: Sequence[Shown], own: File) -> frozenset[int]:
    """Return the first rows of definitions that are the file's under another name."""
    runs = [run for run in _runs(given, shown, own.lines) if is_renamed(given, run, shown, own)]
    return frozenset(one.block.first for run in runs for one in run)


def _runs(given: SnippetLines, shown: Sequence[Shown], own: Sequence[str]) -> Iterator[list[Shown]]:
    """New definitions that are shown whole, those that follow each other together."""
    run: list[Shown] = []
    for one in shown:
        if not _is_whole(given, one, own):
            continue
        if run and (
            one.owner is not run[-1].owner
            or given.blank_below(run[-1].block.last) != one.block.first
        ):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _is_whole(given: SnippetLines, one: Shown, own: Sequence[str]) -> bool:
    """Whether it is new and nothing of it is left out."""
    first, last = one.block.head, one.block.last
    if not one.is_new or None in given.lines[first:last]:
        return False
    if one.block.is_closed:
        return True
    lines = [(line or "").strip() for line in given.lines[first:last]]
    if not ends_with_colon(lines):
        return last == first + 1 and bool(_EXPRESSION.match(lines[0]))
    is_cut = last < len(given.lines) and given.lines[last] is None
    return not (is_cut and _is_part(lines, own))


def _check_around(given: SnippetLines, one: Shown) -> None:
    """Refuse what is called by a text beside a marker, inside of what is no class: it may be the one that stands there.

    Raises:
        AmbiguousPlace: with what is to be shown.
    """
    width = len(given.indents[one.block.head])
    above = (given.indents[r] for r in range(one.block.first) if (given.lines[r] or "").strip())
    is_inside = one.owner is None and any(len(indent) < width for indent in above)
    line = (given.lines[one.block.head] or "").strip()
    if is_inside and has_label(line):
        raise AmbiguousPlace(
            f"{line!r} may be new or stand for another one; show what stands before and after it",
            (),
        )


def _is_part(lines: Sequence[str], own: Sequence[str]) -> bool:
    """Whether the lines below a head begin a longer body of the file: then all that is new is the head."""
    body = list(lines[1:])
    bare = [line.strip() for line in own]
    for i in (i for i, line in enumerate(bare) if line == body[0]):
        rest = (line for line in own[i + len(body) :] if line.strip())
        width = len(indent_of(own[i]))
        if bare[i : i + len(body)] == body and len(indent_of(next(rest, ""))) >= width:
            return True
    return False


def _addition(
    given: SnippetLines, run: Sequence[Shown], imports: frozenset[int]
) -> Addition | None:
    """What is known of the place of a run; None where code is shown on both sides, which tells it."""
    first, last = run[0].block.first, run[-1].block.last
    start, end = given.blank_above(first), given.blank_below(last)
    owner = run[0].owner
    head = owner.block.head if owner else None
    above = start - 1 if start and given.lines[start - 1] is not None else None
    if head is not None and above is not None and _opens(given, head, above):
        above = head
    below = end if end < len(given.lines) and given.lines[end] is not None else None
    closes = (
        owner is not None
        and below is not None
        and below >= owner.block.last - 1
        and owner.block.is_closed
    )
    gap = max(first - start if above is not None else 0, end - last if below is not None else 0)
    if above is not None and above in imports:
        above, start = None, 0
    if above is not None and below is not None and above != head and not closes:
        return None
    is_first = start == 0 or above == head is not None
    later = next((r for r in range(end, len(given.lines)) if (given.lines[r] or "").strip()), None)
    return Addition(
        tuple((one.block.first, one.block.last) for one in run),
        head,
        None if above == head else above,
        None if closes else below,
        gap,
        is_first,
        end >= len(given.lines) or closes,
        (
            None if above is None or above == head else first - start,
            None if below is None or closes else end - last,
        ),
        later,
    )


def _opens(given: SnippetLines, head: int, row: int) -> bool:
    """Whether a row ends the head of a class, as a brace of its own does."""
    return (given.lines[row] or "").strip() == "{" and None not in given.lines[head:row]
