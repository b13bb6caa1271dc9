"""Ends a connection at its time, whatever the other side does meanwhile."""

import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Timer


@contextmanager
def hangs_up(shut: Callable[[], None], until: float) -> Generator[None]:
    """Call `shut` at `until`, by `time.monotonic`, if the block is not left before.

    A server that sends a byte now and then would never be silent for long.
    """
    timer = Timer(max(0.0, until - time.monotonic()), shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def shut_down(wire: socket.socket | None) -> None:
    """Have nothing more come or go, also for who waits for it."""
    if wire is not None:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
