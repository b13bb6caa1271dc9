"""Which symbols a rename means, of all that bear the name in a text."""

import re
from collections.abc import Iterable, Sequence

from specedit.edits.language import words
from specedit.edits.operations._rename_nouns import NOUNS
from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.class_names import without_mark
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.names import Names
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.symbols.tree import is_inside, line_of
from specedit.edits.syntax import Definition, name_node, nearest
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

_DEFINED = words(
    "function method macro class struct union record enum interface trait type annotation module import property"
)
_LASTING = frozenset(["field", "property", "enum member", "record component"])


def choose(request: Request, symbols: Symbols) -> tuple[Symbol, ...]:
    """Return the symbols that are meant: one, unless all of a name are asked for.

    Raises:
        SymbolNotFound: the text does not declare what the symbol is said to belong to.
        EditRefused: the text has the name, but not such a symbol.
        AmbiguousPlace: several fit; the message says how to name each.
    """
    names = symbols.names(request.old)
    known = names.symbols
    fit = list(known)
    if request.line is not None:
        fit = _on_line(fit, request.line, names)
    if request.owner:
        fit = _of_owner(fit, request, symbols)
    if request.is_local is not None:
        fit = [s for s in fit if s.is_local == request.is_local and not s.owners] or (
            [] if request.is_local else [s for s in fit if not s.is_local]
        )
    if request.noun:
        fit = _of_kinds(fit, NOUNS[request.noun])
    if not fit:
        raise EditRefused(f"no {_wish(request)}; `{request.old}` is {_listed(known, symbols)}")
    if len(fit) > 1:
        is_plain = not request.noun and request.line is None
        fit = _most_lasting(fit) if is_plain else _top_level(fit)
    if len(fit) > 1 and not request.every and not _belong_to_one(fit, symbols):
        lines = [s.line for s in fit]
        raise AmbiguousPlace(
            f"`{request.old}` is {_listed(fit, symbols)}: say {_ways(request.old, fit, symbols)}",
            lines,
        )
    return tuple(fit)


def _on_line(found: list[Symbol], line: int, names: Names) -> list[Symbol]:
    """The symbols that stand on a line: those that it declares, if it declares any."""
    declared = [s for s in found if any(line_of(p.node) == line for p in s.declarations)]
    used = {o.symbol for o in names.occurrences if line_of(o.place.node) == line}
    return declared or [s for s in found if s in used]


def refuse_inherited(name: str, chosen: Iterable[Symbol], symbols: Symbols) -> None:
    """Refuse a method that the language calls by its name, or that implements what another file declares.

    Raises:
        EditRefused: with the line.
    """
    if re.fullmatch(r"__\w+__|constructor", name) and any("method" in s.kinds for s in chosen):
        raise EditRefused(f"`{name}` has a meaning of its own in {symbols.source.language.name}")
    for symbol in chosen:
        for place in symbol.declarations:
            for binding in place.bindings:
                above = {*symbols.classes.overridden(binding.owner)}
                if binding.inherited and above.isdisjoint(symbol.owners):
                    raise EditRefused(
                        f"`{name}` on line {line_of(place.node)} implements a method of {binding.inherited} "
                        "that this file does not define: rename it there first"
                    )


def describe(symbol: Symbol, symbols: Symbols) -> str:
    """Return what a symbol is, as "a method of Door (line 3)"."""
    kind = symbol.kinds[0]
    article = "an" if kind[0] in "aeiou" else "a"
    holder = ", ".join(map(without_mark, symbol.owners[:3])) or _function_of(symbol, symbols)
    return f"{article} {kind}{f' of {holder}' if holder else ''} (line {symbol.line})"


def _listed(found: Iterable[Symbol], symbols: Symbols) -> str:
    parts = [describe(symbol, symbols) for symbol in found]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _wish(request: Request) -> str:
    noun = request.noun.replace("-", " ") or "symbol"
    where = f" of {request.owner}" if request.owner else ""
    line = f" on line {request.line}" if request.line is not None else ""
    return f"{noun} `{request.old}`{where}{line} is declared in this file"


def _ways(name: str, found: Sequence[Symbol], symbols: Symbols) -> str:
    """How each of several symbols can be told apart in an instruction."""
    told: list[str] = []
    for symbol in found:
        owner = without_mark(symbol.owners[0]) if symbol.owners else ""
        holder = owner or _function_of(symbol, symbols)
        ways = [
            f"{symbol.kinds[0]} {name} of {holder}"
            if holder
            else f"global {symbol.kinds[0]} {name}"
        ]
        ways = [f"{holder}.{name}", *ways] if symbol.owners else ways
        others = [o for o in found if o is not symbol]
        if symbol.owners and any(o.owners[:1] == symbol.owners[:1] for o in others):
            ways = ways[1:]
        told.append(ways[0])
    by_line = [
        f"{name} on line {s.line}"
        if told.count(t) > 1 or (s.is_local and t.startswith("global"))
        else t
        for s, t in zip(found, told, strict=True)
    ]
    return " or ".join(f"`{way}`" for way in by_line[:6])


def _function_of(symbol: Symbol, symbols: Symbols) -> str:
    """The innermost function around what is local, or ""."""
    function = _definition_around(symbol, symbols) if symbol.is_local else None
    return function.qualified if function is not None else ""


def _definition_around(symbol: Symbol, symbols: Symbols) -> Definition | None:
    """The innermost definition around a declaration of a symbol, the first that has one."""
    for node in (place.node for place in symbol.declarations):
        around = [
            d
            for d in symbols.source.definitions
            if d.kind != "constant"
            and is_inside(node, d.outer)
            and not _is_name_of(node.start_byte, d)
        ]
        if around:
            return around[-1]
    return None


