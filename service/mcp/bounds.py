"""The folders whose files a client may edit, and which file it means by a path."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit

from specedit.edits.files import SourceFile
from specedit.edits.patch.names import ends_alike
from specedit.edits.workspace.listing import list_files
from specedit.engine.errors import AmbiguousPlace, InvalidRequest, OutsideRoot
from specedit.service.mcp.limits import Limits
from specedit.service.root import Root

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file that may be edited: its root, and its path from there, with slashes."""

    root: Root
    path: str
    file: SourceFile


@dataclass(frozen=True, slots=True)
class Bounds:
    """The folders, none of which is in another, and how large a file of theirs may be."""

    roots: tuple[Root, ...]
    max_bytes: int

    def read(self, path: str) -> FilePlace:
        """Read the file that a client calls `path`: from one of the roots, or absolute.

        Raises:
            InvalidRequest: that is no path, or there is no such file; it names those that are called alike.
            OutsideRoot: it is not to be edited, or not here.
            AmbiguousPlace: several roots have such a file.
            EditRefused: as of `files.read`.
        """
        _check_name(path)
        root = self._root_of(path)
        whole = root.folder / path
        if not Path(os.path.realpath(whole)).is_relative_to(root.folder):
            raise OutsideRoot(f"'{path}' leads outside of what may be edited: {self}")
        if not os.path.lexists(whole):
            raise InvalidRequest(f"there is no file '{path}' in {self}{self._alike(path, root)}")
        inside = os.path.relpath(path, root.folder) if os.path.isabs(path) else path
        file = root.read(inside, self.max_bytes)
        return FilePlace(root, file.path.relative_to(root.folder).as_posix(), file)

    def find(self, name: str) -> tuple[Root, str]:
        """Return in which root the file is, or is to be, that a patch calls `name`, and what it is called there.

        Raises:
            InvalidRequest, OutsideRoot, AmbiguousPlace: as of `read`; of several roots one must have it.
        """
        _check_name(name)
        root = self._root_of(name)
        return root, self.find_in(root, name)

    def find_in(self, root: Root, name: str) -> str:
        """Return what a file of this root is called there; a whole path may lead through links to the root.

        Raises:
            InvalidRequest, OutsideRoot: it is none of its files.
        """
        _check_name(name)
        if not os.path.isabs(name):
            return name
        lexical = Path(os.path.normpath(name))
        if not lexical.is_relative_to(root.folder):
            lexical = Path(os.path.realpath(lexical.parent), lexical.name)
        if not lexical.is_relative_to(root.folder):
            raise OutsideRoot(f"'{name}' is outside of {root.folder}")
        return lexical.relative_to(root.folder).as_posix()

    def only(self) -> Root:
        """Return the root, where there is one.

        Raises:
            AmbiguousPlace: there are several.
        """
        if len(self.roots) == 1:
            return self.roots[0]
        raise AmbiguousPlace(
            f"there are {len(self.roots)} workspace roots: {self}; give a path", []
        )

    def has(self, path: Path) -> bool:
        """Return whether a file that is known by its real path lies below a root."""
        return any(path.is_relative_to(root.folder) for root in self.roots)

    def _root_of(self, path: str) -> Root:
        if os.path.isabs(path):
            lexical = Path(os.path.normpath(path))
            real = Path(os.path.realpath(path))
            for root in self.roots:  # a path through a link into a root is one of its files
                if lexical.is_relative_to(root.folder) or real.is_relative_to(root.folder):
                    return root
            raise OutsideRoot(f"'{path}' is outside of what may be edited: {self}")
        if len(self.roots) == 1:
            return self.roots[0]
        having = [root for root in self.roots if os.path.lexists(root.folder / path)]
        if len(having) == 1:
            return having[0]
        where = [str(root.folder) for root in having] or [str(self)]
        if having:
            raise AmbiguousPlace(f"'{path}' is in {' and '.join(where)}; give its whole path", [])
        raise InvalidRequest(f"there is no file '{path}' in {where[0]}; give its whole path")

    def _alike(self, path: str, root: Root) -> str:
        """Files that are called alike, as the end of a message."""
        name = PurePath(path).name
        alike = [
            each
            for each in list_files(root.folder)
            if ends_alike(path, each) or PurePath(each).name == name
        ]
        shown = ", ".join(alike[:_MOST_NAMES])
        return f"; there is {shown}" if shown else ""

    def __str__(self) -> str:
        return ", ".join(str(root.folder) for root in self.roots)


def bounds_of(client_roots: Sequence[str] | None, folder: Path | None, limits: Limits) -> Bounds:
    """Return the bounds of a client's edits.

    `client_roots`: the URIs that it gives, None if it knows no roots; `folder`: the one that the server was started for,
    None if no one was named. With both, what lies in both.

    Raises:
        OutsideRoot: there is no folder whose files may be edited.
    """
    if client_roots is None:
        folders = [folder or started_in()]
    else:
        given = [path for path in map(_path_of, client_roots) if path is not None]
        folders = [*_common(given, folder)]
        if not folders:
            shown = ", ".join(client_roots) or "none"
            below = f" below --root {folder}" if folder else ""
            raise OutsideRoot(
                f"of the roots that the client gives ({shown}) none is a folder{below}"
            )
    outermost = [each for each in folders if not any(f in each.parents for f in folders)]
    roots = tuple(Root(each, limits.allowed) for each in dict.fromkeys(outermost))
    return Bounds(roots, limits.max_bytes)


def _check_name(path: str) -> None:
    if "\0" in path or not path.strip():
        raise InvalidRequest(f"{path!r} is no path")


def started_in() -> Path:
    """Return the folder that the server was started in; some clients start theirs in no place in particular.

    Raises:
        OutsideRoot: it is too much to let be edited.
    """
    folder = Path.cwd().resolve()
    if folder == Path(folder.anchor) or folder == Path(os.path.realpath(Path.home())):
        raise OutsideRoot(
            f"no roots are given, and the server was started in {folder}, which is too much to let be edited: "
            "start it in the project's folder, or with --root FOLDER"
        )
    return folder


def _path_of(uri: str) -> Path | None:
    """The folder that a `file:` URI means; None if it means none, or is of another kind."""
    parts = urlsplit(uri)
    path = unquote(parts.path)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or "\0" in path:
        return None
    real = Path(os.path.realpath(path))
    return real if path and real.is_dir() else None


def _common(given: Sequence[Path], folder: Path | None) -> Iterator[Path]:
    for path in given:
        if folder is None or path.is_relative_to(folder):
            yield path
        elif folder.is_relative_to(path):
            yield folder
