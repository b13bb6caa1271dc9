"""Which function of the text a keyword of a call is passed to (Python)."""

import re
from collections.abc import Iterator

from specedit.edits.symbols.classes import Classes
from specedit.edits.symbols.lookup import Lookup
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import Callees, ReceiverClasses
from specedit.edits.symbols.python_bindings import own_class
from specedit.edits.syntax.nodes import ancestors, text_of
from specedit.edits.syntax.tree import Node

# What makes the constructor take a class's fields as keywords.
_BY_DECORATOR = r"\b(dataclass|define|attrs|attr\.s|frozen|mutable)\b"
_BY_BASE = ("NamedTuple", "TypedDict", "BaseModel", "BaseSettings", "SQLModel", "Struct")


_FOREIGN = Callees()
_UNKNOWN = Callees(reason="a keyword of a call whose function is not evident here", is_known=False)


def callees(call: Node | None, symbols: Lookup) -> Callees:
    """Return what a keyword of this call is passed to."""
    called = call.child_by_field_name("function") if call is not None else None
    if call is None or called is None:
        return _FOREIGN
    arguments = call.child_by_field_name("arguments")
    first = next(iter(arguments.named_children), None) if arguments is not None else None
    last = text_of(called).rpartition(".")[2]
    if last == "partial" and first is not None:
        called = first
    if last in ("replace", "_replace") and called.type in ("attribute", "identifier"):
        changed = called.child_by_field_name("object") if last == "_replace" else first
        owner = symbols.type_of(changed) if changed is not None else ""
        return Callees(owners=(owner,)) if owner else _UNKNOWN
    if called.type == "identifier":
        return _of_name(called, symbols)
    if called.type == "attribute":
        return _of_member(called, symbols)
    return _UNKNOWN


def _of_name(called: Node, symbols: Lookup) -> Callees:
    if text_of(called) == "cls" and (owner := own_class(called, symbols.classes)):
        return _constructor(owner, symbols)
    symbol = symbols.names(text_of(called)).visible_at(called, ("value",))
    if symbol is None or "import" in symbol.kinds:
        return _FOREIGN
    if "class" in symbol.kinds:
        owners = [symbols.classes.of_node(p) for p in _definitions(symbol)]
        return _constructor(owners[0], symbols) if owners else _UNKNOWN
    functions = tuple(node.id for node in _definitions(symbol))
    return Callees(functions) if functions else _UNKNOWN


def _of_member(called: Node, symbols: Lookup) -> Callees:
    name = called.child_by_field_name("attribute")
    receiver = symbols.receiver_of(name) if name is not None else ReceiverClasses()
    if receiver.is_foreign:
        return _FOREIGN
    if not receiver.classes:
        return _UNKNOWN if symbols.names(text_of(name)).symbols else _FOREIGN
    functions: list[int] = []
    for owner in receiver.classes:
        if text_of(name) == "__init__":
            made = _constructor(owner, symbols)
            functions += made.functions
        else:
            functions += [node.id for node in _methods(owner, text_of(name), symbols)]
    return Callees(tuple(functions)) if functions else _UNKNOWN


def _constructor(owner: str, symbols: Lookup) -> Callees:
    for method in ("__init__", "__new__"):
        functions = tuple(node.id for node in _methods(owner, method, symbols))
        if functions:
            return Callees(functions)
    if _takes_fields(owner, symbols.classes):
        return Callees(owners=(owner,))
    return _UNKNOWN


def _takes_fields(owner: str, classes: Classes) -> bool:
    for name in (owner, *classes.ancestors(owner)):
        known = classes.by_name[name]
        if any(base.rpartition(".")[2] in _BY_BASE for base in known.foreign):
            return True
        for node in known.nodes:
            outer = node.parent
            decorators = outer.named_children if outer is not None else ()
            if any(
                re.search(_BY_DECORATOR, text_of(d)) for d in decorators if d.type == "decorator"
            ):
                return True
    return False


def _methods(owner: str, name: str, symbols: Lookup) -> list[Node]:
    """The functions that define a method, in the class itself or the nearest that it inherits from."""
    symbol = symbols.names(name).member_of(owner)
    if symbol is None:
        return []
    for known in (owner, *symbols.classes.ancestors(owner)):
        methods = [node for node in _definitions(symbol) if symbols.classes.around(node) == known]
        if methods:
            return methods
    return list(_definitions(symbol))


def _definitions(symbol: Symbol) -> Iterator[Node]:
    for place in symbol.declarations:
        parent = next((p for p, _ in ancestors(place.node)), None)
        if parent is not None and parent.type in ("function_definition", "class_definition"):
            yield parent
