"""Python: import statements of modules that go elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from specedit.edits.moves.python_places import Parts, PythonPlaces, climbed, package_of
from specedit.edits.moves.rules import Setting
from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.import_lines import refuse_shared, without_names
from specedit.edits.workspace.model import Edits
from specedit.edits.workspace.module_names import Name
from specedit.edits.workspace.python import PythonModules

_STATEMENTS = ("import_statement", "import_from_statement")


@dataclass(frozen=True, slots=True)
class Bound:
    """A name that an import binds without an alias, and which is another one afterwards: `written` is what stands at `node`.

    `can_alias`: whether the import can give it the old name all the same.
    """

    old: str
    new: str
    node: Node
    written: str
    can_alias: bool = True

    @property
    def at(self) -> tuple[int, int]:
        """The bytes of the node."""
        return self.node.start_byte, self.node.end_byte


@dataclass(slots=True)
class ImportEdits:
    """What changes in a file's imports; `bound` are names that they bind, to be written at their nodes.

    `whole` are modules that are imported by their path without an alias, as they are written before and afterwards.
    """

    edits: Edits = field(default_factory=Edits)
    bound: list[Bound] = field(default_factory=list)
    whole: dict[str, str] = field(default_factory=dict)
    heads: list[Node] = field(default_factory=list)  # statements that bind another first name


class PythonImports:
    """The imports of a workspace whose modules go elsewhere."""

    def __init__(self, setting: Setting, modules: PythonModules, places: PythonPlaces) -> None:
        self._setting, self._modules, self._places = setting, modules, places

    def edits_of(self, path: str) -> ImportEdits:
        """Return what changes in a file's imports.

        Raises:
            EditRefused: one cannot be written for the new place.
        """
        made = ImportEdits()
        for statement in self._setting.workspace.source(path).nodes_of(_STATEMENTS):
            if statement.type == "import_statement":
                for child in statement.named_children:
                    self._add_whole(child, statement, path, made)
            else:
                self._add_parts(statement, path, made)
        return made

    def _add_whole(self, child: Node, statement: Node, path: str, made: ImportEdits) -> None:
        name = child.child_by_field_name("name") or child
        dotted = text_of(name)
        place = self._places.locate(dotted, path)
        if place is None or self._places.image(place[1]) == place[1]:
            return
        new = self._places.dotted(self._places.image(place[1]), place[0], path)
        if new == dotted:
            return
        at = (name.start_byte, name.end_byte)
        head, new_head = (each.partition(".")[0] for each in (dotted, new))
        if child.type == "aliased_import":
            made.edits[at] = new
        elif dotted == head:
            made.bound.append(Bound(head, new, name, new))
        elif self._is_head_renamed(place, new):
            made.bound.append(
                Bound(head, new_head, name.named_children[0], new_head, can_alias=False)
            )
            rest = (name.named_children[0].end_byte, name.end_byte)
            if new.removeprefix(new_head) != dotted.removeprefix(head):
                made.edits[rest] = new.removeprefix(new_head)
                made.whole[dotted] = new
        else:
            made.edits[at] = new
            made.whole[dotted] = new
            if head != new_head:
                made.heads.append(statement)

    def _is_head_renamed(self, place: tuple[Parts | None, Parts], new: str) -> bool:
        """Whether the outermost package of a module is what has another name, and still is around the module."""
        base, parts = place
        if base is None:
            return False
        head = self._places.image(parts[: len(base) + 1])
        return head != parts[: len(base) + 1] and head[-1] == new.partition(".")[0]

    def _add_parts(self, statement: Node, path: str, made: ImportEdits) -> None:
        named = statement.child_by_field_name("module_name")
        if named is None:
            return
        dotted = "".join(text_of(named).split())
        place = self._place(dotted, path)
        if place is None:
            return
        base, parts = place
        names = statement.children_by_field_name("name")
        homes = [self._home(parts, each) for each in names] or [self._places.image(parts)]
        written = {home: self._written(dotted, base, home, path) for home in dict.fromkeys(homes)}
        first = next((home for home in homes if home == self._places.image(parts)), homes[0])
        if written[first] != dotted:
            made.edits[named.start_byte, named.end_byte] = written[first]
        others = [n for n, home in zip(names, homes, strict=False) if home != first]
        for each in names:
            if each not in others:
                self._add_name(each, parts, made)
        if others:
            source = self._setting.workspace.source(path)
            made.edits |= without_names(source, names, others)
            pairs = [(n, h) for n, h in zip(names, homes, strict=True) if n in others]
            refuse_shared(source, statement)
            self._add_statements(statement, pairs, written, parts, source, made)

    def _add_statements(
        self,
        statement: Node,
        pairs: Sequence[tuple[Node, Parts]],
        written: dict[Parts, str],
        parts: Parts,
        source: Source,
        made: ImportEdits,
    ) -> None:
        """Add statements for names that are in other packages than the rest afterwards."""
        indent = source.line(statement.start_point[0])[: statement.start_point[1]]
        lines = list[str]()
        for home in dict.fromkeys(home for _, home in pairs):
            names = [self._renamed(node, parts) for node, its in pairs if its == home]
            lines.append(f"\n{indent}from {written[home]} import {', '.join(names)}")
        at = (statement.end_byte, statement.end_byte)
        made.edits[at] = made.edits.get(at, "") + "".join(lines)

    def _renamed(self, node: Node, parts: Parts) -> str:
        """A name with its alias, as another statement has it: the file goes on calling it as it did."""
        name = text_of(node.child_by_field_name("name") or node)
        new = self._places.image((*parts, name))[-1]
        alias = text_of(node.child_by_field_name("alias")) or (name if new != name else "")
        return f"{new} as {alias}" if alias else new

    def _add_name(self, node: Node, parts: Parts, made: ImportEdits) -> None:
        name = node.child_by_field_name("name") or node
        text = text_of(name)
        if not self._is_submodule(parts, text):
            return
        new = self._places.image((*parts, text))[-1]
        if new == text:
            return
        if node.type == "aliased_import":
            made.edits[name.start_byte, name.end_byte] = new
        else:
            made.bound.append(Bound(text, new, name, new))

    def _place(self, dotted: str, path: str) -> tuple[Parts | None, Parts] | None:
        """The folder that a module is written from, which does not count for one with dots, and the module."""
        if not dotted.startswith("."):
            return self._places.locate(dotted, path)
        parts = climbed(dotted, package_of(path))
        return None if parts is None else ((), parts)

    def _home(self, parts: Parts, node: Node) -> Parts:
        """The module that has a name afterwards."""
        name = text_of(node.child_by_field_name("name") or node)
        if self._is_submodule(parts, name):
            return self._places.image((*parts, name))[:-1]
        return self._places.image(parts)

    def _is_submodule(self, parts: Parts, name: str) -> bool:
        """Whether a name of a package is a module below it, and nothing that the package has by that name."""
        file, package = self._places.file((*parts, name)), "/".join(parts)
        if file is None:
            # A folder may be a package without a file of its own.
            return "/".join((*parts, name)) in self._setting.moves.requested
        known = self._places.file(parts) or f"{package}/__init__.py"
        return self._modules.resolve(known, name) == Name(file, "")

    def _written(self, dotted: str, base: Parts | None, target: Parts, path: str) -> str:
        if dotted.startswith("."):
            return self._places.relative(dotted, target, path)
        return self._places.dotted(target, base, path)
