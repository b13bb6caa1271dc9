"""Where files go, each by its path from the root and with slashes."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from specedit.engine.errors import EditRefused

_DECLARATIONS = {".py": ".pyi", ".js": ".d.ts", ".mjs": ".d.mts", ".cjs": ".d.cts"}


@dataclass(frozen=True)
class Moves:
    """Files that go elsewhere: `requested` are those that are named, or folders; `files` are all that go with them."""

    requested: Mapping[str, str]
    files: Mapping[str, str]

    @cached_property
    def _folders(self) -> Mapping[str, str]:
        return {old: new for old, new in self.requested.items() if old not in self.files}

    def image(self, path: str) -> str:
        """Return where a path is afterwards; it need not be one of a known file."""
        if path in self.files:
            return self.files[path]
        for old, new in self._folders.items():
            if path == old or path.startswith(f"{old}/"):
                return new + path[len(old) :]
        return path

    def listing(self, paths: Collection[str]) -> list[str]:
        """Return where files are afterwards."""
        return [self.image(path) for path in paths]


def moves_of(requested: Mapping[str, str], paths: Collection[str]) -> Moves:
    """Return what goes where if files or folders do; `paths` are all files that there are.

    Raises:
        EditRefused: something is in the way, or it goes into itself.
    """
    files: dict[str, str] = {}
    known = frozenset(paths)
    requested = {**requested, **dict(_twins(requested, known))}
    for old, new in requested.items():
        if old == new:
            raise EditRefused(f"{old} is called so already")
        if f"{new}/".startswith(f"{old}/"):
            raise EditRefused(f"{old} cannot go into itself")
        if old in known:
            files[old] = new
        else:
            files |= {p: new + p[len(old) :] for p in known if p.startswith(f"{old}/")}
    for old in requested:
        if old not in files and not any(path.startswith(f"{old}/") for path in files):
            raise EditRefused(
                f"there is no file or folder '{old}', or it is ignored, hidden or a link"
            )
    folders = {folder for path in known for folder in _folders_of(path)}
    for old, new in files.items():
        if new in known - files.keys() or new in folders - _folders_that_go(requested):
            raise EditRefused(f"{new} is there already: {old} cannot go there")
    for path in dict.fromkeys(files.values()):
        if any(folder in known - files.keys() for folder in _folders_of(path)):
            raise EditRefused(f"{path} would be below a file")
    if len({*files.values()}) < len(files):
        raise EditRefused("two files would go to one place")
    return Moves(dict(requested), dict(sorted(files.items())))


def _twins(requested: Mapping[str, str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the files of declarations that go along with those that they are for."""
    for old, new in requested.items():
        for plain, declared in _DECLARATIONS.items():
            twin = old.removesuffix(plain) + declared
            if old.endswith(plain) and new.endswith(plain) and twin in known and old in known:
                yield twin, new.removesuffix(plain) + declared


def _folders_of(path: str) -> set[str]:
    """The folders that a path is in."""
    folders = set()
    while path := posixpath.dirname(path):
        folders.add(path)
    return folders


def _folders_that_go(requested: Mapping[str, str]) -> set[str]:
    return {*requested}
