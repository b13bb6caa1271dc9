"""The definitions that a lazy snippet shows, and those of the file that they stand for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from specedit.edits._heads import head_of
from specedit.edits._snippet_text import SnippetLines
from specedit.edits.outline import Block, Lines, outline, walk

_VALUE = re.compile(
    r"(?:export\s+)?(?:(?:var|let|const|val|auto|static|local)\s+)?(\w+)\s*(?::[^=]+)?=(?![=>])"
)


@dataclass(frozen=True, slots=True)
class File:
    """The lines that a snippet is for, and the definitions in them."""

    lines: Sequence[str]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A definition of the snippet, the one around it, and the file's that it stands for; None if there is none."""

    block: Block
    owner: "Shown | None"
    meant: Block | None
    is_new: bool  # the file has no definition of its name there


def match(given: SnippetLines, file: File) -> tuple[Shown, ...]:
    """Return all definitions of a snippet, outer ones first. What is shown in no class may be of any."""
    everywhere = _by_name(walk(file.blocks))
    nested = {head.name for line in file.lines if (head := head_of(line))}
    values = {found[1] for line in file.lines if (found := _VALUE.match(line))}
    for name in map(_plain, nested | values):  # those inside of functions, and what may become one
        everywhere.setdefault(name, [])
    blocks = outline(given.lines, given.indents)
    return tuple(_matched(blocks, None, everywhere, everywhere, given, file))


def _by_name(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = {}
    for block in blocks:
        found.setdefault(_plain(block.name), []).append(block)
    return found


def _matched(
    blocks: Sequence[Block],
    owner: Shown | None,
    places: Mapping[str, list[Block]],
    everywhere: Mapping[str, list[Block]],
    given: SnippetLines,
    file: File,
) -> Iterator[Shown]:
    for block in blocks:
        name = _plain(block.name)
        known = places
        if owner is not None and may_leave(given, owner.block, block.first):
            known = everywhere
        found = known.get(name, [])
        narrowed = _narrowed(block, found, given.lines, file.lines)
        meant = narrowed[0] if len(narrowed) == 1 else None
        shown = Shown(block, owner, meant, name not in known)
        yield shown
        if meant is not None:
            inside = _by_name(meant.children)
            yield from _matched(block.children, shown, inside, everywhere, given, file)


def may_leave(given: SnippetLines, owner: Block, row: int) -> bool:
    """Whether a marker between the head of a class and a row is not indented: it may stand for the end of the class too."""
    width = len(given.indents[owner.head])
    markers = [r for r in range(owner.head, row) if given.lines[r] is None]
    return any(len(given.indents[r]) <= width for r in markers)


def _narrowed(
    block: Block, found: Sequence[Block], lines: Lines, known: Sequence[str]
) -> Sequence[Block]:
    head = (lines[block.head] or "").strip()
    for narrower in (
        [b for b in found if b.is_container == block.is_container],
        [b for b in found if b.name == block.name],
        [b for b in found if known[b.head].strip() == head],
    ):
        if len(found) > 1 and narrower:
            found = [b for b in found if b in narrower]
    return found


def _plain(name: str) -> str:
    """The name by which definitions are compared: `M.f` and `M:f` are one in Lua."""
    return name.replace(":", ".").replace("..", ".")
