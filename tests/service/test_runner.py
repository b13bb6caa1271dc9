"""Turns on the target's thread: first come, first served, and none for who has left."""

import asyncio
import threading
from collections.abc import Generator, Mapping, Sequence

from tests.patience import PATIENCE

from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.target import GREEDY, Choices, Sampling
from specedit.engine.targets.scripted import ScriptedSequence, ScriptedTarget
from specedit.service.runner import Runner, Turns


class Watched(ScriptedTarget):
    """Notes on which thread its passes run; they wait until they may."""

    def __init__(self) -> None:
        super().__init__(1, range(5, 100), frozenset([2]))
        self.threads: list[str] = []
        self.may = threading.Event()
        self.may.set()

    def open(self, prompt: Sequence[int] = ()) -> ScriptedSequence:
        target = self

        class Sequence_(ScriptedSequence):
            def forward(
                self,
                last: int,
                draft: Draft,
                sampling: Sampling,
                *,
                margins: bool = False,
                logit_bias: Sequence[Mapping[int, float]] = (),
            ) -> Choices:
                target.threads.append(threading.current_thread().name)
                target.may.wait()
                return super().forward(
                    last, draft, sampling, margins=margins, logit_bias=logit_bias
                )

        return Sequence_(1, tuple(range(5, 100)), 2)


def passes(turns: Turns, count: int, threads: set[str]) -> Generator[int]:
    sequence = turns.open()
    for last in range(4, 4 + count):
        threads.add(threading.current_thread().name)
        yield sequence.forward(last, NO_DRAFT, GREEDY).token_ids[0]
        sequence.keep(())
    sequence.close()


async def test_only_passes_run_on_the_targets_thread() -> None:
    runner, target, others = Runner(2), Watched(), set[str]()
    turns = runner.turns(target)
    found = [token async for token in runner.run(passes(turns, 5, others), turns)]
    await asyncio.to_thread(runner.stop)
    assert found == [5, 6, 7, 8, 9]
    assert len(target.threads) == 5
    assert not others & set(target.threads)


async def test_a_pass_tells_what_it_took_without_its_wait() -> None:
    runner, target = Runner(2), Watched()
    sequence = await asyncio.to_thread(runner.turns(target).open)
    gate = threading.Event()
    runner._thread.submit(gate.wait)
    waiting = asyncio.create_task(asyncio.to_thread(sequence.forward, 4, NO_DRAFT, GREEDY))
    await asyncio.sleep(0.3)
    gate.set()
    choices = await waiting
    await asyncio.to_thread(runner.stop)
    assert choices.seconds is not None
    assert choices.seconds < 0.2


async def test_a_pass_that_waits_is_not_run_once_its_request_is_dropped() -> None:
    runner, target = Runner(2), Watched()
    target.may.clear()
    first, second = runner.turns(target), runner.turns(target)
    opened = [await asyncio.to_thread(turns.open) for turns in (first, second)]
    running = asyncio.create_task(asyncio.to_thread(opened[0].forward, 4, NO_DRAFT, GREEDY))
    while not target.threads:
        await asyncio.sleep(0.001)
    waiting = asyncio.create_task(asyncio.to_thread(opened[1].forward, 4, NO_DRAFT, GREEDY))
    while runner._thread._work_queue.qsize() == 0:
        await asyncio.sleep(0.001)
    second.drop()
    later = asyncio.create_task(asyncio.to_thread(opened[1].forward, 4, NO_DRAFT, GREEDY))
    done, _ = await asyncio.wait([waiting, later], timeout=PATIENCE)
    target.may.set()
    assert done == {waiting, later}
    assert waiting.cancelled()
    assert later.cancelled()
    await running
    await asyncio.to_thread(runner.stop)
    assert len(target.threads) == 1
