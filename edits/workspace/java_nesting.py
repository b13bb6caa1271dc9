"""Java: classes that stand in others, and where their bare names are in sight.

After the language specification, 6.3 and 8.5: in the body of the class that declares one, and in those of the classes that
inherit from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from specedit.edits.symbols.java import bases
from specedit.edits.symbols.java_bindings import CLASSES, type_name
from specedit.edits.syntax.nodes import ancestors, field_of, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.java_packages import Packages
from specedit.edits.workspace.workspace import Workspace

_BLOCKS = ("block", "constructor_body", "switch_block_statement_group")

Known = tuple[str, str]  # a class: its file, and its name below the package


class Nesting:
    """The classes of the files at `paths`, and what each has."""

    def __init__(self, paths: Iterable[str], workspace: Workspace, packages: Packages) -> None:
        self._workspace, self._packages = workspace, packages
        self._nodes: dict[Known, Node] = {}
        self._named: dict[str, list[Known]] = defaultdict(list)
        self._members: dict[str, set[Known]] = defaultdict(set)
        self._above: dict[Known, tuple[Known, ...]] = {}
        self.names = frozenset[str]()
        for path in paths:
            definitions = workspace.source(path).definitions
            for each in definitions:
                if each.kind == "class":
                    self._nodes[path, each.qualified] = each.node
                    self._named[each.name].append((path, each.qualified))
                elif each.owner and each.node.type != "constructor_declaration":
                    self._members[each.name].add((path, each.owner))
            self.names |= {each.name for each in definitions if each.kind == "class" and each.owner}
        self._of_node = {
            (path, node.id): (path, name) for (path, name), node in self._nodes.items()
        }

    def hides(self, name: str, path: str, node: Node) -> bool:
        """Return whether a bare name means at a node a class that stands in another one, or a type parameter."""
        return any(
            _declares_type(parent, name) or self._nested(name, path, parent, child)
            for parent, child in ancestors(node)
        )

    def inherits(self, name: str, path: str, node: Node) -> bool:
        """Return whether a bare name means at a node a method or field of a class around it, or of one above."""
        return any(
            not self._members[name].isdisjoint(self._lineage(each))
            for parent, child in ancestors(node)
            for each in self._in_sight(path, parent, child)
        )

    def _nested(self, name: str, path: str, node: Node, child: Node) -> list[Known]:
        """The classes of a name that those have whose members are in sight in a child of a node."""
        lineage = {
            above for each in self._in_sight(path, node, child) for above in self._lineage(each)
        }
        return [
            (file, qualified)
            for file, qualified in self._named[name]
            if (file, qualified.rpartition(".")[0]) in lineage
        ]

    def _in_sight(self, path: str, node: Node, child: Node) -> list[Known]:
        """The classes whose members are in sight in a child of a node."""
        if node.type in CLASSES and field_of(child) == "body":
            known = self._of_node.get((path, node.id))
            return [known] if known is not None else []
        if node.type == "object_creation_expression" and child.type == "class_body":
            return self._targets(type_name(node.child_by_field_name("type")), path, node)
        return []

    def _lineage(self, known: Known) -> Iterator[Known]:
        todo, seen = [known], {known}
        while todo:
            each = todo.pop()
            yield each
            above = {*self._bases(each)} - seen
            seen |= above
            todo += above

    def _bases(self, known: Known) -> tuple[Known, ...]:
        if known not in self._above:
            self._above[
                known
            ] = ()  # while it is read: a class has none of its own members' as its base
            node, path = self._nodes.get(known), known[0]
            if node is not None:
                written = bases(node, self._workspace.source(path))
                targets = (self._targets(base, path, node) for base in written)
                self._above[known] = tuple(each for some in targets for each in some)
        return self._above[known]

    def _targets(self, written: str, path: str, node: Node) -> list[Known]:
        """The classes that a name of a type may mean at a node."""
        first, _, rest = written.replace(" ", "").partition(".")
        for parent, child in ancestors(node):
            nested = self._nested(first, path, parent, child)
            if nested:
                return [(file, f"{name}.{rest}" if rest else name) for file, name in nested]
        top = self._packages.meaning(path, first)
        parts = [*top.split("."), *rest.split(".")] if top is not None else written.split(".")
        imported = (i for i in self._packages.imports(path) if i.parts[-1] == first)
        for each in imported:
            parts = [*each.parts, *rest.split(".")] if not each.is_open else parts
        parts = [part for part in parts if part]
        known = self._packages.class_of(parts)
        if known is None:
            return self._named[written.rpartition(".")[2]] if top is None else []
        bare = known[0].rpartition(".")[2]
        return [(self._packages.files[known[0]], ".".join([bare, *parts[known[1] :]]))]


def _declares_type(node: Node, name: str) -> bool:
    """Whether a node has a type parameter or a class of its statements of that name."""
    if node.type in _BLOCKS:
        return any(
            child.type in CLASSES and text_of(child.child_by_field_name("name")) == name
            for child in node.named_children
        )
    listed = node.child_by_field_name("type_parameters")
    given = listed.named_children if listed is not None else ()
    return any(text_of(each.named_children[0]) == name for each in given if each.named_children)
