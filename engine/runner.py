"""The one thread that runs the target, on which requests take turns, pass by pass; or several, where it runs elsewhere."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class Runner:
    """Runs generators, each `next` of which is one pass. First in, first out, so that requests alternate."""

    def __init__(self, threads: int = 1) -> None:
        self._thread = ThreadPoolExecutor(threads, thread_name_prefix="target")

    async def run(self, passes: Generator[T]) -> AsyncGenerator[T]:
        """Yield what `passes` yields. Cancelling ends it: the pass under way is the last, and then it is closed."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                item = await loop.run_in_executor(self._thread, _next, passes)
                if isinstance(item, _End):
                    return
                yield item
        finally:
            self._thread.submit(passes.close)

    async def call(self, function: Callable[[], T]) -> T:
        """Return what `function` returns on the target's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def stop(self) -> None:
        """Wait for the pass under way, run no other."""
        self._thread.shutdown(cancel_futures=True)


class _End(Enum):
    """What `_next` returns when nothing is left."""

    END = 0


def _next(passes: Generator[T]) -> T | _End:
    return next(passes, _End.END)
