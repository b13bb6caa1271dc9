"""What the system can do with files beyond opening and renaming them."""

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from specedit.engine.errors import EditRefused

T = TypeVar("T")

# O_NONBLOCK: opening a FIFO must not wait for a writer.
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
READ_WRITE = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# O_PATH: a folder on the way need not be readable, only passable.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

READERS_ONLY = fcntl.F_RDLCK  # a lease that is given while nobody has the file open for writing
ALONE = fcntl.F_WRLCK  # one that is given while nobody else has it open at all
_LEASE_SECONDS = 0.5  # that others get to close the file
_LOCK_SECONDS = 10.0
_NO_REPLACE, _EXCHANGE = 1, 2  # RENAME_NOREPLACE and RENAME_EXCHANGE of linux/fs.h
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


@contextlib.contextmanager
def opened(name: str, flags: int, folder: int | None = None) -> Iterator[int]:
    """Hold a file open."""
    descriptor = open_file(name, flags, folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_file(name: str, flags: int, folder: int | None = None) -> int:
    """Return a descriptor of a file; who writes it alone at this moment has a second to be done."""
    return _insist(lambda: os.open(name, flags, dir_fd=folder), 1.0)


def lock(descriptor: int, seconds: float) -> None:
    """Lock an open file or folder for ourselves alone, until it is closed.

    Raises:
        BlockingIOError: another holds the lock all that time.
    """
    _insist(lambda: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB), seconds)


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
            try:
                lock(readable, _LOCK_SECONDS)
            except BlockingIOError as error:
                message = "another program holds the folder's lock; nothing was written, run again"
                raise EditRefused(message) from error
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
    return _rename((folder, one), (folder, other), _EXCHANGE)


def move(place: tuple[int, str], to: tuple[int, str]) -> None:
    """Give a file, by open folder and name, another place, where nothing is yet.

    Raises:
        FileExistsError: something is there.
        OSError: it cannot be moved; it is where it was.
    """
    if not _rename(place, to, _NO_REPLACE):
        # A link is made only where nothing is, on every file system that has links.
        (folder, name), (other, new) = place, to
        os.link(name, new, src_dir_fd=folder, dst_dir_fd=other, follow_symlinks=False)
        os.unlink(name, dir_fd=folder)


def _rename(place: tuple[int, str], to: tuple[int, str], flags: int) -> bool:
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    (folder, name), (other, new) = place, to
    if renameat2(folder, os.fsencode(name), other, os.fsencode(new), flags) == 0:
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
    try:
        # We are told of whoever waits, by a signal that ends no process; by default it is one that does.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        _insist(lambda: fcntl.fcntl(descriptor, fcntl.F_SETLEASE, kind), _LEASE_SECONDS)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _insist(call: Callable[[], T], seconds: float) -> T:
    """Return what a system call returns that others block, if they let go in that time."""
    until = time.monotonic() + seconds
    while True:
        try:
            return call()
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
