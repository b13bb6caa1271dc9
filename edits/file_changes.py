"""Making, removing and moving files so that nothing is lost: never over another file, and never one that has changed."""

import contextlib
import os
import stat
from pathlib import Path, PurePosixPath

from specedit.edits import _folders, _replacing, _system
from specedit.engine.errors import EditRefused, OutsideRoot


def path_in(root: Path, name: str) -> Path:
    """Return where the file that a patch or an answer calls `name` is, or is to be; nothing on the way to it is a link.

    Raises:
        OutsideRoot: it is not below `root`, as far as its name or a link says.
        EditRefused: it is no name of a file, or in git's own folder.
    """
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\", "~/")) or parts[0][1:2] == ":" or ".." in parts:
        raise OutsideRoot(f"'{name}' is not a path below {root}; name files from there")
    if not name.strip() or "\0" in name or not PurePosixPath(name).name or parts[-1] in ("", "."):
        raise EditRefused(f"{name!r} is no name of a file")
    if any(_is_git(part) for part in parts):
        raise EditRefused(f"'{name}' is in git's own folder, where nothing is edited")
    path = root.resolve()
    for part in PurePosixPath(*parts).parts:
        path /= part
        if path.is_symlink():
            raise OutsideRoot(f"'{name}': {path} is a link; name what it leads to")
    return path


def create(path: Path, data: bytes, *, executable: bool = False, mode: int | None = None) -> None:
    """Make a file in a folder that is there. `mode`: its permissions, to the bit.

    Raises:
        EditRefused: something is there, or it cannot be written; there is no file then.
    """
    with _folders.changing(path, "create") as folder:
        _replacing.create(path.name, folder, data, mode, executable=executable)


def remove(path: Path, *, base_sha256: str) -> None:
    """Remove a file.

    Raises:
        EditRefused: it is not what it was when it was read, another program writes to it, or it cannot be removed.
    """
    with _folders.changing(path, "delete") as folder:
        _replacing.remove(path.name, folder, base_sha256)


def move(path: Path, to: Path, *, base_sha256: str) -> None:
    """Give a file another name, in a folder that is there; it stays the same file.

    Raises:
        EditRefused: it is not what it was when it was read, something is where it is to go, or it cannot be moved.
    """
    with _folders.changing(path, "move") as folder, _system.opened_folder(to.parent) as other:
        with _system.opened(path.name, _system.READ, folder) as file:
            _replacing.check_base(file, base_sha256)
            try:
                _system.move((folder, path.name), (other, to.name))
            except FileExistsError as error:
                if not os.path.samefile(path, to):  # as where case does not tell names apart
                    raise EditRefused(f"cannot move {path}: {to} exists") from error
                os.rename(path.name, to.name, src_dir_fd=folder, dst_dir_fd=other)
        with _system.opened(".", os.O_RDONLY | os.O_CLOEXEC, other) as readable:
            _folders.sync_folder(readable)


def set_mode(path: Path, mode: int) -> None:
    """Set a file's permissions.

    Raises:
        EditRefused: they cannot be set.
    """
    with (
        _folders.changing(path, "set the mode of") as folder,
        _system.opened(path.name, _system.READ, folder) as file,
    ):
        os.fchmod(file, mode)


def mode_of(path: Path) -> int:
    """Return a file's permissions.

    Raises:
        OSError: there is none.
    """
    return stat.S_IMODE(path.lstat().st_mode)


def with_execution(mode: int, executable: bool) -> int:
    """Return a mode with the right to execute for whoever may read, or without it for all."""
    return mode | (mode & 0o444) >> 2 if executable else mode & ~0o111


def make_folder(path: Path) -> None:
    """Make a folder in one that is there.

    Raises:
        EditRefused: it cannot be made.
    """
    with _folders.changing(path, "make the folder") as folder:
        os.mkdir(path.name, dir_fd=folder)


def remove_folder(path: Path) -> None:
    """Remove a folder if nothing is in it."""
    with contextlib.suppress(EditRefused), _folders.changing(path, "remove") as folder:
        os.rmdir(path.name, dir_fd=folder)


def _is_git(part: str) -> bool:
    """Whether a folder may be git's own, on any file system: where case or what ends a name does not count."""
    return part.rstrip(". ").casefold() in (".git", "git~1")
