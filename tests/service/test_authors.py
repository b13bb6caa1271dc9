"""An author behind a server: asked for what nothing else understands, placed and checked, and hung up on."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from functools import partial

import pytest
from tests.chat_server import ASKED, BLOCK, EDITED, SOURCE, Says, Script, serving
from tests.patience import PATIENCE
from tests.service.conftest import Serve

from specedit.editor.chat import ChatAuthor
from specedit.editor.config import Config
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.engine.errors import EditRefused, Unavailable
from specedit.service.client import AsyncClient

AUTO = Config(model="tiny")


@pytest.fixture
def script() -> Iterator[Script]:
    with serving(Script([])) as says:
        yield says


def request(instruction: str = ASKED) -> EditRequest:
    return EditRequest(decode_document(SOURCE.encode()), instruction, "page.py")


async def edited(serve: Serve, script: Script, asked: EditRequest, config: Config = AUTO) -> str:
    served = await serve(config=config, new_author=partial(ChatAuthor, script.url))
    async with AsyncClient(served.address, config=config) as client:
        result = await client.apply(asked)
    if result.refusal is not None:
        raise result.refusal
    assert (result.author is not None) == bool(script.requests)
    if result.author is not None:
        assert result.author.name == f"coder at {script.url}"
        assert result.author.answers == len(script.requests)
    return result.body


async def test_it_writes_what_nothing_else_understands(serve: Serve, script: Script) -> None:
    script.says = [Says("I would set a timeout."), Says(BLOCK)]
    assert await edited(serve, script, request()) == EDITED


async def test_an_operation_comes_first(serve: Serve, script: Script) -> None:
    expected = SOURCE.replace("fetch", "load")
    assert await edited(serve, script, request("rename fetch to load")) == expected


async def test_syntax_asks_none(serve: Serve, script: Script) -> None:
    with pytest.raises(EditRefused, match="under --accept syntax"):
        await edited(serve, script, request(), Config(model="tiny", accept="syntax"))
    assert not script.requests


async def test_what_does_not_fit_is_refused(serve: Serve, script: Script) -> None:
    script.says = [Says(BLOCK.replace("url", "uri"))] * 2
    with pytest.raises(EditRefused, match="asked 2 times and wrote no edit that fits"):
        await edited(serve, script, request())


async def test_one_that_fails(serve: Serve, script: Script) -> None:
    script.says = [Says("out of memory", status=500)] * 3
    with pytest.raises(Unavailable, match="out of memory"):
        await edited(serve, script, request())


async def test_it_is_hung_up_on(serve: Serve, script: Script) -> None:
    script.says = [Says("I think. " * 10_000, pause=0.02)]
    served = await serve(config=AUTO, new_author=partial(ChatAuthor, script.url))
    async with AsyncClient(served.address, config=AUTO) as client:

        async def edit() -> None:
            async with aclosing(client.edit(request())) as events:
                async for _ in events:
                    pass

        task = asyncio.create_task(edit())
        while not script.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        assert await asyncio.to_thread(script.hung_up.wait, PATIENCE)
        script.says = [Says(BLOCK)]  # and the next edit is made
        assert (await client.apply(request())).body == EDITED
