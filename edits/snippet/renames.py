"""Definitions of a lazy snippet that are new by name alone: the file has them under another one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from specedit.edits.snippet.match import File, Shown
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.outline import DefinitionLines, walk

_Neighbours = tuple[DefinitionLines | None, DefinitionLines | None]
_SHORT = 3  # lines of a definition that another one has by chance


def is_renamed(
    given: SnippetLines, run: Sequence[Shown], shown: Sequence[Shown], own: File
) -> bool:
    """Whether a run of new definitions may be a definition of the file that the snippet shows nowhere, under a new name.

    So it is where the file has that one between the two that the snippet shows around; and where it does the same and stands
    at its place, or is called where that one was.
    """
    above = given.blank_above(run[0].block.first) - 1
    below = given.blank_below(run[-1].block.last)
    targets = {one.target for one in shown if one.target}
    owner = run[0].owner.target if run[0].owner else None
    before, after = _sibling(given, shown, above), _sibling(given, shown, below)
    if before == owner:  # the head of the class is no definition before the run
        before = None
    near = _nearest(run, shown)
    for hidden, beside in _with_neighbours(owner, own):
        if hidden in targets or hidden.is_container != run[0].block.is_container:
            continue
        if before is not None and after is not None and (before, after) == beside:
            return True
        twins = [one.block for one in run if _is_twin(given, one.block, hidden, own)]
        if any(_is_called(given, new, hidden.name, own) for new in twins):
            return True
        if not any(_has_head_of(given, new, hidden, own) for new in twins):
            continue
        around = (
            () if before else _texts_at(given, range(above, -1, -1), own),
            () if after else _texts_at(given, range(below, len(given.lines)), own),
        )
        lines = own.lines[: hidden.first][::-1], own.lines[hidden.last :]
        if any(one is not None and one == other for one, other in zip(near, beside, strict=True)):
            return True
        if any(
            texts and texts == _bare(part)[: len(texts)]
            for texts, part in zip(around, lines, strict=True)
        ):
            return True
    return False


def is_asked_for(
    given: SnippetLines, run: Sequence[Shown], shown: Sequence[Shown], own: File, instruction: str
) -> bool:
    """Whether an instruction renames a definition that the snippet shows nowhere to one of a run that does just the same."""
    if "renam" not in instruction.lower():
        return False
    targets = {one.target for one in shown if one.target}
    words = set(re.findall(r"[\w$]+", instruction))
    return any(
        {old.name, one.block.name} <= words and _is_twin(given, one.block, old, own)
        for one in run
        for old in walk(own.blocks)
        if old not in targets
    )


def _with_neighbours(
    owner: DefinitionLines | None, own: File
) -> Iterator[tuple[DefinitionLines, _Neighbours]]:
    """The definitions of a class, or of the whole file where that is not known, with those right before and behind."""
    if owner is not None:
        families = [owner.members]
    else:
        families = [own.blocks, *(block.members for block in walk(own.blocks))]
    for family in families:
        for at, block in enumerate(family):
            above = family[at - 1] if at else None
            yield block, (above, family[at + 1] if at + 1 < len(family) else None)


def _nearest(run: Sequence[Shown], shown: Sequence[Shown]) -> _Neighbours:
    """The definitions of the file that are shown last before a run in its class, and first behind it."""
    known = [one for one in shown if one.owner is run[0].owner and one.target]
    before = [one.target for one in known if one.block.last <= run[0].block.first]
    after = [one.target for one in known if one.block.first >= run[-1].block.last]
    return before[-1] if before else None, after[0] if after else None


def _renamed(lines: Sequence[str | None], new: str, old: str) -> list[str]:
    pattern = re.compile(rf"(?<!\w){re.escape(new)}(?!\w)")
    return [pattern.sub(lambda _: old, (line or "").strip()) for line in lines]


def _is_twin(given: SnippetLines, new: DefinitionLines, old: DefinitionLines, own: File) -> bool:
    """Whether two definitions are the same but for their names, as far as the new one is shown."""
    lines = _renamed(given.lines[new.head + 1 : new.last], new.name, old.name)
    body = [line.strip() for line in own.lines[old.head + 1 : old.last]]
    return bool(lines) and lines == (body if new.is_closed else body[: len(lines)])


def _has_head_of(
    given: SnippetLines, new: DefinitionLines, old: DefinitionLines, own: File
) -> bool:
    """Whether a short definition's head is another's but for the name: many do the same in a line."""
    head = _renamed(given.lines[new.head : new.head + 1], new.name, old.name)
    return new.last - new.head > _SHORT or head == [own.lines[old.head].strip()]


def _is_called(given: SnippetLines, new: DefinitionLines, old: str, own: File) -> bool:
    """Whether another line of the snippet is one of the file, but for the new name in place of the old one."""
    known = {line.strip() for line in own.lines}
    outside = (*given.lines[: new.first], *given.lines[new.last :])
    lines = {line.strip() for line in outside if line and new.name in line}
    return any(line.replace(new.name, old) in known for line in lines - known)


def _texts_at(given: SnippetLines, rows: range, own: File) -> tuple[str, ...]:
    """The texts in rows up to a marker that the file has once so, () where there are none."""
    lines = takewhile(lambda line: line is not None, (given.lines[row] for row in rows))
    texts, known = _bare(lines), _bare(own.lines)[:: rows.step]
    places = [i for i in range(len(known)) if known[i : i + len(texts)] == texts]
    return texts if texts and len(places) == 1 else ()


def _bare(lines: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(text for line in lines if (text := (line or "").strip()))


def _sibling(given: SnippetLines, shown: Sequence[Shown], row: int) -> DefinitionLines | None:
    """The definition of the file that begins or ends with the code in a row."""
    for one in shown:
        if one.target and row >= 0 and row in (one.block.first, one.block.head, one.block.last - 1):
            return one.target
    return None
