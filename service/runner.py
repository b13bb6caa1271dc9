"""Requests that run at once, a thread each, and the one thread that owns the target, on which their passes take turns."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from enum import Enum
from threading import Lock
from time import perf_counter
from typing import Any, TypeVar

from specedit.engine.draft import Draft
from specedit.engine.target import Choices, Sampling, Target, TargetSequence
from specedit.engine.wrappers import WrappedSequence, WrappedTarget

T = TypeVar("T")


class Runner:
    """Runs generators, each in a thread of its own. `requests`: how many at once."""

    def __init__(self, requests: int) -> None:
        # More than run: what was cancelled may still wait, for its pass to end or for an engine elsewhere.
        self._requests = ThreadPoolExecutor(4 * requests, thread_name_prefix="request")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="target")

    def turns(self, target: Target) -> "Turns":
        """Return `target` for one request: its passes wait for their turn."""
        return Turns(target, self._thread)

    async def run(self, events: Generator[T], turns: "Turns | None" = None) -> AsyncGenerator[T]:
        """Yield what `events` yields. Cancelling ends it: a pass under way is the last, one that waits is not run."""
        step: Future[T | _End] | None = None
        try:
            while True:
                step = self._requests.submit(_next, events)
                item = await asyncio.wrap_future(step)
                if isinstance(item, _End):
                    return
                yield item
        finally:
            if turns is not None:
                turns.drop()
            if step is not None:  # a generator that runs cannot be closed
                step.add_done_callback(lambda _: events.close())

    async def call(self, function: Callable[[], T]) -> T:
        """Return what `function` returns on the target's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def stop(self) -> None:
        """Wait for the pass under way, run no other."""
        self._thread.shutdown(cancel_futures=True)
        self._requests.shutdown(cancel_futures=True)


class Turns(WrappedTarget):
    """A target as one request sees it: whatever it asks of the target is done on the target's thread.

    First come, first served: a request has one pass at a time in the line, so that requests alternate.
    """

    def __init__(self, target: Target, thread: ThreadPoolExecutor) -> None:
        super().__init__(target)
        self._thread = thread
        draft_model = target.draft_model
        self._of_draft_model = Turns(draft_model.target, thread) if draft_model else None
        if draft_model and self._of_draft_model:
            self.draft_model = replace(draft_model, target=self._of_draft_model)
        self._lock = Lock()
        self._waits: Future[Any] | None = None
        self._is_dropped = False

    def open(self, prompt: Sequence[int] = ()) -> "TurnSequence":
        """Return a sequence of the target's."""
        return TurnSequence(self, self.take(lambda: self._target.open(prompt)))

    def take(self, function: Callable[[], T]) -> T:
        """Return what `function` returns, when it is its turn.

        Raises:
            CancelledError: of `concurrent.futures`; the request was dropped.
        """
        return self.wait(self._thread.submit(function))

    def wait(self, future: "Future[T]") -> T:
        """Return what comes of a future. Dropping the request cancels it.

        Raises:
            CancelledError: of `concurrent.futures`; the request was dropped.
        """
        with self._lock:
            self._waits = future
            if self._is_dropped:
                future.cancel()
        return future.result()

    def later(self, function: Callable[[], None]) -> None:
        """Have something done at the target that nobody waits for, even if the request was dropped."""
        with suppress(RuntimeError):  # the thread has ended, and the target with it
            self._thread.submit(function)

    def drop(self) -> None:
        """Run no other pass."""
        if self._of_draft_model is not None:
            self._of_draft_model.drop()
        with self._lock:
            self._is_dropped = True
            if self._waits is not None:
                self._waits.cancel()


class TurnSequence(WrappedSequence):
    """A sequence whose passes wait for their turn."""

    def __init__(self, turns: Turns, inner: TargetSequence) -> None:
        super().__init__(inner)
        self._turns = turns

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in one pass that chooses nothing."""
        self._turns.take(lambda: self.inner.prefill(token_ids))

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Add [last, *draft] in one pass and return what the target would emit after each, and what the pass took."""

        def timed() -> Choices:
            began = perf_counter()
            choices = self.inner.forward(
                last, draft, sampling, margins=margins, logit_bias=logit_bias
            )
            return replace(choices, seconds=perf_counter() - began)

        return self._turns.take(timed)

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""
        self._turns.take(lambda: self.inner.keep(nodes))

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        self._turns.take(lambda: self.inner.rollback(length))

    def fork(self, length: int) -> "TurnSequence":
        """Return a new sequence that holds the first `length` tokens."""
        return TurnSequence(self._turns, self._turns.take(lambda: self.inner.fork(length)))

    def close(self) -> None:
        """Give the sequence up."""
        self._turns.later(self.inner.close)


class _End(Enum):
    """What `_next` returns when nothing is left."""

    END = 0


def _next(events: Generator[T]) -> T | _End:
    return next(events, _End.END)
