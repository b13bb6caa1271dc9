"""The definitions of a lazy snippet that the file does not have: taken out of it whole, with what is shown beside them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specedit.edits._snippet_match import File, Shown
from specedit.edits._snippet_text import SnippetLines
from specedit.edits.outline import Block, ends_with_colon, walk
from specedit.edits.text import indent_of

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
    later: int | None  # the first row of code behind the marker that follows


@dataclass(frozen=True, slots=True)
class Split:
    """A snippet without the new definitions that markers part from its code; those, and the others that it still has.

    `amid` are rows of the whole snippet: new definitions with code on both sides, which tells where they go.
    """

    rest: SnippetLines
    additions: tuple[Addition, ...]
    amid: tuple[tuple[int, int], ...]


def split(given: SnippetLines, shown: Sequence[Shown], imports: frozenset[int], own: File) -> Split:
    """Return the snippet parted. `imports` are rows that only import, `own` is the file."""
    additions: list[Addition] = []
    amid: list[tuple[int, int]] = []
    drop: dict[int, int] = {}
    for run in _runs(given, shown, own.lines):
        addition = _addition(given, run, imports)
        if _is_renamed(given, run, shown, own):
            continue
        if addition is None:
            amid += [(one.block.first, one.block.last) for one in run]
            continue
        additions.append(addition)
        drop[_blank_above(given, run[0].block.first)] = _blank_below(given, run[-1].block.last)
    rest = given
    for first, last in sorted(drop.items(), reverse=True):
        rest = rest.with_marker(first, last)
    return Split(rest, tuple(additions), tuple(amid))


def _runs(given: SnippetLines, shown: Sequence[Shown], own: Sequence[str]) -> Iterator[list[Shown]]:
    """New definitions that are shown whole, those that follow each other together."""
    run: list[Shown] = []
    for one in shown:
        if not _is_whole(given, one, own):
            continue
        if run and (
            one.owner is not run[-1].owner
            or _blank_below(given, run[-1].block.last) != one.block.first
        ):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _is_renamed(
    given: SnippetLines, run: Sequence[Shown], shown: Sequence[Shown], own: File
) -> bool:
    """Whether it may be a definition of the file that the snippet shows nowhere, under a new name.

    So it is where the file has that one between the two that the snippet shows around; and where it does the same and stands
    at its place, or is called where that one was.
    """
    above = _blank_above(given, run[0].block.first) - 1
    below = _blank_below(given, run[-1].block.last)
    meant = {one.meant for one in shown if one.meant}
    owner = run[0].owner.meant if run[0].owner else None
    siblings = owner.members if owner else own.blocks
    before, after = _sibling(given, shown, above), _sibling(given, shown, below)
    others = [block for block in walk(own.blocks) if not owner and block not in siblings]
    for at, hidden in enumerate((*siblings, *others)):
        if hidden in meant or hidden.is_container != run[0].block.is_container:
            continue
        beside = _beside(siblings, at)
        if before is not None and after is not None and (before, after) == beside:
            return True
        if not any(_is_twin(given, one.block, hidden, own) for one in run):
            continue
        around = (
            "" if before else _text_at(given, above, own),
            "" if after else _text_at(given, below, own),
        )
        lines = own.lines[: hidden.first][::-1], own.lines[hidden.last :]
        if (before is not None and before == beside[0]) or (
            after is not None and after == beside[1]
        ):
            return True
        if any(
            text and text == _first_text(part) for text, part in zip(around, lines, strict=True)
        ):
            return True
        if any(_is_called(given, one.block, hidden.name, own) for one in run):
            return True
    return False


def _beside(siblings: Sequence[Block], at: int) -> tuple[Block | None, Block | None]:
    if at >= len(siblings):
        return None, None
    return siblings[at - 1] if at else None, siblings[at + 1] if at + 1 < len(siblings) else None


def _is_twin(given: SnippetLines, new: Block, old: Block, own: File) -> bool:
    """Whether two definitions are the same but for their names, as far as the new one is shown."""
    lines = [(line or "").strip() for line in given.lines[new.head + 1 : new.last]]
    body = [line.strip() for line in own.lines[old.head + 1 : old.last]]
    renamed = [
        re.sub(rf"(?<!\w){re.escape(new.name)}(?!\w)", lambda _: old.name, line) for line in lines
    ]
    return bool(lines) and renamed == (body if new.is_closed else body[: len(lines)])


def _is_called(given: SnippetLines, new: Block, old: str, own: File) -> bool:
    """Whether another line of the snippet is one of the file, but for the new name in place of the old one."""
    known = {line.strip() for line in own.lines}
    outside = (*given.lines[: new.first], *given.lines[new.last :])
    lines = {line.strip() for line in outside if line and new.name in line}
    return any(line.replace(new.name, old) in known for line in lines - known)


def _text_at(given: SnippetLines, row: int, own: File) -> str:
    """The text in a row that the file has once, "" where there is none."""
    line = (given.lines[row] or "").strip() if 0 <= row < len(given.lines) else ""
    return line if sum(text.strip() == line for text in own.lines) == 1 else ""


def _first_text(lines: Sequence[str]) -> str:
    return next((line.strip() for line in lines if line.strip()), "")


def _sibling(given: SnippetLines, shown: Sequence[Shown], row: int) -> Block | None:
    """The definition of the file that begins or ends with the code in a row."""
    for one in shown:
        if one.meant and row >= 0 and row in (one.block.first, one.block.head, one.block.last - 1):
            return one.meant
    return None


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
    start, end = _blank_above(given, first), _blank_below(given, last)
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
        later,
    )


def _opens(given: SnippetLines, head: int, row: int) -> bool:
    """Whether a row ends the head of a class, as a brace of its own does."""
    return (given.lines[row] or "").strip() == "{" and None not in given.lines[head:row]


def _blank_above(given: SnippetLines, row: int) -> int:
    while row and given.lines[row - 1] is not None and not (given.lines[row - 1] or "").strip():
        row -= 1
    return row


def _blank_below(given: SnippetLines, row: int) -> int:
    while (
        row < len(given.lines)
        and given.lines[row] is not None
        and not (given.lines[row] or "").strip()
    ):
        row += 1
    return row
