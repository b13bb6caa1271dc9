"""Java: which class of a workspace a name means in a file.

After the language specification, 6.4.1 and 7.5: what a file declares, what it imports by its name, what its package has,
what it imports with others of a package.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from specedit.edits.syntax.nodes import text_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_TOKENS = re.compile(
    r"""/\*.*?\*/|//[^\n]*|\"{3}(?:\\.|.)*?\"{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|[{}]"""
    r"""|\b(?:class|interface|enum|record)\s+([A-Za-z_$][\w$]*)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class JavaImport:
    """What a file imports: the parts of the path with their nodes; `is_static`, and `is_open` with a star."""

    parts: tuple[str, ...]
    nodes: tuple[Node, ...]
    is_static: bool
    is_open: bool
    statement: Node

    @property
    def path(self) -> str:
        """The path as it is written without white space."""
        return ".".join(self.parts)


class Packages:
    """The classes of the files at `paths`, by their full names."""

    def __init__(self, workspace: Workspace, paths: Iterable[str]) -> None:
        self._workspace, self.paths = workspace, tuple(paths)
        self._imports: dict[str, tuple[JavaImport, ...]] = {}
        self._packages: dict[str, str] = {}
        self._declared: dict[str, tuple[str, ...]] = {}

    @cached_property
    def files(self) -> dict[str, str]:
        """The file of each class that stands in no other, by its full name; of several the first."""
        return {name: paths[0] for name, paths in self._declaring.items()}

    @cached_property
    def _declaring(self) -> dict[str, list[str]]:
        declaring: dict[str, list[str]] = {}
        for path in self.paths:
            for name in self.declared(path):
                declaring.setdefault(self.full_name(path, name), []).append(path)
        return declaring

    def refuse_twice(self, paths: Iterable[str]) -> None:
        """Refuse files of which one declares a class that another one of the workspace declares, too.

        Raises:
            EditRefused: with both.
        """
        for path in paths:
            for name in self.declared(path):
                declaring = self._declaring[self.full_name(path, name)]
                if len(declaring) > 1:
                    raise EditRefused(
                        f"{' and '.join(declaring[:4])} declare a class `{self.full_name(path, name)}`, and nothing tells "
                        "which of them others use: give the files that belong together"
                    )

    @cached_property
    def names(self) -> frozenset[str]:
        """The bare names of these classes."""
        return frozenset(name.rpartition(".")[2] for name in self.files)

    @cached_property
    def packages(self) -> frozenset[str]:
        """The packages that have one."""
        return frozenset(name.rpartition(".")[0] for name in self.files)

    def declared(self, path: str) -> tuple[str, ...]:
        """Return the names of the classes that a file declares outside of others."""
        if path not in self._declared:
            self._declared[path] = tuple(_outermost(self._workspace.text(path)))
        return self._declared[path]

    def package(self, path: str) -> str:
        """Return the package of a file."""
        if path not in self._packages:
            match = _PACKAGE.search(self._workspace.text(path))
            self._packages[path] = match[1] if match else ""
        return self._packages[path]

    def full_name(self, path: str, name: str) -> str:
        """Return the full name of a class of a file."""
        package = self.package(path)
        return f"{package}.{name}" if package else name

    def imports(self, path: str) -> tuple[JavaImport, ...]:
        """Return what a file imports."""
        if path not in self._imports:
            root = self._workspace.source(path).root
            statements = (c for c in root.named_children if c.type == "import_declaration")
            self._imports[path] = tuple(map(_import, statements))
        return self._imports[path]

    def class_of(self, path: Iterable[str]) -> tuple[str, int] | None:
        """Return the class that a path begins with, and how many of its parts that is."""
        parts = [*path]
        for count in range(len(parts), 0, -1):
            if (name := ".".join(parts[:count])) in self.files:
                return name, count
        return None

    def meaning(self, path: str, name: str) -> str | None:
        """Return the full name of the workspace's class that a bare name means in a file, if it is one of these."""
        if name in self.declared(path):
            return self.full_name(path, name)
        for each in self.imports(path):
            if not each.is_open and each.parts[-1] == name:
                known = self.class_of(each.parts)
                return known[0] if known is not None and known[1] == len(each.parts) else None
        if (own := self.full_name(path, name)) in self.files:
            return own
        opened = (f"{i.path}.{name}" for i in self.imports(path) if i.is_open and not i.is_static)
        return next((each for each in opened if each in self.files), None)


def _outermost(text: str) -> Iterator[str]:
    """The classes that a text declares outside of braces; it is not parsed, as that takes long for many files."""
    depth = 0
    for token in _TOKENS.finditer(text):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if token[1] and depth == 0:
            yield token[1]


def _import(statement: Node) -> JavaImport:
    nodes = tuple(_identifiers(statement))
    kinds = {child.type for child in statement.children}
    return JavaImport(
        tuple(map(text_of, nodes)), nodes, "static" in kinds, "asterisk" in kinds, statement
    )


def _identifiers(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == "identifier":
            yield child
        else:
            yield from _identifiers(child)
