"""Where lines go that are shown beside none of the file's: behind an anchor, at the end, or at a number."""

from specedit.edits.patch.anchors import leads
from specedit.edits.patch.block import Fit
from specedit.edits.patch.rows import short
from specedit.edits.patch.search import Search
from specedit.edits.text import indent_of
from specedit.engine.errors import EditRefused


def blind_fit(search: Search, *, numbers_are_right: bool) -> Fit | None:
    """Return where a block goes that shows no line with text, None if it is applied already.

    Raises:
        EditRefused: nothing says where, or the anchor's place is not clear.
    """
    block, lines = search.block, search.rows.lines
    if not any(search.rows.bare):
        return Fit(tuple(None for _ in block.old), tuple(0 for _ in block.seams), is_exact=True)
    at: int | None = None
    if block.anchors and not block.old:
        at = _behind_anchor(search)
    elif block.at_end and not block.old:
        at = len(lines)
    elif block.line is not None and numbers_are_right:
        there = lines[block.line : block.line + len(block.old)]
        at = block.line if block.line <= len(lines) and not any(map(str.strip, there)) else None
    if at is None:
        by_number = "" if block.line is None else " by which its line number could be checked"
        raise EditRefused(
            f"{search.name} shows no line of the file{by_number}; add what it stands after"
        )
    size = len(block.added)
    if size and block.added in (lines[at : at + size], lines[max(0, at - size) : at]):
        return None
    return Fit(tuple(range(at, at + len(block.old))), tuple(at + seam for seam in block.seams))


def _behind_anchor(search: Search) -> int:
    """The row behind the line that an addition names: inside what that leads, if it leads anything."""
    lines, bare = search.rows.lines, search.rows.bare
    if search.scopes is None or len(search.scopes) != 1:
        raise search.anchor_refused()
    head = search.scopes[0][0]
    depths = [len(indent_of(line)) for line in search.block.added if line.strip()]
    is_deeper = bool(depths) and min(depths) > len(indent_of(lines[head]))
    is_open = any(bare[head].count(a) > bare[head].count(b) for a, b in ("()", "[]"))
    if is_open or is_deeper != leads(head, lines, bare):
        raise EditRefused(
            f"{search.name}: whether it goes right behind line {head + 1}, {short(lines[head].strip())!r}, its indentation "
            "does not say; add the lines that it stands between"
        )
    return head + 2 if bare[head + 1 : head + 2] == ["{"] else head + 1
