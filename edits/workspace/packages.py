"""JavaScript and TypeScript: which file a name means that is no path, by the workspace's own `package.json` files.

After Node, "Packages", and TypeScript, "Module Resolution": a package of the workspace is imported by its name, and what
it gives to others its `exports`, `types`, `module` and `main` say. Those often name what a build writes: then the file of
`src` that it is written from is meant.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from functools import cached_property

from specedit.edits.workspace.workspace import Workspace

_NAME = re.compile(r"(@[^/]+/)?[^/]+")
_ENTRIES = ("source", "types", "typings", "module", "main")
_BUILT = re.compile(r"^(dist|lib|build|out)/(esm/|cjs/|types/|src/)?")
_SUFFIX = re.compile(r"(\.d)?\.[cm]?[jt]sx?$")
_MOST_DEEP = 4  # folders above a package's own


class Packages:
    """The packages of a workspace. `files` of one, without suffixes, are those that an import of it may mean."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def files(self, written: str) -> list[str] | None:
        """Return the paths, the likeliest first, that may be meant by a name; None if it is of no package of ours."""
        name = _NAME.match(written)
        if name is None or name[0] not in self._named:
            return None
        folder, settings = self._named[name[0]]
        inside = written[name.end() :].lstrip("/")
        paths = [inside] if inside else [*_entries(settings), "src/index", "index"]
        if inside:
            paths += _exported(settings.get("exports"), f"./{inside}")
        sources = [_SUFFIX.sub("", _BUILT.sub("src/", path)) for path in paths]
        if inside:
            sources.append(f"src/{_SUFFIX.sub('', inside)}")
        return [posixpath.normpath(posixpath.join(folder, path)) for path in [*paths, *sources]]

    def is_entry(self, path: str) -> bool:
        """Return whether a package gives a file to those who install it, built or as it is."""
        bare = _SUFFIX.sub("", path)
        return any(each.fullmatch(bare) for each in self._entries)

    @cached_property
    def _entries(self) -> tuple[re.Pattern[str], ...]:
        """What the paths of the files that packages give to others read like, without suffixes."""
        patterns = []
        for folder, settings in self._named.values():
            exports = settings.get("exports")
            given = [*_entries(settings), *_all_targets(exports)] or ["index"]
            for written in given:
                bare = _SUFFIX.sub("", posixpath.normpath(written))
                for inside in dict.fromkeys([bare, _BUILT.sub("src/", bare)]):
                    whole = posixpath.normpath(posixpath.join(folder, inside))
                    patterns.append(re.compile(re.escape(whole).replace(r"\*", ".*") + "(/index)?"))
        return tuple(patterns)

    @cached_property
    def _named(self) -> dict[str, tuple[str, dict[str, object]]]:
        """Folder and settings of each package, by its name."""
        named: dict[str, tuple[str, dict[str, object]]] = {}
        folders = {"", *(self._workspace.known - self._workspace.files)}
        for folder in sorted(folders):
            if folder.count("/") >= _MOST_DEEP:
                continue
            settings = self._settings(posixpath.join(folder, "package.json"))
            if isinstance(name := settings.get("name"), str):
                named.setdefault(name, (folder, settings))
        return named

    def _settings(self, path: str) -> dict[str, object]:
        try:
            settings = json.loads(self._workspace.settings(path) or "{}")
        except (ValueError, RecursionError):
            return {}
        return settings if isinstance(settings, dict) else {}


def _entries(settings: dict[str, object]) -> Iterator[str]:
    yield from _exported(settings.get("exports"), ".")
    for key in _ENTRIES:
        if isinstance(path := settings.get(key), str):
            yield path


def _exported(exports: object, inside: str) -> Iterator[str]:
    """The files that `exports` gives for a path inside the package, or for the package, "."."""
    if isinstance(exports, dict) and any(str(key).startswith(".") for key in exports):
        for key, target in exports.items():
            before, star, after = str(key).partition("*")
            if key == inside:
                yield from _targets(target, "")
            elif star and inside.startswith(before) and inside.endswith(after):
                yield from _targets(target, inside[len(before) : len(inside) - len(after)])
    elif inside == ".":
        yield from _targets(exports, "")


def _all_targets(exports: object) -> Iterator[str]:
    """All files that `exports` names."""
    if isinstance(exports, str):
        yield exports
    for each in exports.values() if isinstance(exports, dict) else ():
        yield from _all_targets(each)


def _targets(target: object, star: str) -> Iterator[str]:
    if isinstance(target, str):
        yield target.replace("*", star)
    for each in target.values() if isinstance(target, dict) else ():
        yield from _targets(each, star)
