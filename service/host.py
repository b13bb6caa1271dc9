"""The one engine behind all calls: who is next, what a request may take, and whether it goes on."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import monotonic
from typing import TypeVar

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.generate import Finished, GenerateRequest, Span
from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.engine.errors import Busy, InvalidRequest, SpeceditError, Unavailable
from specedit.engine.prefix_cache import PrefixCache
from specedit.engine.remote import RemoteTarget
from specedit.engine.runner import Runner
from specedit.engine.tokenizer import Tokenizer
from specedit.service.limits import Limits
from specedit.service.planner import Planner

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Queued:
    """A request waits until the `ahead` before it, and those that run, are done."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """An open model."""

    editor: Editor
    cache: PrefixCache | RemoteTarget
    tokenizer: Tokenizer


class Host:
    """Runs requests in turns, pass by pass. All methods belong to one event loop."""

    def __init__(
        self, load: Callable[[], Loaded], config: Config, limits: Limits, planner: Planner
    ) -> None:
        self.config, self.limits = config, limits
        self.waiting = 0
        self._runner = Runner(1 if config.engine == "local" else limits.running)
        self._planner = planner
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="files")
        self._load = load
        self._loaded: asyncio.Future[Loaded] = asyncio.get_running_loop().create_future()
        self._slots = asyncio.Semaphore(limits.running)
        self._stopping = False
        self._mean_seconds = 1.0

    async def open(self) -> Loaded:
        """Open the model, on the thread that will run it.

        Raises:
            TargetError: there is none.
        """
        try:
            loaded, _ = await asyncio.gather(self._runner.call(self._load), self._planner.warm())
        except SpeceditError as error:
            self._loaded.set_exception(Unavailable(f"the model did not load: {error}"))
            self._loaded.exception()  # seen, though nobody may wait for it
            raise
        self._loaded.set_result(loaded)
        return loaded

    async def loaded(self) -> Loaded:
        """Return the model as soon as it is open."""
        return await asyncio.shield(self._loaded)

    async def work(self, function: Callable[[], T]) -> T:
        """Return what a function returns that takes long, but needs no model."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, function)

    def edit(
        self, request: EditRequest, config: Config
    ) -> AsyncGenerator[Queued | Progress | Settled | EditResult]:
        """Yield how far an edit is, then its result. Cancelled, it runs no other pass.

        Raises:
            Busy: too many wait.
            SpeceditError: as of `Planner.plan` and `Editor.edit`.
        """
        size = len(request.instruction.encode())
        if size > self.limits.instruction_bytes:
            raise InvalidRequest(
                f"an instruction of {size} bytes is more than {self.limits.instruction_bytes}"
            )
        config = replace(
            config,
            timeout=min(config.timeout or self.limits.seconds, self.limits.seconds),
            max_tokens=config.max_tokens and min(config.max_tokens, self.limits.answer_tokens),
        )

        async def run(loaded: Loaded) -> AsyncGenerator[Progress | Settled | EditResult]:
            can_write = loaded.editor.can_write
            planned = await self._planner.plan(request, config.accept, can_write=can_write)
            running = loaded.editor.edit(request, planned, config)
            async with aclosing(self._runner.run(running)) as events:
                async for event in events:
                    yield event

        return self._in_turn(run)

    def generate(
        self, request: GenerateRequest
    ) -> AsyncGenerator[Queued | Progress | Span | Finished]:
        """Yield progress, spans and the end. Cancelled, it runs no other pass.

        Raises:
            Busy: too many wait.
            InvalidRequest: as of `Editor.generate`.
        """
        most = self.limits.answer_tokens
        request = replace(request, max_tokens=min(request.max_tokens or most, most))

        def run(loaded: Loaded) -> AsyncGenerator[Progress | Span | Finished]:
            return self._runner.run(loaded.editor.generate(request))

        return self._in_turn(run)

    async def _in_turn(
        self, run: Callable[[Loaded], AsyncGenerator[T]]
    ) -> AsyncGenerator[Queued | T]:
        if self._stopping:
            raise Unavailable("the server is stopping; try again in a moment")
        if self._slots.locked() and self.waiting >= self.limits.waiting:
            seconds = max(1.0, self._mean_seconds * (self.waiting + 1) / self.limits.running)
            raise Busy(f"{self.waiting} requests wait already; try again later", seconds)
        self.waiting += 1
        try:
            if self._slots.locked():
                yield Queued(self.waiting - 1)
            await self._slots.acquire()
        finally:
            self.waiting -= 1
        began = monotonic()
        try:
            async with aclosing(run(await self.loaded())) as events:
                async for event in events:
                    yield event
        finally:
            self._slots.release()
            self._mean_seconds += 0.2 * (monotonic() - began - self._mean_seconds)

    def stop(self) -> None:
        """Take no new requests."""
        self._stopping = True

    async def close(self) -> None:
        """Wait for the pass under way; run no other."""
        await asyncio.to_thread(self._runner.stop)
        self._workers.shutdown(wait=False, cancel_futures=True)
