"""Which function of the text a keyword of a call is passed to (Python)."""

from collections.abc import Iterator
from dataclasses import dataclass

from specedit.edits.symbols.lookup import Lookup
from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import Callees, ReceiverClasses
from specedit.edits.symbols.python_bindings import own_class
from specedit.edits.symbols.python_collectors import calls_with_collected, collected_type, takes
from specedit.edits.symbols.python_fields import takes_fields
from specedit.edits.symbols.python_methods import functions_of
from specedit.edits.symbols.python_passed import target_of
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node

_FORWARDING = ("partial", "partialmethod", "to_thread", "submit")
_GIVEN = "is passed with a function that may get it"
_TYPED = "is a key of a typed dictionary, too, which the function that gets it names"
_NOT_EVIDENT = "a keyword of a call whose function is not evident here"


@dataclass(frozen=True, slots=True)
class _Called:
    """What a call gets to: functions, each with all its definitions, or classes that take fields.

    It may get to `overrides` as well, where an object is of a class below.
    """

    functions: tuple[tuple[Node, ...], ...] = ()
    owners: tuple[str, ...] = ()
    overrides: tuple[Node, ...] = ()
    is_known: bool = True


_FOREIGN, _UNKNOWN = _Called(), _Called(is_known=False)


def callees(call: Node | None, name: str, symbols: Lookup) -> Callees:
    """Return what a keyword of this call is passed to; of a function, what it hands one on to that it has collected."""
    if call is not None and call.type == "function_definition":
        called = _Called(((call,),))
        taking = _Taking(name, symbols) if not takes(call, name) else None
    else:
        called, taking = _called(call, symbols), _Taking(name, symbols)
    if taking is None:
        return Callees()
    taking.follow(called)
    functions = tuple(dict.fromkeys(node.id for node in taking.functions))
    if taking.is_typed_elsewhere:
        return Callees(functions, tuple(taking.owners), _TYPED, False, functions)
    if taking.is_known:
        return Callees(functions, tuple(taking.owners))
    suspects = tuple(each.id for each in _given(call, symbols) if takes(each, name))
    reason = _GIVEN if suspects else _NOT_EVIDENT
    return Callees(functions, tuple(taking.owners), reason, False, suspects)


class _Taking:
    """The functions and classes that take a keyword `name`, found through those that collect it and hand it on."""

    def __init__(self, name: str, symbols: Lookup) -> None:
        self._name, self._symbols, self._seen = name, symbols, set[int]()
        self.functions, self.owners = list[Node](), list[str]()
        self.is_known, self.is_typed_elsewhere = True, False

    def follow(self, called: _Called) -> None:
        """Take in what a call may get to."""
        self.owners += called.owners
        self.is_known = self.is_known and called.is_known
        for definitions in called.functions:
            taking = [each for each in definitions if takes(each, self._name)]
            self.functions += taking[:1]
            for function in () if taking else definitions:
                self._hand_on(function)
        for function in called.overrides:
            if not takes(function, self._name):
                self._hand_on(function)

    def _hand_on(self, function: Node) -> None:
        if function.id not in self._seen:
            self._seen.add(function.id)
            self._add_type(collected_type(function))
            for call in calls_with_collected(function):
                self.follow(_called(call, self._symbols))

    def _add_type(self, stated: Node | None) -> None:
        """Take in the typed dictionary whose key the keyword is."""
        if stated is None:
            return
        symbol = self._symbols.names(text_of(stated)).visible_at(stated, ("value",))
        declared = functions_of(symbol) if symbol else ()
        owners = [self._symbols.classes.of_node(each) for each in declared]
        self.owners += filter(None, owners)
        self.is_typed_elsewhere = self.is_typed_elsewhere or not any(owners)


def _called(call: Node | None, symbols: Lookup) -> _Called:
    if call is not None and call.type == "class_definition":
        return _of_class(call, symbols)
    if call is not None and call.type == "keyword_argument":
        return _of_function(target_of(call), symbols)
    called = call.child_by_field_name("function") if call is not None else None
    if call is None or called is None:
        return _FOREIGN
    arguments = call.child_by_field_name("arguments")
    first = next(iter(arguments.named_children), None) if arguments is not None else None
    last = text_of(called).rpartition(".")[2]
    if last in _FORWARDING and first is not None and first.type in ("identifier", "attribute"):
        called = first
    if last in ("replace", "_replace") and called.type in ("attribute", "identifier"):
        changed = called.child_by_field_name("object") if last == "_replace" else first
        owner = symbols.type_of(changed) if changed is not None else ""
        return _Called(owners=(owner,)) if owner else _UNKNOWN
    return _of_function(called, symbols)


def _of_function(called: Node | None, symbols: Lookup) -> _Called:
    """What a call of this gets to."""
    if called is None:
        return _FOREIGN
    if called.type == "identifier":
        return _of_name(called, symbols)
    if text_of(called) in ("type(self)", "self.__class__"):
        inner = called.child_by_field_name("object") or called.named_children[-1].named_children[0]
        return _of_own_class(own_class(inner, symbols.classes), symbols)
    if called.type == "attribute":
        return _of_member(called, symbols)
    return _UNKNOWN


