"""Which symbols a rename means, of all that bear the name in a text."""

import re
from collections.abc import Callable, Collection, Sequence

from specedit.edits.operations._rename_listing import definition_around, listed, ways_to_tell, wish
from specedit.edits.operations._rename_nouns import NOUNS
from specedit.edits.operations._rename_owner import of_kinds, of_owner
from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.model import Symbol, is_static
from specedit.edits.symbols.names import Names
from specedit.edits.symbols.places import Place
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import line_of
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

_DEFINED = words(
    "function method macro class struct union record enum interface trait type annotation module import property"
)
_LASTING = frozenset(["field", "property", "enum member", "record component"])


def choose(
    request: Request, symbols: Symbols, among: Sequence[Symbol] | None = None
) -> tuple[Symbol, ...]:
    """Return the symbols that are meant, of all or those `among` them: one, unless all of a name are asked for.

    Raises:
        SymbolNotFound: the text does not declare what the symbol is said to belong to.
        EditRefused: the text has the name, but not such a symbol.
        AmbiguousPlace: several fit; the message says how to name each.
    """
    names = symbols.names(request.old)
    known = names.symbols if among is None else among
    fit = list(known)
    if request.line is not None:
        last = request.last_line if request.last_line is not None else request.line
        fit = _on_lines(fit, range(request.line, last + 1), names)
    if request.owner:
        fit = of_owner(fit, request, symbols)
    if request.is_local is not None:
        fit = [s for s in fit if s.is_local == request.is_local and not s.owners] or (
            [] if request.is_local else [s for s in fit if not s.is_local]
        )
    if request.is_static is not None:
        fit = [s for s in fit if is_static(s) == request.is_static] or fit
    if request.noun:
        fit = of_kinds(fit, NOUNS[request.noun])
    if not known:
        raise SymbolNotFound(request.old, [])
    if not fit:
        raise EditRefused(f"no {wish(request)}; `{request.old}` is {listed(known, symbols)}")
    if len(fit) == 1 and not request.noun:
        fit = _with_tag(fit[0], known)
    if len(fit) == 1 and request.line is not None and _is_parameter(fit[0]):
        return _with_overloads(fit[0], known, symbols)
    if len(fit) > 1:
        is_plain = not request.noun and request.line is None
        fit = _most_lasting(fit) if is_plain else _top_level(fit)
    if len(fit) > 1 and not request.every and not _belong_to_one(fit, symbols):
        lines = [s.line for s in fit]
        raise AmbiguousPlace(
            f"`{request.old}` is {listed(fit, symbols)}: say {ways_to_tell(request.old, fit, symbols)}",
            lines,
        )
    return tuple(fit)


def _on_lines(candidates: list[Symbol], lines: range, names: Names) -> list[Symbol]:
    """The symbols that stand on some lines: those that are declared there, if any are."""
    declared = [s for s in candidates if any(line_of(p.node) in lines for p in s.declarations)]
    used = {o.symbol for o in names.occurrences if line_of(o.place.node) in lines}
    return declared or [s for s in candidates if s in used]


def _with_tag(symbol: Symbol, known: Sequence[Symbol]) -> list[Symbol]:
    """A symbol with the tag or the type that it is one with, as in `typedef struct node {…} node;`."""
    return [
        s for s in known if s is symbol or _is_type_of_tag(s, symbol) or _is_type_of_tag(symbol, s)
    ]


def _is_type_of_tag(named: Symbol, tag: Symbol) -> bool:
    """Whether a type of C stands for a tag of its own name, in one scope."""
    types = [b for place in named.declarations for b in place.bindings if b.of_tag]
    tags = [b for place in tag.declarations for b in place.bindings if b.spaces == ("tag",)]
    return any(a.scope == b.scope for a in types for b in tags)


def line_named(place: Place) -> str:
    """Return how a message names the line of a place."""
    return f"line {line_of(place.node)}"


