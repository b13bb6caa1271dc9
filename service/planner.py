"""Planning in processes of their own: it holds up no pass, and what takes too long or too much is killed.

Snippets, patches and instructions come from outside. Placing them is plain Python on trees and tables, which no thread
could be made to give up. Nearly all of it takes milliseconds: what does not is begun anew where only its like wait.
"""

import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from pebble import ProcessExpired

from specedit.editor import author, plan
from specedit.editor.config import Accept
from specedit.editor.edit import check_result
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.settled import is_settled, settle, settle_alone
from specedit.edits.safety import Wording
from specedit.edits.syntax.guess import path_like
from specedit.engine.errors import EditRefused, Unavailable
from specedit.service.lane import Lane

_SECONDS = 60.0
_QUICK_SECONDS = 0.5
_MOST_QUICK = 5  # processes
_NICENESS = 5  # of what takes long: passes and short plans go first
T = TypeVar("T")


class Planner:
    """Plans edits and checks results, by client in turn. `seconds`: what one may take in the end."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        # A process that is killed takes a second to come back: of those in a hurry none is killed for a call that ends.
        # One client may use every core, and there is still a process for others.
        quick = min((os.cpu_count() or 1) + 1, _MOST_QUICK)
        self._quick = Lane(quick, min(_QUICK_SECONDS, seconds), kills=False)
        self._slow = Lane(1, seconds, kills=True, niceness=_NICENESS)

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
        return await self._run(
            client, _size(request), partial(_planned, request, accept, can_write)
        )

    async def settle_alone(self, request: EditRequest, accept: Accept, client: str) -> EditResult:
        """Return the result without a target, whether there is one or not: see `settled.settle_alone`.

        Raises:
            InvalidRequest, EditRefused: as of `settle_alone`; or it takes too long, or too much memory.
        """
        return await self._run(client, _size(request), partial(settle_alone, request, accept))

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
        with refusals(self._seconds):
            try:
                return await self._quick.run(client, size, task)
            except TookTooLong:
                return await self._slow.run(client, size, task)

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


@contextmanager
def refusals(seconds: float) -> Iterator[None]:
    """Have what ends a task in a lane be told as a refusal.

    Raises:
        Unavailable: the lane's processes have died.
        EditRefused: the task has taken more than `seconds`, or too much memory.
    """
    try:
        yield
    except BrokenExecutor as error:
        raise Unavailable("the planning processes have died; try again") from error
    except TookTooLong as error:
        raise EditRefused(
            f"finding the places takes more than {seconds:g} s; give it in smaller pieces"
        ) from error
    except (ProcessExpired, MemoryError, RecursionError) as error:
        raise EditRefused(
            "finding the places takes too much memory; give it in smaller pieces"
        ) from error


def _size(request: EditRequest) -> int:
    return len(request.document.data) + sum(map(len, request.given.values()))


def _planned(request: EditRequest, accept: Accept, can_write: bool) -> Plan | EditResult:
    return _settled(request, plan.make(request, accept, can_write=can_write), accept)


def _settled(request: EditRequest, planned: Plan, accept: Accept) -> Plan | EditResult:
    return settle(request, planned) if is_settled(planned, accept) else planned


def _nothing() -> None:
    """What is left to do once the modules are there."""
