"""The calls of a function in its file, told by what its name means in each place.

A change of parameters must reach every call: what hands the function on, and what may be another thing's call, is refused.
"""

from specedit.edits.operations import _functions
from specedit.edits.symbols.model import Occurrence, Symbol
from specedit.edits.symbols.places import Place
from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, is_inside, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

Calls = list[tuple[Node, int]]

# What may stand between the name of a function and its call, the name last or before its type arguments.
_AROUND_NAMES = words(
    "attribute member_expression field_expression selector_expression scoped_identifier qualified_identifier "
    "generic_function template_function template_method generic_type non_null_expression parenthesized_expression "
    "type_instantiation_expression index_expression"
)
CALLED = ("function", "name", "constructor", "type")  # fields of a call
# Where a function is named and nothing is called, whatever its parameters.
_MENTIONS = words("export_specifier export_statement import_specifier dotted_name type_query")
_CALLED_BY_IT = ("call", "apply", "bind")
_EFFECTS = words(
    "await await_expression yield yield_expression named_expression assignment_expression assignment "
    "augmented_assignment_expression compound_assignment_expr update_expression delete_expression macro_invocation "
    "try_expression"
)


def calls(source: Source, definition: Definition) -> Calls:
    """Return the argument lists of a function's calls, and how many of its parameters each does not write.

    Raises:
        EditRefused: it is declared or used in a way that a change of its parameters cannot follow.
    """
    symbols = symbols_of(source)
    if symbols is None:
        raise EditRefused(
            f"calls are not known in {source.language.name}; give a snippet or a patch"
        )
    if definition.name.startswith("__") and definition.name.endswith("__"):
        raise EditRefused(
            f"'{definition.name}' is called by the language itself; change it by hand"
        )
    symbol = own(definition.name, name_node(definition.node), symbols)
    _refuse_related(symbol, definition)
    calls: Calls = []
    for occurrence in symbols.names(definition.name).occurrences:
        arguments = _arguments(occurrence, symbol, source)
        if arguments is not None:
            calls.append((arguments, _hidden(occurrence.place.node, definition, symbols)))
    return calls


def has_effects(expression: Node) -> bool:
    """Whether to leave an expression out may change what a program does: it calls, assigns or waits."""
    return any(
        node.type in _EFFECTS or node.child_by_field_name("arguments") is not None
        for node in walk(expression)
    )


def own(name: str, node: Node | None, symbols: Symbols) -> Symbol:
    """Return the symbol that is declared at a node of the text.

    Raises:
        EditRefused: none is.
    """
    for symbol in symbols.names(name).symbols:
        if node is not None and any(p.start == node.start_byte for p in symbol.declarations):
            return symbol
    raise EditRefused(
        f"'{name}' is not declared in a way that its calls could be told by; change it by hand"
    )


def _refuse_related(symbol: Symbol, definition: Definition) -> None:
    """Refuse a function with other signatures: of an interface, an override, a prototype or an overload."""
    for place in symbol.declarations:
        if not is_inside(place.node, definition.node) and not _is_mention(place.node):
            raise EditRefused(
                f"'{definition.name}' is declared on line {line_of(place.node)} too; change that first"
            )
        for binding in place.bindings:
            if binding.inherited:
                raise EditRefused(
                    f"'{definition.name}' implements a method of {binding.inherited} that this file does not define; "
                    "change that first"
                )


def _arguments(occurrence: Occurrence, symbol: Symbol, source: Source) -> Node | None:
    """The arguments where an occurrence of the name calls the function, None where it has nothing to do with it.

    Raises:
        EditRefused: the function is handed on, or may be.
    """
    place, node = occurrence.place, occurrence.place.node
    if node.type in source.language.strings or place in symbol.declarations:
        return None
    if occurrence.symbol is None:
        is_open = not occurrence.known and place.through is not None and bool(symbol.owners)
        if is_open:
            raise EditRefused(
                f"'{text_of(node.parent)}' on line {line_of(node)} may be another thing's '{text_of(node)}': "
                "change this first"
            )
        return None
    if occurrence.symbol is not symbol:
        return None
    arguments = arguments_behind(node)
    if arguments is None and not _is_mention(node):
        raise EditRefused(
            f"line {line_of(node)} hands '{_shown(place)}' on: what is passed to it there cannot be seen; change "
            "that first"
        )
    return arguments


def arguments_behind(node: Node) -> Node | None:
    """Return the arguments that what a name stands for is called with, None where it is not called."""
    for parent, child in ancestors(node):
        if parent.type in _AROUND_NAMES and not _is_before_a_dot(child, parent):
            continue
        called = (parent.child_by_field_name(field) for field in CALLED)
        return parent.child_by_field_name("arguments") if child in called else None
    return None


def _is_before_a_dot(child: Node, parent: Node) -> bool:
    """Whether a node is what a member is reached through, and not the member."""
    after = child.next_sibling
    return (
        after is not None and text_of(after) in (".", "?.", "::", "->") and child.parent == parent
    )


def _shown(place: Place) -> str:
    """The name at a place, with what it is reached through; in a macro, the name alone."""
    node, parent = place.node, place.node.parent
    if node.start_byte != place.start or node.end_byte != place.end:
        return (
            text_of(node)
            .encode("utf-8")[place.start - node.start_byte :][: place.end - place.start]
            .decode("utf-8")
        )
    is_part = parent is not None and parent.type in _AROUND_NAMES
    return text_of(parent if is_part and parent and parent.end_byte == node.end_byte else node)


def _is_mention(node: Node) -> bool:
    """Whether a function is only named where a name stands: exported, or asked for something of its own."""
    parent = node.parent
    if parent is None or parent.type in _MENTIONS:
        return parent is not None
    after = node.next_sibling
    if _is_before_a_dot(node, parent) and after is not None and after.next_sibling is not None:
        return text_of(after.next_sibling) not in _CALLED_BY_IT
    around = next(p for p, _ in ancestors(node) if p.type not in ("object", "pair"))
    return _is_export(around) if around is not parent else _is_assigned_export(around)


def _is_export(node: Node) -> bool:
    """Whether the object that a node holds is what the file exports."""
    return node.type == "export_statement" or _is_assigned_export(node)


def _is_assigned_export(node: Node) -> bool:
    left = node.child_by_field_name("left") if node.type == "assignment_expression" else None
    return left is not None and text_of(left).startswith(("module.exports", "exports."))


def _hidden(node: Node, definition: Definition, symbols: Symbols) -> int:
    """How many parameters a call of a function does not write.

    Raises:
        EditRefused: it writes one more, as Go's `(*Box).Put(b, 1)` does.
    """
    if not _is_through_class(node, symbols):
        return _functions.receivers(symbols.source, definition)
    if definition.node.child_by_field_name("receiver") is not None:
        raise EditRefused(
            f"line {line_of(node)} calls '{definition.name}' through its type; change that first"
        )
    is_of_class = "@classmethod" in text_of(definition.outer).partition("def ")[0]
    return int(is_of_class)


def _is_through_class(node: Node, symbols: Symbols) -> bool:
    """Whether a method is reached through its class, so that the call writes the object."""
    kind = node.parent.type if node.parent is not None else ""
    if kind in ("scoped_identifier", "field_expression"):  # Rust tells them apart by `::` and `.`
        return kind == "scoped_identifier"
    return symbols.receiver_of(node).is_class
