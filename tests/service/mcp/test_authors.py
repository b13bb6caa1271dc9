"""An author that writes for an agent what no operation understands, and is hung up on with the call."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult
from tests.chat_server import ASKED, BLOCK, EDITED, SOURCE, Says, Script, serving
from tests.patience import PATIENCE

from specedit.editor.chat import ChatAuthor
from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.service.mcp.author_calls import AuthorCalls
from specedit.service.mcp.limits import Limits
from specedit.service.mcp.server import server_of
from specedit.service.mcp.session import Session


@pytest.fixture
def file(workspace: Path) -> Path:
    (workspace / "a.py").write_text(SOURCE)
    return workspace / "a.py"


@pytest.fixture
def script() -> Iterator[Script]:
    with serving(Script([])) as says:
        yield says


def client_of(script: Script) -> Client:
    def fails() -> Editor:
        raise AssertionError("no model of ours is needed for this")

    authors = AuthorCalls(partial(ChatAuthor, script.url), "blocks", None)
    return Client(server_of(Session(Config(), fails, None, Limits(), authors)))


async def refactor(client: Client) -> CallToolResult:
    asked = {"path": "a.py", "instruction": ASKED}
    return await client.call_tool("refactor", asked)


async def test_it_writes(file: Path, script: Script) -> None:
    script.says = [Says(BLOCK)]
    async with client_of(script) as client:
        answer = (await refactor(client)).structured_content or {}
    assert file.read_text() == EDITED
    (told,) = answer["files"]
    assert any(f"written by coder at {script.url}" in remark for remark in told["remarks"])


async def test_what_does_not_fit_is_refused(file: Path, script: Script) -> None:
    script.says = [Says(BLOCK.replace("url", "uri"))] * 2
    async with client_of(script) as client:
        answer = (await refactor(client)).structured_content or {}
    assert "wrote no edit that fits" in answer["refusals"][0]["reason"]
    assert file.read_text() == SOURCE


async def test_it_is_hung_up_on(file: Path, script: Script) -> None:
    script.says = [Says("I think. " * 10_000, pause=0.02)]
    async with client_of(script) as client:
        async with anyio.create_task_group() as calls:
            calls.start_soon(refactor, client)
            while not script.requests:
                await anyio.sleep(0.01)
            calls.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(script.hung_up.wait, PATIENCE)
    assert file.read_text() == SOURCE
