"""The texts of a workspace: searched for a name before any is parsed, and each parsed once."""

import re
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import Protocol, TypeVar, cast

from specedit.edits.symbols.resolver import Symbols, symbols_of
from specedit.edits.syntax.alike import nearest
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

_WORD = re.compile(r"[^\W\d]\w{2,}")


class Derived(Protocol):
    """What is derived from the files of a workspace."""

    def renewed(self, workspace: "Workspace", changed: Collection[str]) -> "Derived":
        """Return it for the workspace as it is after files have changed, others have come or gone."""


Kind = TypeVar("Kind", bound=Derived)


class Workspace:
    """Files by their paths from the root, with slashes. `read` returns a file's text, with line feeds alone.

    `read_settings` does for those that say how the others belong together, as `go.mod`: any below the root.

    Raises, when it is asked for a file: what `read` raises.
    """

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], str],
        read_settings: Callable[[str], str] | None = None,
    ) -> None:
        self.paths = tuple(paths)
        self._read, self._read_settings = read, read_settings or read
        self._settings: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._sources: dict[str, Source] = {}
        self._symbols: dict[str, Symbols] = {}
        self._derived: dict[str, Derived] = {}

    def renewed(
        self, paths: Iterable[str], read: Callable[[str], str], changed: Collection[str]
    ) -> "Workspace":
        """Return a workspace of these files that knows of those that have not `changed` what this one knows."""
        is_same = self._read_settings == self._read
        new = Workspace(paths, read, None if is_same else self._read_settings)
        kept = (self.files & new.files).difference(changed)
        new._texts = {path: text for path, text in self._texts.items() if path in kept}
        new._sources = {path: source for path, source in self._sources.items() if path in kept}
        new._symbols = {path: symbols for path, symbols in self._symbols.items() if path in kept}
        changed = (self.files & new.files) - kept
        new._derived = {key: each.renewed(new, changed) for key, each in self._derived.items()}
        return new

    def derived(self, key: str, make: "Callable[[Workspace], Kind]") -> Kind:
        """Return what is derived from the files as they are: made once for each key, and then renewed with the workspace."""
        if key not in self._derived:
            self._derived[key] = make(self)
        return cast(Kind, self._derived[key])

    def has_settings_of(self, other: "Workspace") -> bool:
        """Return whether the settings that were read for another workspace are the same here."""
        return all(self.settings(path) == text for path, text in other._settings.items())

    @property
    def parsed(self) -> frozenset[str]:
        """The files that had to be parsed so far."""
        return frozenset(self._sources)

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file."""
        return frozenset(self.paths)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every file, and every folder that has one."""
        folders = {
            "/".join(path.split("/")[:i]) for path in self.paths for i in range(path.count("/") + 1)
        }
        return frozenset([*self.paths, *folders])

    def text(self, path: str) -> str:
        """Return a file's text; "" for one that cannot be read, or is not there."""
        if path not in self._texts:
            try:
                self._texts[path] = self._read(path) if path in self.files else ""
            except EditRefused:
                self._texts[path] = ""
        return self._texts[path]

    def settings(self, path: str) -> str:
        """Return the text of a file that need not be one of the workspace's, as `go.mod`; "" if it is not there."""
        if path not in self._settings:
            try:
                self._settings[path] = self._read_settings(path)
            except EditRefused:
                self._settings[path] = ""
        return self._settings[path]

    def source(self, path: str) -> Source:
        """Return a file with its tree."""
        if path not in self._sources:
            language = language_of(path)
            assert language is not None, path
            self._sources[path] = Source(self.text(path), language)
        return self._sources[path]

    def symbols(self, path: str) -> Symbols:
        """Return what the names of a file mean."""
        if path not in self._symbols:
            symbols = symbols_of(self.source(path))
            assert symbols is not None, path
            self._symbols[path] = symbols
        return self._symbols[path]

    def nearest(self, name: str) -> list[str]:
        """Return the words of all files that a name may be a slip of."""
        every = {word for path in self.paths for word in _WORD.findall(self.text(path))}
        return nearest(name, every - {name})

    def mentioning(self, name: str) -> tuple[str, ...]:
        """Return the files that have a word."""
        word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
        return tuple(p for p in self.paths if name in self.text(p) and word.search(self.text(p)))
