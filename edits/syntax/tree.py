"""The syntax tree that everything reads: tree-sitter's, with nodes that know what stands around and beside them.

Tree-sitter's own nodes do not: `parent` and the siblings are looked for from the root down, each time, so that a walk up from
a deep node takes the square of its depth.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from threading import Lock

from tree_sitter import Node as RawNode
from tree_sitter import Point

SHARED_ROOT = 1  # the id of the roots of texts that are read as one; tree-sitter's are addresses
_FEW = 8  # children that are compared one by one
_BUILDING = Lock()  # threads that read one tree must find the same nodes in it


class Node:
    """A node, the only one of its place in its tree. Offsets are UTF-8 bytes, points are rows and columns of them.

    `base` is the offset at which the text begins: 0, but for texts that are read as one.
    """

    __slots__ = (
        "_by_type",
        "_children",
        "_fields",
        "_index",
        "_named",
        "_of_field",
        "_position",
        "base",
        "end_byte",
        "id",
        "is_named",
        "parent",
        "raw",
        "start_byte",
        "type",
    )

    def __init__(
        self, raw: RawNode, parent: "Node | None" = None, index: int = 0, base: int = 0
    ) -> None:
        self.raw, self.parent, self._index, self.base = raw, parent, index, base
        self.id, self.type, self.is_named = raw.id, raw.type, raw.is_named
        self.start_byte, self.end_byte = raw.start_byte + base, raw.end_byte + base
        self._children: Sequence[Node] | None = None if raw.child_count else ()
        self._named: list[Node] | None = None
        self._by_type: dict[str, list[Node]] | None = None
        self._fields: list[str] | None = None
        self._of_field: dict[str, Node | None] | None = None
        self._position: dict[int, Node] | None = None

    def __repr__(self) -> str:
        return f"<Node {self.type} {self.start_byte}:{self.end_byte}>"

    @property
    def children(self) -> Sequence["Node"]:
        """What stands right in it, in source order."""
        if self._children is None:
            with _BUILDING:
                if self._children is None:
                    base = self.base
                    self._children = [
                        Node(raw, self, i, base) for i, raw in enumerate(self.raw.children)
                    ]
        return self._children

    @property
    def named_children(self) -> list["Node"]:
        """Its children without punctuation and keywords."""
        if self._named is None:
            self._named = [child for child in self.children if child.is_named]
        return self._named

    def children_of_type(self, type_: str) -> list["Node"]:
        """Return its children of one type."""
        if self._by_type is None:
            by_type: dict[str, list[Node]] = {}
            for child in self.children:
                by_type.setdefault(child.type, []).append(child)
            self._by_type = by_type
        return self._by_type.get(type_, [])

    @property
    def field(self) -> str:
        """The field that it is in its parent, "" where it has none."""
        return self.parent._field_of(self._index) if self.parent is not None else ""

    @property
    def prev_sibling(self) -> "Node | None":
        """The child of its parent right before it."""
        return self.parent.children[self._index - 1] if self.parent and self._index else None

    @property
    def next_sibling(self) -> "Node | None":
        """The child of its parent right behind it."""
        beside = self.parent.children[self._index + 1 : self._index + 2] if self.parent else ()
        return beside[0] if beside else None

    @property
    def prev_named_sibling(self) -> "Node | None":
        """The named child of its parent that stands nearest before it."""
        before = self.prev_sibling
        while before is not None and not before.is_named:
            before = before.prev_sibling
        return before

    @property
    def text(self) -> bytes:
        """What the source says from its start to its end."""
        return self.raw.text or b""

    @property
    def start_point(self) -> Point:
        """Row and column of its start."""
        return self.raw.start_point

    @property
    def end_point(self) -> Point:
        """Row and column of its end."""
        return self.raw.end_point

    @property
    def has_error(self) -> bool:
        """Whether the grammar cannot parse something in it."""
        return self.raw.has_error

    @property
    def is_missing(self) -> bool:
        """Whether the source lacks it, and the parser made it up."""
        return self.raw.is_missing

    def child_by_field_name(self, name: str) -> "Node | None":
        """Return the first child that is the field `name`."""
        if self._of_field is None:
            self._of_field = {}
        if name not in self._of_field:
            raw = self.raw.child_by_field_name(name)
            self._of_field[name] = self._own(raw) if raw is not None else None
        return self._of_field[name]

    def children_by_field_name(self, name: str) -> list["Node"]:
        """Return every child that is the field `name`."""
        return [child for child in self.children if self._field_of(child._index) == name]

    def descendant_for_byte_range(self, start: int, end: int) -> "Node | None":
        """Return the smallest node in it that spans these bytes."""
        raw = self.raw.descendant_for_byte_range(start - self.base, end - self.base)
        if raw is None:
            return None
        first = raw.start_byte + self.base
        return next((node for node in walk_to(self, [first]) if node.raw == raw), None)

    def moved(self, base: int) -> "Node":
        """Return a root anew, as it is where its text begins at the byte `base`; all of these have one id, as one scope."""
        root = Node(self.raw, base=base)
        root.id = SHARED_ROOT
        return root

    def has_any(self, offsets: Sequence[int]) -> bool:
        """Whether one of these bytes, which are sorted, stands in it."""
        at = bisect_left(offsets, self.start_byte)
        return at < len(offsets) and offsets[at] < self.end_byte

    def _own(self, raw: RawNode) -> "Node | None":
        """The child that tree-sitter calls `raw`; None where that is deeper, as it may be beside what does not parse."""
        if len(self.children) <= _FEW:
            return next((child for child in self.children if child.id == raw.id), None)
        if self._position is None:
            self._position = {child.id: child for child in self.children}
        return self._position.get(raw.id)

    def _field_of(self, index: int) -> str:
        if self._fields is None:
            cursor, fields = self.raw.walk(), []
            is_at_child = cursor.goto_first_child()
            while is_at_child:
                fields.append(cursor.field_name or "")
                is_at_child = cursor.goto_next_sibling()
            self._fields = fields
        return self._fields[index]


def joined(roots: Sequence[Node]) -> Node:
    """Return a root that has the children of several, which begin at bytes of their own; theirs stay as they are."""
    root = Node(roots[0].raw)
    root.id = SHARED_ROOT
    root._children = [child for each in roots for child in each.children]
    root.start_byte = min(each.start_byte for each in roots)
    root.end_byte = max(each.end_byte for each in roots)
    return root


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, in source order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def walk_to(node: Node, offsets: Sequence[int]) -> Iterator[Node]:
    """Yield `node` and all below it that have one of these bytes, in source order; `offsets` are sorted.

    Of the rest of the tree no nodes are made.
    """
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += [child for child in reversed(node.children) if child.has_any(offsets)]
