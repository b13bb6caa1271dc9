"""A parsed text: what it defines and where. Offsets are UTF-8 bytes, lines are 0-based."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process
from tree_sitter import Query, QueryCursor

from specedit.edits.language import Language, parse, query
from specedit.edits.tree import Node, walk
from specedit.engine.errors import AmbiguousPlace, EditRefused, SymbolNotFound

# What stands right before a definition and belongs to it, besides comments.
_LEADING = frozenset(["attribute_item", "decorator"])
# What stands around the name of a definition: the class of a method, the arguments of a specialization.
_AROUND_NAMES = ("qualified_identifier", "variable_declarator", "template_type")


@dataclass(frozen=True, slots=True)
class Definition:
    """A named function, method, class, constant or module. `outer` is `node` with what wraps it, as an export."""

    name: str
    kind: str
    node: Node
    outer: Node
    owner: str  # the class or module around it, "" at top level

    @property
    def qualified(self) -> str:
        """`Owner.name`, or the name alone at top level."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


class Source:
    """A text with its tree."""

    def __init__(self, text: str, language: Language) -> None:
        self.text, self.language = text, language
        self.data = text.encode("utf-8")
        self.root = parse(text, language)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, in source order."""
        return tuple(walk(self.root))

    @cached_property
    def identifiers(self) -> tuple[Node, ...]:
        """Every name and member."""
        kinds = self.language.names | self.language.members
        return tuple(node for node in self.nodes if node.type in kinds)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """What the text defines, in source order; no variables of functions."""
        by_query = query(self.language)
        if by_query is not None:
            return tuple(_captured(by_query, self.root, self.language))
        return tuple(_definitions(self.root, self.language))

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Byte offset of each line; of the end too, where the last line is ended."""
        return (0, *(match.end() for match in re.finditer(b"\n", self.data)))

    def code(self, node: Node) -> str:
        """Return the text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8")

    def definition(self, name: str, kinds: Iterable[str] = ()) -> Definition:
        """Return the one definition called `name` or `Owner.name`.

        Raises:
            SymbolNotFound: there is none; the nearest names are told.
            AmbiguousPlace: there are several.
        """
        wanted = name.replace("::", ".").removesuffix("()")
        found = [d for d in self.definitions if wanted in (d.name, d.qualified)]
        found = [d for d in found if not kinds or d.kind in kinds] or found
        found = [d for d in found if d.node.type != "impl_item"] or found
        if not found:
            raise SymbolNotFound(name, nearest(wanted, [d.name for d in self.definitions]))
        if len(found) > 1:
            lines = [d.node.start_point[0] + 1 for d in found]
            places = ", ".join(
                f"{d.qualified} on line {n}" for d, n in zip(found, lines, strict=True)
            )
            raise AmbiguousPlace(f"'{name}' is defined more than once ({places}); say which", lines)
        return found[0]

    def lines_of(self, definition: Definition) -> tuple[int, int]:
        """Return the range of whole lines [first, last) that a definition takes, comments above it included."""
        first = definition.outer.start_point[0]
        last = definition.outer.end_point[0] + (definition.outer.end_point[1] > 0)
        node = definition.outer.prev_sibling
        leading = _LEADING | self.language.comments | self.language.leading
        while (
            node is not None
            and node.type in leading
            and node.end_point[0] + (node.end_point[1] > 0) >= first
        ):
            row, column = node.start_point
            if self.data[self.line_starts[row] : self.line_starts[row] + column].strip():
                break  # a comment at the end of a line of code
            if self.line(row).startswith(("#!", "//!")) or "coding" in self.line(row):
                break  # of the file, not of what follows
            first, node = node.start_point[0], node.prev_sibling
        return first, last

    def line(self, number: int) -> str:
        """Return a line with its ending."""
        return self.lines(number, number + 1)

    def lines(self, first: int, last: int) -> str:
        """Return the text of the lines [first, last)."""
        starts = (*self.line_starts, len(self.data))
        return self.data[starts[first] : starts[last]].decode("utf-8")

    def in_characters(self, ranges: Collection[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Return ranges of bytes as ranges of characters."""
        at = count = 0
        characters = {}
        for offset in sorted({offset for span in ranges for offset in span}):
            count += len(self.data[at:offset].decode("utf-8"))
            at = offset
            characters[offset] = count
        return tuple((characters[start], characters[end]) for start, end in ranges)

    def spliced(self, edits: Mapping[tuple[int, int], str]) -> str:
        """Return the text with byte ranges replaced.

        Raises:
            EditRefused: two ranges overlap.
        """
        parts, position = [], 0
        for (start, end), new in sorted(edits.items()):
            if start < position:
                raise EditRefused("this edit would change one place twice; split the instruction")
            parts += [self.data[position:start], new.encode("utf-8")]
            position = end
        return b"".join([*parts, self.data[position:]]).decode("utf-8")


