"""What clients share that have one server: whose call is next, and the process that finds the places of edits."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from specedit.engine.errors import Busy
from specedit.service.fair import Places
from specedit.service.lane import Lane
from specedit.service.limits import Limits
from specedit.service.planner import refusals

T = TypeVar("T")
_CLIENTS = 4  # times as many calls as one client's may wait in all
_ROUND = 1 << 20  # turns by which a client's second call is put off, and again its third
_SECONDS_OF_CALL = 1.0  # what is assumed where somebody is told to come again
_PLANNING_SECONDS = 60.0  # of the processor


class Shared:
    """One call at a time, each client's first before anyone's second; what takes long is done in a process of its own.

    `seconds`: what a model may take for a call.
    """

    def __init__(self, limits: Limits) -> None:
        self._waiting, self.seconds = limits.waiting, limits.seconds
        self._place = Places(1)
        self._calls: Counter[str] = Counter()
        self._lane = Lane(1, _PLANNING_SECONDS, kills=True)

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncGenerator[None]:
        """Hold the one place.

        Raises:
            Busy: too many wait for it.
        """
        ours, everyones = self._calls[client], self._calls.total()
        if ours > self._waiting or everyones > _CLIENTS * self._waiting:
            raise Busy(f"{everyones} calls wait already", _SECONDS_OF_CALL * everyones)
        self._calls[client] += 1
        try:
            async with self._place.place(client, ours * _ROUND):
                yield
        finally:
            self._calls[client] -= 1
            if not self._calls[client]:
                del self._calls[client]

    async def work(self, task: Callable[[], T]) -> T:
        """Return what a task returns. Cancelled, or when its time is up, it is killed.

        Raises:
            EditRefused: it takes too long, or too much memory; and what it raises.
        """
        with refusals(_PLANNING_SECONDS):
            return await self._lane.run("", 0, task)

    def close(self) -> None:
        """Kill what is under way."""
        self._lane.close()
