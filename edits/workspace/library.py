"""What is known of the modules of a workspace, in one language: kept from one edit to the next."""

from collections.abc import Collection, Sequence
from pkgutil import resolve_name
from typing import cast

from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.sources import Sources
from specedit.edits.types.receivers import Receivers
from specedit.edits.workspace.imports import Modules
from specedit.edits.workspace.parts import Part, part_of
from specedit.edits.workspace.workspace import Workspace

_MOST_KEPT = 8_000_000  # characters of parts: with their trees some 25 bytes for each


def modules_of(language: Language) -> type[Modules]:
    """Return what knows how the modules of a language find each other."""
    return cast(type[Modules], resolve_name(language.modules))


def library_of(language: Language, workspace: Workspace) -> "Library":
    """Return what is known of a workspace's modules in a language."""
    return workspace.derived(language.modules, lambda files: Library(modules_of(language)(files)))


class Library:
    """The modules, and parts of programs that were put together of them. One call at a time."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._numbers = {path: i for i, path in enumerate(modules.workspace.paths)}
        self._parts: dict[tuple[str, Language], Part] = {}  # those used last come last
        self._receivers: Receivers | None = None

    def renewed(self, workspace: Workspace, changed: Collection[str]) -> "Library":
        """Return it for the workspace as it is now: parts stay whose files, and whose names' origins, are the same."""
        modules, is_same = self.modules.renewed(workspace, changed)
        new = Library(modules)
        if is_same:
            new._parts = {key: part for key, part in self._parts.items() if key[0] not in changed}
            new._numbers, new._receivers = self._numbers, self._receivers
        return new

    def parts(self, paths: Collection[str], kept: str, language: Language) -> list[Part]:
        """Return modules as parts of a program, in which the name `kept` is written as it is."""
        made = [self._part(path, kept, language) for path in paths]
        spare = sum(len(part.source.text) for part in self._parts.values()) - _MOST_KEPT
        for key, part in list(self._parts.items()):
            if spare > 0:
                spare -= len(part.source.text)
                del self._parts[key]
        return made

    def _part(self, path: str, kept: str, language: Language) -> Part:
        part = self._parts.pop((path, language), None)
        if part is not None and kept in part.names:
            self._parts[path, language] = part
            return part_of(path, kept, self.modules, self._number, language)
        if part is None:
            part = part_of(path, kept, self.modules, self._number, language)
        if kept not in part.names:
            self._parts[path, language] = part
        return part

    def _number(self, path: str) -> int:
        """The number of a module; a folder without a file of its own is one, too."""
        return self._numbers.setdefault(path, len(self._numbers))

    def symbols(self, parts: Sequence[Part]) -> Symbols:
        """Return what the names of parts mean, read as one text; what was asked for before holds no longer."""
        source = Sources([part.source for part in parts], parts[0].source.language)
        if self._receivers is None:
            self._receivers = Receivers(source)
        else:
            self._receivers.read(source)
        symbols = symbols_of(source, self._receivers)
        assert symbols is not None
        return symbols
