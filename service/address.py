"""Where a server listens: a private socket by default, TCP only with a secret."""

import fcntl
import os
import re
import socket as sockets
import stat
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_runtime_path

from specedit.engine.errors import InvalidRequest

LOCAL = "local"  # stands for the private socket of this user
AUTO = "auto"  # for the same where a server listens there, and for none where none does
_LOOPBACK = re.compile(r"(localhost|127(\.\d+){3}|\[::1\]):\d+")
_TCP = re.compile(r"[^/\s]+:\d+")


@dataclass(frozen=True, slots=True)
class Address:
    """A unix socket, or HOST:PORT."""

    target: str

    @property
    def socket(self) -> Path | None:
        """The path of the socket, if it is one."""
        return Path(self.target[5:]) if self.target.startswith("unix:") else None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.socket is not None or bool(_LOOPBACK.fullmatch(self.target))


def address(text: str) -> Address:
    """Return the address that `text` means: local, unix:PATH, a path, or HOST:PORT.

    Raises:
        InvalidRequest: it is none.
    """
    if text == LOCAL:
        with warnings.catch_warnings():  # of another folder, where $XDG_RUNTIME_DIR is not set
            warnings.simplefilter("ignore")
            return Address(f"unix:{user_runtime_path('specedit') / 'serve.sock'}")
    if text.startswith("unix:") and len(text) > 5:
        return Address(text)
    if "/" in text and "://" not in text:
        return Address(f"unix:{text}")
    if _TCP.fullmatch(text):
        return Address(text)
    raise InvalidRequest(f"'{text}' is no address; give local, unix:PATH or HOST:PORT")


def is_served(at: Address) -> bool:
    """Return whether a server listens on a socket of this machine."""
    if at.socket is None:
        return False
    with sockets.socket(sockets.AF_UNIX) as connection, suppress(OSError):
        connection.settimeout(1.0)
        connection.connect(str(at.socket))
        return True
    return False


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can enter.

    Raises:
        InvalidRequest: it cannot be made, or is there, and somebody else's or open to others.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InvalidRequest(f"cannot make the folder '{folder}': {error.strerror}") from error
    check_private(folder)


def lock(socket: Path) -> int:
    """Hold the place of a socket, in a folder that only we can enter; return the descriptor that holds it.

    Raises:
        InvalidRequest: there is no such folder, or another server listens there.
    """
    make_private(socket.parent)
    descriptor = os.open(f"{socket}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise InvalidRequest(f"a server listens on {socket} already") from error
    with suppress(FileNotFoundError):  # of a server that was killed
        socket.unlink()
    return descriptor


def check_private(folder: Path) -> None:
    """Refuse a folder that others can enter, or put another in its place.

    Raises:
        InvalidRequest: it is such a folder.
    """
    status = folder.lstat()
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    if not private or status.st_uid != os.geteuid():
        # Of a folder that all share, as /tmp, nobody is told to take it for himself.
        ours = status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX
        remedy = f"chmod 700 {folder}, or " if ours and stat.S_ISDIR(status.st_mode) else ""
        raise InvalidRequest(
            f"'{folder}' is not a folder of yours that others cannot enter, and a socket there would be open to them: "
            f"{remedy}give another, as --listen unix:FOLDER/serve.sock"
        )
    for above in folder.resolve().parents:
        status = above.stat()
        kept = status.st_mode & stat.S_ISVTX or not status.st_mode & stat.S_IWOTH
        if not kept or status.st_uid not in (0, os.geteuid()):
            raise InvalidRequest(
                f"others can put a folder of theirs in the place of '{folder}', for '{above}' is theirs or open to all; "
                "set $XDG_RUNTIME_DIR to a folder of your own (mode 700)"
            )
