"""Definitions of a lazy snippet that are new by name alone: the file has them under another one."""

import re
from collections.abc import Iterator, Sequence

from specedit.edits._snippet_match import File, Shown
from specedit.edits._snippet_text import SnippetLines
from specedit.edits.outline import Block, walk

_Neighbours = tuple[Block | None, Block | None]
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
    meant = {one.meant for one in shown if one.meant}
    owner = run[0].owner.meant if run[0].owner else None
    before, after = _sibling(given, shown, above), _sibling(given, shown, below)
    for hidden, beside in _with_neighbours(owner, own):
        if hidden in meant or hidden.is_container != run[0].block.is_container:
            continue
        if before is not None and after is not None and (before, after) == beside:
            return True
        twins = [one.block for one in run if _is_twin(given, one.block, hidden, own)]
        if any(_is_called(given, new, hidden.name, own) for new in twins):
            return True
        if not any(_has_head_of(given, new, hidden, own) for new in twins):
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
    return False


def is_asked_for(
    given: SnippetLines, run: Sequence[Shown], shown: Sequence[Shown], own: File, instruction: str
) -> bool:
    """Whether an instruction renames a definition that the snippet shows nowhere to one of a run that does just the same."""
    if "renam" not in instruction.lower():
        return False
    meant = {one.meant for one in shown if one.meant}
    words = set(re.findall(r"[\w$]+", instruction))
    return any(
        {old.name, one.block.name} <= words and _is_twin(given, one.block, old, own)
        for one in run
        for old in walk(own.blocks)
        if old not in meant
    )


def _with_neighbours(owner: Block | None, own: File) -> Iterator[tuple[Block, _Neighbours]]:
    """The definitions of a class, or of the whole file where that is not known, with those right before and behind."""
    if owner is not None:
        families = [owner.members]
    else:
        families = [own.blocks, *(block.members for block in walk(own.blocks))]
    for family in families:
        for at, block in enumerate(family):
            above = family[at - 1] if at else None
            yield block, (above, family[at + 1] if at + 1 < len(family) else None)


def _renamed(lines: Sequence[str | None], new: str, old: str) -> list[str]:
    pattern = re.compile(rf"(?<!\w){re.escape(new)}(?!\w)")
    return [pattern.sub(lambda _: old, (line or "").strip()) for line in lines]


def _is_twin(given: SnippetLines, new: Block, old: Block, own: File) -> bool:
    """Whether two definitions are the same but for their names, as far as the new one is shown."""
    lines = _renamed(given.lines[new.head + 1 : new.last], new.name, old.name)
    body = [line.strip() for line in own.lines[old.head + 1 : old.last]]
    return bool(lines) and lines == (body if new.is_closed else body[: len(lines)])


def _has_head_of(given: SnippetLines, new: Block, old: Block, own: File) -> bool:
    """Whether a short definition's head is another's but for the name: many do the same in a line."""
    head = _renamed(given.lines[new.head : new.head + 1], new.name, old.name)
    return new.last - new.head > _SHORT or head == [own.lines[old.head].strip()]


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
