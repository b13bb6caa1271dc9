"""What clients of one server share: whose call is next, how many may wait, and what is given up."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from mcp import Client
from tests.patience import PATIENCE

from specedit.editor.config import Config
from specedit.editor.result import EditRequest
from specedit.editor.settled import settle_alone
from specedit.edits.document import decode_document
from specedit.engine.errors import Busy, SymbolNotFound
from specedit.service.limits import Limits
from specedit.service.mcp import limits as mcp_limits
from specedit.service.mcp.server import server_of
from specedit.service.mcp.session import Session
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


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [("replace_in_file", {"path": "a.txt", "edits": [{"old": "a", "new": "b"}]}), ("undo", {})],
)
async def test_who_may_not_wait_is_told_in_the_form_of_each_tool(
    tool: str, arguments: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a\n")
    full = Shared(Limits(waiting=0))
    session = Session(Config(), never_open, tmp_path, mcp_limits.Limits(), None, full)
    async with full.turn(""), Client(server_of(session)) as client:
        await client.list_tools()  # by which answers are checked
        answer = await client.call_tool(tool, arguments)
        assert answer.is_error and answer.structured_content is not None
        (refusal,) = answer.structured_content["refusals"]
        assert refusal["code"] == "busy" and "again" in refusal["next_step"]
        assert ("restored" in answer.structured_content) == (tool == "undo")
    full.close()
    assert (tmp_path / "a.txt").read_text() == "a\n"


def never_open() -> NoReturn:
    pytest.fail("a model was asked")
