"""The HTTP door among many that mean it ill: broken requests are answered, and a small edit beside them is soon made."""

import asyncio
import json
import random
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import psutil
import pytest
from tests.patience import PATIENCE
from tests.service.http.conftest import BESIDE, CODE, EDITED, UPDATE, Http, ServeHttp, chat, tagged
from tests.service.http.test_shapes import FAST_APPLY
from tests.service.test_hostile import mutated
from tests.service.test_load import until

from specedit.service.http.access import Access
from specedit.service.http.app import HttpService

pytestmark = pytest.mark.attack
SYNTAX = "specedit-apply-syntax"
SMALL = chat(
    "rename show to tell",
    model=SYNTAX,
    prediction={"type": "content", "content": CODE},
)
GENERATE = {
    "model": "tiny",
    "messages": [{"role": "user", "content": "a"}],
    "max_tokens": 9,
    "stream": True,
}
FENCED = f"ORIGINAL CODE:\n```py\n{CODE}\n```\n\nSUGGESTED EDIT:\n```\n{UPDATE}```\n\nApply it."
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/chat/completions", SMALL),
    ("/v1/chat/completions", chat(model=SYNTAX, stream=True)),
    ("/v1/chat/completions", chat(FAST_APPLY.format(said="", code=CODE, update=UPDATE))),
    ("/v1/chat/completions", chat(FENCED, stream=True)),
    ("/v1/chat/completions", GENERATE | {"stop": ["a", "b"], "temperature": 0.5, "seed": 3}),
    ("/v1/completions", {"model": "tiny", "prompt": "def", "max_tokens": 3}),
    ("/v1/completions", {"model": "auto", "prompt": tagged(), "specedit": BESIDE}),
    (
        "/v1/code/apply",
        {"initial_code": CODE, "edit_snippet": UPDATE, "instruction": "I", "specedit": BESIDE},
    ),
]
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1, 1000, 2**31, 2**63, 10**400, 1e308, -0.5, "", "\0", "\ud800", "<code>", "x" * 9999, [], [[]],
    {}, {"type": "text", "text": "</code>\n<update>"}, {"role": "user", "content": None}, {"include_usage": "yes"},
)  # fmt: skip
_GROWN = 16  # threads, or files, that pools have more once they are at their size
STATUSES = {200, 400, 404, 413, 422, 429}


def changed(value: Any, rng: random.Random) -> Any:
    """JSON with one of its values lost, doubled, or an odd one in its place."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        rest = {name: kept for name, kept in value.items() if name != key}
        kind = rng.randrange(6)
        return rest if kind == 0 else rest | {key: changed(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        return [*value[:at], changed(value[at], rng), *value[at:][: rng.randrange(3)]]
    if isinstance(value, str) and value and rng.random() < 0.7:
        return mutated(value.encode("utf-8", "replace"), rng).decode("utf-8", "replace")
    return rng.choice(ODD)


def body_of(asked: dict[str, Any], rng: random.Random) -> bytes:
    """A request, broken as a text or as a value."""
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        asked = changed(asked, rng)
    data = json.dumps(asked).encode()
    return mutated(data, rng) if rng.random() < 0.3 else data


async def test_ten_thousand_broken_requests(
    serve_http: ServeHttp, limits: Any, caplog: pytest.LogCaptureFixture
) -> None:
    http = await serve_http(limits=limits(answer_tokens=8, seconds=5))
    server, rng = http.served.server, random.Random(7)
    app = Access(HttpService(server._host, server._calls).app(), "", ("here",))
    statuses: Counter[int] = Counter()

    async def send(client: httpx2.AsyncClient) -> None:
        path, asked = rng.choice(REQUESTS)
        body = body_of(asked, rng)
        answer = await client.post(path, content=body)
        statuses[answer.status_code] += 1
        assert answer.status_code in STATUSES, (body, answer.text)
        if answer.status_code != 200:
            assert answer.json()["error"]["message"], body

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        for _ in range(625):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(send(client) for _ in range(16)))
    print(dict(statuses))
    assert statuses.total() == 10_000
    assert min(statuses[200], statuses[400], statuses[422]) > 100
    assert "a bug" not in caplog.messages
    await is_well(http)


async def is_well(http: Http) -> None:
    async with asyncio.timeout(PATIENCE):
        assert (await http.post(chat())).json()["choices"][0]["message"]["content"] == EDITED


async def seconds_of_small(http: Http) -> float:
    """What a small edit of another client takes; the longest of five."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        transport = httpx2.AsyncHTTPTransport(local_address="127.0.0.2")
        async with httpx2.AsyncClient(transport=transport, timeout=PATIENCE) as client:
            answer = await client.post(f"http://{http.address}/v1/chat/completions", json=SMALL)
        assert answer.status_code == 200, answer.text
        taken.append(time.perf_counter() - began)
    return max(taken)