def _given(call: Node | None, symbols: Lookup) -> tuple[Node, ...]:
    """The functions that a call of what is not evident is given, and may hand its keywords on to."""
    arguments = call.child_by_field_name("arguments") if call is not None else None
    first = next(iter(arguments.named_children), None) if arguments is not None else None
    if first is None or first.type != "identifier":
        return ()
    return tuple(each for definitions in _of_name(first, symbols).functions for each in definitions)


def _of_class(definition: Node, symbols: Lookup) -> _Called:
    """What gets the keywords in the head of a class."""
    for above in symbols.classes.overridden(symbols.classes.of_node(definition)):
        methods = tuple(_methods(above, "__init_subclass__", symbols))
        if methods:
            return _Called((methods,))
    return _FOREIGN


def _of_name(called: Node, symbols: Lookup) -> _Called:
    if text_of(called) == "cls" and (owner := own_class(called, symbols.classes)):
        return _of_own_class(owner, symbols)
    symbol = symbols.names(text_of(called)).visible_at(called, ("value",))
    if symbol is None or "import" in symbol.kinds:
        return _FOREIGN
    if "class" in symbol.kinds:
        owners = [symbols.classes.of_node(p) for p in functions_of(symbol)]
        return _constructor(owners[0], symbols) if owners else _UNKNOWN
    functions = tuple(functions_of(symbol))
    return _Called((functions,)) if functions else _of_alias(symbol, symbols)


def _of_own_class(owner: str, symbols: Lookup) -> _Called:
    """What a call of `cls` gets to: the constructor of the class, or of one below."""
    if not owner:
        return _UNKNOWN
    below = [_constructor(each, symbols) for each in symbols.classes.descendants(owner)]
    every = [_constructor(owner, symbols), *below]
    return _Called(
        tuple(definitions for each in every for definitions in each.functions),
        tuple(dict.fromkeys(name for each in every for name in each.owners)),
        is_known=all(each.is_known for each in every),
    )


def _of_alias(symbol: Symbol, symbols: Lookup) -> _Called:
    """What a variable is that is only made to be another name for a function, or `partial` of one."""
    functions = list[tuple[Node, ...]]()
    for place in symbol.declarations:
        made = place.node.parent
        left = made.child_by_field_name("left") if made is not None else None
        if made is None or made.type != "assignment" or left != place.node:
            return _UNKNOWN
        for meant in _functions_named(made.child_by_field_name("right"), symbols):
            if not meant:
                return _UNKNOWN
            functions.append(meant)
    return _Called(tuple(functions)) if functions else _UNKNOWN


def _functions_named(value: Node | None, symbols: Lookup) -> Iterator[tuple[Node, ...]]:
    """Yield the functions that an expression may be, each with all its definitions; nothing in one that is none."""
    if value is not None and value.type == "conditional_expression":
        yield from _functions_named(value.named_children[0], symbols)
        yield from _functions_named(value.named_children[-1], symbols)
        return
    called = value.child_by_field_name("function") if value is not None else None
    arguments = value.child_by_field_name("arguments") if value is not None else None
    if text_of(called).rpartition(".")[2] == "partial" and arguments is not None:
        value = next(iter(arguments.named_children), None)
    is_name = value is not None and value.type == "identifier"
    meant = (
        symbols.names(text_of(value)).visible_at(value, ("value",)) if value and is_name else None
    )
    yield tuple(functions_of(meant)) if meant is not None and "function" in meant.kinds else ()


def _of_member(called: Node, symbols: Lookup) -> _Called:
    name = called.child_by_field_name("attribute")
    receiver = symbols.receiver_of(name) if name is not None else ReceiverClasses()
    if receiver.is_foreign:
        return _FOREIGN
    if not receiver.classes:
        return _UNKNOWN if symbols.names(text_of(name)).symbols else _FOREIGN
    functions: list[tuple[Node, ...]] = []
    overrides: list[Node] = []
    is_above = text_of(called.child_by_field_name("object")).startswith("super(")
    for owner in receiver.classes:
        if text_of(name) == "__init__":
            made = _constructor(owner, symbols)
            functions += made.functions
            continue
        functions += filter(None, [tuple(_methods(owner, text_of(name), symbols))])
        for below in () if is_above else symbols.classes.descendants(owner):
            overrides += _methods(below, text_of(name), symbols)
    return _Called(tuple(functions), overrides=tuple(overrides)) if functions else _UNKNOWN


def _constructor(owner: str, symbols: Lookup) -> _Called:
    for method in ("__init__", "__new__"):
        functions = tuple(_methods(owner, method, symbols))
        if functions:
            return _Called((functions,))
    if takes_fields(owner, symbols.classes):
        return _Called(owners=(owner,))
    return _UNKNOWN


def _methods(owner: str, name: str, symbols: Lookup) -> list[Node]:
    """The functions that define a method, in the class itself or the nearest that it inherits from."""
    symbol = symbols.names(name).member_of(owner)
    if symbol is None:
        return []
    for known in (owner, *symbols.classes.ancestors(owner)):
        methods = [node for node in functions_of(symbol) if symbols.classes.around(node) == known]
        if methods:
            return methods
    return list(functions_of(symbol))
