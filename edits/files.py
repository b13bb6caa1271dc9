"""Reading and writing files so that nothing is lost: whole or not at all, with mode, owner and links kept."""

import contextlib
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from specedit.edits.document import Document, decode_document, sha256
from specedit.engine.errors import EditRefused, OutsideRoot, StaleBase

# O_NONBLOCK: opening a FIFO must not wait for a writer.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PROTECTED_FOLDERS = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".vscode",
        ".idea",
        ".github",
        ".gitlab",
        ".ssh",
        ".gnupg",
        ".claude",
        ".cursor",
    }
)
_PROTECTED = (
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "id_rsa*",
    "id_ed25519*",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".mcp.json",
    ".cursorrules",
    ".bashrc",
    ".zshrc",
    ".profile",
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read. `path` is where the bytes are, after following links."""

    path: Path
    document: Document


def read(path: Path, *, root: Path, max_bytes: int) -> SourceFile:
    """Read a regular file inside `root`.

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
        with _folder(real.parent) as folder:
            descriptor = os.open(real.name, _READ, dir_fd=folder)
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
    return SourceFile(real, decode_document(data))


def write(path: Path, data: bytes, *, base_sha256: str) -> bool:
    """Replace the file's bytes; return whether it was done atomically.

    A new file in the same folder takes the old one's mode, owner and attributes, reaches the disk, and then its
    name. Where that would break hard links or lose the owner, the old file is overwritten in place instead.
    `path` is one that `read` returned: no part of it is a link.

    Raises:
        EditRefused: the file is not what it was when it was read, or cannot be written.
    """
    try:
        with _folder(path.parent) as folder, _opened(path.name, _READ, folder) as old:
            fcntl.flock(
                folder, fcntl.LOCK_EX
            )  # between the last look and the write no other of us writes
            status = os.fstat(old)
            if status.st_nlink > 1 or not _can_keep_owner(status):
                _check_base(path.name, folder, base_sha256)
                _overwrite(path.name, folder, data)
                return False
            name = os.fsdecode(os.fsencode(path.name)[:100])  # limits are in bytes
            temporary = f".{name}.{secrets.token_hex(6)}.specedit"
            try:
                _write_new(temporary, folder, data, like=old)
                _check_base(path.name, folder, base_sha256)
                os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            with contextlib.suppress(OSError):  # some file systems cannot; the file is written
                os.fsync(folder)
    except OSError as error:
        raise EditRefused(f"cannot write {path}: {error.strerror}") from error
    return True


def is_protected(path: Path) -> bool:
    """Return whether a file steers tools or holds secrets, so that programs should not be let near it."""
    names = [part.lower() for part in path.parts]
    if any(name in _PROTECTED_FOLDERS for name in names[:-1]):
        return True
    return any(fnmatch(names[-1], pattern) for pattern in _PROTECTED) if names else False


@contextlib.contextmanager
def _opened(name: str, flags: int, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(name, flags, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[int]:
    """Open a folder, part by part: a part that has become a link since the path was resolved is an error."""
    with contextlib.ExitStack() as stack:
        descriptor = None
        for part in path.absolute().parts:
            descriptor = stack.enter_context(_opened(part, _FOLDER, descriptor))
        assert descriptor is not None
        yield descriptor


def _check_base(name: str, folder: int, base_sha256: str) -> None:
    with _opened(name, _READ, folder) as descriptor, open(descriptor, "rb", closefd=False) as file:
        content = file.read()
    if sha256(content) != base_sha256:
        raise StaleBase(
            "changed since it was read; nothing was written, run again", sha256(content), content
        )


def _can_keep_owner(status: os.stat_result) -> bool:
    return os.geteuid() in (0, status.st_uid) and (
        os.geteuid() == 0 or status.st_gid in {os.getegid(), *os.getgroups()}
    )


def _write_new(name: str, folder: int, data: bytes, *, like: int) -> None:
    status = os.fstat(like)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with open(os.open(name, flags, 0o600, dir_fd=folder), "wb") as file:
        descriptor = file.fileno()
        file.write(data)
        file.flush()
        os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        if hasattr(os, "listxattr"):
            with contextlib.suppress(OSError):  # a file system without attributes
                for attribute in os.listxattr(like):
                    os.setxattr(descriptor, attribute, os.getxattr(like, attribute))
        os.fsync(descriptor)


def _overwrite(name: str, folder: int, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(name, flags, dir_fd=folder), "wb") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
