"""Giving a file other bytes: whole or not at all, and never over what somebody else has written meanwhile.

The folder is locked throughout, so of us there is one at a time in it.
"""

import contextlib
import errno
import os
import re
import secrets
import stat

from specedit.edits import _system
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused, StaleBase

_TEMPORARY = re.compile(rb"\..{1,100}\.[0-9a-f]{12}\.specedit", re.DOTALL)


def replace(name: str, folder: int, data: bytes, base_sha256: str) -> None:
    """Put a new file in the place of the old one, with its mode, owner and attributes.

    Between the last comparison with the base and the end, a lease makes whoever opens the old file for writing wait. Then the
    two change names in one step; if somebody waits by then, they change back. What is left is a program that has found the
    old file by its name at the moment of the exchange, and opens it only when all is done.

    Without leases the old file is compared once more when it has lost its name; without an exchange, as on most file systems
    of the network, what is written between the comparison and the renaming is lost.

    Raises:
        EditRefused: the file is not its base, or another program has it open for writing.
        OSError: it cannot be written. It is as it was, in both cases.
    """
    temporary = _temporary(name)
    with _system.opened(name, _system.READ, folder) as old, contextlib.ExitStack() as leases:
        try:
            _write_new(temporary, folder, data, like=old)
            granted = leases.enter_context(_system.lease(old, _system.READERS_ONLY))
            _refuse_writers(granted)
            check_base(old, base_sha256)
            is_exchanged = _system.exchange(temporary, name, folder)
            if not is_exchanged:
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        # From here on the temporary name is the old file's.
        if is_exchanged:
            if not _is_untouched(temporary, folder, old if granted else None, base_sha256):
                _exchange_back(temporary, name, folder, data)
            os.unlink(temporary, dir_fd=folder)


def overwrite(name: str, folder: int, data: bytes, base_sha256: str) -> None:
    """Write over the bytes of a file that must stay the same file.

    What needs space on the disk is written first, while nothing of the old is lost. If anything fails, the old bytes are put
    back. A kill can leave the file half written; `restore` puts that right.

    Raises:
        EditRefused: the file is not its base, or another program has it open for writing.
        OSError: it cannot be written. It is as it was, unless the disk does not take back what it had.
    """
    with (
        _system.opened(name, _system.READ, folder) as probe,
        _system.lease(probe, _system.READERS_ONLY) as granted,
    ):
        _refuse_writers(granted)
    with (
        _system.opened(name, _system.READ_WRITE, folder) as file,
        _system.lease(file, _system.ALONE),
    ):
        before = check_base(file, base_sha256)
        try:
            _put(file, data)
        except BaseException:
            _put(file, before)
            raise


def create(name: str, folder: int, data: bytes, mode: int | None, *, executable: bool) -> None:
    """Make a file where there is none: whole or not at all. `mode`: its permissions, else those of new files here.

    Raises:
        OSError: something is there, or it cannot be written; there is no file then.
    """
    temporary = _temporary(name)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o777 if executable else 0o666, dir_fd=folder)
    try:
        with contextlib.closing(os.fdopen(descriptor, "rb", closefd=True)):
            _fill(descriptor, data)
            if mode is not None:
                os.fchmod(descriptor, mode)
            _sync(descriptor, data)
        _system.move((folder, temporary), (folder, name))
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def remove(name: str, folder: int, base_sha256: str) -> None:
    """Remove a file that is still its base, and that no other program writes to.

    Raises:
        EditRefused: it is not its base, or another program has it open for writing.
        OSError: it cannot be removed. It is as it was, in both cases.
    """
    temporary = _temporary(name)
    with (
        _system.opened(name, _system.READ, folder) as file,
        _system.lease(file, _system.READERS_ONLY) as granted,
    ):
        _refuse_writers(granted)
        check_base(file, base_sha256)
        _system.move((folder, name), (folder, temporary))
        if not _is_untouched(temporary, folder, file if granted else None, base_sha256):
            _system.move((folder, temporary), (folder, name))
            raise EditRefused("changed while it was removed; it is still there, run again")
        os.unlink(temporary, dir_fd=folder)


