"""Under load: turns, a full queue, cancelled calls, a server that stops."""

import asyncio
import random
from functools import partial
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from tests.patience import PATIENCE
from tests.service.conftest import Serve, Served
from tests.service.test_edit_service import REQUESTS, request

from specedit.editor.result import EditRequest, EditResult
from specedit.engine.errors import Busy, Unavailable
from specedit.service import convert
from specedit.service.client import AsyncClient
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import edit_pb2_grpc


def long_request(number: int) -> EditRequest:
    """Eight regions that are far apart, at two passes or more each; nobody has had those of another number judged."""
    bodies = [b"    x += %d%d\n" % (number, i) * 40 for i in range(7)]
    functions = [b"\n\ndef f%d(x):\n%s    return fetch(x)\n" % each for each in enumerate(bodies)]
    return request("rename fetch to load", b"def fetch(n):\n    return n\n" + b"".join(functions))


LONG = long_request(1)


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.001)


async def pass_begins(served: Served) -> None:
    await until(lambda: served.gate.under_way.acquire(blocking=False))


async def test_requests_take_turns_pass_by_pass(serve: Serve) -> None:
    served = await serve()
    ends: list[str] = []

    async def run(name: str, asked: EditRequest) -> None:
        async with AsyncClient(served.address) as client:
            await client.apply(asked)
        ends.append(name)

    served.gate.close()
    long = asyncio.create_task(run("long", LONG))
    await pass_begins(served)
    short = asyncio.create_task(run("short", REQUESTS["rename"]))
    line = served.server._host._runner._thread._work_queue
    await until(lambda: line.qsize() == 1)  # planned, and in line for the next pass
    served.gate.open_again()
    await asyncio.gather(long, short)
    assert ends == ["short", "long"]


async def test_a_full_queue_says_when_to_come_back(serve: Serve, limits: Any) -> None:
    served = await serve(limits=limits(running=1, waiting=2))
    served.gate.close()
    async with (
        aio.insecure_channel(served.address) as channel,
        AsyncClient(served.address, patience=0) as client,
    ):
        apply = partial(
            edit_pb2_grpc.EditServiceStub(channel).Apply,
            pb.ApplyRequest(edit=convert.edit_message(REQUESTS["rename"])),
            metadata=client._metadata,
        )
        calls: list[Any] = [apply()]
        await pass_begins(served)
        for ahead in range(2):
            calls.append(apply())
            told = await calls[-1].read()
            assert told.queued.ahead == ahead
        with pytest.raises(aio.AioRpcError) as caught:
            await apply().read()
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        call: Any = caught.value
        status = rpc_status.from_call(call)
        assert status is not None
        retry = error_details_pb2.RetryInfo()
        assert any(detail.Unpack(retry) for detail in status.details)
        assert retry.retry_delay.ToSeconds() >= 1
        with pytest.raises(Busy):
            await client.apply(REQUESTS["rename"])
        async with AsyncClient(served.address) as other:
            waits = asyncio.create_task(other.apply(REQUESTS["rename"]))
            await until(lambda: served.server._host.waiting == 3)
            served.gate.open_again()
            assert (await waits).status == "changed"
        for call in calls:
            while (response := await call.read()) != aio.EOF:
                last = response
            assert last.result.status == pb.STATUS_CHANGED


async def test_a_client_waits_its_turn_when_the_queue_is_full(serve: Serve, limits: Any) -> None:
    served = await serve(limits=limits(running=1, waiting=0))
    async with AsyncClient(served.address) as client:
        results = await asyncio.gather(*(client.apply(REQUESTS["rename"]) for _ in range(3)))
    assert {result.status for result in results} == {"changed"}


async def test_no_pass_is_run_for_a_call_that_was_cancelled(serve: Serve) -> None:
    """At 100 random moments: the pass under way is the last, and memory goes back to its level."""
    served = await serve(cache_bytes=1 << 20)
    rng = random.Random(1)
    calls = served.server._calls._tasks
    async with AsyncClient(served.address) as client:
        await client.apply(LONG)
        level = served.cache.nbytes
        for number in range(100):
            served.gate.close()
            served.gate.started = 0
            task = asyncio.create_task(client.apply(long_request(10 + number)))
            allowed = rng.randrange(8)  # of its passes, one a region at least
            served.gate.let(allowed)
            for _ in range(allowed + 1):
                await pass_begins(served)
            task.cancel()
            await until(lambda: not calls)
            served.gate.open_again()
            await until(lambda: served.cache.in_use == 0)
            assert served.gate.started == allowed + 1
            assert served.cache.nbytes <= max(level, 1 << 20)
            while served.gate._may.acquire(blocking=False):
                pass
        assert (await client.apply(LONG)).status == "changed"


async def test_a_deadline_cancels(serve: Serve) -> None:
    served = await serve()
    served.gate.close()
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = edit_pb2_grpc.EditServiceStub(channel)
        message = pb.ApplyRequest(edit=convert.edit_message(LONG))
        with pytest.raises(aio.AioRpcError) as caught:
            async for _ in stub.Apply(message, timeout=0.2):
                pass
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    await until(lambda: not served.server._calls._tasks)
    served.gate.open_again()
    await until(lambda: served.cache.in_use == 0)
    assert served.gate.started == 1


async def test_drain_lets_calls_finish(serve: Serve) -> None:
    served = await serve()
    served.gate.close()
    async with AsyncClient(served.address, patience=0) as client:
        task = asyncio.create_task(client.apply(REQUESTS["rename"]))
        await pass_begins(served)
        stopping = asyncio.create_task(served.server.stop(10.0))
        async with aio.insecure_channel(served.address) as channel, asyncio.timeout(PATIENCE):
            health: Any = health_pb2_grpc.HealthStub(channel)
            status: int = health_pb2.HealthCheckResponse.SERVING
            while status != health_pb2.HealthCheckResponse.NOT_SERVING:
                status = (await health.Check(health_pb2.HealthCheckRequest())).status
        with pytest.raises(Unavailable, match="stopping"):
            await client.apply(REQUESTS["snippet"])
        served.gate.open_again()
        result = await task
        await stopping
    assert isinstance(result, EditResult)
    assert result.status == "changed"


async def test_drain_cuts_off_after_its_grace(serve: Serve) -> None:
    served = await serve()
    served.gate.close()
    async with AsyncClient(served.address, patience=0) as client:
        task = asyncio.create_task(client.apply(LONG))
        await pass_begins(served)
        stopping = asyncio.create_task(served.server.stop(0.1))
        with pytest.raises(Unavailable, match="stopped"):
            await task
        served.gate.open_again()
        await stopping
    assert served.gate.started == 1
