"""Whatever comes in: an answer or an error, the next request served, memory bounded."""

import asyncio
import random
import socket
from contextlib import suppress
from functools import partial
from itertools import repeat
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf.message import Message
from grpc import aio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.patience import PATIENCE
from tests.service.conftest import Serve, Served
from tests.service.raw import RawClient
from tests.service.test_edit_service import REQUESTS, request

from specedit.editor.config import Config
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.engine.errors import SpeceditError
from specedit.service import convert
from specedit.service.address import Address
from specedit.service.client import AsyncClient
from specedit.service.planner import Planner
from specedit.service.settings import config_with
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import generate_pb2 as gen

_METHODS: dict[str, tuple[Message, ...]] = {
    "/specedit.v1.EditService/Apply": tuple(
        pb.ApplyRequest(edit=convert.edit_message(asked)) for asked in REQUESTS.values()
    ),
    "/specedit.v1.EditService/Verify": (
        pb.VerifyRequest(
            base=b"abc\n",
            certificate=pb.Certificate(
                base_sha256="0" * 64, hunks=[pb.Hunk(start=0, end=1, old=b"a", new=b"b", line=1)]
            ),
        ),
    ),
    "/specedit.v1.GenerateService/Generate": (
        gen.GenerateRequest(prompt=gen.Tokens(token_ids=gen.TokenIds(ids=[1, 2])), max_tokens=3),
    ),
}


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The bytes of a message with some lost, changed, doubled or moved."""
    broken = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(broken) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            del broken[at : at + rng.randrange(9)]
        elif kind == 1:
            broken[at:at] = rng.randbytes(rng.randrange(9))
        elif kind == 2 and at < len(broken):
            broken[at] ^= 1 << rng.randrange(8)
        elif kind == 3:
            broken[at:at] = broken[rng.randrange(at + 1) : at]
        else:
            broken[at:at] = rng.choice(
                (b"\xff" * 9, b"\x80" * 9, b"\x7f", "\ud7ff\U0010ffff".encode())
            )
    return bytes(broken)


@pytest.mark.attack
async def test_ten_thousand_broken_messages(serve: Serve, limits: Any) -> None:
    served = await serve(limits=limits(answer_tokens=8, seconds=5))
    rng = random.Random(4)
    codes: dict[grpc.StatusCode, int] = {}

    async def send(channel: aio.Channel) -> None:
        method = rng.choice(list(_METHODS))
        data = mutated(rng.choice(_METHODS[method]).SerializeToString(), rng)
        kind: Any = channel.unary_unary if method.endswith("Verify") else channel.unary_stream
        call = kind(method)(data)
        try:
            if method.endswith("Verify"):
                await call
            else:
                async for _ in call:
                    pass
            code = grpc.StatusCode.OK
        except aio.AioRpcError as error:
            code = error.code()
            assert "a bug" not in (error.details() or ""), (method, data)
        codes[code] = codes.get(code, 0) + 1

    async with aio.insecure_channel(served.address) as channel:
        for _ in range(625):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(send(channel) for _ in range(16)))
    assert sum(codes.values()) == 10_000
    assert codes[grpc.StatusCode.OK] > 100
    assert codes[grpc.StatusCode.INVALID_ARGUMENT] > 100
    assert not codes.keys() & {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
    await is_well(served)


@pytest.mark.parametrize("data", [b"\xff", b"\x0a\x05a", b"\x0a\xff\xff\xff\xff\x0f", b"\x07"])
@pytest.mark.parametrize("method", ["Apply", "Preview", "Verify", "GetServerInfo"])
async def test_bytes_that_are_no_message(method: str, data: bytes, serve: Serve) -> None:
    served = await serve()
    async with aio.insecure_channel(served.address) as channel:
        kind: Any = channel.unary_stream if method == "Apply" else channel.unary_unary
        call = kind(f"/specedit.v1.EditService/{method}")(data)
        assert await call.code() == grpc.StatusCode.INVALID_ARGUMENT


async def is_well(served: Served) -> None:
    async with asyncio.timeout(PATIENCE), AsyncClient(served.address) as client:
        assert (await client.apply(REQUESTS["rename"])).status == "changed"
        while served.cache.in_use:  # given up a moment ago
            await asyncio.sleep(0.01)


@pytest.mark.attack
@pytest.mark.parametrize(
    "asked",
    [
        ("rename x to y", b"x = 1; " * 20_000, {}),
        ("rename x to y", b"(" * 100_000 + b")" * 100_000, {}),
        ("", b"1\n" * 10_000, {"patch": "".join(f"@@\n-{i}\n+{i} \n" for i in range(10_000))}),
        ("", b"b\n", {"snippet": "# ... existing code ...\n" * 100_000}),
        ("", b"b\n" * 100_000, {"snippet": "a\n# ... existing code ...\n" * 10_000}),
        ("", b"b\n", {"ops": "[" * 100_000}),
        ("", b"b\n", {"ops": '[{"insert":"' + "x" * 1_000_000 + '"}]'}),
        ("", b"b\n", {"prediction": "\ufeff" * 100_000}),
        ("rename " + "a" * 60_000 + " to b", b"b\n", {}),
        ("x" * 100_000, b"b\n", {}),
        ("rename b to c", b"\x80" * 1000, {}),
        ("rename b to c", b"", {}),
    ],
    ids=range(12),
)
async def test_hostile_inputs(asked: tuple[str, bytes, dict[str, Any]], serve: Serve) -> None:
    served = await serve()
    instruction, content, given_ = asked
    message = pb.ApplyRequest(
        edit=pb.Edit(
            document=pb.Document(path="x.py", content=content), instruction=instruction, **given_
        )
    )
    async with asyncio.timeout(PATIENCE), aio.insecure_channel(served.address) as channel:
        call: Any = channel.unary_stream("/specedit.v1.EditService/Apply")
        try:
            async for _ in call(message.SerializeToString()):
                pass
        except aio.AioRpcError as error:
            assert error.code() not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
    await is_well(served)


async def test_what_cannot_be_planned_in_time_is_killed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Planner.plan

    async def planned(self: Planner, asked: EditRequest, *others: Any, **options: Any) -> Any:
        if asked.instruction == "take long":
            return await self._run("a", 0, partial(sum, repeat(0)))  # works, without an end
        return await plan(self, asked, *others, **options)

    monkeypatch.setattr(Planner, "plan", planned)
    served = await serve()
    async with AsyncClient(served.address) as client:
        slow = asyncio.create_task(client.apply(request("take long")))
        await is_well(served)
        assert not slow.done()  # others do not wait for it
        result = await slow
    assert result.status == "refused"
    assert "takes more than" in result.reason


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"scope": "lines:1-" + "9" * 5000}, grpc.StatusCode.FAILED_PRECONDITION),
        ({"patch": f"@@ -{'9' * 5000} +1 @@\n-a=1\n+a=2\n"}, grpc.StatusCode.OK),
        (
            {"document": pb.Document(path="x/" * 3000, content=b"a=1\n")},
            grpc.StatusCode.INVALID_ARGUMENT,
        ),
    ],
    ids=["scope", "patch", "path"],
)
async def test_what_no_file_has(fields: dict[str, Any], code: object, serve: Serve) -> None:
    """Lines of five thousand digits, which Python does not read; a name that goes into the prompt, and is longer than any."""
    served = await serve()
    edit = pb.Edit(document=pb.Document(path="x.py", content=b"a=1\n"), instruction="rename a to b")
    if "patch" in fields:
        edit.instruction = ""
    edit.MergeFrom(pb.Edit(**fields))
    async with aio.insecure_channel(served.address) as channel:
        call: Any = channel.unary_stream("/specedit.v1.EditService/Apply")
        answer = call(pb.ApplyRequest(edit=edit).SerializeToString())
        with suppress(aio.AioRpcError):
            async for _ in answer:
                pass
        assert await answer.code() == code


async def test_a_connection_that_ends_under_an_answer_is_no_bug(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """Calls whose answers wait for a window that is shut, when their connection is closed."""
    served = await serve()
    message = pb.ApplyRequest(edit=convert.edit_message(REQUESTS["rename"])).SerializeToString()
    client = await RawClient.connect(served.address)
    for number in range(60):
        client.call("/specedit.v1.EditService/Apply", message, specedit_client=str(number))
    await asyncio.sleep(0.5)
    await client.close()
    await is_well(served)
    assert "a bug" not in caplog.messages


async def test_a_gigabyte_is_refused_before_it_is_read(serve: Serve) -> None:
    """The message's length is announced in its first bytes: nothing of it is kept."""
    served = await serve()
    before = psutil.Process().memory_info().rss
    async with aio.insecure_channel(served.address) as channel:
        call: Any = channel.unary_stream("/specedit.v1.EditService/Apply")
        with pytest.raises(aio.AioRpcError) as caught:
            async for _ in call(bytes(64 << 20)):
                pass
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert psutil.Process().memory_info().rss - before < 300 << 20  # the client's own copies
    await is_well(served)


