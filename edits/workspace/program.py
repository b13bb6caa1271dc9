"""Modules read as one text, in which members and keywords are resolved as in one file."""

from collections.abc import Iterable

from specedit.edits.operations._rename_choice import line_named
from specedit.edits.symbols.places import Place
from specedit.edits.symbols.resolver import Symbols
from specedit.edits.syntax.sources import number_of
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.library import Library

MOST_BYTES = 1_500_000  # of modules that are there only to tell types


class Program:
    """Some modules with those that they import. `kept` is the name that is written as it is."""

    def __init__(self, paths: Iterable[str], library: Library, kept: str) -> None:
        modules = library.modules
        self.paths = _with_imported(paths, modules)
        parts = library.parts(self.paths, kept, modules.language(self.paths))
        self._by_path = {part.path: part for part in parts}
        self._by_number = {part.number: part for part in parts}
        self.symbols: Symbols = library.symbols(parts)

    def place(self, start: int) -> tuple[str, int]:
        """Return the file, and the byte in it, of a byte that was copied."""
        part = self._by_number[number_of(start)]
        return part.path, part.place(start)

    def line_named(self, place: Place) -> str:
        """Return how a message names the line of a place."""
        path, _ = self.place(place.start)
        return f"{line_named(place)} of {path}"

    def find(self, path: str, start: int) -> int:
        """Return the byte that a byte of a file was copied to."""
        return self._by_path[path].find(start)


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