def restore(name: str, folder: int, before: bytes, after: bytes) -> bool:
    """Put back a file that `overwrite` was killed at; return whether it was one, for certain, or at its undoing."""
    with _system.opened(name, _system.READ_WRITE, folder) as file:
        current = _system.content(file)
        if not (_is_half_way(current, before, after) or _is_half_way(current, after, before)):
            return False
        _put(file, before)
    return True


def check_base(descriptor: int, base_sha256: str) -> bytes:
    """Return what an open file holds.

    Raises:
        StaleBase: it is not the base.
    """
    current = _system.content(descriptor)
    if sha256(current) != base_sha256:
        message = "changed since it was read; nothing was written, run again"
        raise StaleBase(message, sha256(current), current)
    return current


def clean(folder: int) -> None:
    """Remove what writes of ours that were killed have left in a folder that is locked."""
    for name in os.listdir(folder):
        if _TEMPORARY.fullmatch(os.fsencode(name)):
            with contextlib.suppress(OSError):
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and os.geteuid() in (0, status.st_uid):
                    os.unlink(name, dir_fd=folder)


def _temporary(name: str) -> str:
    short = os.fsdecode(os.fsencode(name)[:100])
    return f".{short}.{secrets.token_hex(6)}.specedit"


def _is_untouched(name: str, folder: int, leased: int | None, base_sha256: str) -> bool:
    """Whether what lost its name is the base: nobody waits to write to it, or, if it is not what we hold a lease of, by its hash.

    On some overlays of file systems a file is another one after its first exchange.
    """
    try:
        with _system.opened(name, _system.READ, folder) as exchanged:
            if leased is not None and os.path.sameopenfile(exchanged, leased):
                return not _system.is_waited_for(leased, _system.READERS_ONLY)
            return sha256(_system.content(exchanged)) == base_sha256
    except (OSError, EditRefused):  # a link, or a folder, has taken its place
        return False


def _exchange_back(name: str, original: str, folder: int, data: bytes) -> None:
    """Give a file its name back, and refuse.

    Raises:
        EditRefused: always; the message says where what was written to ours meanwhile is kept.
    """
    _system.exchange(name, original, folder)
    with _system.opened(name, _system.READ, folder) as ours:
        is_ours = _system.content(ours) == data
    if not is_ours:
        os.rename(name, f"{name}.kept", src_dir_fd=folder, dst_dir_fd=folder)
        raise EditRefused(
            f"others wrote it twice at the same moment; what was written last is in {name}.kept"
        )
    os.unlink(name, dir_fd=folder)
    raise EditRefused("changed while it was written; nothing was written, run again")


def _refuse_writers(granted: bool | None) -> None:
    if granted is False:
        raise EditRefused(
            "another program has it open for writing; nothing was written, close it there and run again"
        )


def _write_new(name: str, folder: int, data: bytes, *, like: int) -> None:
    status = os.fstat(like)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        _fill(descriptor, data)
        os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        if hasattr(os, "listxattr"):
            with contextlib.suppress(OSError):  # a file system without attributes
                for attribute in os.listxattr(like):
                    os.setxattr(descriptor, attribute, os.getxattr(like, attribute))
        _sync(descriptor, data)
    finally:
        os.close(descriptor)


def _put(descriptor: int, data: bytes) -> None:
    _fill(descriptor, data)
    _sync(descriptor, data)


def _fill(descriptor: int, data: bytes) -> None:
    length = os.fstat(descriptor).st_size
    _system.write_at(descriptor, data[length:], length)  # what needs space comes first
    _system.write_at(descriptor, data[:length], 0)
    os.ftruncate(descriptor, len(data))


def _sync(descriptor: int, data: bytes) -> None:
    os.fsync(descriptor)
    if _system.content(descriptor) != data:
        raise OSError(errno.EIO, "the disk does not hold what was written to it")


def _is_half_way(current: bytes, old: bytes, new: bytes) -> bool:
    """Whether `_fill` leaves this when it is killed while it writes `new` over `old`."""
    if not len(old) <= len(current) <= max(len(old), len(new)):
        return False
    pairs = enumerate(zip(current, new, strict=False))
    written = next((i for i, (is_there, ours) in pairs if is_there != ours), len(new))
    middle, tail = current[written : len(old)], current[max(written, len(old)) :]
    return (
        middle == old[written : len(current)] and tail == new[max(written, len(old)) : len(current)]
    )
