"""Which line new definitions go before."""

import re
from collections.abc import Sequence

from specedit.edits.snippet.additions import Addition
from specedit.edits.snippet.match import Shown
from specedit.edits.snippet.owner import Text
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.brackets import text_rows
from specedit.edits.syntax.outline import DefinitionLines, members

# What ends a file without being a place to write behind: the end of a wrapper, what must come last.
_TRAILER = re.compile(
    r"[)\]}]+[;,]?(?:\s*//.*|\s*/\*.*)?$|end\b|#endif\b|\?>$|return\s+\w+$|if __name__ ==|</\w+>$|__END__"
)
_HEADER = re.compile(
    r"(?:import|from|package|use|using|#include|#pragma|#define|require\w*|library|module\s+\w+;|extern crate|set\s+-|<\?php|declare\b|"
    r"namespace\s[^{]*;|'use |\"use |local\s+\w+\s*=\s*require|(?:const|var|let)\s.*=\s*require\()"
)


def position(
    text: Text,
    addition: Addition,
    owner: DefinitionLines | None,
    given: SnippetLines,
    shown: Sequence[Shown],
) -> int:
    """Return the line that new definitions go before; blank lines above it may have to move."""
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
            if addition.later is not None and one.block.first == addition.later and one.target
        ),
        None,
    )
    if sibling is not None and sibling.block.head in text.rows:
        later = text.block_at(text.rows[sibling.block.head])
        if later is not None and (owner is None or later in owner.members):
            return later.first
    return _end(text, owner, addition.is_last and not addition.is_first)


def _beside(
    text: Text,
    row: int | None,
    owner: DefinitionLines | None,
    given: SnippetLines,
    shown: Sequence[Shown],
) -> tuple[int, int] | None:
    """The lines of the text that the code shown in a row takes: the definition that it is of, or itself."""
    if row is None:
        return None
    for one in shown:
        if one.block.first <= row < one.block.last and one.block.head in text.rows and one.target:
            block = text.block_at(text.rows[one.block.head])
            siblings = owner.members if owner else members(text.blocks)
            if block is not None and block in siblings:
                return block.first, block.last
    return (text.rows[row], text.rows[row] + 1) if row in text.rows else None


def _beginning(text: Text, owner: DefinitionLines | None) -> int:
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


def _end(text: Text, owner: DefinitionLines | None, literally: bool) -> int:
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


def _is_behind(text: Text, row: int) -> bool:
    """Whether a line at the end of a text is one that new code may follow."""
    line = text.lines[row]
    if not line.strip():
        return False
    if any(b.head <= row < b.last for b in text.blocks):
        return not (any(b.last == row + 1 and _is_guard(text, b) for b in text.blocks))
    above = (r for r in range(row, -1, -1) if re.match(r"\S", text.lines[r]))
    return not _TRAILER.match(text.lines[next(above, row)])


def _is_guard(text: Text, block: DefinitionLines) -> bool:
    return bool(_TRAILER.match(text.lines[block.head]))