def _of_owner(found: list[Symbol], request: Request, symbols: Symbols) -> list[Symbol]:
    """The symbols that belong to a class, or are declared in a function or module, of a name."""
    owners = _definitions(request.owner, symbols)
    names = {symbols.classes.of_node(d.node) for d in owners} | {
        symbols.classes.named(request.owner)
    }
    names -= {""}
    members = [s for s in found if names & {*s.owners}]
    inherited = [symbols.names(request.old).member_of(name) for name in names]
    members += [s for s in inherited if s is not None and s in found and s not in members]
    if members:
        return members
    if not owners and not names:
        known = [d.name for d in symbols.source.definitions]
        raise SymbolNotFound(request.owner, nearest(request.owner, known))
    inside = [
        s
        for s in found
        if any(
            is_inside(p.node, d.outer) and not _is_name_of(p.node.start_byte, d)
            for p in s.declarations
            for d in owners
        )
    ]
    own = {d.node.id for d in owners}
    outermost = [
        s for s in inside if any(b.scope in own for p in s.declarations for b in p.bindings)
    ]
    _refuse_other_kind(outermost, inside, request, symbols)
    return outermost or inside


def _refuse_other_kind(
    outermost: list[Symbol], inside: list[Symbol], request: Request, symbols: Symbols
) -> None:
    """Refuse "the variable x of f" where f has a parameter x, and a block or a function in it a variable."""
    kinds = NOUNS[request.noun][:1] if request.noun else ()
    if not kinds or not outermost or _of_kinds(outermost, kinds):
        return
    others = _of_kinds(inside, kinds)
    if others and request.line is None and not request.every:
        fit = [*outermost, *others]
        lines = [s.line for s in fit]
        ways = " or ".join(f"`{request.old} on line {line}`" for line in dict.fromkeys(lines))
        raise AmbiguousPlace(f"`{request.old}` is {_listed(fit, symbols)}: say {ways}", lines)


def _definitions(owner: str, symbols: Symbols) -> list[Definition]:
    wanted = owner.replace("::", ".").replace("->", ".").removesuffix("()")
    listed = [d for d in symbols.source.definitions if d.kind != "constant"]
    fit = [d for d in listed if wanted in (d.name, d.qualified)]
    fit = fit or [d for d in listed if f".{d.qualified}".endswith(f".{wanted}")]
    if fit or "." not in wanted:
        return fit
    # A method that stands outside of its class, as in Go and C++.
    holder, _, name = wanted.rpartition(".")
    starts = {
        place.start
        for symbol in symbols.names(name).symbols
        for place in symbol.declarations
        if any(f".{b.owner}".endswith(f".{holder}") for b in place.bindings)
    }
    return [
        d for d in listed if (node := name_node(d.node)) is not None and node.start_byte in starts
    ]


def _is_name_of(start: int, definition: Definition) -> bool:
    name = name_node(definition.node)
    return name is not None and name.start_byte == start


def _of_kinds(found: list[Symbol], groups: Sequence[Sequence[str]]) -> list[Symbol]:
    for group in groups:
        fit = [s for s in found if s.kinds[0] in group] or [
            s for s in found if {*s.kinds} & {*group}
        ]
        if fit:
            return fit
    return [] if groups else found


def _top_level(found: list[Symbol]) -> list[Symbol]:
    """Of functions and classes the one that the whole file sees, if the others are inside of functions."""
    seen = [s for s in found if not s.is_local]
    is_plain = len(seen) == 1 and not seen[0].owners and bool({*seen[0].kinds} & _DEFINED)
    return seen if is_plain else found


def _belong_to_one(found: list[Symbol], symbols: Symbols) -> bool:
    """Whether parameters are those of one type, as of a struct and its `impl`, or of one function's overloads."""
    if all("parameter" in s.kinds for s in found):
        return _are_overloads(found, symbols)
    if not all({*s.kinds} & {"lifetime", "type parameter"} for s in found):
        return False
    scopes = {b.scope for s in found for p in s.declarations for b in p.bindings}
    return any(scopes <= {n.id for n in c.nodes} for c in symbols.classes.by_name.values())


def _are_overloads(found: Sequence[Symbol], symbols: Symbols) -> bool:
    """Whether symbols are parameters of the signatures of one function, and of the one that has a body."""
    functions = [f for s in found if (f := _definition_around(s, symbols)) is not None]
    names = {function.qualified for function in functions}
    nodes = {function.node.id for function in functions}
    bodies = [function for function in functions if not _is_signature(function, symbols)]
    return len(names) == 1 and len(nodes) == len(found) and len(bodies) <= 1


def _is_signature(function: Definition, symbols: Symbols) -> bool:
    """Whether a definition only says how a function can be called."""
    decorators = symbols.source.code(function.outer).partition("def ")[0]
    is_overload = re.search(r"@(\w+\.)?overload\b", decorators) is not None
    return is_overload or function.node.child_by_field_name("body") is None


def _most_lasting(found: list[Symbol]) -> list[Symbol]:
    """What a bare name may mean: what the whole file sees rather than fields, and methods rather than locals."""
    top = [s for s in found if not s.is_local and not s.owners]
    methods = [s for s in found if s.owners and {*s.kinds} & {"method", "property"}]
    members = [s for s in found if s.owners]
    if any({*s.kinds} & _DEFINED for s in top):
        return top + methods
    if top or methods:
        return top + members
    return found
