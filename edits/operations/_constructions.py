"""The calls that make objects of a class: those of its constructor."""

from collections.abc import Iterator

from specedit.edits.operations._calls import CALLED, arguments_behind, own
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.definitions import Definition, name_node
from specedit.edits.syntax.language import words
from specedit.edits.syntax.nodes import ancestors, line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node, walk
from specedit.engine.errors import EditRefused

_ASK_OF_CLASSES = words("isinstance issubclass super cast")
_OWN_CLASS = ("cls",)


def is_constructor(definition: Definition) -> bool:
    """Return whether a function makes the objects of a class."""
    last = definition.owner.rpartition(".")[2]
    return bool(last) and definition.name in ("__init__", "constructor", last)


def constructions(source: Source, definition: Definition) -> list[tuple[Node, int]]:
    """Return the argument lists of the calls that make objects of a class, and how many parameters each does not write.

    Raises:
        EditRefused: it has subclasses, or objects are made in a way that the text does not show.
    """
    symbols, owner = symbols_of(source), definition.owner
    if symbols is None or definition.node.child_by_field_name("declarator") is not None:
        raise EditRefused(
            f"how objects of '{owner}' are made cannot be seen in full; change it by hand"
        )
    below = next(iter(symbols.classes.descendants(owner)), None)
    if below is not None:
        raise EditRefused(
            f"'{below}' extends '{owner}', and may pass arguments on; change the constructor by hand"
        )
    hidden, name = int(definition.name == "__init__"), owner.rpartition(".")[2]
    node = next((name_node(d.node) for d in source.definitions if d.qualified == owner), None)
    symbol = own(name, node, symbols)
    constructions = list[tuple[Node, int]]()
    for occurrence in symbols.names(name).occurrences:
        if occurrence.symbol is symbol and occurrence.place not in symbol.declarations:
            node = occurrence.place.node
            arguments = arguments_behind(node)
            if arguments is not None:
                constructions.append((arguments, hidden))
            elif _is_passed(node):
                raise EditRefused(
                    f"line {line_of(node)} hands '{name}' on: what objects are made with there cannot be seen; change that "
                    "first"
                )
    return constructions + [(each, hidden) for each in _made_inside(definition, source)]


def _is_passed(node: Node) -> bool:
    """Whether a class is an argument, of what does more than ask what something is."""
    for parent, _ in ancestors(node):
        if parent.type in ("argument_list", "arguments") and parent.parent is not None:
            called = parent.parent.child_by_field_name("function")
            return text_of(called).rpartition(".")[2] not in _ASK_OF_CLASSES
        if parent.type not in ("keyword_argument", "tuple"):
            return False
    return False


def _made_inside(definition: Definition, source: Source) -> Iterator[Node]:
    """The argument lists of what makes objects of a class from inside of it."""
    around = next(
        (d.node for d in source.definitions if d.qualified == definition.owner), definition.node
    )
    for node in walk(around):
        arguments = node.child_by_field_name("arguments")
        called = next((c for f in CALLED if (c := node.child_by_field_name(f))), None)
        if arguments is None or called is None:
            continue
        text = text_of(called)
        if text in _OWN_CLASS:
            yield arguments
        elif text in ("this", "type(self)") or text.endswith(("__class__", ".constructor")):
            raise EditRefused(
                f"line {line_of(node)} makes an object by '{text}'; change the constructor by hand"
            )
