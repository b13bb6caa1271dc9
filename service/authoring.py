"""An author asked by a server: its answers come in threads of their own, and are placed where placing can be given up."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic

from specedit.editor.author import Answer, Author, Written, write
from specedit.editor.config import Form
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest
from specedit.service.planner import Planner


class Authors:
    """Has edits written, `most` at once. `new_author` returns one to ask for one edit, which can be cancelled."""

    def __init__(
        self, new_author: Callable[[], Author], form: Form, planner: Planner, most: int
    ) -> None:
        self._new_author, self._form, self._planner = new_author, form, planner
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="author")

    async def write(self, request: EditRequest, client: str, seconds: float) -> Written:
        """Return the plan that an author writes; see `author.write`. Cancelled, it hangs up.

        Raises:
            EditRefused, TargetError: as of `author.write`.
        """
        loop, until = asyncio.get_running_loop(), monotonic() + seconds

        def place(request: EditRequest, answer: Answer) -> Plan:
            placing = self._planner.place(client, request, answer)
            waiting = asyncio.run_coroutine_threadsafe(placing, loop)
            return waiting.result(max(0.0, until - monotonic()) + 1)

        author = self._new_author()
        ask = partial(write, request, author, self._form, seconds, place)
        try:
            return await loop.run_in_executor(self._threads, ask)
        except asyncio.CancelledError:
            author.cancel()
            raise

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
