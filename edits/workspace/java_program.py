"""The files of Java that have a name, and those of the classes that they name, as one text.

Imports and packages go; classes of one name get numbers; what is imported from a class is written with the class.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from specedit.edits.symbols.java_bindings import CLASSES
from specedit.edits.syntax.languages.java import LANGUAGE
from specedit.edits.syntax.nodes import enclosing, field_of, line_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.java_imported import imported_names
from specedit.edits.workspace.java_nesting import Nesting
from specedit.edits.workspace.java_packages import Packages
from specedit.edits.workspace.joined import Joined
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

MOST_BYTES = 6_000_000
_WORD = re.compile(r"\b[A-Z]\w*")
_DECLARATIONS = (*CLASSES, "constructor_declaration", "compact_constructor_declaration")
_QUALIFIERS = {
    "method_invocation": "object",
    "field_access": "object",
    "method_reference": "",
    "scoped_identifier": "scope",
    "marker_annotation": "name",
    "annotation": "name",
    "record_pattern": "",
    **dict.fromkeys(_DECLARATIONS, "name"),
}


class JavaProgram:
    """The text of the files at `paths` and of those that they have to do with.

    `own` are full names of classes that keep their bare names, by these, where several bear one.
    """

    def __init__(
        self,
        paths: Iterable[str],
        workspace: Workspace,
        packages: Packages,
        own: Mapping[str, str],
    ) -> None:
        self._workspace, self._packages, self._own = workspace, packages, own
        self._named = frozenset(paths)
        self.files = self._with_named(self._named)
        packages.refuse_twice(self.files)
        self._nesting = Nesting(self.files, workspace, packages)
        self._numbered = self._names_of_several()

    @cached_property
    def joined(self) -> Joined:
        """The text."""
        data = ((path, self._workspace.source(path).data) for path in self.files)
        return Joined([(path, text, self._replaced(path)) for path, text in data], LANGUAGE)

    def written(self, full_name: str) -> str:
        """Return what a class is called in the text."""
        name = full_name.rpartition(".")[2]
        return self._numbered.get(name, {}).get(full_name, name)

    def _with_named(self, paths: Iterable[str]) -> tuple[str, ...]:
        files, todo, size = dict[str, None](), sorted(paths), 0
        known = {*todo}
        while todo:
            path = todo.pop(0)
            files[path] = None
            size += len(self._workspace.text(path))
            if size > MOST_BYTES:
                raise EditRefused(
                    f"the classes that it takes to tell types are more than {MOST_BYTES} bytes; give --root"
                )
            for name_of_class in self._classes_of(path):
                file = self._packages.files.get(name_of_class)
                if file is not None and file not in known:
                    known.add(file)
                    todo.append(file)
        return tuple(files)

    def _classes_of(self, path: str) -> Iterator[str]:
        """The classes that a file names, by their bare names or in its imports."""
        for name in sorted({*_WORD.findall(self._workspace.text(path))} & self._packages.names):
            name_of_class = self._packages.meaning(path, name)
            if name_of_class is not None:
                yield name_of_class
        for each in self._packages.imports(path):
            known = self._packages.class_of(each.parts)
            if known is not None:
                yield known[0]

    def _names_of_several(self) -> dict[str, dict[str | None, str]]:
        """What each class is called whose bare name means several in these files, or one of elsewhere."""
        meanings: dict[str, dict[str | None, None]] = {}
        for path in self.files:
            for name in {*_WORD.findall(self._workspace.text(path))} & self._packages.names:
                meanings.setdefault(name, {})[self._packages.meaning(path, name)] = None
        numbered: dict[str, dict[str | None, str]] = {}
        for name, several in meanings.items():
            if len(several) > 1 or name in self._nesting.names:
                others = [each for each in several if each not in (self._own.get(name), None)]
                calls: dict[str | None, str] = {None: f"{name}__of_no_module"}
                calls |= {each: f"{name}__of_module_{i}" for i, each in enumerate(others)}
                if name in self._own:
                    calls[self._own[name]] = name
                numbered[name] = calls
        return numbered

    def _replaced(self, path: str) -> dict[tuple[int, int], bytes]:
        source = self._workspace.source(path)
        replaced = {
            (node.start_byte, node.end_byte): b""
            for node in source.root.named_children
            if node.type in ("import_declaration", "package_declaration")
        }
        imported = [*imported_names(path, self._workspace, self._packages, self._nesting)]
        replaced |= dict(self._of_several(path, {node.start_byte for node, _ in imported}))
        if path not in self._named:
            replaced |= _bodies(source)
        replaced |= dict(self._full_names(path))
        for node, owner in imported:
            written = ".".join([self.written(owner.of), *owner.below])
            replaced[node.start_byte, node.start_byte] = f"{written}.".encode()
        return replaced

    def _of_several(
        self, path: str, imported: Collection[int]
    ) -> Iterator[tuple[tuple[int, int], bytes]]:
        """The bare names of classes that have numbers, without those that are `imported` from inside of a class."""
        source = self._workspace.source(path)
        for name, calls in self._numbered.items():
            if not re.search(rf"\b{name}\b", source.text):
                continue
            called = calls.get(self._packages.meaning(path, name), name)
            if called == name:
                continue
            for node in source.nodes_with(name):
                if source.code(node) != name or not _is_type(node) or node.start_byte in imported:
                    continue
                if not self._is_other(name, path, node):
                    yield (node.start_byte, node.end_byte), called.encode("utf-8")

    def _is_other(self, name: str, path: str, node: Node) -> bool:
        """Whether a name is that of a class in another one, or of its constructor."""
        parent = node.parent
        if parent is not None and parent.type in _DECLARATIONS and field_of(node) == "name":
            holder = enclosing(node, CLASSES)
            return holder is None or holder.parent is None or holder.parent.type != "program"
        return self._nesting.hides(name, path, node)

    def _full_names(self, path: str) -> Iterator[tuple[tuple[int, int], bytes]]:
        """Full names of the workspace's classes, as what they are called in the text.

        Raises:
            EditRefused: one that is asked for stands where its bare name means another class.
        """
        source = self._workspace.source(path)
        packages = self._packages.packages - {""}
        for node in source.nodes:
            if node.type not in ("scoped_type_identifier", "field_access", "scoped_identifier"):
                continue
            before, last = node.named_children[0], node.named_children[-1]
            whole = re.sub(r"\s", "", source.code(node))
            if re.sub(r"\s", "", source.code(before)) not in packages:
                continue
            if whole in self._packages.files:
                name = source.code(last)
                written = self.written(whole)
                if written == name and self._nesting.hides(name, path, node):
                    raise EditRefused(
                        f"{path}: `{whole}` on line {line_of(node)} stands where `{name}` means another class; "
                        "rename that one first"
                    )
                yield (node.start_byte, last.start_byte), b""
                if written != name:
                    yield (last.start_byte, last.end_byte), written.encode("utf-8")


def _bodies(source: Source) -> dict[tuple[int, int], bytes]:
    """The bodies of methods and the comments: of a file that is there to tell types nothing else is asked."""
    bodies = {
        (body.start_byte, body.end_byte): b"{}"
        for each in source.definitions
        if (body := each.node.child_by_field_name("body")) is not None
        and body.type in ("block", "constructor_body")
    }
    comments = {(n.start_byte, n.end_byte): b" " for n in source.nodes if n.type == "block_comment"}
    return bodies | comments


def _is_type(node: Node) -> bool:
    """Whether a name is that of a class where it stands, unless a variable is called so."""
    if node.type == "type_identifier":
        parent = node.parent
        is_scoped = parent is not None and parent.type == "scoped_type_identifier"
        return not is_scoped or parent is None or node == parent.named_children[0]
    parent = node.parent
    if node.type != "identifier" or parent is None or parent.type not in _QUALIFIERS:
        return False
    field = _QUALIFIERS[parent.type]
    return field_of(node) == field if field else node == parent.named_children[0]
