"""Python: what a function does with the keywords that it collects, as `**options` does."""

import re
from collections.abc import Iterator, Sequence

from specedit.edits.symbols.python_methods import can_be_named
from specedit.edits.syntax.nodes import ancestors, enclosing, field_of, text_of
from specedit.edits.syntax.tree import Node

_READING = ("get", "setdefault")


def takes(function: Node, name: str) -> bool:
    """Return whether a call can name a parameter of a function so; one that takes `name` out of what it collects is like it."""
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        at = parameter.child_by_field_name("name") or parameter
        while at.type != "identifier" and at.named_children:
            at = at.named_children[0]
        if text_of(at) == name and can_be_named(at, function):
            return True
    return any(_takes_out(use, name) for use in _uses(function))


def calls_with_collected(function: Node) -> Iterator[Node]:
    """Yield the calls that get all keywords which a function collects."""
    for use in _uses(function):
        splat = use.parent
        arguments = splat.parent if splat is not None and splat.type == "dictionary_splat" else None
        while arguments is not None and arguments.type == "dictionary":  # `f(**{**options})`
            splat = arguments.parent
            is_handed_on = splat is not None and splat.type == "dictionary_splat"
            arguments = splat.parent if splat is not None and is_handed_on else None
        if arguments is not None and arguments.type == "argument_list":
            call = arguments.parent
            if call is not None and call.type == "call":
                yield call


def collected_type(function: Node) -> Node | None:
    """Return the typed dictionary that the keywords are which a function collects, `Options` in `**options: Unpack[Options]`."""
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        if parameter.type == "typed_parameter" and text_of(parameter).startswith("**"):
            stated = parameter.child_by_field_name("type")
            unpacked = re.fullmatch(r"(?:\w+\.)*Unpack\[.*\]", text_of(stated), re.DOTALL)
            while stated is not None and unpacked and stated.named_children:
                stated = stated.named_children[-1]
            return stated if unpacked else None
    return None


def function_that_collected(string: Node) -> Node | None:
    """Return the function that collects keywords, one of which a string is as a key: `options["limit"]`, or None."""
    collector = _collector_of_key(string)
    function = enclosing(string, ("function_definition",))
    if collector is None or function is None or text_of(collector) != _collector(function):
        return None
    return function


def _collector_of_key(string: Node) -> Node | None:
    for parent, child in ancestors(string):
        if parent.type == "subscript" and field_of(child) == "subscript":
            return parent.child_by_field_name("value")
        if parent.type == "comparison_operator" and child == parent.named_children[0]:
            return parent.named_children[-1]
        if parent.type == "argument_list" and child == parent.named_children[0]:
            called = parent.parent.child_by_field_name("function") if parent.parent else None
            if called is None or called.type != "attribute":
                return None
            is_read = text_of(called.child_by_field_name("attribute")) in _READING
            return called.child_by_field_name("object") if is_read else None
        if parent.type not in ("string", "concatenated_string"):
            return None
    return None


def _collector(function: Node) -> str:
    """What a function calls the keywords that it collects, "" if it collects none."""
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        at = parameter.named_children[0] if parameter.type == "typed_parameter" else parameter
        if at.type == "dictionary_splat_pattern" and at.named_children:
            return text_of(at.named_children[0])
    return ""


def _uses(function: Node) -> Iterator[Node]:
    name, body = _collector(function), function.child_by_field_name("body")
    todo = [body] if name and body is not None else []
    while todo:
        node = todo.pop()
        if node.type == "identifier" and text_of(node) == name:
            yield node
        todo += node.named_children


def _takes_out(use: Node, name: str) -> bool:
    """Whether this is `options.pop("name")` or `del options["name"]`."""
    access = use.parent
    if access is None or access.parent is None:
        return False
    if access.type == "attribute" and text_of(access.child_by_field_name("attribute")) == "pop":
        arguments = access.parent.child_by_field_name("arguments")
        return arguments is not None and _is_string(arguments.named_children[:1], name)
    is_deleted = access.type == "subscript" and access.parent.type == "delete_statement"
    return is_deleted and _is_string(access.named_children[1:2], name)


def _is_string(nodes: Sequence[Node], text: str) -> bool:
    return any(text_of(node) in (f"'{text}'", f'"{text}"') for node in nodes)
