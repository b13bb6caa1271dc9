"""A module as a part of a program: what its names mean in all of the modules is written out.

The names that a module declares for others get its number, imports of the workspace go, and what they brought in is
written with the number of where it comes from: so a name means one thing in all of the text, and a class is the same
class wherever it is used. What cannot be followed is declared as something that nothing is known of.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from specedit.edits.syntax.language import Language
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.sources import base_of
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.joined import Replaced, split
from specedit.edits.workspace.module_names import Name

_NUMBER = re.compile(r"__of_(module_\d+|no_module)\b")


def without_numbers(text: str) -> str:
    """Return a message with names as their modules write them."""
    return _NUMBER.sub("", text)


class Part:
    """A module written for a program, with its tree. `names` are those that would be written otherwise if one were kept."""

    def __init__(
        self,
        path: str,
        written: "tuple[bytes, Replaced, bytes]",
        names: frozenset[str],
        language: Language,
        number: int,
    ) -> None:
        data, replaced, tail = written
        self.path, self.names, self.number = path, names, number
        self._starts, self._places = list[int](), list[int]()  # of what is copied, here and there
        parts, size = list[bytes](), base_of(number)
        for part, at in split(data, replaced):
            if at is not None:
                self._starts.append(size)
                self._places.append(at)
            parts.append(part)
            size += len(part)
        text = b"".join([*parts, tail]).decode("utf-8")
        self.source = Source(text, language, path, base_of(number))

    def place(self, start: int) -> int:
        """Return the byte of the file that a byte was copied from."""
        i = bisect_right(self._starts, start) - 1
        return self._places[i] + start - self._starts[i]

    def find(self, start: int) -> int:
        """Return the byte that one of the file was copied to."""
        i = bisect_right(self._places, start) - 1
        return self._starts[i] + start - self._places[i]


def part_of(
    path: str, kept: str, modules: Modules, number: Callable[[str], int], language: Language
) -> Part:
    """Return a module as a part; the name `kept` is written as it is. `number` gives that of a module, by its file."""
    written = _Written(path, kept, modules, number)
    data = modules.workspace.source(path).data
    tail = b"".join(modules.declare_unknown(name) for name in sorted(written.unknown))
    text = data, written.replaced, tail
    return Part(path, text, frozenset(written.names), language, number(path))


class _Written:
    """What stands for the names of one module."""

    def __init__(
        self, path: str, kept: str, modules: Modules, number: Callable[[str], int]
    ) -> None:
        self._path, self._kept, self._modules, self._number = path, kept, modules, number
        self.unknown = set[bytes]()
        imports = modules.imports(path)
        self._own = modules.top_level(path)
        taken = {each.local for each in imports} - {""}
        self.names = {*self._own, *taken}
        self.replaced: dict[tuple[int, int], bytes] = {
            _range(each.statement): blank
            for each in imports
            if (blank := modules.blank(each.statement)) is not None
        }
        names = (self._own | taken) - {kept}
        source = modules.workspace.source(path)
        self.replaced |= dict(self._in_code(source, names))
        self.replaced |= dict(self._in_strings(source, names))

    def _in_code(
        self, source: Source, names: frozenset[str]
    ) -> Iterator[tuple[tuple[int, int], bytes]]:
        modules = self._modules
        for node in modules.references(source, names):
            name = source.code(node)
            if name in self._own:
                yield _range(node), modules.written(node, self._global(Name(self._path, name)))
                continue
            whole, origin = self._followed(node)
            if origin is None or not origin.name:
                unknown = f"{name}__of_no_module".encode()
                self.unknown.add(unknown)
                yield _range(node), modules.written(node, unknown)
            else:
                yield _range(whole), modules.written(whole, self._global(origin))

    def _in_strings(
        self, source: Source, names: frozenset[str]
    ) -> Iterator[tuple[tuple[int, int], bytes]]:
        modules = self._modules
        for start, end in modules.quoted(source, names):
            name = source.data[start:end].decode("utf-8")
            origins = {
                modules.resolve(each.module, each.name) for each in modules.taken(self._path, name)
            }
            is_own = name in self._own
            origin = Name(self._path, name) if is_own else next(iter(origins))
            if origin is not None and origin.name and (is_own or len(origins) == 1):
                yield (start, end), self._global(origin)

    def _followed(self, node: Node) -> tuple[Node, Name | None]:
        """The longest access that begins with a name and means something of a module, and what it means."""
        modules, path = self._modules, self._path
        whole, origin = node, modules.meaning(path, node)
        while origin is not None and not origin.name and whole.parent is not None:
            access = modules.access(whole.parent)
            if access is None or access[0] != whole:
                break
            whole = whole.parent
            origin = modules.meaning(path, whole)
        return whole, origin

    def _global(self, name: Name) -> bytes:
        self.names.add(name.name)
        if name.name == self._kept:
            return name.name.encode("utf-8")
        return f"{name.name}__of_module_{self._number(name.module)}".encode()


def _range(node: Node) -> tuple[int, int]:
    return node.start_byte, node.end_byte
