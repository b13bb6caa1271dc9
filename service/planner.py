"""Planning in processes of their own: it holds up no pass, and what takes too long or too much is killed.

Snippets, patches and instructions come from outside. Placing them is plain Python on trees and tables, which no thread
could be made to give up. Nearly all of it takes milliseconds: what does not is begun anew where only its like wait.
"""

import asyncio
import gc
import os
import resource
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from functools import cache, partial
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from specedit.editor import author, plan
from specedit.editor.config import Accept
from specedit.editor.edit import check_result
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.settled import is_settled, settle
from specedit.edits.document import decode_document
from specedit.edits.safety import Wording
from specedit.edits.syntax.guess import path_like
from specedit.engine.errors import EditRefused, Unavailable
from specedit.engine.spawn_context import spawn_context
from specedit.service.fair import Places
from specedit.service.forked import SECONDS_OF_CLOCK, ForkedChild

_SECONDS = 60.0
_QUICK_SECONDS = 0.5
_TURN = 1 << 14  # characters of a task that put it off by a turn
_MOST_QUICK = 5  # processes
_GRACE = 5.0  # seconds after which a process is killed that does not give up a task by itself
_NICENESS = 5  # of what takes long: passes and short plans go first
_GARBAGE = 100_000  # objects that may come before garbage is looked for: trees are large, and nearly all of them stays
_MOST_MEMORY = 4 << 30  # bytes of address space
T = TypeVar("T")


class Planner:
    """Plans edits and checks results, by client in turn. `seconds`: what one may take in the end."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        # A process that is killed takes a second to come back: of those in a hurry none is killed for a call that ends.
        # One client may use every core, and there is still a process for others.
        quick = min((os.cpu_count() or 1) + 1, _MOST_QUICK)
        self._quick = _Lane(quick, min(_QUICK_SECONDS, seconds), kills=False)
        self._slow = _Lane(1, seconds, kills=True, niceness=_NICENESS)

    async def warm(self) -> None:
        """Start the processes, so that the first request does not wait for them."""
        await self._quick.run("", 0, _nothing)

    async def plan(
        self, request: EditRequest, accept: Accept, client: str, *, can_write: bool
    ) -> Plan | EditResult:
        """Return what `plan.make` makes of a request, or the result, if nothing is left to ask a target.

        Cancelled, it is dropped.

        Raises:
            InvalidRequest, EditRefused: as of `plan.make` and `settle`; or it takes too long, or too much memory.
        """
        size = len(request.document.data) + sum(map(len, request.given.values()))
        return await self._run(client, size, partial(_planned, request, accept, can_write))

    async def check(
        self,
        client: str,
        before: str,
        after: str,
        path: str,
        wording: Wording,
        forced: Collection[str],
    ) -> None:
        """Refuse a result that cannot be trusted; see `check_result`.

        Raises:
            EditRefused: as of `check_result`; or it takes too long, or too much memory.
        """
        size = len(before) + len(after)
        await self._run(client, size, partial(check_result, before, after, path, wording, forced))

    async def _run(self, client: str, size: int, task: Callable[[], T]) -> T:
        try:
            try:
                return await self._quick.run(client, size, task)
            except TookTooLong:
                return await self._slow.run(client, size, task)
        except BrokenExecutor as error:
            raise Unavailable("the planning processes have died; try again") from error
        except TookTooLong as error:
            raise EditRefused(
                f"finding the places takes more than {self._seconds:g} s; give it in smaller pieces"
            ) from error
        except (ProcessExpired, MemoryError, RecursionError) as error:
            raise EditRefused(
                "finding the places takes too much memory; give it in smaller pieces"
            ) from error

    async def place(self, client: str, request: EditRequest, answer: author.Answer) -> Plan:
        """Return the plan that an author's answer makes; see `author.placed`.

        Raises:
            EditRefused: as of `author.placed`; or it takes too long, or too much memory.
        """
        size = len(request.document.data) + len(answer.text)
        return await self._run(client, size, partial(author.placed, request, answer))

    async def settle(
        self, request: EditRequest, planned: Plan, accept: Accept, client: str
    ) -> Plan | EditResult:
        """Return the result of a plan, or the plan itself if a target is to be asked.

        Raises:
            EditRefused: as of `settle`; or it takes too long, or too much memory.
        """
        size = len(request.document.data)
        return await self._run(client, size, partial(_settled, request, planned, accept))

    async def path_like(self, client: str, text: str) -> str:
        """Return a file's name as it would tell the language of a text; see `edits/syntax/guess.py`.

        Raises:
            EditRefused: it takes too long, or too much memory.
        """
        return await self._run(client, len(text), partial(path_like, text))

    def close(self) -> None:
        """Kill what is under way."""
        self._quick.close()
        self._slow.close()


class _Lane:
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
            max_tasks=1000,
            initializer=_begin,
            initargs=(self._niceness,),
            context=spawn_context(),
        )


def _look_at(future: asyncio.Future[Any]) -> None:
    """See how something ended that nobody waits for any more."""
    if not future.cancelled():
        future.exception()


def _planned(request: EditRequest, accept: Accept, can_write: bool) -> Plan | EditResult:
    return _settled(request, plan.make(request, accept, can_write=can_write), accept)


def _settled(request: EditRequest, planned: Plan, accept: Accept) -> Plan | EditResult:
    return settle(request, planned) if is_settled(planned, accept) else planned


@cache
def _child() -> ForkedChild:
    """The child of this process, which takes its tasks."""
    return ForkedChild()


def _run(seconds: float, task: Callable[[], T]) -> T:
    return _child().run(seconds, task)


def _nothing() -> None:
    """What is left to do once the modules are there."""


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
