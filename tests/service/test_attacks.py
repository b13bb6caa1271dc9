"""A server among many that mean it ill. A small edit is made while their requests still wait, not after them."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from grpc import aio
from tests.service.conftest import Serve, Served
from tests.service.raw import RawClient
from tests.service.test_edit_service import request

from specedit.editor.result import EditRequest
from specedit.engine.errors import SpeceditError
from specedit.service import convert
from specedit.service.address import Address
from specedit.service.client import AsyncClient
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import generate_pb2 as gen

pytestmark = pytest.mark.attack
SMALL = request("rename fetch to load", b"def fetch(n):\n    return n\n")
CHAIN = request("rename b to c", b"b = 1\nx = a" + b".f" * 20_000 + b"\n")
LONG_LINE = request("say hello", b"x = '" + b"ab" * 500_000 + b"'\n")
PUNYCODE = request("rename b to c", b"b = 1  #" + b"a-" * 250_000 + b"\n")
_APPLY, _GENERATE = (
    "/specedit.v1.EditService/Apply",
    "/specedit.v1.GenerateService/Generate",
)
Attack = Callable[[Served], Awaitable[None]]


async def seconds_of_small(served: Served) -> float:
    """What a small edit of a new client takes; the longest of five."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        async with AsyncClient(served.address) as client:
            assert (await client.apply(SMALL)).status == "changed"
        taken.append(time.perf_counter() - began)
    return max(taken)


async def asks(served: Served, asked: EditRequest, clients: int) -> None:
    """So many clients, each of which asks again as soon as it is answered."""

    async def one() -> None:
        async with AsyncClient(served.address, patience=600) as client:
            while True:
                with suppress(SpeceditError):
                    await client.apply(asked)

    await asyncio.gather(*(one() for _ in range(clients)))


async def chains(served: Served) -> None:
    await asks(served, CHAIN, clients=2)


async def long_lines(served: Served) -> None:
    await asks(served, LONG_LINE, clients=8)


async def long_prompts(served: Served) -> None:
    message = gen.GenerateRequest(prompt=gen.Tokens(text="ab" * 700_000)).SerializeToString()
    async with aio.insecure_channel(served.address) as channel:
        call: Any = channel.unary_stream(_GENERATE)
        while True:
            await asyncio.gather(*(call(message).code() for _ in range(8)))


async def punycode(served: Served) -> None:
    body = b"# coding: punycode\n" + PUNYCODE.document.data
    message = pb.ApplyRequest(
        edit=pb.Edit(document=pb.Document(path="x.py", content=body), instruction="rename b to c")
    ).SerializeToString()
    async with aio.insecure_channel(served.address) as channel:
        call: Any = channel.unary_stream(_APPLY)
        while True:
            await asyncio.gather(*(call(message).code() for _ in range(4)))


async def cancels(served: Served) -> None:
    async with AsyncClient(served.address) as client:
        while True:
            task = asyncio.create_task(client.apply(CHAIN))
            await asyncio.sleep(0.01)
            task.cancel()
            with suppress(asyncio.CancelledError, SpeceditError):
                await task


async def shut_windows(served: Served) -> None:
    message = pb.ApplyRequest(edit=convert.edit_message(SMALL)).SerializeToString()
    clients = [await RawClient.connect(served.address) for _ in range(16)]
    for number, client in enumerate(clients):
        client.call(_APPLY, message, specedit_client=str(number))
    try:
        await asyncio.sleep(60)
    finally:
        for client in clients:
            await client.close()


async def idle_connections(served: Served) -> None:
    path = Address(served.address).socket
    peers = [socket.socket(socket.AF_UNIX) for _ in range(1100)]
    try:
        for peer in peers:
            peer.setblocking(False)
            await asyncio.get_running_loop().sock_connect(peer, str(path))
        await asyncio.sleep(60)
    finally:
        for peer in peers:
            peer.close()


ATTACKS: tuple[Attack, ...] = (
    chains,
    long_lines,
    long_prompts,
    punycode,
    cancels,
    shut_windows,
    idle_connections,
)


@asynccontextmanager
async def under(served: Served, attack: Attack) -> AsyncIterator[asyncio.Task[None]]:
    """While an attack goes on."""

    async def begun() -> None:
        await attack(served)

    task = asyncio.create_task(begun())
    await asyncio.sleep(1)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
async def test_a_small_edit_under_attack(attack: Attack, serve: Serve) -> None:
    """The bound is for machines that are busy with other things; it was 4 to 120 s."""
    served = await serve()
    quiet = await seconds_of_small(served)
    async with under(served, attack) as task:
        taken = await seconds_of_small(served)
        assert not task.done()
    print(f"{attack.__name__}: {quiet:.3f} s quiet, {taken:.3f} s under attack")
    assert taken < 2 * quiet + 2
    assert await seconds_of_small(served) < 2 * quiet + 2
