"""C and C++: which files include which.

A path in quotes is looked for beside the file. Where a compiler is told to look besides, by -I, is not known: there a
file is meant if it is the only one of the workspace whose path ends so.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from specedit.edits.text import line_of
from specedit.edits.workspace.workspace import Workspace

_INCLUDE = re.compile(
    r'^[ \t]*#[ \t]*(?:include|import|include_next)[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE
)


class Includes:
    """What the files at `paths` include of each other."""

    def __init__(self, workspace: Workspace, paths: Iterable[str]) -> None:
        self._workspace, self.paths = workspace, tuple(paths)
        self._direct: dict[str, tuple[str, ...]] = {}
        self._closures: dict[str, tuple[str, ...]] = {}

    def direct(self, path: str) -> tuple[str, ...]:
        """Return the files that a file includes itself, in order."""
        if path not in self._direct:
            written = _INCLUDE.findall(self._workspace.text(path))
            files = (self._file(quoted, angled, path) for quoted, angled in written)
            self._direct[path] = tuple(file for file in files if file is not None)
        return self._direct[path]

    def lines_of(self, path: str) -> dict[str, tuple[int, ...]]:
        """Return the lines where other files include a file themselves."""
        lines = {}
        for other in self.paths:
            if other != path and path in self.direct(other):
                text = self._workspace.text(other)
                matches = _INCLUDE.finditer(text)
                lines[other] = tuple(
                    line_of(text, each.start())
                    for each in matches
                    if self._file(each[1] or "", each[2] or "", other) == path
                )
        return lines

    def closure(self, path: str) -> tuple[str, ...]:
        """Return all that a file includes, and it, each behind what it includes."""
        if path not in self._closures:
            self._closures[path] = tuple(self._behind(path, set()))
        return self._closures[path]

    def including(self, path: str) -> list[str]:
        """Return the files whose text has another one's: those that include it, and it."""
        known, todo = {path: None}, [path]
        while todo:
            for each in self._including.get(todo.pop(), ()):
                if each not in known:
                    known[each] = None
                    todo.append(each)
        return [*known]

    def _behind(self, path: str, passed: set[str]) -> Iterator[str]:
        open_files = [(path, iter(self.direct(path)))]
        passed.add(path)
        while open_files:
            file, included = open_files[-1]
            below = next((each for each in included if each not in passed), None)
            if below is None:
                open_files.pop()
                yield file
            else:
                passed.add(below)
                open_files.append((below, iter(self.direct(below))))

    def _file(self, quoted: str, angled: str, path: str) -> str | None:
        written = posixpath.normpath(quoted or angled)
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
        if quoted and beside in self._workspace.files:
            return beside
        end = "/" + re.sub(r"^(\.\./)+", "", written)
        fit = [p for p in self._by_name[posixpath.basename(written)] if f"/{p}".endswith(end)]
        return fit[0] if len(fit) == 1 else None

    @cached_property
    def _by_name(self) -> defaultdict[str, list[str]]:
        by_name = defaultdict(list)
        for path in self.paths:
            by_name[posixpath.basename(path)].append(path)
        return by_name

    @cached_property
    def _including(self) -> dict[str, list[str]]:
        including = defaultdict(list)
        for path in self.paths:
            for each in self.direct(path):
                including[each].append(path)
        return including
