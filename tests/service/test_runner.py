"""Turns on the target's thread: first come, first served, and none for who has left."""

import asyncio
import threading
from collections.abc import Generator, Mapping, Sequence

from tests.patience import PATIENCE

from specedit.drafters import draft_model
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.decode import write
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import GREEDY, Choices, Sampling
from specedit.engine.targets.scripted import ScriptedSequence, ScriptedTarget
from specedit.engine.tokenizer import ByteTokenizer
from specedit.engine.wrappers import assisted
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


def drafted(turns: Turns, steps: list[int]) -> Generator[tuple[int, ...]]:
    """An answer of 60 tokens, which another target drafts for as it is the same."""
    budget, output = Budget(PassCost({1: 1.0, 8: 1.0, 64: 1.0}), AcceptanceRate()), list[int]()
    context = DraftContext(
        [4], (), output, (), budget, ByteTokenizer(), draft_model=turns.draft_model
    )
    sequence = turns.open()
    for step in write(
        sequence,
        context,
        draft_model.drafter,
        stop_ids=frozenset(),
        sampling=GREEDY,
        max_tokens=60,
    ):
        steps.append(step.drafted)
        yield step.token_ids
    sequence.close()


async def test_a_draft_models_passes_run_on_the_targets_thread_too() -> None:
    runner, target, other, steps = Runner(2), Watched(), Watched(), list[int]()
    both = assisted(target, other, PassCost({1: 0.01, 64: 0.01}))
    turns = runner.turns(both)
    found = [token async for ids in runner.run(drafted(turns, steps), turns) for token in ids]
    await asyncio.to_thread(runner.stop)
    assert found == list(range(5, 65))
    assert sum(steps) > len(steps)
    assert {name.rpartition("_")[0] for name in (*target.threads, *other.threads)} == {"target"}


async def test_dropping_a_request_drops_its_draft_models_passes() -> None:
    runner, target, other = Runner(2), Watched(), Watched()
    turns = runner.turns(assisted(target, other, PassCost({1: 0.01, 64: 0.01})))
    other.may.clear()
    steps = list[int]()

    async def run() -> None:
        async for _ in runner.run(drafted(turns, steps), turns):
            pass

    task = asyncio.create_task(run())
    while not other.threads:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task], timeout=PATIENCE)
    other.may.set()
    await asyncio.to_thread(runner.stop)
    assert len(other.threads) == 1
