"""Python: what the definition of a method says of it, and which of its parameters a call can name."""

import re
from collections.abc import Iterator
from dataclasses import replace

from specedit.edits.symbols.model import Symbol
from specedit.edits.symbols.places import Binding
from specedit.edits.syntax.nodes import ancestors, is_within, text_of
from specedit.edits.syntax.tree import Node

_PROPERTY = re.compile(r"\b(cached_)?property\b|\.(setter|getter|deleter)\b")
_OVERRIDE = re.compile(r"@(\w+\.)?override\b")
COLLECTING = ("list_splat_pattern", "dictionary_splat_pattern")


def is_static(method: Node) -> bool:
    """Return whether a method is called without an object or a class before its arguments."""
    return "@staticmethod" in _decorators(method)


def is_property(method: Node) -> bool:
    """Return whether a method is called where an attribute is read, set or deleted."""
    return any(_PROPERTY.search(decorator) for decorator in _decorators(method))


def overridden(method: Node) -> str:
    """Return what a method evidently overrides a method of, be it in the text or not: "" if that is not evident."""
    name = text_of(method.child_by_field_name("name"))
    above = re.search(rf"\bsuper\(.*?\)\.{name}\b", text_of(method))
    is_marked = any(_OVERRIDE.match(decorator) for decorator in _decorators(method))
    return "a class" if above or is_marked else ""


def with_method(parameter: Binding, name: Node, function: Node, owner: str) -> Binding:
    """Return the binding of a parameter with the method that it is of, if calls that an override may get can name it.

    A constructor is called by the class that it is of, and a name with two underscores belongs to one class alone.
    """
    method = text_of(function.child_by_field_name("name"))
    is_own = method in ("__init__", "__new__") or (
        method.startswith("__") and not method.endswith("__")
    )
    if not owner or is_own or is_property(function) or not can_be_named(name, function):
        return parameter
    if not is_static(function) and _is_first(name, function):
        return parameter
    above = "" if method.startswith("__") else overridden(function)
    return replace(parameter, method=(owner, method), inherited=above)


def can_be_named(name: Node, function: Node) -> bool:
    """Return whether a call can name a parameter: neither what is left of `/`, nor what collects others."""
    listed = function.child_by_field_name("parameters")
    if listed is None or is_within(name, COLLECTING, listed):
        return False
    parameters = listed.named_children
    positional = [i for i, each in enumerate(parameters) if each.type == "positional_separator"]
    return not any(_holds(each, name) for i in positional for each in parameters[:i])


def _is_first(name: Node, function: Node) -> bool:
    """Whether a parameter is that of a method's object."""
    listed = function.child_by_field_name("parameters")
    parameters = listed.named_children if listed is not None else ()
    return _holds(next(each for each in parameters if each.type != "comment"), name)


def _holds(parameter: Node, name: Node) -> bool:
    return bool(parameter.start_byte <= name.start_byte < parameter.end_byte)


def _decorators(method: Node) -> list[str]:
    outer = method.parent
    if outer is None or outer.type != "decorated_definition":
        return []
    return [text_of(each) for each in outer.named_children if each.type == "decorator"]


def functions_of(symbol: Symbol) -> Iterator[Node]:
    """Yield the functions and classes that a symbol is declared as."""
    for place in symbol.declarations:
        parent = next((p for p, _ in ancestors(place.node)), None)
        if parent is not None and parent.type in ("function_definition", "class_definition"):
            yield parent
