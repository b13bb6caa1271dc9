"""Reading and writing files so that nothing is lost: whole or not at all, with mode, owner and links kept."""

import contextlib
import os
import secrets
import stat
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from specedit.edits.document import Document, decode_document, sha256
from specedit.engine.errors import EditRefused, OutsideRoot, StaleBase

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
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise EditRefused(f"cannot open: {os.strerror(getattr(error, 'errno', 0) or 2)}") from error
    real_root = root.resolve()
    if not real.is_relative_to(real_root):
        raise OutsideRoot(f"outside the workspace root {real_root}; run there, or pass --root")
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer.
        descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
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

    Raises:
        EditRefused: the file is not what it was when it was read, or cannot be written.
    """
    try:
        status = path.stat()
        if status.st_nlink > 1 or not _can_keep_owner(status):
            _check_base(path, base_sha256)
            _overwrite(path, data)
            return False
        temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.specedit")
        try:
            _write_new(temporary, data, like=path, status=status)
            _check_base(path, base_sha256)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise EditRefused(f"cannot write {path}: {error.strerror}") from error
    return True


def is_protected(path: Path) -> bool:
    """Return whether a file steers tools or holds secrets, so that programs should not be let near it."""
    names = [part.lower() for part in path.parts]
    if any(name in _PROTECTED_FOLDERS for name in names[:-1]):
        return True
    return any(fnmatch(names[-1], pattern) for pattern in _PROTECTED) if names else False


def _check_base(path: Path, base_sha256: str) -> None:
    content = path.read_bytes()
    if sha256(content) != base_sha256:
        raise StaleBase(
            "changed since it was read; nothing was written, run again", sha256(content), content
        )


def _can_keep_owner(status: os.stat_result) -> bool:
    return os.geteuid() in (0, status.st_uid) and (
        os.geteuid() == 0 or status.st_gid in {os.getegid(), *os.getgroups()}
    )


def _write_new(temporary: Path, data: bytes, *, like: Path, status: os.stat_result) -> None:
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        if hasattr(os, "listxattr"):
            with contextlib.suppress(OSError):  # a file system without attributes
                for name in os.listxattr(like):
                    os.setxattr(descriptor, name, os.getxattr(like, name))
        os.fsync(descriptor)


def _overwrite(path: Path, data: bytes) -> None:
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
