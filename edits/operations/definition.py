"""Delete or move a definition.

"delete the function old_load", "remove class Node", "move fetch above main", "move helper to the end of the file".
"""

import re

from specedit.edits.instruction.forms import clause, form, read
from specedit.edits.instruction.slots import either, stating, thing, words
from specedit.edits.instruction.vocabulary import CLASS, DEFINITION, MOVE, REMOVE, phrases
from specedit.edits.operations import _exports, _members
from specedit.edits.operations._import_removal import without_unneeded
from specedit.edits.operations._meant import (
    definition_meant,
    member,
    refuse_if_used,
    refuse_other_kind,
)
from specedit.edits.operations._rows import blank_after, blank_before
from specedit.edits.prediction import Prediction
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.alike import nearest
from specedit.edits.syntax.definitions import Definition, without_constructors
from specedit.edits.syntax.nodes import is_inside
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

EXAMPLES = (
    "delete the function {old_load}",
    "remove class {Node}",
    "delete the method {close} of {Node}",
    "remove the member {BLUE} from {Color}",
    "move {fetch} above {main}",
    "move {helper} to the end of the file",
)

_KINDS_OF_FUNCTIONS = ("nested", "inner", "static", "helper", "private", "public", "class")
_NOUNS = (
    *phrases(
        "definition of", *(f"{k} {f}" for k in _KINDS_OF_FUNCTIONS for f in ("function", "method"))
    ),
    *phrases("member", "variant", "enum member", "enum variant"),
    *DEFINITION,
)
_F = thing("f", _NOUNS)
_OWNER = clause("from|in|of|on", thing("owner", CLASS), optional=True)
_DELETE = form(REMOVE, thing("f", _NOUNS, noun=True, claims=True), _OWNER)
_DELETE_BARE = form(REMOVE, thing("f", _NOUNS, claims=True, article=False), _OWNER)
_BY = [f"{to}{just}" for to in ("to ", "") for just in ("right ", "directly ", "just ", "")]
_ABOVE = "|".join(by + where for by in _BY for where in ("above", "before"))
_BELOW = "|".join(by + where for by in _BY for where in ("below", "after", "under"))
_MOVE = (
    form(MOVE, _F, clause(_ABOVE, stating(thing("g", _NOUNS), where="above"))),
    form(MOVE, _F, clause(_BELOW, stating(thing("g", _NOUNS), where="below"))),
)
_TOP, _BOTTOM = ("top", "start", "beginning"), ("end", "bottom")
_OF = ("", " of the file", " of this file", " of the module", " of the class")
_EDGE = form(
    MOVE,
    _F,
    clause(
        "to|at|to the very|at the very",
        either(
            words(*(edge + of for edge in _TOP for of in _OF), edge="top"),
            words(*(edge + of for edge in _BOTTOM for of in _OF), edge="bottom"),
        ),
    ),
)


def predict(instruction: str, source: Source) -> str | Prediction | None:
    """Return the text with the definition gone, or elsewhere, or None if that is not asked for.

    Raises:
        EditRefused: there is no such definition, or it cannot stand there.
    """
    if (slots := read(instruction, _DELETE)) and _is_there(source, slots["f"], instruction):
        definition = definition_meant(source, slots)
        refuse_other_kind(definition, slots["f noun"])
        if "claim" in slots:
            refuse_if_used(source, definition)
        return _deleted(source, definition)
    slots = read(instruction, _DELETE_BARE)
    if slots and (one := _only_meaning(source, slots)):
        if "claim" in slots:
            refuse_if_used(source, one)
        return _deleted(source, one)
    if (slots := read(instruction, *_MOVE)) and _is_moved(source, slots):
        definition, beside = source.definition(slots["f"]), source.definition(slots["g"])
        first, last = source.lines_of(beside)
        below = slots["where"] == "below"
        return _moved(source, definition, last if below else first, beside)
    if (slots := read(instruction, _EDGE)) and _is_moved(source, slots):
        definition = source.definition(slots["f"])
        family = [
            d
            for d in source.definitions
            if d.outer.parent == definition.outer.parent and d.kind != "constant"
        ]
        if not family:
            return None
        top = slots["edge"] == "top"
        beside = family[0] if top else family[-1]
        first, last = source.lines_of(beside)
        return _moved(source, definition, first if top else last, beside)
    return None


def _only_meaning(source: Source, slots: dict[str, str]) -> Definition | None:
    """The function or type of that name, if the name is nothing else in the file: it stands without a word of what it is."""
    qualified = slots["f"].replace("::", ".").replace("#", ".")
    if "owner" in slots or "." in qualified:
        one = member(source, slots)
        if one is None or _members.enum_of(source, one) is not None:
            return one
        return None if one.kind in ("constant", "module") else one
    candidates = [d for d in source.definitions if qualified in (d.name, d.qualified)]
    candidates = without_constructors(candidates)
    symbols = symbols_of(source)
    occurrences = symbols.names(qualified).occurrences if symbols is not None else ()
    meanings = {id(o.symbol) for o in occurrences if o.symbol is not None}
    if len(candidates) != 1 or candidates[0].kind in ("constant", "module") or len(meanings) > 1:
        return None
    return candidates[0]


