"""A few processes that take tasks of clients in turn, and the places of those that wait for one."""

import asyncio
import gc
import os
import resource
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from pebble import ProcessPool

from specedit.editor import plan
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.engine.errors import EditRefused
from specedit.engine.spawn_context import spawn_context
from specedit.service.fair import Places
from specedit.service.forked import SECONDS_OF_CLOCK, ForkedChild

_TURN = 1 << 14  # characters of a task that put it off by a turn
_GRACE = 5.0  # seconds after which a process is killed that does not give up a task by itself
_GARBAGE = 100_000  # objects that may come before garbage is looked for: trees are large, and nearly all of them stays
_MOST_MEMORY = 4 << 30  # bytes of address space
T = TypeVar("T")


class Lane:
    """Some processes, and who waits for them. Nothing waits in the pool itself, where order and cancelling are not ours."""

    def __init__(self, processes: int, seconds: float, *, kills: bool, niceness: int = 0) -> None:
        """`kills`: what is cancelled while it runs ends at once, else by itself or when its time is up."""
        self._processes, self._seconds = processes, seconds
        self._kills, self._niceness = kills, niceness
        self._places: tuple[asyncio.AbstractEventLoop, Places] | None = None
        self._pool = self._new_pool()

    async def run(self, client: str, size: int, task: Callable[[], T]) -> T:
        """Return what `task` returns; what is small may go first. Cancelled while it waits, it is not begun.

        Raises:
            TimeoutError: of `concurrent.futures`; it took longer than the lane's seconds.
        """
        places = self._in_this_loop()
        await places.take(client, size // _TURN)
        try:
            scheduled = self._pool.schedule(
                _run,
                (self._seconds, task),
                timeout=SECONDS_OF_CLOCK * self._seconds + _GRACE,
            )
        except BaseException:
            places.give_back(client)
            raise
        running: asyncio.Future[T] = asyncio.wrap_future(scheduled)
        running.add_done_callback(lambda _: places.give_back(client))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            running.add_done_callback(_look_at)
            if self._kills:
                scheduled.cancel()
            raise
        except BrokenExecutor:
            self._pool = self._new_pool()
            raise

    def close(self) -> None:
        """Kill what is under way."""
        self._pool.stop()
        self._pool.join()

    def _in_this_loop(self) -> Places:
        """The places, anew in each event loop: tests have many, one after the other."""
        loop = asyncio.get_running_loop()
        if self._places is None or self._places[0] is not loop:
            self._places = loop, Places(self._processes)
        return self._places[1]

    def _new_pool(self) -> ProcessPool:
        # A fork would take the threads' locks with it.
        return ProcessPool(
            self._processes,
            initializer=_begin,
            initargs=(self._niceness,),
            context=spawn_context(),
        )


def _look_at(future: asyncio.Future[Any]) -> None:
    """See how something ended that nobody waits for any more."""
    if not future.cancelled():
        future.exception()


@cache
def _child() -> ForkedChild:
    """The child of this process, which takes its tasks."""
    return ForkedChild()


def _run(seconds: float, task: Callable[[], T]) -> T:
    return _child().run(seconds, task)


def _begin(niceness: int) -> None:
    """Be ready for tasks: what is loaded and compiled here, no child has to."""
    os.nice(niceness)
    _limit_memory()
    request = EditRequest(decode_document(b"a = 1\n"), "rename a to b", "x.py")
    with suppress(EditRefused):
        plan.make(request, "trust")
    gc.freeze()  # what is there now is no garbage: the child need neither look at it nor copy it
    gc.set_threshold(_GARBAGE)


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(_MOST_MEMORY, hard)
    with suppress(ValueError, OSError):  # a system that does not limit it
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