def head(length: str = "Content-Length: 9", path: str = "/v1/completions") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n".encode()


def whole(body: Any) -> bytes:
    data = json.dumps(body).encode()
    return head(f"Content-Length: {len(data)}", "/v1/chat/completions") + data


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(http: Http, number: int) -> AsyncIterator[list[Connection]]:
    """Connections whose readers take next to nothing."""
    host, port = http.address.split(":")
    connections = list[Connection]()
    try:
        for _ in range(number):  # the attack may be called off here, too
            connections.append(await asyncio.open_connection(host, int(port), limit=1))
        yield connections
    finally:
        for _, writer in connections:  # all, before the attack may be called off in the middle
            writer.transport.abort()
        for _, writer in connections:
            with suppress(OSError):
                await writer.wait_closed()


async def for_ever(http: Http, said: Callable[[int], bytes], *, number: int = 64) -> None:
    """Clients that say one thing after the other, read nothing, and come again when they are cut off."""

    async def one() -> None:
        while True:
            async with connected(http, 1) as [(_, writer)]:
                with suppress(OSError):
                    for turn in range(1 << 30):
                        writer.write(said(turn))
                        await writer.drain()
                        await asyncio.sleep(0.01)

    await asyncio.gather(*(one() for _ in range(number)))


async def slow_heads(http: Http) -> None:
    await for_ever(
        http, lambda turn: b"POST /v1" if turn == 0 else b"/a" if turn % 50 == 0 else b""
    )


async def slow_bodies(http: Http) -> None:
    start = head("Content-Length: 100000")
    await for_ever(http, lambda turn: start if turn == 0 else b" ")


async def chunks_without_end(http: Http) -> None:
    start, chunk = head("Transfer-Encoding: chunked"), b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    await for_ever(http, lambda turn: start if turn == 0 else chunk, number=8)


async def header_floods(http: Http) -> None:
    start, line = head()[:-2], b"X-A: " + b"a" * 8000 + b"\r\n"
    await for_ever(http, lambda turn: start if turn == 0 else line)


async def pipelined(http: Http) -> None:
    await for_ever(http, lambda turn: whole(SMALL) * 100, number=8)


async def unread_streams(http: Http) -> None:
    await for_ever(
        http, lambda turn: whole(GENERATE | {"max_tokens": 30_000}) if turn == 0 else b""
    )


async def long_edits(http: Http) -> None:
    code = "b = 1\nx = a" + ".f" * 20_000 + "\n"
    body = chat("rename b to c", model=SYNTAX, prediction={"content": code})
    while True:
        await asyncio.gather(*(http.post(body) for _ in range(64)))


async def deep_bodies(http: Http) -> None:
    deep = b"[" * (1 << 20) + b"]" * (1 << 20)
    path = "/v1/chat/completions"
    while True:
        await asyncio.gather(*(http.raw.post(path, content=deep) for _ in range(8)))


async def leaves(http: Http) -> None:
    """Connections that end in every phase: in the head, the body, before and in the answer."""
    rng, body = random.Random(1), whole(GENERATE | {"max_tokens": 2000})
    while True:
        async with connected(http, 16) as connections:
            for _, writer in connections:
                writer.write(body[: rng.randrange(2 * len(body))])
            await asyncio.sleep(rng.random() / 5)


ATTACKS: tuple[Callable[[Http], Awaitable[None]], ...] = (
    slow_heads,
    slow_bodies,
    chunks_without_end,
    header_floods,
    pipelined,
    unread_streams,
    long_edits,
    deep_bodies,
    leaves,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
async def test_a_small_edit_under_attack(
    attack: Callable[[Http], Awaitable[None]],
    serve_http: ServeHttp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The bound is for machines that are busy with other things. Nothing is left of it afterwards."""
    http = await serve_http()
    quiet = await seconds_of_small(http)
    process, threads = psutil.Process(), threading.active_count()
    files, memory = process.num_fds(), process.memory_info().rss
    task = asyncio.ensure_future(attack(http))
    await asyncio.sleep(1)
    under = await seconds_of_small(http)
    assert not task.done(), task.exception()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    print(f"{attack.__name__}: {quiet:.3f} s quiet, {under:.3f} s under attack")
    assert under < 2 * quiet + 2
    await until(lambda: not http.served.server.is_busy)
    await http.raw.aclose()
    await until(lambda: process.num_fds() <= files + _GROWN)
    assert threading.active_count() <= threads + _GROWN
    assert process.memory_info().rss - memory < 500 << 20
    assert "a bug" not in caplog.messages
    assert await seconds_of_small(http) < 2 * quiet + 2