async def test_huge_metadata(serve: Serve) -> None:
    served = await serve()
    async with aio.insecure_channel(served.address) as channel:
        call: Any = channel.unary_unary("/specedit.v1.EditService/GetServerInfo")
        with pytest.raises(aio.AioRpcError):
            await call(b"", metadata=(("x", "y" * (1 << 20)),), timeout=PATIENCE)
    await is_well(served)


async def test_strangers_and_half_open_connections(serve: Serve) -> None:
    served = await serve()
    path = Address(served.address).socket
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    sockets = []
    for said in (b"", preface, preface[:9], b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100_000) * 20:
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(str(path))
        peer.setblocking(False)
        with suppress(BlockingIOError, BrokenPipeError):
            peer.send(said)
        sockets.append(peer)
    await is_well(served)
    for peer in sockets:
        peer.close()
    await is_well(served)


async def test_who_does_not_read_holds_up_nobody(serve: Serve, limits: Any) -> None:
    """With a window of nothing each answer waits for ever, as many of them as may run at once."""
    served = await serve(limits=limits(reading=2))
    host, calls = served.server._host, served.server._calls._tasks
    rename = pb.ApplyRequest(edit=convert.edit_message(REQUESTS["rename"])).SerializeToString()
    generate = gen.GenerateRequest(prompt=gen.Tokens(text="a"), max_tokens=50).SerializeToString()
    clients = [await RawClient.connect(served.address) for _ in range(8)]
    for number, client in enumerate(clients):
        client.call("/specedit.v1.EditService/Apply", rename, specedit_client=str(number))
        client.call("/specedit.v1.GenerateService/Generate", generate)
    async with asyncio.timeout(PATIENCE):
        while len(calls) < 16:
            await asyncio.sleep(0.01)
        async with AsyncClient(served.address) as small:
            assert (await small.apply(REQUESTS["rename"])).status == "changed"
        while calls:  # each is given up when its time is over
            await asyncio.sleep(0.01)
    assert host.waiting == 0
    await is_well(served)
    for client in clients:
        await client.close()


@given(st.binary(max_size=300))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_converters_raise_nothing_else(data: bytes) -> None:
    try:
        edit = pb.Edit.FromString(data)
    except Exception:
        return
    document = decode_document(b"a\n")
    try:
        asked = convert.edit_request(edit, document)
        config_with(edit.settings, Config())
    except SpeceditError:
        return
    again = convert.edit_request(convert.edit_message(asked), document)
    assert again == asked
