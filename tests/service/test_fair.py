"""What clients share: nobody who holds less waits for one who holds more, and what was begun holds up nobody."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from pebble import ProcessPool
from tests.service.test_edit_service import request

from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.edits.safety import Wording
from specedit.engine.errors import EditRefused
from specedit.service.fair import Places
from specedit.service.planner import Planner

SMALL = request("rename fetch to load")


async def held(places: Places, *clients: str) -> list[asyncio.Task[str]]:
    async def take(client: str) -> str:
        await places.take(client)
        return client

    tasks = [asyncio.create_task(take(client)) for client in clients]
    await asyncio.sleep(0)
    return tasks


def names(tasks: list[asyncio.Task[str]]) -> str:
    return "".join(task.result() if task.done() else "." for task in tasks)


async def test_the_last_place_is_for_who_holds_none() -> None:
    places = Places(3)
    assert names(await held(places, "a", "a", "a", "b")) == "aa.b"


async def test_one_place_is_for_anybody() -> None:
    assert names(await held(Places(1), "a", "a")) == "a."


async def test_who_holds_the_fewest_is_next() -> None:
    places = Places(3)
    tasks = await held(places, "a", "a", "b", "a", "b", "c")
    assert names(tasks) == "aab..."
    places.give_back("a")
    await asyncio.sleep(0)
    assert names(tasks) == "aab..c"
    places.give_back("a")
    places.give_back("b")
    await asyncio.sleep(0)
    assert names(tasks) == "aababc"


async def test_of_those_that_hold_as_many_the_cheapest_is_next() -> None:
    places, left = Places(1), []

    async def take(client: str, cost: int) -> None:
        async with places.place(client, cost):
            left.append(client)

    await places.take("a")
    tasks = [asyncio.create_task(take(*each)) for each in (("b", 9), ("c", 1), ("d", 9))]
    await asyncio.sleep(0)
    places.give_back("a")
    await asyncio.gather(*tasks)
    assert left == ["c", "b", "d"]


async def test_what_costs_much_is_not_passed_for_ever() -> None:
    places, turns = Places(1), []

    async def take(cost: int) -> None:
        async with places.place("a", cost):
            turns.append(cost)

    await places.take("a")
    costly = asyncio.create_task(take(3))
    small = {asyncio.create_task(take(0)) for _ in range(2)}
    await asyncio.sleep(0)
    places.give_back("a")
    while not costly.done():
        small.add(asyncio.create_task(take(0)))  # somebody always waits
        await asyncio.sleep(0)
    await asyncio.gather(*small)
    assert turns.index(3) in range(1, 4)


async def test_who_leaves_while_it_waits_takes_nothing() -> None:
    places = Places(1)
    first, second, third = await held(places, "a", "b", "c")
    second.cancel()
    places.give_back("a")
    third.cancel()  # it was given the place, and has not heard of it
    await asyncio.gather(second, third, return_exceptions=True)
    assert first.done()
    assert places.is_free("d")
    assert not places.waiting


@pytest.fixture
async def planner() -> AsyncIterator[Planner]:
    planner = Planner(seconds=60)
    yield planner
    await asyncio.to_thread(planner.close)


async def plan(planner: Planner, asked: EditRequest, client: str) -> Plan:
    planned = await planner.plan(asked, "trust", client, can_write=True)
    assert isinstance(planned, Plan)
    return planned


async def test_a_small_plan_does_not_wait_for_long_ones(planner: Planner) -> None:
    """Of several clients, more than there are processes: each is set aside once it is seen to take long."""
    await planner.warm()
    endless = partial(time.sleep, 60)
    long = [asyncio.create_task(planner._run(str(i), 0, endless)) for i in range(6)]
    await asyncio.sleep(0)
    for i in range(3):
        made = await plan(planner, SMALL, f"other {i}")
        assert made.prediction is not None
    assert not any(task.done() for task in long)
    for task in long:
        task.cancel()
    await asyncio.gather(*long, return_exceptions=True)


async def test_a_plan_that_takes_long_is_made_all_the_same(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner._quick, "_seconds", 0.001)
    made = await plan(planner, request(patch=PATCH, source=SOURCE), "a")
    assert made.prediction is not None


LINES = [f"x{i} = {i}\n" for i in range(300)]
SOURCE = "".join(LINES).encode()
PATCH = "".join(f"@@\n-{line}+{line.strip()}0\n" for line in LINES[::3])


async def test_cancelled_plans_kill_no_process(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled: list[Any] = []
    schedule: Any = ProcessPool.schedule

    def counted(*arguments: Any, **options: Any) -> Any:
        future = schedule(*arguments, **options)
        scheduled.append(future)
        return future

    monkeypatch.setattr(ProcessPool, "schedule", counted)
    await planner.warm()
    workers = set(planner._quick._pool._pool_manager.worker_manager.workers)
    for _ in range(160):
        task = asyncio.create_task(plan(planner, SMALL, "a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
    assert len(scheduled) <= 5  # a few ran, the others were never begun
    await plan(planner, SMALL, "a")
    assert workers <= set(planner._quick._pool._pool_manager.worker_manager.workers)


async def test_long_texts_are_checked_in_a_process(planner: Planner) -> None:
    body = decode_document(SOURCE).body
    await planner.check("a", body, body + "y = 1\n", "x.py", Wording(), ())
    with pytest.raises(EditRefused, match="does not parse"):
        await planner.check("a", body, body + "y = (\n", "x.py", Wording(), ())
