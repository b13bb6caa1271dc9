"""How often Python looks for garbage while an edit is planned.

A plan makes many objects that refer to each other, the nodes of trees, and drops few before it is done. Python would walk
through all of them again and again: by default each time that 700 more were made than dropped.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_RARELY = (50_000, 20, 50)  # `gc.set_threshold`: some 150 bytes each


class _Collections:
    """The process's garbage collection, rare as long as anybody wants it so."""

    def __init__(self) -> None:
        self._lock, self._wishes, self._usual = Lock(), 0, gc.get_threshold()

    def begin(self) -> None:
        with self._lock:
            if not self._wishes:
                self._usual = gc.get_threshold()
                gc.set_threshold(*_RARELY)
            self._wishes += 1

    def end(self) -> None:
        with self._lock:
            self._wishes -= 1
            if not self._wishes:
                gc.set_threshold(*self._usual)


_COLLECTIONS = _Collections()


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Let the process look for garbage rarely: in a `with`, or in a function that this decorates; also in threads at once."""
    _COLLECTIONS.begin()
    try:
        yield
    finally:
        _COLLECTIONS.end()