def name_node(node: Node) -> Node | None:
    """Return the node of the name that a definition gives, or None."""
    name = node.child_by_field_name("name")
    if name is None and node.type == "impl_item":
        name = node.child_by_field_name("type")
        if name is not None and name.type == "generic_type":
            name = name.child_by_field_name("type")
    if name is None and node.type == "assignment":
        name = node.child_by_field_name("left")
        return name if name is not None and name.type == "identifier" else None
    if name is None:
        name = node.child_by_field_name("declarator")
        while name is not None and (
            inner := name.child_by_field_name("declarator") or _inner(name)
        ):
            name = inner
    while name is not None and name.type in _AROUND_NAMES:
        name = name.child_by_field_name("name")
    return name


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three names that read like `name`."""
    found = process.extract(name, sorted(set(known)), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    return [match for match, _, _ in found]


def _inner(node: Node) -> Node | None:
    """What a declarator without a field for it declares."""
    if node.type in ("reference_declarator", "parenthesized_declarator"):
        return next(iter(node.named_children), None)
    return None


def _definitions(root: Node, language: Language) -> Iterable[Definition]:
    stack = [
        (child, "") for child in reversed(root.children)
    ]  # text may be nested deeper than calls
    while stack:
        node, owner = stack.pop()
        inside = owner
        kind = language.definitions.get(node.type)
        name = name_node(node) if kind else None
        bodyless = node.type.endswith("_specifier") and not node.child_by_field_name("body")
        if kind and name is not None and name.text and not _is_prototype(node) and not bodyless:
            kind = _kind(node, kind, language)
            text = name.text.decode("utf-8")
            if kind != "constant" or not _is_local(node, language):
                yield Definition(text, kind, node, _outer(node, language), owner)
            if kind in ("class", "module", "function", "method"):
                inside = f"{owner}.{text}" if owner else text
        stack += [(child, inside) for child in reversed(node.children)]


def _captured(by_query: Query, root: Node, language: Language) -> Iterable[Definition]:
    """What a query captures; a definition's owner is the innermost one around it, or what its own head says."""
    captured = []
    node_of = {node.id: node for node in walk(root)}
    for _, captures in QueryCursor(by_query).matches(root.raw):
        texts = {
            key: nodes[0].text.decode("utf-8") for key, nodes in captures.items() if nodes[0].text
        }
        (kind,) = captures.keys() & {"function", "class", "constant", "module"}
        captured.append(
            (node_of[captures[kind][0].id], kind, texts["name"], texts.get("owner", ""))
        )
    around: list[tuple[Definition, bool]] = []  # with whether it is a class
    for node, kind, name, owner in sorted(
        captured, key=lambda c: (c[0].start_byte, -c[0].end_byte)
    ):
        while around and around[-1][0].node.end_byte <= node.start_byte:
            around.pop()
        holder, in_class = around[-1] if around else (None, False)
        if kind == "constant" and holder is not None and not in_class:
            continue  # a variable of a function
        is_method = kind == "function" and (in_class or bool(owner))
        definition = Definition(
            name,
            "method" if is_method else kind,
            node,
            _outer(node, language),
            owner or (holder.qualified if holder else ""),
        )
        around.append((definition, kind in ("class", "module")))
        yield definition


def _kind(node: Node, kind: str, language: Language) -> str:
    value = node.child_by_field_name("value")
    if value is not None and value.type in language.function_values:
        kind = "function"
    if kind == "function" and (
        in_class(node, language) or node.type in ("method_declaration", "method_elem")
    ):
        return "method"
    return kind


def in_class(node: Node, language: Language) -> bool:
    """Whether the nearest thing around a definition that holds definitions is a class."""
    holder = _holder(node, language)
    return holder is not None and holder.type in language.classes


def _is_prototype(node: Node) -> bool:
    """Whether a C declaration only declares a function."""
    if node.type not in ("declaration", "field_declaration"):
        return False
    inner = node.child_by_field_name("declarator")
    while inner is not None:
        if inner.type == "function_declarator":
            return True
        inner = inner.child_by_field_name("declarator")
    return False


def _is_local(node: Node, language: Language) -> bool:
    """Whether a variable belongs to a function."""
    holder = _holder(node, language)
    return holder is not None and holder.type not in language.classes


def _holder(node: Node, language: Language) -> Node | None:
    """The class, or else the scope, that a definition stands in; None at top level."""
    parent = node.parent
    while parent is not None:
        is_scope = parent.type in language.scopes and not parent.type.endswith("_body")
        if is_scope or parent.type in language.classes:
            return parent
        parent = parent.parent
    return None


def _outer(node: Node, language: Language) -> Node:
    """The node with its wrappers, as long as they wrap nothing else; the semicolon of a C declaration too."""
    while node.parent is not None and node.parent.type in language.wrappers:
        others = [c for c in node.parent.named_children if c != node and c.type == node.type]
        if others:
            break
        node = node.parent
    if node.parent is not None and node.parent.type == "expression_statement":
        return node.parent
    return node
