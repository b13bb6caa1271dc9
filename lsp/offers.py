"""What syntax can do at a place without a further word, as instructions with their kinds of code action.

What costs little is told by the form of the code; extracting and inlining are tried, so that what would be refused is not offered.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from lsprotocol import types

from specedit.edits import operations
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.engine.errors import EditRefused

REWRITE = "refactor.rewrite.specedit"
EXTRACT = f"{types.CodeActionKind.RefactorExtract.value}.specedit"
INLINE = f"{types.CodeActionKind.RefactorInline.value}.specedit"
ORGANIZE = f"{types.CodeActionKind.SourceOrganizeImports.value}.specedit"
UNUSED = "source.removeUnusedImports.specedit"
KINDS = (REWRITE, EXTRACT, INLINE, ORGANIZE, UNUSED)
_NEW = "extracted"
_SORT = "sort the imports"


@dataclass(frozen=True, slots=True)
class Offer:
    """An instruction that would be carried out, and the kind of action that it is."""

    instruction: str
    kind: str = REWRITE


@dataclass(frozen=True, slots=True)
class Place:
    """Where the user is: the line of the cursor, the name there, and the lines selected, from 1, both ends included.

    `is_whole`: what is about all of the file is asked for, wherever the cursor is.
    """

    row: int
    name: Node | None
    lines: tuple[int, int] | None
    is_whole: bool = False


def offers_at(source: Source, place: Place, is_wanted: Callable[[str], bool]) -> Iterator[Offer]:
    """Yield what can be done at a place, of the kinds that are wanted."""
    for kind, make in _MAKERS:
        if is_wanted(kind):
            yield from make(source, place)


def _rewritten(source: Source, place: Place) -> Iterator[Offer]:
    if _is_at_import(
        source, place.row
    ):  # VS Code keeps actions of the kind `source` out of its light bulb
        yield Offer(_SORT)
    conditions = [n for n in source.nodes if n.child_by_field_name("condition")]
    if sum(n.start_point[0] == place.row for n in conditions) == 1:
        yield Offer(f"negate the condition on line {place.row + 1}")
    line = source.line(place.row) if place.row < len(source.line_starts) else ""
    if source.language.has_f_strings and re.search(r"['\"] % |\.format\(", line):
        yield Offer("convert %-formatting and str.format calls to f-strings")
    definition = _defined_on(source, place.row)
    if definition is not None:
        is_movable = definition.kind == "method" and bool(definition.owner)
        if is_movable and source.language.receiver_is_parameter:
            yield Offer(f"move the method {definition.qualified} to the top level")
        yield Offer(f"delete the {definition.kind} {definition.qualified}")


def _extracted(source: Source, place: Place) -> Iterator[Offer]:
    if place.lines is None:
        return
    known = {source.code(node) for node in source.identifiers}
    name = next(n for i in count(1) if (n := _NEW + f"_{i}" * (i > 1)) not in known)
    first, last = place.lines
    instruction = f"extract lines {first}-{last} into a function named {name}"
    if _works(instruction, source):
        yield Offer(instruction, EXTRACT)


def _inlined(source: Source, place: Place) -> Iterator[Offer]:
    if place.name is None or place.lines is not None:
        return
    name = source.code(place.name)
    around = [d for d in source.definitions if d.kind in ("function", "method")]
    inner = [d for d in around if d.outer.start_byte <= place.name.start_byte < d.outer.end_byte]
    owner = f" in {inner[-1].qualified}" if inner else ""
    instruction = f"inline the variable {name}{owner}"
    if owner and _works(instruction, source):
        yield Offer(instruction, INLINE)


def _organized(source: Source, place: Place) -> Iterator[Offer]:
    if place.is_whole and _works(_SORT, source):
        yield Offer(_SORT, ORGANIZE)


def _needed(source: Source, place: Place) -> Iterator[Offer]:
    instruction = "remove unused imports"
    has_imports = place.is_whole or _is_at_import(source, place.row)
    if has_imports and _works(instruction, source):
        yield Offer(instruction, UNUSED)


def _is_at_import(source: Source, row: int) -> bool:
    nodes = (n for n in source.root.named_children if n.type in source.language.imports)
    return any(node.start_point[0] <= row <= node.end_point[0] for node in nodes)


_MAKERS: tuple[tuple[str, Callable[[Source, Place], Iterator[Offer]]], ...] = (
    (ORGANIZE, _organized),
    (UNUSED, _needed),
    (EXTRACT, _extracted),
    (INLINE, _inlined),
    (REWRITE, _rewritten),
)


def _works(instruction: str, source: Source) -> bool:
    """Whether an instruction changes the text by syntax alone."""
    try:
        made = operations.predict(instruction, source)
    except EditRefused:
        return False
    return made is not None and made.body != source.text


def _defined_on(source: Source, row: int) -> Definition | None:
    """The definition whose name stands on a line."""
    kinds = ("function", "method", "class")
    named = [d for d in source.definitions if d.kind in kinds and d.node.start_point[0] == row]
    return named[0] if len(named) == 1 else None
