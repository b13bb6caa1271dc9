"""What is on its way to a client: making an answer never waits for its reader."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from specedit.engine.errors import SpeceditError


class Outbox:
    """Sends messages in order, from a task of its own; progress that was not sent yet gives way to newer progress.

    Leaving it waits until all is sent. `seconds`: what the reader may take for one message.
    """

    def __init__(self, write: Callable[[Any], Awaitable[None]], seconds: float) -> None:
        self._write, self._seconds = write, seconds
        self._messages: deque[Any] = deque()
        self._has_news = asyncio.Event()
        self._is_ended = False
        self._task: asyncio.Task[None] | None = None

    def put(self, message: Any) -> None:
        """Send a message as soon as those before it are sent.

        Raises:
            TimeoutError: the reader has taken too long for one of them.
        """
        assert self._task is not None
        if self._task.done():
            self._task.result()
        if _is_progress(message) and self._messages and _is_progress(self._messages[-1]):
            self._messages.pop()
        self._messages.append(message)
        self._has_news.set()

    async def __aenter__(self) -> "Outbox":
        self._task = asyncio.create_task(self._send())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._task is not None
        self._is_ended = True
        self._has_news.set()
        try:
            if kind is None:
                await self._task
            elif issubclass(kind, SpeceditError):  # what was said before it goes out
                with suppress(TimeoutError):
                    await self._task
        finally:
            self._task.cancel()
            self._task.add_done_callback(_look_at)

    async def _send(self) -> None:
        while self._messages or not self._is_ended:
            while self._messages:
                message = self._messages.popleft()
                try:
                    await asyncio.wait_for(self._write(message), self._seconds)
                except TimeoutError as error:
                    raise TimeoutError(
                        f"a message was not read within {self._seconds:g} s; read what is sent"
                    ) from error
            self._has_news.clear()
            if not self._is_ended:
                await self._has_news.wait()


def _is_progress(message: Any) -> bool:
    return bool(message.WhichOneof("event") == "progress")


def _look_at(task: asyncio.Task[None]) -> None:
    """See how a task ended, which nobody waits for any more."""
    if not task.cancelled():
        task.exception()
