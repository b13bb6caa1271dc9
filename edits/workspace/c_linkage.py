"""C and C++: which files mean the same by a name that they declare."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specedit.edits.symbols.model import Symbol
from specedit.edits.syntax.nodes import ancestors, text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.includes import Includes
from specedit.edits.workspace.joined import Joined

_LINKED = ("function", "variable", "constant")
_DECLARATIONS = ("function_definition", "declaration")


@dataclass(frozen=True, slots=True)
class Group:
    """Files that mean the same by a name: `is_external` where a linker knows it, and then whether one `defines` it."""

    files: tuple[str, ...]
    is_external: bool
    defines: bool


class Linkage:
    """Which files see each other's declarations."""

    def __init__(self, includes: Includes) -> None:
        self._includes = includes
        self._related: dict[str, frozenset[str]] = {}

    def related(self, path: str) -> frozenset[str]:
        """Return the files that are in one translation unit with a file."""
        if path not in self._related:
            units = self._includes.including(path)
            closures = (self._includes.closure(unit) for unit in units)
            self._related[path] = frozenset(file for closure in closures for file in closure)
        return self._related[path]

    def sees(self, path: str, files: Iterable[str]) -> bool:
        """Return whether a file is in one translation unit with one of some files."""
        others = frozenset(files)
        return not others.isdisjoint(self._includes.closure(path)) or not others.isdisjoint(
            self.related(path)
        )

    def groups(self, paths: Iterable[str]) -> list[list[str]]:
        """Return files by which of them see each other."""
        groups: list[list[str]] = []
        for path in paths:
            near = [group for group in groups if self.sees(path, group)]
            groups = [group for group in groups if group not in near]
            groups.append([each for group in near for each in group] + [path])
        return groups

    def groups_of(self, symbols: Iterable[Symbol], joined: Joined) -> list[Group]:
        """Return the files that declare symbols, by what each means."""
        declared: dict[str, list[tuple[Node, str]]] = {}
        is_member = False
        for symbol in symbols:
            is_member = is_member or bool(symbol.owners)
            for place in symbol.declarations:
                kinds = [binding.kind for binding in place.bindings]
                path = joined.place(place.start)[0]
                declared.setdefault(path, []).append((place.node, kinds[0]))
        groups = []
        for files in self.groups(declared):
            places = [each for file in files for each in declared[file]]
            is_external = not is_member and all(_is_external(*each) for each in places)
            groups.append(Group(tuple(files), is_external, any(_defines(n) for n, _ in places)))
        return _linked(groups)


def _linked(groups: Sequence[Group]) -> list[Group]:
    """A name that a linker knows is one, unless several files define it that do not see each other."""
    external = [group for group in groups if group.is_external]
    if sum(group.defines for group in external) > 1 or len(external) < 2:
        return [*groups]
    files = tuple(file for group in external for file in group.files)
    one = Group(files, is_external=True, defines=any(group.defines for group in external))
    return [*(group for group in groups if not group.is_external), one]


def _declaration(node: Node) -> Node | None:
    return next((parent for parent, _ in ancestors(node) if parent.type in _DECLARATIONS), None)


def _is_external(node: Node, kind: str) -> bool:
    """Whether a declaration of a file's own is known to a linker."""
    declaration = _declaration(node)
    if kind not in _LINKED or declaration is None:
        return False
    specifiers = {text_of(c) for c in declaration.children if c.type == "storage_class_specifier"}
    is_unnamed = any(
        parent.type == "namespace_definition" and parent.child_by_field_name("name") is None
        for parent, _ in ancestors(node)
    )
    return "static" not in specifiers and not is_unnamed


def _defines(node: Node) -> bool:
    """Whether a declaration gives a function its body, or a variable its place."""
    declaration = _declaration(node)
    if declaration is None or declaration.type == "function_definition":
        return True
    specifiers = {text_of(c) for c in declaration.children if c.type == "storage_class_specifier"}
    is_function = any(parent.type == "function_declarator" for parent, _ in ancestors(node))
    return not is_function and ("extern" not in specifiers or "=" in text_of(declaration))
