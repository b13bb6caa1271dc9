"""Planning in processes of their own: it holds up no pass, and what takes too long or too much is killed.

Snippets, patches and instructions come from outside. Placing them is plain Python on trees and tables, which no thread
could be made to give up.
"""

import asyncio
import resource
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress

from pebble import ProcessExpired, ProcessPool

from specedit.editor import plan
from specedit.editor.config import Accept
from specedit.editor.result import EditRequest
from specedit.engine.errors import EditRefused, Unavailable
from specedit.engine.spawn_context import spawn_context

_SECONDS = 60.0
_MOST_MEMORY = 4 << 30  # bytes of address space


class Planner:
    """Plans edits, two at a time."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._pool = _pool()

    async def warm(self) -> None:
        """Start the processes, so that the first request does not wait for them."""
        await asyncio.wrap_future(self._pool.schedule(_nothing))

    async def plan(self, request: EditRequest, accept: Accept, *, can_write: bool) -> plan.Plan:
        """Return what `plan.make` makes of a request. Cancelling kills the process that is at it.

        Raises:
            InvalidRequest, EditRefused: as of `plan.make`; or it takes too long, or too much memory.
        """
        try:
            future = self._pool.schedule(
                plan.make, (request, accept), {"can_write": can_write}, timeout=self._seconds
            )
            return await asyncio.wrap_future(future)
        except BrokenExecutor as error:
            self._pool = _pool()
            raise Unavailable("the planning processes have died; try again") from error
        except TookTooLong as error:
            raise EditRefused(
                f"finding the places takes more than {self._seconds:g} s; give it in smaller pieces"
            ) from error
        except (ProcessExpired, MemoryError, RecursionError) as error:
            raise EditRefused(
                "finding the places takes too much memory; give it in smaller pieces"
            ) from error

    def close(self) -> None:
        """Kill what is under way."""
        self._pool.stop()
        self._pool.join()


def _pool() -> ProcessPool:
    # A fork would take the threads' locks with it.
    return ProcessPool(2, max_tasks=1000, initializer=_limit_memory, context=spawn_context())


def _nothing() -> None:
    """What is left to do once the modules are there."""


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(_MOST_MEMORY, hard)
    with suppress(ValueError, OSError):  # a system that does not limit it
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
