"""The one engine behind all calls: who is next, what a request may take, and whether it goes on."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import TypeVar

from specedit.editor.config import Config
from specedit.editor.edit import Check, check_result
from specedit.editor.generate import Finished, GenerateRequest, Span
from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.editor.stats import Tally
from specedit.edits.safety import Wording
from specedit.engine.errors import Busy, InvalidRequest, SpeceditError, Unavailable
from specedit.engine.target import Target
from specedit.service.authoring import Authors
from specedit.service.fair import Places
from specedit.service.limits import Limits
from specedit.service.loaded import Loaded
from specedit.service.planner import Planner
from specedit.service.plans import Plans
from specedit.service.runner import Runner, Turns

T = TypeVar("T")
_CLIENTS = 4  # times as many requests as one client's may wait in all
_TURN = 1 << 10  # characters for the model that put a request off by a turn
_SMALL = 1 << 15  # characters of results that are checked at once, in a few milliseconds


@dataclass(frozen=True, slots=True)
class Queued:
    """A request waits until the `ahead` before it, and those that run, are done."""

    ahead: int


class Host:
    """Runs requests in turns, pass by pass. All methods belong to one event loop.

    A request is planned first; then it waits for one of the places, in which its passes alternate with those of others.
    """

    def __init__(
        self,
        load: Callable[[], Loaded],
        config: Config,
        limits: Limits,
        planner: Planner,
        authors: Authors | None = None,
    ) -> None:
        """`authors`: who writes what nothing else understands; without them a model does that can write."""
        self.config, self.limits = config, limits
        self._runner = Runner(limits.running)
        self._planner, self._authors = planner, authors
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="files")
        self._load = load
        self._loop = asyncio.get_running_loop()
        self._loaded: asyncio.Future[Loaded] = self._loop.create_future()
        self._plans = Plans(planner, self._loaded, authors)
        self._places = Places(limits.running)
        self._admitted: Counter[str] = Counter()  # requests, by client
        self._running = 0
        self._stopping = False
        self._mean_seconds = 1.0

    @property
    def waiting(self) -> int:
        """Requests that are planned, or wait."""
        return self._admitted.total() - self._running

    async def open(self) -> Loaded:
        """Open the model, on the thread that will run it.

        Raises:
            TargetError: there is none.
        """
        try:
            await self._planner.warm()
            await self._plans.wait_for_early()
            loaded = await self._runner.call(self._load)
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
        return await self._loop.run_in_executor(self._workers, function)

    async def path_like(self, text: str, client: str) -> str:
        """Return a file's name as it would tell the language of a text, "" where none is evident."""
        return await self._planner.path_like(client, text)

    async def edit(
        self, request: EditRequest, config: Config, client: str, *, no_model: bool = False
    ) -> AsyncGenerator[Queued | Progress | Settled | EditResult]:
        """Yield how far an edit is, then its result. Cancelled, it runs no other pass. `no_model`: see `Plans`.

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
        async with self._admission(client):
            seconds = config.timeout or self.limits.seconds
            making = self._plans.make(request, config, client, seconds, no_model=no_model)
            planned, by = await making
            if isinstance(planned, EditResult):
                yield Settled(planned.hunks)
                yield replace(planned, author=by)
                return

            def run(loaded: Loaded, turns: Turns) -> Generator[Progress | Settled | EditResult]:
                check = self._check(client, turns)
                target = _seen(loaded, turns)
                return loaded.editor.edit(request, planned, config, target=target, check=check)

            cost = planned.characters // _TURN
            async with aclosing(self._in_turn(client, run, cost)) as events:
                async for event in events:
                    yield replace(event, author=by) if isinstance(event, EditResult) else event

    async def generate(
        self, request: GenerateRequest, client: str, tally: Tally
    ) -> AsyncGenerator[Queued | Progress | Span | Finished]:
        """Yield progress, spans and the end. Cancelled, it runs no other pass. `tally` has what it has cost by then.

        Raises:
            Busy: too many wait.
            InvalidRequest: as of `Editor.generate`.
        """
        most = self.limits.answer_tokens
        request = replace(request, max_tokens=min(request.max_tokens or most, most))

        def run(loaded: Loaded, turns: Turns) -> Generator[Progress | Span | Finished]:
            return loaded.editor.generate(request, _seen(loaded, turns), tally)

        async with (
            self._admission(client),
            aclosing(self._in_turn(client, run)) as events,
        ):
            async for event in events:
                yield event

    @asynccontextmanager
    async def _admission(self, client: str) -> AsyncGenerator[None]:
        """Count a request, or refuse it."""
        if self._stopping:
            raise Unavailable("the server is stopping; try again in a moment")
        most, ours = self.limits.running + self.limits.waiting, self._admitted[client]
        everyones = self._admitted.total()
        if ours >= most or everyones >= _CLIENTS * most:
            seconds = max(1.0, self._mean_seconds * (ours + 1) / self.limits.running)
            raise Busy(f"{everyones} requests wait already; try again later", seconds)
        self._admitted[client] += 1
        try:
            yield
        finally:
            self._admitted[client] -= 1
            if not self._admitted[client]:
                del self._admitted[client]

    async def _in_turn(
        self, client: str, run: Callable[[Loaded, Turns], Generator[T]], cost: int = 0
    ) -> AsyncGenerator[Queued | T]:
        """Yield what `run` yields, once there is a place; see `Places.take`."""
        if not self._places.is_free(client):
            yield Queued(self._places.waiting)
        async with self._places.place(client, cost):
            loaded = await self.loaded()
            began = monotonic()
            self._running += 1
            try:
                turns = self._runner.turns(loaded.target)
                async with aclosing(self._runner.run(run(loaded, turns), turns)) as events:
                    async for event in events:
                        yield event
            finally:
                self._running -= 1
                self._mean_seconds += 0.2 * (monotonic() - began - self._mean_seconds)

    def _check(self, client: str, turns: Turns) -> Check:
        """What refuses results: of long texts in a process, whose work no thread of ours feels."""

        def check(
            before: str, after: str, path: str, wording: Wording, forced: Collection[str]
        ) -> None:
            if len(before) + len(after) + len(wording.named) <= _SMALL:
                check_result(before, after, path, wording, forced)
                return
            checking = self._planner.check(client, before, after, path, wording, forced)
            turns.wait(asyncio.run_coroutine_threadsafe(checking, self._loop))

        return check

    def stop(self) -> None:
        """Take no new requests."""
        self._stopping = True

    async def close(self) -> None:
        """Wait for the pass under way; run no other."""
        await asyncio.to_thread(self._runner.stop)
        self._workers.shutdown(wait=False, cancel_futures=True)
        if self._authors is not None:
            self._authors.close()


def _seen(loaded: Loaded, turns: Turns) -> Target:
    """The model as a request sees it: an engine elsewhere lets requests take turns by itself."""
    return loaded.target if loaded.target.is_remote else turns
