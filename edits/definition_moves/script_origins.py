"""Where the names that modules of JavaScript and TypeScript give to each other come from."""

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from specedit.edits.definition_moves.script_module import ALL, DEFAULT, Passed, ScriptModule
from specedit.edits.workspace.javascript import JavaScriptModules
from specedit.edits.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Origin:
    """What a name is: `name` of the file `module`, "*" for all of it; one that is not of the workspace is `foreign` by its path.

    What nothing tells is of no module.
    """

    module: str
    name: str
    foreign: str = ""


class ScriptModules:
    """The modules of a workspace, each read once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self._paths = workspace, JavaScriptModules(workspace)
        self._modules: dict[str, ScriptModule] = {}

    def module(self, path: str) -> ScriptModule:
        """Return a file as a module."""
        if path not in self._modules:
            self._modules[path] = ScriptModule(path, self.workspace.source(path))
        return self._modules[path]

    def find(self, written: str, path: str) -> str | None:
        """Return the file that a path in another one means; "" if it seems to be of the workspace, and cannot be told."""
        return self._paths.find(written, path)

    def twin(self, path: str) -> str | None:
        """Return the file of declarations that another one has, or the other way round."""
        return self._paths.twin(path)

    def is_entry(self, path: str) -> bool:
        """Return whether a package of the workspace gives a file to those who install it."""
        return self._paths.is_entry(path)

    def of_import(self, path: str, passed: Passed) -> Origin:
        """Return what a file takes, or hands on, from another one."""
        found = self.find(passed.written, path)
        if found is None:
            return Origin("", passed.name, passed.written)
        if not found or passed.name == ALL:
            return Origin(found, passed.name if found else "")
        return self.given(found, passed.name)

    def of_name(self, path: str, name: str) -> Origin | None:
        """Return what a name at the top of a file is, None if the file has no such name."""
        taken = [each for each in self.module(path).imports if each.as_name == name]
        if taken:
            return self.of_import(path, taken[0])
        return Origin(path, name) if name in self.module(path).declared else None

    def given(self, path: str, name: str, passed: frozenset[str] = frozenset()) -> Origin:
        """Return what a module exports by a name; an origin without a module if it does not, or two things."""
        if path in passed:
            return Origin("", "")
        exports = self.module(path).exports
        for each in exports:
            if each.as_name == name:
                if each.written:
                    found = self.find(each.written, path)
                    if not found or each.name == ALL:
                        return self.of_import(path, each)
                    return self.given(found, each.name, passed | {path})
                return self.of_name(path, each.name) or Origin(path, each.name or name)
        if name == DEFAULT:
            return Origin("", "")
        known = set(self._by_stars(path, name, passed | {path}))
        return known.pop() if len(known) == 1 else Origin("", "")

    def _by_stars(self, path: str, name: str, passed: frozenset[str]) -> Iterator[Origin]:
        for each in self.module(path).exports:
            if each.name == ALL and not each.as_name and (found := self.find(each.written, path)):
                origin = self.given(found, name, passed)
                if origin != Origin("", ""):
                    yield origin

    def handing_on(self, paths: Collection[str], naming: "Naming") -> frozenset[str]:
        """Return the modules that export all that one of some modules does, and these."""
        reached, left = set(paths), [*paths]
        while left:
            module = left.pop()
            for path in naming.files(module):
                stars = (e for e in self.module(path).exports if e.name == ALL and not e.as_name)
                if path not in reached and any(self.find(e.written, path) == module for e in stars):
                    reached.add(path)
                    left.append(path)
        return frozenset(reached)


class Naming:
    """Which files name a module by its path, found in their texts before any is parsed."""

    def __init__(self, modules: ScriptModules, paths: Collection[str]) -> None:
        self._modules, self._paths = modules, paths
        self._places: dict[str, dict[str, list[int]]] = {}

    def files(self, module: str) -> Collection[str]:
        """Return the files that have the path of a module in quotes."""
        return self.places(module).keys()

    def places(self, module: str) -> dict[str, list[int]]:
        """Return where each file has the path of a module in quotes: characters."""
        if module not in self._places:
            self._places[module] = dict(self._search(module))
        return self._places[module]

    def _search(self, module: str) -> Iterator[tuple[str, list[int]]]:
        is_index = posixpath.basename(module).startswith("index.")
        pattern = _pattern(module, is_index or self._modules.is_entry(module))
        for path in self._paths:
            matches = pattern.finditer(self._modules.workspace.text(path))
            at = [m.start(2) for m in matches if self._modules.find(m[2], path) == module]
            if at:
                yield path, at


@cache
def _pattern(module: str, is_any: bool) -> re.Pattern[str]:
    """What may lead to a module: its name, or anything, as the folder's name to an index."""
    stem = re.escape(posixpath.basename(module).split(".")[0])
    inside = r"[^\"'`\s]*" if is_any else rf"[^\"'`\s]*(?<![\w-]){stem}(?:\.\w+)*"
    return re.compile(rf"""(["'`])({inside})\1""")
