"""Where new definitions go, and how far from what stands around them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specedit.edits._snippet_additions import Addition
from specedit.edits._snippet_match import Shown
from specedit.edits._snippet_text import SnippetLines
from specedit.edits.outline import Block, members, outline, text_rows, walk
from specedit.edits.text import indent_of
from specedit.engine.errors import AmbiguousPlace

_OWN = re.compile(r"\bthis\b|\bself\b|\$this\b|(?<![\w)])@[a-z_]\w*")
_MEMBER = re.compile(
    r"\s*(?:(?:async\s+)?def\s+\w+\s*\(\s*(?:self|cls)\b|(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+\w+[^(]*\(\s*&?(?:mut\s+)?self\b)"
)
_FREE = re.compile(
    r"\s*(?:export\s+|async\s+|default\s+)*function\b|\s*def\s+self\.|.*\b[\w$]+(?:\.|::?)\w+\s*\("
)
_MODULE = re.compile(r"\s*(?:export\s+)?(?:namespace|module|package)\b")
# What ends a file without being a place to write behind: the end of a wrapper, what must come last.
_TRAILER = re.compile(
    r"[)\]}]+[;,]?(?:\s*//.*|\s*/\*.*)?$|end\b|#endif\b|\?>$|return\s+\w+$|if __name__ ==|</\w+>$|__END__"
)
_HEADER = re.compile(
    r"(?:import|from|package|use|using|#include|#pragma|#define|require\w*|library|module\s+\w+;|extern crate|set\s+-|<\?php|declare\b|"
    r"namespace\s[^{]*;|'use |\"use |local\s+\w+\s*=\s*require|(?:const|var|let)\s.*=\s*require\()"
)


@dataclass(frozen=True, slots=True)
class Insertion:
    """Lines to stand before line `at` of a text, and how many of the blank lines before it they replace."""

    at: int
    blank: int
    lines: tuple[str, ...]


def insertions(
    lines: Sequence[str],
    rows: Mapping[int, int],
    given: SnippetLines,
    shown: Sequence[Shown],
    additions: Sequence[Addition],
) -> list[Insertion]:
    """Return where each addition goes in `lines`, which have the rest of the snippet already.

    `rows` tells for lines of the snippet which of `lines` they are.

    Raises:
        AmbiguousPlace: what tells no class may belong to several.
    """
    text = _Text(lines, outline(lines), rows)
    made: dict[int, Insertion] = {}
    for addition in additions:
        owner = _owner(text, addition, given, shown)
        at = _position(text, addition, owner, given, shown)
        blocks = [
            _indented(given, first, last, _indent(text, owner, at)) for first, last in addition.rows
        ]
        new = _insertion(text, at, owner, blocks, addition.gap)
        if new.at in made:
            gap = [""] * _gap(text, owner, addition.gap)
            tail = made[new.at].lines
            ends = len(tail) - len(_stripped_end(tail))
            joined = (*_stripped_end(tail), *gap, *_stripped(new.lines), *[""] * ends)
            new = Insertion(new.at, new.blank, joined)
        made[new.at] = new
    return sorted(made.values(), key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class _Text:
    lines: Sequence[str]
    blocks: tuple[Block, ...]
    rows: Mapping[int, int]

    def block_at(self, head: int | None) -> Block | None:
        return next((b for b in walk(self.blocks) if b.head == head), None)

    def around(self, row: int) -> Block | None:
        """The innermost container that a row stands in, its own head aside."""
        inside = [b for b in walk(self.blocks) if b.is_container and b.head < row < b.last]
        return inside[-1] if inside else None


def _owner(
    text: _Text, addition: Addition, given: SnippetLines, shown: Sequence[Shown]
) -> Block | None:
    """The class of the text that an addition goes into, None for the text itself."""
    if addition.owner is not None and addition.owner in text.rows:
        return text.block_at(text.rows[addition.owner])
    for row in (addition.above, addition.below):
        if row is not None and row in text.rows:
            beside = text.block_at(text.rows[row]) or _ending_at(text, text.rows[row] + 1)
            return text.around(beside.head if beside else text.rows[row])
    first = addition.rows[0][0]
    head = next(one.block.head for one in shown if one.block.first == first)
    width = len(given.indents[head])
    near = [
        text.around(text.rows[one.block.head])
        for one in shown
        if one.owner is None
        and one.meant
        and len(given.indents[one.block.head]) == width
        and one.block.head in text.rows
    ]
    if near:
        return near[0] if len(set(near)) == 1 else None
    return _implied(text, given, head, next(one.block for one in shown if one.block.head == head))


def _implied(text: _Text, given: SnippetLines, head: int, block: Block) -> Block | None:
    """The class that a definition belongs to which is shown in none: told by its form, or by its indentation."""
    line = given.lines[head] or ""
    body = "\n".join(x or "" for x in given.lines[head : block.last])
    holders = [b for b in walk(text.blocks) if any(not c.is_container for c in b.children)]
    if given.indents[head]:
        width = len(given.indents[head].expandtabs(4))
        holders = [
            b
            for b in holders
            if len(indent_of(text.lines[b.members[0].head]).expandtabs(4)) == width
        ]
    elif block.is_container:
        wrappers = [
            b
            for b in text.blocks
            if b.is_container and _MODULE.match(text.lines[b.head]) and b.children
        ]
        return wrappers[0] if len(text.blocks) == len(wrappers) == 1 else None
    elif _FREE.match(line) or not (
        _MEMBER.match(line)
        or ((not line.startswith("def ") or "@" in body) and _OWN.search(body))
        or (
            holders
            and not any(not b.is_container for b in text.blocks)
            and re.match(r"(?:public|private|protected|internal|override|@Override)\b", line)
        )
    ):
        return None
    if len(holders) > 1:
        heads = [b.head + 1 for b in holders]
        raise AmbiguousPlace(
            f"'{block.name}' may belong to {', '.join(f'{b.name} (line {b.head + 1})' for b in holders)}; add the line that begins its class",
            heads,
        )
    return holders[0] if holders else None


def _ending_at(text: _Text, row: int) -> Block | None:
    """The outermost definition whose last line is before `row`."""
    return next((b for b in walk(text.blocks) if b.last == row), None)


def _position(
    text: _Text,
    addition: Addition,
    owner: Block | None,
    given: SnippetLines,
    shown: Sequence[Shown],
) -> int:
    """The line that new definitions go before; blank lines above it may have to move."""
    above, below = (
        _beside(text, row, owner, given, shown) for row in (addition.above, addition.below)
    )
    if addition.above is not None and above is not None:
        return above[1]
    if addition.below is not None and below is not None:
        return below[0]
    if addition.is_first and not addition.is_last:
        return _beginning(text, owner)
    sibling = next(
        (
            one
            for one in shown
            if addition.later is not None and one.block.first == addition.later and one.meant
        ),
        None,
    )
    if sibling is not None and sibling.block.head in text.rows:
        later = text.block_at(text.rows[sibling.block.head])
        if later is not None and (owner is None or later in owner.members):
            return later.first
    return _end(text, owner, addition.is_last and not addition.is_first)


def _beside(
    text: _Text, row: int | None, owner: Block | None, given: SnippetLines, shown: Sequence[Shown]
) -> tuple[int, int] | None:
    """The lines of the text that the code shown in a row takes: the definition that it is of, or itself."""
    if row is None:
        return None
    for one in shown:
        if one.block.first <= row < one.block.last and one.block.head in text.rows and one.meant:
            block = text.block_at(text.rows[one.block.head])
            siblings = owner.members if owner else members(text.blocks)
            if block is not None and block in siblings:
                return block.first, block.last
    return (text.rows[row], text.rows[row] + 1) if row in text.rows else None


def _beginning(text: _Text, owner: Block | None) -> int:
    """Before the first definition; where there is none, below what a text or a class begins with."""
    children = owner.members if owner else members(text.blocks)
    if children:
        return children[0].first
    if owner is not None:
        return _end(text, owner, False)
    inside = text_rows(text.lines)
    at = 0
    for row, line in enumerate(text.lines):
        begins = (
            row in inside or _HEADER.match(line) or re.match(r"#!|\"\"\"|'''|/\*|//|#\s|--\s", line)
        )
        if begins:
            at = row + 1
        elif line.strip():
            break
    return at


def _end(text: _Text, owner: Block | None, literally: bool) -> int:
    """Behind the last definition, or `literally` behind all that a text or a class has."""
    children = owner.members if owner else members(text.blocks)
    if children and not literally:
        return children[-1].last
    at = owner.last - owner.is_closed if owner else len(text.lines)
    while owner is None and at and not _is_behind(text, at - 1):
        at -= 1
    while at and not text.lines[at - 1].strip():
        at -= 1
    return at


def _is_behind(text: _Text, row: int) -> bool:
    """Whether a line at the end of a text is one that new code may follow."""
    line = text.lines[row]
    if not line.strip():
        return False
    if any(b.head <= row < b.last for b in text.blocks):
        return not (any(b.last == row + 1 and _is_guard(text, b) for b in text.blocks))
    guard = next(
        (
            r
            for r in range(row, -1, -1)
            if text.lines[r].strip() and not text.lines[r][:1].isspace()
        ),
        row,
    )
    return not _TRAILER.match(text.lines[guard])


def _is_guard(text: _Text, block: Block) -> bool:
    return bool(_TRAILER.match(text.lines[block.head]))


def _indent(text: _Text, owner: Block | None, at: int) -> str:
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


def _gap(text: _Text, owner: Block | None, shown: int, lines: Sequence[str] = ()) -> int:
    """How many blank lines stand between definitions: as in most places of the class, of the text, or as shown."""
    for children in ([owner.members] if owner else []) + [text.blocks, tuple(walk(text.blocks))]:
        gaps = [b.first - a.last for a, b in pairwise(children) if b.first >= a.last]
        gaps = [
            g
            for g, a in zip(gaps, children, strict=False)
            if not any(x.strip() for x in text.lines[a.last : a.last + g])
        ]
        if gaps and (owner is None or children is owner.members):
            return max(Counter(gaps).most_common(), key=lambda pair: (pair[1], pair[0]))[0]
    is_python = owner is None and any(
        re.match(r"(?:async )?(?:def|class) .*:", line) for line in text.lines
    )
    return shown or (2 if is_python else 1)


def _insertion(
    text: _Text, at: int, owner: Block | None, blocks: Sequence[Sequence[str]], shown: int
) -> Insertion:
    start = at
    while start and not text.lines[start - 1].strip():
        start -= 1
    end = at
    while end < len(text.lines) and not text.lines[end].strip():
        end += 1
    around = end - start
    gap = _gap(text, owner, shown, blocks[0])
    children = owner.members if owner else members(text.blocks)
    follows = any(b.last == start for b in children)
    leads = any(b.first == end for b in children)
    begins = start == 0 or (
        owner is not None and start == owner.head + 1 + _opens_alone(text, owner)
    )
    ends = end >= len(text.lines) or (owner is not None and end >= owner.last - owner.is_closed)
    before = gap if follows else around if begins or (leads and around) else gap
    after = around if ends or (follows and leads) else gap if leads else around or gap
    lines: list[str] = []
    for block in blocks:
        lines += [*([""] * gap if lines else []), *block]
    return Insertion(end, around, (*[""] * before, *lines, *[""] * after))


def _opens_alone(text: _Text, owner: Block) -> int:
    following = text.lines[owner.head + 1 : owner.head + 2]
    return int(bool(following) and following[0].strip() == "{")


def _stripped(lines: Sequence[str]) -> list[str]:
    rows = [r for r, line in enumerate(lines) if line.strip()]
    return list(lines[rows[0] : rows[-1] + 1])


def _stripped_end(lines: Sequence[str]) -> list[str]:
    rows = [r for r, line in enumerate(lines) if line.strip()]
    return list(lines[: rows[-1] + 1])
