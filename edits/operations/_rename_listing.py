"""What is told of symbols: what each is, and how to say which of several is meant."""

from collections.abc import Iterable, Sequence

from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.nodes import is_inside
from specedit.edits.types.class_names import without_mark

_SHOWN = 6  # symbols that a refusal lists


def describe(symbol: Symbol, symbols: Symbols) -> str:
    """Return what a symbol is, as "a method of Door (line 3)"."""
    kind = symbol.kinds[0]
    article = "an" if kind[0] in "aeiou" else "a"
    holder = ", ".join(map(without_mark, symbol.owners[:3])) or _function_of(symbol, symbols)
    return f"{article} {kind}{f' of {holder}' if holder else ''} (line {symbol.line})"


def listed(candidates: Iterable[Symbol], symbols: Symbols) -> str:
    """Return what symbols are, one after the other; of many, the first."""
    parts = [describe(symbol, symbols) for symbol in candidates]
    if len(parts) > _SHOWN:
        parts = [*parts[:_SHOWN], f"{len(parts) - _SHOWN} more"]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def wish(request: Request) -> str:
    """Return what a rename asks for, as "method `close` of Door is declared in this file"."""
    noun = request.noun.replace("-", " ") or "symbol"
    where = f" of {request.owner}" if request.owner else ""
    line = f" on line {request.line}" if request.line is not None else ""
    line += f" to {request.last_line}" if request.last_line is not None else ""
    return f"{noun} `{request.old}`{where}{line} is declared in this file"


def ways_to_tell(name: str, candidates: Sequence[Symbol], symbols: Symbols) -> str:
    """Return how each of several symbols can be told apart in an instruction."""
    first_ways: list[str] = []
    for symbol in candidates:
        owner = without_mark(symbol.owners[0]) if symbol.owners else ""
        holder = owner or _function_of(symbol, symbols)
        others = [o for o in candidates if o is not symbol]
        if any(_function_of(o, symbols).endswith(f".{holder}") for o in others):
            holder = f"the function {holder}"
        ways = [
            f"{symbol.kinds[0]} {name} of {holder}"
            if holder
            else f"global {symbol.kinds[0]} {name}"
        ]
        ways = [f"{holder}.{name}", *ways] if symbol.owners else ways
        if symbol.owners and any(o.owners[:1] == symbol.owners[:1] for o in others):
            ways = ways[1:]
        first_ways.append(ways[0])
    by_line = [
        f"{name} on line {s.line}"
        if first_ways.count(t) > 1 or (s.is_local and t.startswith("global"))
        else t
        for s, t in zip(candidates, first_ways, strict=True)
    ]
    told = [
        f"{s.kinds[0]} {t}" if by_line.count(t) > 1 else t
        for s, t in zip(candidates, by_line, strict=True)
    ]
    shown = " or ".join(f"`{way}`" for way in [*dict.fromkeys(told)][:6])
    is_told = len({*told}) == len(told)
    return shown if is_told else f"{shown}, when each stands on a line of its own"


def _function_of(symbol: Symbol, symbols: Symbols) -> str:
    """The innermost function around what is local, or ""."""
    function = definition_around(symbol, symbols) if symbol.is_local else None
    return function.qualified if function is not None else ""


def definition_around(symbol: Symbol, symbols: Symbols) -> Definition | None:
    """Return the innermost definition around a declaration of a symbol, the first that has one."""
    for node in (place.node for place in symbol.declarations):
        around = [
            d
            for d in symbols.source.definitions
            if d.kind != "constant"
            and is_inside(node, d.outer)
            and not is_name_of(node.start_byte, d)
        ]
        if around:
            return around[-1]
    return None


def is_name_of(start: int, definition: Definition) -> bool:
    """Whether the name that a definition gives starts at a byte."""
    name = name_node(definition.node)
    return name is not None and name.start_byte == start
