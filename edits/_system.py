"""What the system can do with files beyond opening and renaming them."""

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from specedit.engine.errors import EditRefused

# O_NONBLOCK: opening a FIFO must not wait for a writer.
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
READ_WRITE = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# O_PATH: a folder on the way need not be readable, only passable.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

READERS_ONLY = fcntl.F_RDLCK  # a lease that is given while nobody has the file open for writing
ALONE = fcntl.F_WRLCK  # one that is given while nobody else has it open at all
_LEASE_SECONDS = 0.5  # that others get to close the file
_EXCHANGE = 2  # RENAME_EXCHANGE of linux/fs.h
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


@contextlib.contextmanager
def opened(name: str, flags: int, folder: int | None = None) -> Iterator[int]:
    """Hold a file open."""
    descriptor = os.open(name, flags, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def opened_folder(path: Path) -> Iterator[int]:
    """Hold a folder open, for paths in it; a part of `path` that has become a link since it was resolved is an error."""
    with contextlib.ExitStack() as stack:
        descriptor = None
        for part in path.absolute().parts:
            descriptor = stack.enter_context(opened(part, _FOLDER, descriptor))
        assert descriptor is not None
        yield descriptor


@contextlib.contextmanager
def locked_folder(folder: int) -> Iterator[int | None]:
    """Keep all others of us from writing in an open folder; yield one that can be listed, None where it cannot be read."""
    with contextlib.ExitStack() as stack:
        readable = None
        with contextlib.suppress(PermissionError):
            readable = stack.enter_context(opened(".", os.O_RDONLY | os.O_CLOEXEC, folder))
            fcntl.flock(readable, fcntl.LOCK_EX)
        yield readable


def content(descriptor: int) -> bytes:
    """Return all bytes of an open file, wherever it is read from otherwise.

    Raises:
        EditRefused: it is no regular file.
    """
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise EditRefused("not a regular file")
    parts, length = [], 0
    while part := os.pread(descriptor, 1 << 20, length):
        parts.append(part)
        length += len(part)
    return b"".join(parts)


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at a place of an open file."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def exchange(one: str, other: str, folder: int) -> bool:
    """Exchange the names of two files in one step; return False, with nothing done, where that cannot be."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(folder, os.fsencode(one), folder, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number))


@contextlib.contextmanager
def lease(descriptor: int, kind: int) -> Iterator[bool | None]:
    """Make others who open the file, as `kind` says, wait until we are done; yield whether that was granted.

    False: others have it open, and go on to. None: there are no leases here, or not for us: on a file system of the network,
    of a file that is another's.
    """
    granted = _take_lease(descriptor, kind)
    try:
        yield granted
    finally:
        if granted:
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def is_waited_for(descriptor: int, kind: int) -> bool:
    """Return whether somebody waits for a lease to end."""
    return fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != kind


def _take_lease(descriptor: int, kind: int) -> bool | None:
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    until = time.monotonic() + _LEASE_SECONDS
    while True:
        try:
            # We are told of whoever waits, by a signal that ends no process; by default it is one that does.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, kind)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        except OSError:
            return None
