"""Reading and writing files so that nothing is lost: whole or not at all, with mode, owner and links kept."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from specedit.edits import _folders, _replacing, _system
from specedit.edits.document import Document, decode_document
from specedit.engine.errors import EditRefused, OutsideRoot


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read. `path` is where the bytes are, after following links; `links`: how many names they have."""

    path: Path
    document: Document
    links: int = 1


def read(path: Path, *, root: Path, max_bytes: int, encoding: str | None = None) -> SourceFile:
    """Read a regular file inside `root`; `encoding` as of `decode_document`.

    Raises:
        EditRefused: missing, outside the root, not a regular file, too large, binary or not decodable.
    """
    try:
        real, real_root = path.resolve(), root.resolve()
        if not real.is_relative_to(real_root):  # whether or not it is there
            raise OutsideRoot(f"outside the workspace root {real_root}; run there, or pass --root")
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise EditRefused(f"cannot open: {os.strerror(getattr(error, 'errno', 0) or 2)}") from error
    if not real.is_relative_to(real_root):
        raise OutsideRoot(f"outside the workspace root {real_root}; run there, or pass --root")
    try:
        with _system.opened_folder(real.parent) as folder:
            descriptor = _system.open_file(real.name, _system.READ, folder)
    except OSError as error:
        raise EditRefused(f"cannot read: {error.strerror}") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise EditRefused("not a regular file")
    with open(descriptor, "rb") as file:
        if status.st_size > max_bytes:
            raise EditRefused(f"{status.st_size} bytes are more than --max-bytes {max_bytes}")
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise EditRefused(f"it grew past --max-bytes {max_bytes} while it was read")
    return SourceFile(real, decode_document(data, encoding, path=str(real)), status.st_nlink)


def write(path: Path, data: bytes, *, base_sha256: str) -> bool:
    """Replace the file's bytes; return whether it was done atomically.

    A new file in the same folder takes the old one's mode, owner and attributes, reaches the disk, and then its
    name. Where that would break hard links or lose the owner, the old file is overwritten in place instead: see
    `is_written_in_place`. What fails leaves the file as it was. `path` is one that `read` returned: no part of it is a link.

    Raises:
        EditRefused: the file is not what it was when it was read, or another program writes to it, or it cannot be written.
    """
    with _folders.changing(path, "write") as folder:
        in_place = is_written_in_place(path.name, folder)
        put = _replacing.overwrite if in_place else _replacing.replace
        put(path.name, folder, data, base_sha256)
    return not in_place


def is_written_in_place(path: Path | str, folder: int | None = None) -> bool:
    """Return whether a file has hard links, or an owner that we could not give a new one."""
    status = os.stat(path, dir_fd=folder, follow_symlinks=False)
    return status.st_nlink > 1 or not _can_keep_owner(status)


def restore(path: Path, before: bytes, after: bytes) -> bool:
    """Put back a file that was half written in place when we were killed; return whether it was one, for certain.

    Raises:
        OSError: it cannot be written.
    """
    with _system.opened_folder(path.parent) as folder, _system.locked_folder(folder):
        return _replacing.restore(path.name, folder, before, after)


def lock(descriptor: int, seconds: float) -> None:
    """Lock an open file for ourselves alone, until it is closed.

    Raises:
        BlockingIOError: another holds the lock all that time.
    """
    _system.lock(descriptor, seconds)


def content(path: Path) -> bytes:
    """Return what a file holds now.

    Raises:
        OSError: it cannot be read.
        EditRefused: it is no regular file.
    """
    with (
        _system.opened_folder(path.parent) as folder,
        _system.opened(path.name, _system.READ, folder) as file,
    ):
        return _system.content(file)


def _can_keep_owner(status: os.stat_result) -> bool:
    return os.geteuid() in (0, status.st_uid) and (
        os.geteuid() == 0 or status.st_gid in {os.getegid(), *os.getgroups()}
    )
