"""Modules put together into one text, in which members and keywords are resolved as in one file.

The names that a module declares for others get its number, imports of the workspace go, and what they brought in is
written with the number of where it comes from: so a name means one thing in all of the text, and a class is the same
class wherever it is used. What cannot be followed is declared as something that nothing is known of.
"""

import re
from collections.abc import Iterable

from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.imports import Modules, Name
from specedit.edits.workspace.joined import Joined

MOST_BYTES = 1_500_000  # of modules that are there only to tell types
_NUMBER = re.compile(r"__of_(module_\d+|no_module)\b")


def without_numbers(text: str) -> str:
    """Return a message with names as their modules write them."""
    return _NUMBER.sub("", text)


class Program(Joined):
    """The text of some modules and of those that they import. `kept` is the name that is written as it is."""

    def __init__(self, paths: Iterable[str], modules: Modules, kept: str) -> None:
        self._modules, self._kept = modules, kept
        self.paths = _with_imported(paths, modules)
        self._numbers = {path: i for i, path in enumerate(self.paths)}
        self._unknown = set[bytes]()
        data = (modules.workspace.source(path).data for path in self.paths)
        replaced = [
            (path, text, self._replaced(path)) for path, text in zip(self.paths, data, strict=True)
        ]
        tail = b"".join(modules.declare_unknown(name) for name in sorted(self._unknown))
        super().__init__(replaced, modules.language(self.paths), tail)

    def _replaced(self, path: str) -> dict[tuple[int, int], bytes]:
        modules = self._modules
        source = modules.workspace.source(path)
        replaced = {
            _range(each.statement): blank
            for each in modules.imports(path)
            if (blank := modules.blank(each.statement)) is not None
        }
        own = modules.top_level(path)
        taken = {each.local for each in modules.imports(path)} - {""}
        for node in modules.references(source, (own | taken) - {self._kept}):
            name = source.code(node)
            if name in own:
                replaced[_range(node)] = modules.written(node, self._global(Name(path, name)))
                continue
            whole, origin = self._followed(path, node)
            if origin is None or not origin.name:
                unknown = f"{name}__of_no_module".encode()
                self._unknown.add(unknown)
                replaced[_range(node)] = modules.written(node, unknown)
            else:
                replaced[_range(whole)] = modules.written(whole, self._global(origin))
        for start, end in modules.quoted(source, (own | taken) - {self._kept}):
            name = source.data[start:end].decode("utf-8")
            origins = {
                modules.resolve(each.module, each.name)
                for each in modules.imports(path)
                if each.local == name
            }
            origin = Name(path, name) if name in own else next(iter(origins))
            if origin is not None and origin.name and (name in own or len(origins) == 1):
                replaced[start, end] = self._global(origin)
        return replaced

    def _followed(self, path: str, node: Node) -> tuple[Node, Name | None]:
        """The longest access that begins with a name and means something of a module, and what it means."""
        modules = self._modules
        whole, origin = node, modules.meaning(path, node)
        while origin is not None and not origin.name and whole.parent is not None:
            access = modules.access(whole.parent)
            if access is None or access[0] != whole:
                break
            whole = whole.parent
            origin = modules.meaning(path, whole)
        return whole, origin

    def _global(self, name: Name) -> bytes:
        number = self._numbers.get(name.module)
        if name.name == self._kept or number is None:
            return name.name.encode("utf-8")
        return f"{name.name}__of_module_{number}".encode()


def _range(node: Node) -> tuple[int, int]:
    return node.start_byte, node.end_byte


def _with_imported(paths: Iterable[str], modules: Modules) -> tuple[str, ...]:
    """The modules with those that they import, as long as these are not too much text."""
    listed = list(dict.fromkeys(paths))
    known, size = set(listed), 0
    for path in listed:  # grows
        for each in modules.imports(path):
            if each.module and each.module not in known:
                size += len(modules.workspace.text(each.module))
                if size > MOST_BYTES:
                    return tuple(listed)
                known.add(each.module)
                listed.append(each.module)
    return tuple(listed)
