"""The definitions that a lazy snippet shows, and those of the file that they stand for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specedit.edits.outline import Block, Lines, walk


@dataclass(frozen=True, slots=True)
class Shown:
    """A definition of the snippet, the one around it, and the file's that it stands for; None if there is none."""

    block: Block
    owner: "Shown | None"
    meant: Block | None
    is_new: bool  # the file has no definition of its name there


def match(
    given: Sequence[Block], lines: Lines, own: Sequence[Block], known: Sequence[str]
) -> tuple[Shown, ...]:
    """Return all definitions of a snippet, outer ones first; `lines` are the snippet's, `own` the file's definitions.

    `known` are the file's lines. What is shown in no class may be of any.
    """
    everywhere: dict[str, list[Block]] = {}
    for block in walk(own):
        everywhere.setdefault(_plain(block.name), []).append(block)
    return tuple(_matched(given, None, everywhere, lines, known))


def _matched(
    blocks: Sequence[Block],
    owner: Shown | None,
    places: Mapping[str, list[Block]],
    lines: Lines,
    known: Sequence[str],
) -> Iterator[Shown]:
    for block in blocks:
        found = places.get(_plain(block.name), [])
        narrowed = _narrowed(block, found, lines, known)
        meant = narrowed[0] if len(narrowed) == 1 else None
        shown = Shown(block, owner, meant, not found)
        yield shown
        if meant is not None:
            inside: dict[str, list[Block]] = {}
            for child in meant.children:
                inside.setdefault(_plain(child.name), []).append(child)
            yield from _matched(block.children, shown, inside, lines, known)


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
