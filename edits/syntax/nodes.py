"""Small questions about where a node stands in its tree."""

from collections.abc import Collection, Iterator

from specedit.edits.syntax.tree import Node


def text_of(node: Node | None) -> str:
    """Return the text of a node, "" for none."""
    return node.text.decode("utf-8") if node is not None and node.text else ""


def field_of(node: Node) -> str:
    """Return the field that a node is in its parent, "" where it has none."""
    return node.field


def ancestors(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each node around `node`, innermost first, with its child on the way there."""
    child, parent = node, node.parent
    while parent is not None:
        yield parent, child
        child, parent = parent, parent.parent


def enclosing(node: Node, types: Collection[str]) -> Node | None:
    """Return the innermost node around `node` of one of these types."""
    return next((parent for parent, _ in ancestors(node) if parent.type in types), None)


def is_within(node: Node, types: Collection[str], stop: Node) -> bool:
    """Whether a node of these types stands around `node`, below `stop`."""
    for parent, _ in ancestors(node):
        if parent == stop:
            return False
        if parent.type in types:
            return True
    return False


def is_inside(node: Node, parent: Node | None) -> bool:
    """Whether `node` stands in `parent`, or is it."""
    return parent is not None and (
        parent.start_byte <= node.start_byte and node.end_byte <= parent.end_byte
    )


def in_field(node: Node, parent: Node, name: str) -> bool:
    """Whether `node` stands in one of the children that are the field `name` of `parent`."""
    return any(is_inside(node, child) for child in parent.children_by_field_name(name))


def climb(node: Node, types: Collection[str]) -> Node:
    """Return the outermost node that `node` leads to through parents of these types: a whole pattern."""
    while node.parent is not None and node.parent.type in types:
        node = node.parent
    return node


def line_of(node: Node) -> int:
    """Return the line of a node as people count them."""
    return int(node.start_point[0]) + 1
