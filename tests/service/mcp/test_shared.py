"""What clients of one server share: whose call is next, how many may wait, and what is given up."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial

import pytest
from tests.patience import PATIENCE

from specedit.editor.result import EditRequest
from specedit.editor.settled import settle_alone
from specedit.edits.document import decode_document
from specedit.engine.errors import Busy, SymbolNotFound
from specedit.service.limits import Limits
from specedit.service.mcp.shared import Shared


@pytest.fixture
async def shared() -> AsyncIterator[Shared]:
    made = Shared(Limits(waiting=3))
    yield made
    made.close()


async def served(shared: Shared, order: list[str], client: str) -> None:
    async with shared.turn(client):
        order.append(client)
        await asyncio.sleep(0)


async def test_the_first_call_of_each_client_goes_before_the_second_of_any(shared: Shared) -> None:
    order: list[str] = []
    await asyncio.gather(*(served(shared, order, client) for client in "aaaabbc"))
    assert order == ["a", "b", "c", "a", "b", "a", "a"]


async def test_too_many_calls_are_told_to_come_again(shared: Shared) -> None:
    order: list[str] = []
    running = [asyncio.create_task(served(shared, order, "a")) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(Busy, match="4 calls wait already"):
        await served(shared, order, "a")
    await served(shared, order, "b")
    await asyncio.gather(*running)
    await served(shared, order, "a")
    assert order == ["a", "b", "a", "a", "a", "a"]


async def test_who_leaves_while_he_waits_holds_nobody_up(shared: Shared) -> None:
    order: list[str] = []
    async with shared.turn("a"):
        waiting = asyncio.create_task(served(shared, order, "b"))
        await asyncio.sleep(0)
        waiting.cancel()
    async with asyncio.timeout(PATIENCE):
        await served(shared, order, "a")
    assert order == ["a"]


async def test_work_is_done_elsewhere_and_given_up_when_nobody_waits(shared: Shared) -> None:
    request = EditRequest(decode_document(b"a = 1\n"), "rename b to c", "x.py")
    with pytest.raises(SymbolNotFound):
        await shared.work(partial(settle_alone, request, "syntax"))
    for _ in range(2):  # the place of what was given up is free again
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await shared.work(partial(time.sleep, 10 * PATIENCE))
    async with asyncio.timeout(PATIENCE):
        assert await shared.work(time.time) > 0
