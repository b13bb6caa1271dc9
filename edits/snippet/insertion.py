"""New definitions as they stand between others: how indented, and how far from what is around them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specedit.edits.snippet.additions import Addition
from specedit.edits.snippet.anchoring import check_indented, check_owner
from specedit.edits.snippet.match import File, Shown
from specedit.edits.snippet.owner import Text, owner_of
from specedit.edits.snippet.position import position
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.brackets import text_rows
from specedit.edits.syntax.outline import DefinitionLines, members
from specedit.edits.text import indent_of


@dataclass(frozen=True, slots=True)
class Insertion:
    """Lines to stand before line `at` of a text, and how many of the blank lines before it they replace."""

    at: int
    blank: int
    lines: tuple[str, ...]


def insertions(
    merged: File,
    rows: Mapping[int, int],
    given: SnippetLines,
    shown: Sequence[Shown],
    additions: Sequence[Addition],
) -> list[Insertion]:
    """Return where each addition goes in a file that has the rest of the snippet already.

    `rows` tells for lines of the snippet which of the file's they are.

    Raises:
        AmbiguousPlace: what tells no class may belong to several, or is shown beside what stands in several.
    """
    text = Text(merged.lines, merged.blocks, rows)
    made: dict[int, Insertion] = {}
    for addition in additions:
        check_owner(text, addition, given, shown)
        owner = owner_of(text, addition, given, shown)
        check_indented(addition, owner, given)
        at = position(text, addition, owner, given, shown)
        blocks = [
            _indented(given, first, last, _indent(text, owner, at)) for first, last in addition.rows
        ]
        new = _insertion(text, at, owner, blocks, addition)
        if new.at in made:
            gap = [""] * _gap(text, owner, addition.gap)
            tail = made[new.at].lines
            ends = len(tail) - len(_stripped_end(tail))
            joined = (*_stripped_end(tail), *gap, *_stripped(new.lines), *[""] * ends)
            new = Insertion(new.at, new.blank, joined)
        made[new.at] = new
    return sorted(made.values(), key=lambda one: one.at)


def _indent(text: Text, owner: DefinitionLines | None, at: int) -> str:
    """The indentation of what stands in a class, or at the outermost level."""
    if owner is None:
        return ""
    if owner.members:
        return indent_of(text.lines[owner.members[0].head])
    head = indent_of(text.lines[owner.head])
    inside = [indent_of(x) for x in text.lines[owner.head + 1 : owner.last] if x.strip()]
    deeper = [x for x in inside if len(x) > len(head)]
    unit = "\t" if any(x.startswith("\t") for x in text.lines) else "    "
    return min(deeper, key=len, default=head + unit)


def _indented(given: SnippetLines, first: int, last: int, indent: str) -> list[str]:
    """The lines [first, last) of the snippet, the first one indented so."""
    part = [line or "" for line in given.lines[first:last]]
    inside = text_rows(part)
    margin = indent_of(part[0])
    if margin == indent:
        return part
    return [
        line
        if not line.strip() or (row in inside and not line.startswith(margin or " "))
        else indent + line.removeprefix(margin)
        for row, line in enumerate(part)
    ]


def _gap(text: Text, owner: DefinitionLines | None, shown: int, new: Sequence[str] = ()) -> int:
    """How many blank lines stand between definitions: as in most places of the class or of the text, or as shown."""
    siblings = owner.members if owner else members(text.blocks)
    between = [text.lines[a.last : b.first] for a, b in pairwise(siblings)]
    gaps = Counter(len(lines) for lines in between if not "".join(lines).strip())
    if gaps:
        return max(gaps, key=lambda gap: (gaps[gap], gap))
    lines = (*text.lines, *new)
    is_python = any(re.match(r"(?:async )?(?:def|class) .*:$", line) for line in lines)
    return shown or (2 if is_python and owner is None else 1)


def _insertion(
    text: Text,
    at: int,
    owner: DefinitionLines | None,
    blocks: Sequence[Sequence[str]],
    addition: Addition,
) -> Insertion:
    start = at
    while start and not text.lines[start - 1].strip():
        start -= 1
    end = at
    while end < len(text.lines) and not text.lines[end].strip():
        end += 1
    around = end - start
    gap = _gap(text, owner, addition.gap, blocks[0])
    children = owner.members if owner else members(text.blocks)
    follows = any(b.last == start for b in children)
    leads = any(b.first == end for b in children)
    begins = start == 0 or (
        owner is not None and start == owner.head + 1 + _opens_alone(text, owner)
    )
    ends = end >= len(text.lines) or (owner is not None and end >= owner.last - owner.is_closed)
    before = gap if follows else around if begins or (leads and around) else gap
    after = around if ends or (follows and leads) else gap if leads else around or gap
    above, below = addition.gaps
    if above is not None:
        before = above
    elif below is not None and not begins:
        before = around or before
    if below is not None:
        after = below
    elif above is not None and not ends:
        after = around or after
    lines: list[str] = []
    for block in blocks:
        lines += [*([""] * gap if lines else []), *block]
    return Insertion(end, around, (*[""] * before, *lines, *[""] * after))


def _opens_alone(text: Text, owner: DefinitionLines) -> int:
    following = text.lines[owner.head + 1 : owner.head + 2]
    return int(bool(following) and following[0].strip() == "{")


def _stripped(lines: Sequence[str]) -> list[str]:
    rows = [r for r, line in enumerate(lines) if line.strip()]
    return list(lines[rows[0] : rows[-1] + 1])


def _stripped_end(lines: Sequence[str]) -> list[str]:
    rows = [r for r, line in enumerate(lines) if line.strip()]
    return list(lines[: rows[-1] + 1])
