"""Cancelling, undoing and failing, with a server in this process: its model is real, its words are noise."""

from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult
from tests.service.conftest import Gate

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.engine.errors import TargetError
from specedit.engine.targets.load import open_target
from specedit.engine.tokenizer import ByteTokenizer
from specedit.service.mcp.limits import Limits
from specedit.service.mcp.server import server_of
from specedit.service.mcp.session import Session

TEXT = "def fetch(url):\n    count = 1\n    return None\n"
SNIPPET = "def fetch(url):\n    # ... existing code ...\n    return url\n"  # whether a line goes is for the model to say
TRUST = Config(model="tiny", accept="trust")


@pytest.fixture
def file(workspace: Path) -> Path:
    (workspace / "a.py").write_text(TEXT)
    return workspace / "a.py"


@pytest.fixture
def gate(tiny_folder: Path) -> Gate:
    return Gate(open_target(tiny_folder, "tiny", "float32"))


def client_of(open_editor: Callable[[], Editor]) -> Client:
    return Client(server_of(Session(TRUST, open_editor, None, Limits())))


async def edit(client: Client) -> CallToolResult:
    arguments = {"path": "a.py", "instruction": "return the url", "code_edit": SNIPPET}
    return await client.call_tool("edit_file", arguments)


async def test_an_edit_that_is_cancelled_is_not_written(file: Path, gate: Gate) -> None:
    editor = Editor(gate, ByteTokenizer(), TRUST)
    async with client_of(lambda: editor) as client:
        gate.close()
        async with anyio.create_task_group() as calls:
            calls.start_soon(edit, client)
            await anyio.to_thread.run_sync(gate.under_way.acquire)
            calls.cancel_scope.cancel()
            gate.open_again()  # a call ends after the pass under way
        with anyio.fail_after(30):  # the next call waits for the one before to end
            answer = await client.call_tool("undo", {})
        assert (answer.structured_content or {})["refusals"][0]["code"] == "nothing_to_undo"
        assert file.read_text() == TEXT
        assert (await edit(client)).is_error is False  # what is not cancelled is written
        assert file.read_text() == TEXT.replace("None", "url")


async def test_a_model_that_cannot_be_opened_is_an_answer(file: Path) -> None:
    def fails() -> Editor:
        raise TargetError("no model here")

    async with client_of(fails) as client:
        answer = (await edit(client)).structured_content or {}
    assert answer["refusals"][0]["code"] == "model_unavailable"
    assert file.read_text() == TEXT


async def test_where_no_model_may_be_asked_the_place_in_doubt_is_shown(file: Path) -> None:
    def never() -> Editor:
        raise AssertionError

    session = Session(Config(model="tiny", accept="syntax"), never, None, Limits())
    async with Client(server_of(session)) as client:
        answer = (await edit(client)).structured_content or {}
    (refusal,) = answer["refusals"]
    assert "--accept" not in refusal["reason"]
    assert "    return None\n" in refusal["current_text"][0]["text"]
    assert file.read_text() == TEXT


async def test_a_fault_of_ours_is_an_answer(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> Editor:
        raise ZeroDivisionError

    async with client_of(fails) as client:
        answer = (await edit(client)).structured_content or {}
    assert answer["refusals"][0]["code"] == "failed"
    assert "ZeroDivisionError" in caplog.text
    assert file.read_text() == TEXT


async def test_undo_takes_back_the_edits_of_this_session_only(file: Path, gate: Gate) -> None:
    editor = Editor(gate, ByteTokenizer(), TRUST)
    async with client_of(lambda: editor) as first:
        await edit(first)
        async with client_of(lambda: editor) as second:
            assert (await second.call_tool("undo", {})).is_error
        assert file.read_text() != TEXT
        assert not (await first.call_tool("undo", {})).is_error
    assert file.read_text() == TEXT
