"""Which symbols belong to what a rename says: "of Door", "in fetch"."""

from collections.abc import Iterator, Sequence

from specedit.edits.operations._rename_listing import is_name_of, listed
from specedit.edits.operations._rename_nouns import NOUNS
from specedit.edits.operations._rename_request import Request
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import STATIC
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.alike import nearest
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.nodes import is_inside, text_of
from specedit.engine.errors import AmbiguousPlace, SymbolNotFound

_CONSTRUCTORS = ("__init__", "constructor")


def of_owner(candidates: list[Symbol], request: Request, symbols: Symbols) -> list[Symbol]:
    """Return the symbols that belong to a class, or are declared in a function or module, of a name."""
    owners = _of_noun(_definitions(request.owner, symbols), request.owner_noun)
    names = {symbols.classes.of_node(d.node) for d in owners} | {
        symbols.classes.named(request.owner)
    }
    names -= {""}
    is_parameter = bool(request.noun) and "parameter" in NOUNS[request.noun][0]
    if is_parameter and (called := _constructors(owners, candidates, symbols)):
        owners, names = called, set()
    members = [s for s in candidates if names & {*s.owners}]
    inherited = [
        symbols.names(request.old).member_of(name, space)
        for name in names
        for space in ("value", STATIC)
    ]
    members += [s for s in inherited if s is not None and s in candidates and s not in members]
    if members:
        return members
    if not owners and not names:
        known = [d.name for d in symbols.source.definitions]
        raise SymbolNotFound(request.owner, nearest(request.owner, known))
    inside = [
        s
        for s in candidates
        if any(
            is_inside(p.node, d.outer) and not is_name_of(p.node.start_byte, d)
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


def _constructors(
    classes: Sequence[Definition], candidates: Sequence[Symbol], symbols: Symbols
) -> list[Definition]:
    """The constructors of classes that have a parameter: it is what a call of the class passes."""
    called = {f"{d.qualified}.{name}" for d in classes for name in (*_CONSTRUCTORS, d.name)}
    places = [p.node for s in candidates if "parameter" in s.kinds for p in s.declarations]
    return [
        d
        for d in symbols.source.definitions
        if d.qualified in called and any(is_inside(node, d.node) for node in places)
    ]


def _of_noun(owners: list[Definition], noun: str) -> list[Definition]:
    """Of a function and methods of one name those that the noun means, if it tells them apart."""
    if noun not in ("function", "method"):
        return owners
    return [d for d in owners if d.kind == noun] or owners


def _refuse_other_kind(
    outermost: list[Symbol], inside: list[Symbol], request: Request, symbols: Symbols
) -> None:
    """Refuse "the variable x of f" where f has a parameter x, and a block or a function in it a variable."""
    kinds = NOUNS[request.noun][:1] if request.noun else ()
    if not kinds or not outermost or of_kinds(outermost, kinds):
        return
    others = of_kinds(inside, kinds)
    if others and request.line is None and not request.every:
        fit = [*outermost, *others]
        lines = [s.line for s in fit]
        ways = " or ".join(f"`{request.old} on line {line}`" for line in dict.fromkeys(lines))
        raise AmbiguousPlace(f"`{request.old}` is {listed(fit, symbols)}: say {ways}", lines)


def _definitions(owner: str, symbols: Symbols) -> list[Definition]:
    qualified = (
        owner.replace("::", ".").replace("->", ".").replace(".prototype", "").removesuffix("()")
    )
    listed = [d for d in symbols.source.definitions if d.kind != "constant"]
    fit = [d for d in listed if qualified in (d.name, d.qualified)]
    fit = fit or [d for d in listed if f".{d.qualified}".endswith(f".{qualified}")]
    fit = fit or [d for d in _held_functions(symbols) if qualified in (d.name, d.qualified)]
    if fit or "." not in qualified:
        return fit
    # A method that stands outside of its class, as in Go and C++.
    holder, _, name = qualified.rpartition(".")
    starts = {
        place.start
        for symbol in symbols.names(name).symbols
        for place in symbol.declarations
        if any(f".{b.owner}".endswith(f".{holder}") for b in place.bindings)
    }
    return [
        d for d in listed if (node := name_node(d.node)) is not None and node.start_byte in starts
    ]


def _held_functions(symbols: Symbols) -> Iterator[Definition]:
    """The functions that an assignment or a key gives a name, as `Door.prototype.close = function () {}`."""
    for node in symbols.source.nodes:
        parent = node.parent
        if node.type not in symbols.source.language.function_values or parent is None:
            continue
        held = parent.child_by_field_name("left") or parent.child_by_field_name("key")
        qualified = text_of(held or node.child_by_field_name("name")).replace(".prototype", "")
        owner, _, name = qualified.rpartition(".")
        yield Definition(name, "function", node, node, owner)


def of_kinds(candidates: list[Symbol], groups: Sequence[Sequence[str]]) -> list[Symbol]:
    """Return the symbols of the first of some groups of kinds that any is of."""
    for group in groups:
        fit = [s for s in candidates if s.kinds[0] in group] or [
            s for s in candidates if {*s.kinds} & {*group}
        ]
        if fit:
            return fit
    return [] if groups else candidates
