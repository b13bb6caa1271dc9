"""The class that a new definition of a lazy snippet belongs to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specedit.edits.snippet.additions import Addition
from specedit.edits.snippet.match import Shown
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.outline import DefinitionLines, walk
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


@dataclass(frozen=True, slots=True)
class Text:
    """The text that definitions are added to; `rows` are its lines by those of the snippet that they stand for."""

    lines: Sequence[str]
    blocks: tuple[DefinitionLines, ...]
    rows: Mapping[int, int]

    def block_at(self, head: int | None) -> DefinitionLines | None:
        """The block whose head is this line of the text."""
        return next((b for b in walk(self.blocks) if b.head == head), None)

    def around(self, row: int) -> DefinitionLines | None:
        """The innermost container that a row stands in, its own head aside."""
        inside = [b for b in walk(self.blocks) if b.is_container and b.head < row < b.last]
        return inside[-1] if inside else None


def owner_of(
    text: Text, addition: Addition, given: SnippetLines, shown: Sequence[Shown]
) -> DefinitionLines | None:
    """The class of the text that an addition goes into, None for the text itself."""
    if addition.owner is not None and addition.owner in text.rows:
        return text.block_at(text.rows[addition.owner])
    first = addition.rows[0][0]
    head = next(one.block.head for one in shown if one.block.first == first)
    for row in (addition.above, addition.below):
        if row is not None and row in text.rows:
            return owner_at(text, given, (row, text.rows[row]), head)
    width = len(given.indents[head])
    near = [
        text.around(text.rows[one.block.head])
        for one in shown
        if one.owner is None
        and one.target
        and len(given.indents[one.block.head]) == width
        and one.block.head in text.rows
    ]
    if near:
        return near[0] if len(set(near)) == 1 else None
    return _implied(text, given, head, next(one.block for one in shown if one.block.head == head))


def owner_at(
    text: Text, given: SnippetLines, pair: tuple[int, int], head: int
) -> DefinitionLines | None:
    """The class of what a row of the snippet begins (`head`), where another is a row of the text: the `pair`."""
    return _around(text, pair[1], _moved(text, given, pair, head))


def _implied(
    text: Text, given: SnippetLines, head: int, block: DefinitionLines
) -> DefinitionLines | None:
    """The class that a definition belongs to which is shown in none: told by its form, or by its indentation."""
    line = given.lines[head] or ""
    body = "\n".join(x or "" for x in given.lines[head : block.last])
    holders = [b for b in walk(text.blocks) if any(not c.is_container for c in b.children)]
    if _MEMBER.match(line):
        like = [b for b in holders if any(_MEMBER.match(text.lines[c.head]) for c in b.children)]
        holders = like or holders
    flat = [b for b in text.blocks[-1:] if b.members and b.members[0].width == b.width]
    if flat and not given.indents[head] and not block.is_container:
        return flat[0]  # a namespace that is not indented
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


def _moved(text: Text, given: SnippetLines, pair: tuple[int, int], head: int) -> int:
    """The indentation that a head of the snippet has in the text, told by that of a row which is there."""
    row, at = pair
    old, new, own = given.indents[row], indent_of(text.lines[at]), given.indents[head]
    return len(own.expandtabs(4)) + len(new.expandtabs(4)) - len(old.expandtabs(4))


def _around(text: Text, row: int, width: int) -> DefinitionLines | None:
    """The class around what begins in a row or ends with it and is indented so."""
    for block in walk(text.blocks):
        if block.width == width and (block.first <= row <= block.head or block.last == row + 1):
            return text.around(block.head)
    inside = [
        b
        for b in walk(text.blocks)
        if b.is_container and b.head <= row < b.last and b.width < width
    ]
    return inside[-1] if inside else None
