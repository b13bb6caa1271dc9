"""Functions in a syntax tree: their parameters, and the calls of them in the file."""

import re
from collections.abc import Iterator

from specedit.edits.operations import _lists
from specedit.edits.syntax.definitions import Definition
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused, SymbolNotFound

_RECEIVERS = ("self", "cls", "&self", "&mut self", "mut self", "this")


def function(source: Source, name: str) -> Definition:
    """Return the function or method `name`; the constructor, where it is a class of Python.

    Raises:
        EditRefused: there is none, or there are several.
    """
    definition = source.definition(name.replace("#", "."), ("function", "method"))
    if definition.kind == "class":
        return source.definition(f"{definition.qualified}.__init__", ("method",))
    return definition


def called(definition: Definition) -> str:
    """Return what a function is called by: the class, where it is what makes or calls its objects."""
    if definition.name in ("__init__", "__new__", "__call__", "constructor") and definition.owner:
        return definition.owner
    return definition.qualified


def parameters(definition: Definition) -> Node:
    """Return the node of a function's parameter list."""
    node: Node | None = definition.node
    if definition.node.type == "variable_declarator":
        node = definition.node.child_by_field_name("value")
    while node is not None:
        listed = node.child_by_field_name("parameters")
        if listed is not None:
            return listed
        node = node.child_by_field_name("declarator")
    raise EditRefused(f"'{definition.name}' has no list of parameters")


def parameter_name(source: Source, node: Node) -> str:
    """Return the name of a parameter; "" for what has none, as a bare `*`."""
    for child in walk(node):
        if child.type in ("identifier", "self", "this", "shorthand_property_identifier_pattern"):
            in_type = any(
                above.parent is not None and above.parent.child_by_field_name("type") == above
                for above in _up(child, node)
            )
            if not in_type:
                return source.code(child)
    return ""


def named_parameters(source: Source, definition: Definition) -> list[str]:
    """Return the parameters' names, in order."""
    return [parameter_name(source, p) for p in _lists.items(parameters(definition))]


def parameter(source: Source, definition: Definition, name: str) -> int:
    """Return the index of a parameter.

    Raises:
        SymbolNotFound: the function has no such parameter.
    """
    known = named_parameters(source, definition)
    if name not in known:
        raise SymbolNotFound(
            f"{definition.name}({name})", [f"{definition.name}({', '.join(known)})"]
        )
    return known.index(name)


def has_parameter(source: Source, definition: Definition, name: str) -> bool:
    """Return whether a function has a parameter of that name."""
    try:
        return name in named_parameters(source, definition)
    except EditRefused:  # it has no list of them
        return False


def receivers(source: Source, definition: Definition) -> int:
    """Return how many parameters a call with a dot does not write: 1 for `self`, else 0."""
    first = _lists.items(parameters(definition))[:1]
    if definition.kind != "method" or not first:
        return 0
    static = "staticmethod" in source.code(definition.outer).split("def ", 1)[0]
    any_name = source.language.receiver_is_parameter and not static
    return int(any_name or source.code(first[0]) in _RECEIVERS)


def refuse_unclear(source: Source, definition: Definition) -> None:
    """Refuse a function whose parameters cannot be counted one by one, or which is declared elsewhere too.

    Raises:
        EditRefused: with the line.
    """
    listed = parameters(definition)
    row = listed.start_point[0] + 1
    for node in listed.named_children:
        if len(node.children_by_field_name("name")) > 1:
            raise EditRefused(
                f"'{source.code(node)}' on line {row} declares several parameters at once; write them out first"
            )
        if node.type in ("positional_separator", "keyword_separator"):
            raise EditRefused(
                f"the parameters on line {row} are divided by '/' or '*'; change them by hand"
            )
    for node in source.nodes:
        if node.type == "function_declarator" and node.start_byte != _declarator(definition):
            name = node.child_by_field_name("declarator")
            if name is not None and re.split(r"\W+", source.code(name))[-1] == definition.name:
                raise EditRefused(
                    f"'{definition.name}' is declared on line {node.start_point[0] + 1} too; change that first"
                )


def _declarator(definition: Definition) -> int:
    """Where the declarator of a function of C begins, -1 for others."""
    node = definition.node.child_by_field_name("declarator")
    while node is not None and node.type != "function_declarator":
        node = node.child_by_field_name("declarator")
    return node.start_byte if node is not None else -1


def splat_in(arguments: Node) -> Node | None:
    """Return an argument that stands for many, if there is one: then places cannot be counted."""
    kinds = ("list_splat", "dictionary_splat", "spread_element", "variadic_argument")
    return next((a for a in _lists.items(arguments) if a.type in kinds), None)


def keyword_of(source: Source, argument: Node) -> str | None:
    """Return the name that an argument is passed by, or None."""
    if argument.type != "keyword_argument":
        return None
    name = argument.child_by_field_name("name")
    return source.code(name) if name is not None else None


def _up(node: Node, to: Node) -> Iterator[Node]:
    at: Node | None = node
    while at is not None and at != to:
        yield at
        at = at.parent
