"""`specedit mcp --http` among many that mean it ill: a small edit beside them is soon made, and all ends."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from tests.patience import PATIENCE
from tests.service.mcp.test_http import HttpServer

pytestmark = pytest.mark.attack
CLIENTS = 64
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
# What finding the places takes minutes for.
REPEATED = "".join(f"x = {i % 7}\n" for i in range(60_000))
SNIPPET = "".join(f"x = {i % 5}\n# ... existing code ...\n" for i in range(3000))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HttpServer]:
    started = HttpServer(tmp_path, token="")
    (started.root / "small.txt").write_text("one\n")
    (started.root / "repeated.py").write_text(REPEATED)
    yield started
    started.end()


async def edited(server: HttpServer, path: str, old: str, new: str) -> Any:
    elsewhere = httpx2.AsyncHTTPTransport(local_address="127.0.0.2")  # another client
    http = httpx2.AsyncClient(transport=elsewhere, timeout=PATIENCE)
    transport = streamable_http_client(server.at, http_client=http)
    async with http, Client(transport) as client:
        edits = [{"old": old, "new": new}]
        called = await client.call_tool("replace_in_file", {"path": path, "edits": edits})
        assert called.structured_content is not None
        return called.structured_content


async def seconds_of_small(server: HttpServer) -> float:
    """What a small edit takes; the longest of three."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        for texts in (("one", "two"), ("two", "one")):
            answer = await edited(server, "small.txt", *texts)
            assert answer["status"] == "written", answer
        taken.append(time.perf_counter() - began)
    return max(taken)


async def connected(server: HttpServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    port = int(server.at.split(":")[2].split("/")[0])
    return await asyncio.open_connection("127.0.0.1", port, limit=1)


def head(server: HttpServer, length: int) -> bytes:
    return (
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Accept: application/json, text/event-stream\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


async def for_ever(server: HttpServer, said: Callable[[int], bytes]) -> None:
    """Clients that say one thing after the other, read nothing, and come again when they are cut off."""

    async def one() -> None:
        while True:
            with suppress(OSError):
                _, writer = await connected(server)
                try:
                    for turn in range(1 << 30):
                        writer.write(said(turn))
                        await writer.drain()
                        await asyncio.sleep(0.05)
                finally:
                    writer.transport.abort()

    await asyncio.gather(*(one() for _ in range(CLIENTS)))


async def slow_bodies(server: HttpServer) -> None:
    await for_ever(server, lambda turn: head(server, 100_000) if turn == 0 else b" ")


async def slow_readers(server: HttpServer) -> None:
    arguments = {"path": "repeated.py", "edits": [{"old": "x = 8", "new": "y"}], "dry_run": True}
    params = {
        "name": "replace_in_file",
        "arguments": arguments,
        "_meta": {
            "progressToken": 1,
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    }
    body = json.dumps({**CALL, "params": params}).encode()
    more = b"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: replace_in_file\r\n"
    start = head(server, len(body)).removesuffix(b"\r\n") + more + b"\r\n"
    await for_ever(server, lambda turn: start + body if turn == 0 else b"")


async def garbage(server: HttpServer) -> None:
    bodies = [b"[" * 100_000, b"{}", b"\xff" * 1000, b'{"jsonrpc": "2.0", "id": 1, "method": 7}']

    async def one() -> None:
        async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            headers = {"Accept": "application/json, text/event-stream"}
            headers["Content-Type"] = "application/json"
            while True:
                for body in bodies:
                    answer = await client.post(server.at, content=body, headers=headers)
                    assert answer.status_code < 500, answer.text

    await asyncio.gather(*(one() for _ in range(8)))


Attack = Callable[[HttpServer], Awaitable[None]]


@pytest.mark.parametrize("attack", [slow_bodies, slow_readers, garbage])
async def test_a_small_edit_under_attack(attack: Attack, server: HttpServer) -> None:
    """The bound is for machines that are busy with other things. Nothing is left of it afterwards."""
    quiet = await seconds_of_small(server)
    process = psutil.Process(server.process.pid)
    files = process.num_fds()
    task = asyncio.ensure_future(attack(server))
    await asyncio.sleep(1)
    under = await seconds_of_small(server)
    assert not task.done(), task.exception()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    print(f"{attack.__name__}: {quiet:.3f} s quiet, {under:.3f} s under attack")
    assert under < 2 * quiet + 5
    async with asyncio.timeout(PATIENCE):
        while process.num_fds() > files + 4:
            await asyncio.sleep(0.1)
    assert await seconds_of_small(server) < 2 * quiet + 2


async def test_many_clients(server: HttpServer) -> None:
    """None of their edits of one file is lost, and each is told what became of its own."""
    path = server.root / "many.txt"
    path.write_text("".join(f"line {i} of it\n" for i in range(CLIENTS)))
    answers = await asyncio.gather(
        *(edited(server, "many.txt", f"line {i} of it\n", f"LINE {i}\n") for i in range(CLIENTS))
    )
    assert {answer["status"] for answer in answers} == {"written"}
    assert path.read_text() == "".join(f"LINE {i}\n" for i in range(CLIENTS))


async def test_what_takes_for_ever_is_given_up_with_its_call(server: HttpServer) -> None:
    quiet = await seconds_of_small(server)
    http = httpx2.AsyncClient(timeout=PATIENCE, trust_env=False)
    transport = streamable_http_client(server.at, http_client=http)
    given = {"path": "repeated.py", "instruction": "", "code_edit": SNIPPET}
    async with http, Client(transport) as client:
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                answer = await client.call_tool("edit_file", given)
                pytest.fail(f"it took no time: {answer.structured_content}")
        assert await seconds_of_small(server) < 2 * quiet + 10
    assert (server.root / "repeated.py").read_text() == REPEATED
