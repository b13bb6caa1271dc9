"""Definitions that a lazy snippet leaves out between two that it shows: gone where the instruction says so, else in doubt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from specedit.edits.snippet.match import File, Shown
from specedit.edits.snippet.removals import Removal, path_of, paths
from specedit.edits.snippet.text import SnippetLines
from specedit.edits.syntax.outline import DefinitionLines, walk
from specedit.engine.errors import AmbiguousPlace, EditRefused

_KIND = (
    r"(?:(?:the|unused|old|dead|obsolete|deprecated|redundant|unneeded|whole|entire|experimental|legacy|duplicate|temporary|broken)\s+)*"
    r"(?:(?:helper|static|private|public|async|class|instance)\s+)*"
    r"(?:(?:methods?|functions?|class(?:es)?|def|func|fn|struct|interface|enum|trait|constructor)\s+)?"
)
_WORD = r"[`'\"]?{}[`'\"]?(?:\(\))?"
_NAMED = _WORD.format(r"(?P<name>[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*)")
_OWNED = (
    r"(?:\s+(?:from|in|of)\s+(?:the\s+)?(?:class\s+)?" + _WORD.format(r"(?P<owner>[\w$]+)") + r")?"
)
_ENDS = r"(?=\s*(?:$|[.,;:!)\n]|(?:and|as|because|since|so|entirely|completely|altogether|too|from|in|of)\b))"
_ASKED = re.compile(
    rf"\b(?:remove|delete|drop|get\s+rid\s+of)\s+{_KIND}{_NAMED}(?:\s+(?:method|function|class|helper)\b)?{_OWNED}{_ENDS}",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"\s*(?:,\s*and|,|and)\s+(?!(?:add|change|make|rename|use|move|fix|keep|update|let)\b){_KIND}{_NAMED}{_ENDS}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Visible:
    """A snippet as it was written, the definitions that it shows, and the file that it is for."""

    given: SnippetLines
    shown: Sequence[Shown]
    file: File


@dataclass(frozen=True, slots=True)
class _NamedRemoval:
    """A definition that the instruction says is to go, and the class that it says it is in."""

    name: str
    owner: str | None


def omissions(visible: Visible, after: Sequence[str], instruction: str) -> tuple[Removal, ...]:
    """Return the definitions that an instruction removes and the snippet leaves out, but `after` still has.

    Raises:
        EditRefused: the snippet does not show what stands beside one, or shows it itself.
        AmbiguousPlace: the file has several of that name, and the snippet does not tell which.
    """
    file, ranges = visible.file, list[Removal]()
    asked = tuple(_named_removals(instruction))
    kept = {path for path, _ in paths(replace(file, lines=after).blocks)} if asked else set()
    for removal in asked:
        named = [block for block in walk(file.blocks) if _is_named(block, removal, file)]
        left = [block for block in named if path_of(file.blocks, block) in kept]
        if not left or len(left) < len(named):
            continue  # nothing of that name, or gone already
        out = [block for block in left if _is_left_out(block, visible, may_end=True)]
        if len(out) == 1:
            ranges.append(Removal(0, out[0], path_of(file.blocks, out[0])))
        elif len(left) > 1:
            rows = [block.head + 1 for block in left]
            raise AmbiguousPlace(
                f"the instruction removes '{removal.name}', which is defined on lines {', '.join(map(str, rows))}; "
                "show in the snippet what is around the one that is to go",
                rows,
            )
        elif any(one.target in left for one in visible.shown):
            raise EditRefused(
                f"the instruction removes '{removal.name}', and the snippet shows it; leave it out, and show what is around it"
            )
        else:
            raise EditRefused(
                f"the instruction removes '{removal.name}' (line {left[0].head + 1}), and the snippet does not show where it is "
                "gone; show what stands before and after it, without a marker between"
            )
    return tuple(ranges)


def check_left_out(visible: Visible) -> None:
    """Refuse a snippet that changes nothing, and leaves out a definition between two: it may be meant to go.

    Raises:
        EditRefused: with the definition.
    """
    for block in walk(visible.file.blocks):
        if _is_left_out(block, visible, may_end=False):
            raise EditRefused(
                f"the snippet changes nothing, but leaves out '{block.name}' (line {block.head + 1}) without a marker; "
                f'to take it out, say so: "remove {block.name}"'
            )


def _named_removals(instruction: str) -> Iterator[_NamedRemoval]:
    for match in _ASKED.finditer(instruction):
        owner, name = _split(match["name"])
        yield _NamedRemoval(name, match["owner"] or owner)
        more = _MORE.match(instruction, match.end())
        while more:
            owner, name = _split(more["name"])
            yield _NamedRemoval(name, match["owner"] or owner)
            more = _MORE.match(instruction, more.end())


def _split(name: str) -> tuple[str | None, str]:
    *owners, last = re.split(r"\.|::|#", name)
    return (owners[-1] if owners else None), last


def _is_named(block: DefinitionLines, removal: _NamedRemoval, file: File) -> bool:
    *owners, name = re.split(r"[.:]+", block.name)
    if name != removal.name:
        return False
    path = path_of(file.blocks, block)
    return removal.owner is None or removal.owner in (*path[:-1], *owners)


def _is_left_out(block: DefinitionLines, visible: Visible, *, may_end: bool) -> bool:
    """Whether a neighbour of a definition is shown, and no marker where that one is; the snippet `may_end` there."""
    given, blocks = visible.given, visible.file.blocks
    targets = {one.target: one.block for one in visible.shown if one.target}
    around = [b for b in walk(blocks) if b.is_container and block in b.members]
    if block in targets or (
        around and around[-1] not in targets and not _is_bare(around[-1], targets)
    ):
        return False
    family = around[-1].members if around else blocks
    if block not in family:  # it stands deeper than the members of what it is in
        return False
    at = family.index(block)
    above, below = family[at - 1 : at], family[at + 1 : at + 2]
    edges = [given.blank_below(targets[one].last) for one in above if one in targets]
    edges += [given.blank_above(targets[one].first) - 1 for one in below if one in targets]
    return bool(edges) and all(
        given.lines[row] is not None if 0 <= row < len(given.lines) else may_end for row in edges
    )


def _is_bare(owner: DefinitionLines, targets: dict[DefinitionLines, DefinitionLines]) -> bool:
    """Whether a class is not shown itself, but members of it are."""
    return any(member in targets for member in owner.members)
