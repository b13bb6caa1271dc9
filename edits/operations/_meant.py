"""Which function or definition an instruction means, by its name, its noun and its owner."""

import re
from collections.abc import Mapping

from specedit.edits.instruction.vocabulary import CLASS, FUNCTION
from specedit.edits.operations._functions import function, has_parameter
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.source import Source
from specedit.engine.errors import AmbiguousPlace, EditRefused


def definition_meant(source: Source, slots: Mapping[str, str]) -> Definition:
    """Return the definition that an instruction means by "f", and by its owner, if that is given.

    Raises:
        EditRefused: there is none, or there are several.
    """
    name = ".".join(slots[key] for key in ("owner", "f") if key in slots)
    return member(source, slots) or source.definition(name)


def refuse_other_kind(definition: Definition, noun: str) -> None:
    """Refuse a class that is called a function, or the other way round.

    Raises:
        EditRefused: with the line.
    """
    is_callable = definition.kind in ("function", "method")
    as_callable, as_class = (noun,) in FUNCTION, (noun,) in CLASS
    if (is_callable and as_class) or (definition.kind == "class" and as_callable):
        raise EditRefused(
            f"'{definition.name}' on line {definition.node.start_point[0] + 1} is a {definition.kind}, not a {noun}"
        )


def refuse_if_used(source: Source, definition: Definition) -> None:
    """Refuse a definition that is called unused and is used.

    Raises:
        EditRefused: with the lines.
    """
    outer = definition.outer
    rows = {
        node.start_point[0] + 1
        for node in source.identifiers
        if source.code(node) == definition.name
        and not outer.start_byte <= node.start_byte < outer.end_byte
    }
    if rows:
        raise EditRefused(
            f"'{definition.name}' is used on line{'s' * (len(rows) > 1)} {', '.join(map(str, sorted(rows)))}: it stays"
        )


def function_meant(source: Source, slots: Mapping[str, str]) -> Definition:
    """Return the function that an instruction means by "f", and by its noun and owner, if they are given.

    An owner alone is the function itself: "load's parameter x".

    Raises:
        EditRefused: there is none, or there are several.
    """
    name, noun = slots.get("f") or slots["owner"], slots.get("f noun")
    if definition := member(source, slots):
        return definition
    if {"owner", "f"} <= slots.keys():
        return function(source, f"{slots['owner']}.{name}")
    # People call a method a function, but where there is both, they do not.
    kind = "method" if noun == "method" else "function"
    called = [d for d in source.definitions if d.qualified == name or d.name == name]
    of_kind = [d for d in called if d.kind == kind]
    return of_kind[0] if noun and len(of_kind) == 1 else function(source, name)


def holder_of(source: Source, slots: Mapping[str, str], name: str) -> Definition | None:
    """Return the function that an instruction names, or else the only one with such a parameter; None if none has it.

    Raises:
        EditRefused: the function that is named is not there, or several have the parameter.
    """
    if slots.keys() & {"f", "owner"}:
        return function_meant(source, slots)
    functions = [d for d in source.definitions if d.kind in ("function", "method")]
    candidates = [d for d in functions if has_parameter(source, d, name)]
    if len(candidates) > 1:
        lines = [d.node.start_point[0] + 1 for d in candidates]
        places = ", ".join(
            f"{d.qualified} (line {n})" for d, n in zip(candidates, lines, strict=True)
        )
        raise AmbiguousPlace(f"'{name}' is a parameter of {places}; say which, as \"in …\"", lines)
    return candidates[0] if candidates else None


def member(source: Source, slots: Mapping[str, str]) -> Definition | None:
    """Return the definition "f" that stands in "owner", or in what its own path names; None if none does."""
    name = ".".join(slots[key] for key in ("owner", "f") if key in slots)
    owner, _, last = re.sub(r"::|#", ".", name).rpartition(".")
    if not owner:
        return None
    matches = [d for d in source.definitions if d.qualified == f"{owner}.{last}"]
    if matches:
        return matches[0] if len(matches) == 1 else None
    symbols = symbols_of(source)  # methods may be declared outside of what they belong to
    symbol = symbols.names(last).member_of(owner) if symbols is not None else None
    starts = {place.node.start_byte for place in symbol.declarations} if symbol else set()
    names = ((d, name_node(d.node)) for d in source.definitions if d.name == last)
    named = [(d, node) for d, node in names if node is not None and node.start_byte in starts]
    if symbols is not None and len(named) > 1:  # with those of interfaces that have it, too
        named = [(d, n) for d, n in named if symbols.receiver_of(n).classes == {owner}]
    return named[0][0] if len(named) == 1 else None