def refuse_inherited(
    name: str,
    chosen: Collection[Symbol],
    symbols: Symbols,
    shown: Callable[[Place], str] = line_named,
) -> None:
    """Refuse a method that the language calls by its name, or that implements what another file declares, and its parameters.

    Raises:
        EditRefused: with the line.
    """
    if re.fullmatch(r"__\w+__|constructor", name) and any("method" in s.kinds for s in chosen):
        raise EditRefused(f"`{name}` has a meaning of its own in {symbols.source.language.name}")
    for occurrence in symbols.names(name).occurrences:
        is_passed = occurrence.place.role == "keyword" or any(map(_is_parameter, chosen))
        if is_passed and occurrence.known and not {*occurrence.several}.isdisjoint(chosen):
            raise EditRefused(
                f"`{name}` on {shown(occurrence.place)} means {listed(occurrence.several, symbols)} at once: "
                "no rename of one of them is known that keeps the other"
            )
    for symbol in chosen:
        for place in symbol.declarations:
            for binding in place.bindings:
                if binding.inherited:
                    _refuse_foreign(name, symbol, place, symbols, shown(place))


def _is_parameter(symbol: Symbol) -> bool:
    return "parameter" in symbol.kinds


def _refuse_foreign(name: str, symbol: Symbol, place: Place, symbols: Symbols, at: str) -> None:
    """Refuse what implements a method of a class that the text does not define, and a parameter of it."""
    binding = place.bindings[0]
    owner, method = binding.method
    is_parameter = bool(method)
    overridden = {*symbols.classes.overridden(owner if is_parameter else binding.owner)}
    owners = symbol.owners
    if is_parameter:
        declared = symbols.names(method).member_of(owner)
        owners = declared.owners if declared is not None else ()
    if overridden.isdisjoint(owners):
        if is_parameter:
            raise EditRefused(
                f"`{method}` on {at} overrides a method of {binding.inherited} that is not in view, "
                f"which may have callers that pass `{name}` by its name: rename it there first"
            )
        raise EditRefused(
            f"`{name}` on {at} implements a method of {binding.inherited} "
            "that this file does not define: rename it there first"
        )


def _top_level(candidates: list[Symbol]) -> list[Symbol]:
    """Of functions and classes the one that the whole file sees, if the others are inside of functions."""
    seen = [s for s in candidates if not s.is_local]
    is_plain = len(seen) == 1 and not seen[0].owners and bool({*seen[0].kinds} & _DEFINED)
    return seen if is_plain else candidates


def _belong_to_one(candidates: list[Symbol], symbols: Symbols) -> bool:
    """Whether symbols are a type and its tag, or parameters of one type, as of a struct and its `impl`, or of overloads."""
    if len(candidates) == 2 and _with_tag(candidates[0], candidates) == candidates:
        return True
    if all("parameter" in s.kinds for s in candidates):
        return _are_overloads(candidates, symbols)
    if not all({*s.kinds} & {"lifetime", "type parameter"} for s in candidates):
        return False
    scopes = {b.scope for s in candidates for p in s.declarations for b in p.bindings}
    return any(scopes <= {n.id for n in c.nodes} for c in symbols.classes.by_name.values())


def _are_overloads(candidates: Sequence[Symbol], symbols: Symbols) -> bool:
    """Whether symbols are parameters of the signatures of one function, and of the one that has a body."""
    functions = [f for s in candidates if (f := definition_around(s, symbols)) is not None]
    names = {function.qualified for function in functions}
    nodes = {function.node.id for function in functions}
    bodies = [function for function in functions if not _is_signature(function, symbols)]
    return len(names) == 1 and len(nodes) == len(candidates) and len(bodies) <= 1


def _with_overloads(
    parameter: Symbol, known: Sequence[Symbol], symbols: Symbols
) -> tuple[Symbol, ...]:
    """A parameter that stands on a line, with those of the other signatures of its function: calls name them all."""
    others = [s for s in known if s is not parameter and _is_parameter(s)]
    return (parameter, *(s for s in others if _are_overloads([parameter, s], symbols)))


def _is_signature(function: Definition, symbols: Symbols) -> bool:
    """Whether a definition only says how a function can be called."""
    decorators = symbols.source.code(function.outer).partition("def ")[0]
    is_overload = re.search(r"@(\w+\.)?overload\b", decorators) is not None
    return is_overload or function.node.child_by_field_name("body") is None


def _most_lasting(candidates: list[Symbol]) -> list[Symbol]:
    """What a bare name may mean: what the whole file sees rather than fields, and methods rather than locals."""
    top = [s for s in candidates if not s.is_local and not s.owners]
    methods = [s for s in candidates if s.owners and {*s.kinds} & {"method", "property"}]
    members = [s for s in candidates if s.owners]
    if any({*s.kinds} & _DEFINED for s in top):
        return top + methods
    if top or methods:
        return top + members
    return candidates
