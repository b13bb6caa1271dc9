"""What is answered while the model is still being opened."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.patience import PATIENCE

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.result import EditRequest, EditResult
from specedit.edits.document import decode_document
from specedit.engine.errors import EditRefused
from specedit.engine.targets.load import open_target
from specedit.engine.tokenizer import ByteTokenizer
from specedit.service.host import Host, Queued
from specedit.service.limits import Limits
from specedit.service.loaded import Loaded
from specedit.service.planner import Planner

SOURCE = b"def fetch(url):\n    return url\n\n\nprint(fetch(1))\n"


class Slow:
    """A host whose model is opened when `may_open` is set."""

    def __init__(self, folder: Path, planner: Planner, limits: Limits | None = None) -> None:
        self.may_open, self._folder = threading.Event(), folder
        self.host = Host(self._load, Config(), limits or Limits(), planner)
        self.opening = asyncio.ensure_future(self.host.open())

    def _load(self) -> Loaded:
        assert self.may_open.wait(PATIENCE)
        target = open_target(self._folder, "tiny", "float32")
        editor = Editor(target, ByteTokenizer(), Config(), can_write=False)
        return Loaded(editor, target, ByteTokenizer())

    async def edit(self, instruction: str) -> EditResult:
        request = EditRequest(decode_document(SOURCE), instruction, "x.py")
        async for event in self.host.edit(request, Config(), "a client"):
            if isinstance(event, EditResult):
                return event
        raise AssertionError("an edit ends with its result")


@pytest.fixture
async def slow(tiny_folder: Path, planner: Planner) -> AsyncIterator[Slow]:
    made = Slow(tiny_folder, planner)
    yield made
    made.may_open.set()
    await made.opening
    await made.host.close()


async def test_what_syntax_settles_waits_for_no_model(slow: Slow) -> None:
    result = await slow.edit("rename fetch to load")
    assert result.body == SOURCE.decode().replace("fetch", "load")
    assert not slow.opening.done()


@pytest.mark.parametrize("instruction", ["make this nicer", "rename nowhere to load"])
async def test_what_is_refused_is_refused_when_it_is_known_what_the_model_can(
    instruction: str, slow: Slow
) -> None:
    asked = asyncio.create_task(slow.edit(instruction))
    done, _ = await asyncio.wait({asked}, timeout=1.0)
    assert not done
    slow.may_open.set()
    with pytest.raises(EditRefused):
        await asked


async def test_who_gives_up_holds_up_no_model(slow: Slow) -> None:
    asked = asyncio.create_task(slow.edit("rename fetch to load"))
    await asyncio.sleep(0)
    asked.cancel()
    slow.may_open.set()
    await asyncio.wait_for(slow.opening, PATIENCE)


async def test_of_those_that_wait_for_the_model_the_shortest_goes_first(
    tiny_folder: Path, planner: Planner
) -> None:
    slow = Slow(tiny_folder, planner, replace(Limits(), running=1))
    slow.may_open.set()
    await slow.opening
    ends: list[str] = []

    def edit(name: str, functions: int) -> AsyncGenerator[object]:
        more = b"".join(b"\n\ndef f%d():\n    fetch(2)\n" % i for i in range(functions))
        request = EditRequest(decode_document(SOURCE + more), "rename fetch to load", "x.py")
        return slow.host.edit(request, Config(accept="trust"), name)

    async def ask(name: str, functions: int, waits: asyncio.Event) -> None:
        async for event in edit(name, functions):
            if isinstance(event, Queued):
                waits.set()
        ends.append(name)

    first = edit("first", 0)
    await anext(first)  # it holds the only place
    waits = [asyncio.Event(), asyncio.Event()]
    asked = [asyncio.create_task(ask("long", 120, waits[0]))]
    await asyncio.wait_for(waits[0].wait(), PATIENCE)
    asked.append(asyncio.create_task(ask("short", 0, waits[1])))
    await asyncio.wait_for(waits[1].wait(), PATIENCE)
    await first.aclose()
    await asyncio.wait_for(asyncio.gather(*asked), PATIENCE)
    await slow.host.close()
    assert ends == ["short", "long"]
