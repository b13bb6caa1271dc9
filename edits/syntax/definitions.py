"""What a syntax tree defines: functions, methods, classes, constants and modules, by tables or by a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node as RawNode
from tree_sitter import Query, QueryCursor

from specedit.edits.syntax.language import Language, captures_of, query
from specedit.edits.syntax.tree import Node, walk_to

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


def definitions_in(root: Node, language: Language) -> tuple[Definition, ...]:
    """Return what a tree defines, in source order; no variables of functions."""
    by_query = query(language)
    if by_query is not None:
        return tuple(_by_query(by_query, root, language))
    return tuple(_by_tables(root, language))


def without_constructors(definitions: Sequence[Definition]) -> list[Definition]:
    """Return definitions without the constructors of classes among them, where those are called as their classes."""
    constructors = {f"{d.qualified}.{d.name}" for d in definitions if d.kind == "class"}
    return [d for d in definitions if d.qualified not in constructors]


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


def _inner(node: Node) -> Node | None:
    """What a declarator without a field for it declares."""
    if node.type in ("reference_declarator", "parenthesized_declarator"):
        return next(iter(node.named_children), None)
    return None


def _by_tables(root: Node, language: Language) -> Iterable[Definition]:
    begins = _begins(root, language)
    stack = [(root, "")]  # text may be nested deeper than calls
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
        stack += [(child, inside) for child in reversed(node.children) if child.has_any(begins)]


def _begins(root: Node, language: Language) -> list[int]:
    """The bytes where definitions begin, in order, but for most variables of functions: of what only they stand in no nodes are made."""
    constants = {type_ for type_, kind in language.definitions.items() if kind == "constant"}
    kinds = {
        "constant": constants,
        "other": language.definitions.keys() - constants,
        "class": language.classes,
        "scope": _scopes(language) - language.classes,
    }
    nodes = captures_of(root, kinds, language)
    begins = {node.start_byte for node in nodes["other"]}
    holders = [
        (n.start_byte, -n.end_byte, kind) for kind in ("class", "scope") for n in nodes[kind]
    ]
    holders.sort(reverse=True)
    around: list[
        tuple[int, int, str]
    ] = []  # those that begin before a constant, the innermost last
    for start, end, _, node in sorted(
        (n.start_byte, n.end_byte, n.id, n) for n in nodes["constant"]
    ):
        while holders and holders[-1][0] <= start:
            holder = holders.pop()
            while around and -around[-1][1] <= holder[0]:
                around.pop()
            around.append(holder)
        inner = next((each for each in reversed(around) if -each[1] >= end), None)
        is_variable = inner is not None and inner[2] == "scope" and inner[:2] != (start, -end)
        if not is_variable or _is_function(node, language):
            begins.add(start)
    return sorted(start + root.base for start in begins)


def _is_function(node: RawNode, language: Language) -> bool:
    """Whether the value of a variable makes it a function."""
    value = node.child_by_field_name("value") if language.function_values else None
    return value is not None and value.type in language.function_values


@cache
def _scopes(language: Language) -> frozenset[str]:
    """What variables belong to, besides classes."""
    return frozenset(type_ for type_ in language.scopes if not type_.endswith("_body"))


def _by_query(by_query: Query, root: Node, language: Language) -> Iterable[Definition]:
    """What a query captures; a definition's owner is the innermost one around it, or what its own head says."""
    captured = []
    matches = [captures for _, captures in QueryCursor(by_query).matches(root.raw)]
    first = (nodes[0] for captures in matches for nodes in captures.values())
    begins = sorted({node.start_byte + root.base for node in first})
    node_of = {node.id: node for node in walk_to(root, begins)}
    for captures in matches:
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
    parent, scopes = node.parent, _scopes(language)
    while parent is not None:
        if parent.type in scopes or parent.type in language.classes:
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