def _is_moved(source: Source, slots: dict[str, str]) -> bool:
    """Whether definitions are what is moved: "put" and its like are said of other things too."""
    names = {name for d in source.definitions for name in (d.name, d.qualified)}
    return slots["verb"] == "move" or {slots["f"], slots.get("g", slots["f"])} <= names


def _is_there(source: Source, name: str, instruction: str) -> bool:
    """Whether a word is meant as a name: it is quoted, or looks or reads like one of the file."""
    known = {source.code(node) for node in source.identifiers}
    like = bool(nearest(name, known)) or "_" in name or name != name.lower()
    return name.split(".")[-1] in known or like or bool(re.search(r"[`'\"]", instruction))


def _deleted(source: Source, definition: Definition) -> Prediction:
    """The text without a definition, in the module's list of exports too."""
    is_gone = not definition.owner and not _is_bound_elsewhere(source, definition)
    exported = _exports.without(source, definition.name) if is_gone else {}
    if exported:
        index = source.definitions.index(definition)
        source = Source(source.spliced(exported), source.language, source.path)
        definition = source.definitions[index]
    text = without(source, definition)
    if source.language.refuses_unused_imports:
        text = without_unneeded(source, text)
    remarks = _members.renumbered(source, definition)
    removed = (definition.qualified,)
    return Prediction("definition", text, certain=True, removed=removed, remarks=remarks)


def _is_bound_elsewhere(source: Source, definition: Definition) -> bool:
    """Whether the module has the name without the definition too, as from an import that it is a fallback of."""
    symbols = symbols_of(source)
    return symbols is not None and any(
        not is_inside(place.node, definition.outer)
        for symbol in symbols.names(definition.name).symbols
        if not symbol.is_local and not symbol.owners
        for place in symbol.declarations
    )


def without(source: Source, definition: Definition) -> str:
    """Return the text without a definition. One that shares a line with other code is refused."""
    first, last = source.lines_of(definition)
    rows = definition.outer.start_point[0], last - 1
    shares = source.line(rows[0])[: definition.outer.start_point[1]].strip()
    rest = source.data[
        definition.outer.end_byte : source.line_starts[last]
        if last < len(source.line_starts)
        else None
    ]
    several = (
        len(definition.node.children_by_field_name("declarator")) > 1
        or len([c for c in definition.outer.named_children if c.type == definition.node.type]) > 1
    )
    value = definition.node.child_by_field_name("right")
    several = several or (value is not None and value.type == "assignment")
    if shares or several or rest.decode("utf-8").split("//")[0].split("#")[0].strip(" \t\n;,}"):
        raise EditRefused(
            f"'{definition.name}' shares line {rows[0] + 1} with other code; delete it by hand, or by a snippet"
        )
    count = len(source.line_starts) - 1
    before, after = blank_before(source, first), blank_after(source, last)
    if (filler := source.language.empty_statement) and _is_only_one(source, definition):
        indent = source.line(definition.node.start_point[0])
        indent = indent[: len(indent) - len(indent.lstrip())]
        return source.lines(0, first) + f"{indent}{filler}\n" + source.lines(last, count)
    if first == before:  # nothing stands above
        return source.lines(last + after, count)
    if not before and definition.outer.prev_named_sibling is None:  # it opens a body
        return source.lines(0, first) + source.lines(last + after, count)
    if not after and last < count and source.line(last).lstrip()[:1] in ("}", ")", "]"):
        return source.lines(0, first - before) + source.lines(last, count)  # it ends a body
    # Of the blank lines on both sides, the larger gap stays.
    drop = min(before, after) if last < count else before
    return source.lines(0, first - drop) + source.lines(last, count)


def _is_only_one(source: Source, definition: Definition) -> bool:
    """Whether a body would be empty without the definition."""
    block = definition.outer.parent
    return (
        block is not None
        and block.type == "block"
        and len([c for c in block.named_children if c.type != "comment"]) == 1
    )


def _moved(source: Source, definition: Definition, to: int, beside: Definition) -> str:
    first, last = source.lines_of(definition)
    if beside.outer.parent != definition.outer.parent:
        raise EditRefused(
            f"'{definition.qualified}' and '{beside.qualified}' do not stand in the same place: only definitions beside "
            "each other change places"
        )
    if first <= to <= last:
        return source.text
    count = len(source.line_starts) - 1
    block = source.lines(first, last)
    gap = max(blank_before(source, first), blank_after(source, last), 1)
    rest = [source.line(i) for i in range(count)]
    drop = blank_after(source, last) if last + blank_after(source, last) < count else 0
    before = 0 if drop else blank_before(source, first)
    taken = range(first - before, last + drop)
    above = to >= last  # it moves down
    parts = [line for i, line in enumerate(rest[:to]) if i not in taken]
    below = [line for i, line in enumerate(rest[to:], to) if i not in taken]
    blank = "\n" * gap
    middle = f"{blank}{block}" if above else f"{block}{blank}"
    if not above and parts and parts[-1].strip():
        middle = block + blank
    return "".join([*parts, middle, *below])
