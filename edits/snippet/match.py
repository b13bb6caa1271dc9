"""The definitions that a lazy snippet shows, and those of the file that they stand for."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.brackets import Lines
from specedit.edits.syntax.grammar import outline_in
from specedit.edits.syntax.heads import head_of
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.outline import DefinitionLines, outline, walk

_VALUE = re.compile(
    r"(?:export\s+)?(?:(?:var|let|const|val|auto|static|local)\s+)?(\w+)\s*(?::[^=]+)?=(?![=>])"
)


@dataclass(frozen=True)
class File:
    """The lines that a snippet is for, and the definitions in them."""

    lines: Sequence[str]
    language: Language | None = None

    @cached_property
    def blocks(self) -> tuple[DefinitionLines, ...]:
        """The definitions that stand in no other one."""
        return outline_in(self.lines, self.language)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names, in their plain form, of definitions inside of functions, and of what may become one."""
        nested = {head.name for line in self.lines if (head := head_of(line))}
        values = {value[1] for line in self.lines if (value := _VALUE.match(line))}
        return frozenset(map(_plain, nested | values))


@dataclass(frozen=True, slots=True)
class Shown:
    """A definition of the snippet, the one around it, and the file's that it stands for; None if there is none."""

    block: DefinitionLines
    owner: "Shown | None"
    target: DefinitionLines | None
    is_new: bool  # the file has no definition of its name there


def match(given: SnippetLines, file: File) -> tuple[Shown, ...]:
    """Return all definitions of a snippet, outer ones first. What is shown in no class may be of any."""
    everywhere = _by_name(walk(file.blocks))
    for name in file.names:
        everywhere.setdefault(name, [])
    blocks = outline(given.lines, given.indents)
    return tuple(_matched(blocks, None, everywhere, everywhere, given, file))


def _by_name(blocks: Iterable[DefinitionLines]) -> dict[str, list[DefinitionLines]]:
    by_name: dict[str, list[DefinitionLines]] = {}
    for block in blocks:
        by_name.setdefault(_plain(block.name), []).append(block)
    return by_name


def _matched(
    blocks: Sequence[DefinitionLines],
    owner: Shown | None,
    places: Mapping[str, list[DefinitionLines]],
    everywhere: Mapping[str, list[DefinitionLines]],
    given: SnippetLines,
    file: File,
) -> Iterator[Shown]:
    for block in blocks:
        name = _plain(block.name)
        known = places
        if owner is not None and may_leave(given, owner.block, block.first):
            known = everywhere
        candidates = known.get(name, [])
        is_more = _is_more(block, blocks, candidates, given.lines, file.lines)
        narrowed = _narrowed(block, candidates, given.lines, file.lines)
        target = narrowed[0] if len(narrowed) == 1 and not is_more else None
        shown = Shown(block, owner, target, name not in known or is_more)
        yield shown
        if target is not None:
            inside = _by_name(target.children)
            yield from _matched(block.children, shown, inside, everywhere, given, file)


def may_leave(given: SnippetLines, owner: DefinitionLines, row: int) -> bool:
    """Whether a marker between the head of a class and a row is not indented: it may stand for the end of the class too."""
    width = len(given.indents[owner.head])
    markers = [r for r in range(owner.head, row) if given.lines[r] is None]
    return any(len(given.indents[r]) <= width for r in markers)


def with_class_markers(
    given: SnippetLines, shown: Sequence[Shown], renamed: Collection[int]
) -> SnippetLines:
    """Return the snippet with a marker at its end, where that is inside a class of which it shows but some definitions.

    A class without any marker, in a snippet without any, has one before each of its definitions too, but for those that begin
    on the rows `renamed`: what is beside them tells which they are.
    """
    places: dict[int, str] = {}
    for one in shown:
        block, children = one.block, one.block.children
        if one.target is None or not children or not _hides(block, one.target):
            continue
        indent = given.indents[children[0].head]
        rest = given.lines[children[-1].last : block.last]
        if block.last == len(given.lines) and None not in rest:
            places[children[-1].last] = indent
        if None not in given.lines:
            kept = {a.last for a in children if a.first in renamed}
            places |= {
                child.first: indent
                for child in children
                if child.first not in renamed and given.blank_above(child.first) not in kept
            }
            places[children[-1].last] = indent
    for row, indent in sorted(places.items(), reverse=True):
        given = given.with_marker(row, row, indent)
    return given.renumbered()


def _hides(shown: DefinitionLines, target: DefinitionLines) -> bool:
    names = {_plain(child.name) for child in shown.children}
    return any(_plain(child.name) not in names for child in target.children)


def _narrowed(
    block: DefinitionLines,
    candidates: Sequence[DefinitionLines],
    lines: Lines,
    known: Sequence[str],
) -> Sequence[DefinitionLines]:
    head = (lines[block.head] or "").strip()
    for narrower in (
        [b for b in candidates if b.is_container == block.is_container],
        [b for b in candidates if b.name == block.name],
        [b for b in candidates if known[b.head].strip() == head],
    ):
        if len(candidates) > 1 and narrower:
            candidates = [b for b in candidates if b in narrower]
    return candidates


def _is_more(
    block: DefinitionLines,
    blocks: Sequence[DefinitionLines],
    candidates: Sequence[DefinitionLines],
    lines: Lines,
    known: Sequence[str],
) -> bool:
    """Whether the snippet has more definitions of a name than the file, and others begin as the file's do: an overload."""
    if not candidates:
        return False
    twins = [(lines[b.head] or "").strip() for b in blocks if _plain(b.name) == _plain(block.name)]
    heads = {known[b.head].strip() for b in candidates}
    return (
        len(twins) > len(candidates)
        and heads <= set(twins)
        and (lines[block.head] or "").strip() not in heads
    )


def _plain(name: str) -> str:
    """The name by which definitions are compared: `M.f` and `M:f` are one in Lua."""
    return name.replace(":", ".").replace("..", ".")
