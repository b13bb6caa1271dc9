"""The HTTP door as it is on the wire: other clients' forms, what is refused, and who may not hold up whom."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from tests.patience import PATIENCE
from tests.service.http.conftest import (
    BESIDE,
    CODE,
    EDITED,
    UPDATE,
    Http,
    ServeHttp,
    chat,
    tagged,
)
from tests.service.http.test_shapes import FAST_APPLY
from tests.service.test_load import until

from specedit.service.limits import Limits

COMPLETION = {"model": "specedit-apply", "prompt": tagged(), "specedit": BESIDE}
GENERATE = {"model": "tiny", "messages": [{"role": "user", "content": "a"}], "max_tokens": 500}
MERGE = {"initialCode": CODE, "editSnippet": UPDATE, "instructions": "I", "specedit": BESIDE}


async def test_events_are_as_openai_sends_them(serve_http: ServeHttp) -> None:
    http = await serve_http()
    answer = await http.post(chat(stream=True))
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = answer.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-2]]
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks) == EDITED


async def test_each_form_is_answered_as_its_client_reads(serve_http: ServeHttp) -> None:
    http = await serve_http()
    fast_apply = FAST_APPLY.format(said="", code=CODE, update=UPDATE)
    answer = (await http.post(chat(fast_apply, temperature=0.05, max_tokens=8))).json()
    assert answer["choices"][0]["message"]["content"] == f"<updated-code>{EDITED}</updated-code>"
    assert answer["choices"][0]["finish_reason"] == "stop"
    fenced = f"ORIGINAL CODE:\n```py\n{CODE}\n```\n\nSUGGESTED EDIT:\n```\n{UPDATE}```\n\nApply it."
    messages = [
        {"role": "user", "content": [{"type": "text", "text": fenced}]},
        {"role": "assistant", "content": "```"},
    ]
    answer = (await http.post(chat(messages=messages))).json()
    assert answer["choices"][0]["message"]["content"] == f"```\n{EDITED}\n```"
    goose = chat(UPDATE, prediction={"content": CODE})
    answer = (await http.post(goose)).json()
    assert answer["choices"][0]["message"]["content"] == EDITED
    answer = (await http.post(COMPLETION, "/v1/completions")).json()
    assert (answer["object"], answer["choices"][0]["text"]) == ("text_completion", EDITED)
    answer = (await http.post(MERGE, "/v1/code/apply")).json()
    assert answer["mergedCode"] == EDITED


async def test_a_file_that_its_tags_would_cut_is_refused(serve_http: ServeHttp) -> None:
    http = await serve_http()
    code = f"{CODE}# </updated-code>\n"
    answer = await http.post(chat(FAST_APPLY.format(said="", code=code, update=UPDATE)))
    assert answer.status_code == 422
    assert "</updated-code>" in answer.json()["error"]["message"]


BODIES: list[tuple[Any, int, str | None]] = [
    (chat(nonsense={"a": 1}, stream_options=None), 200, None),
    (chat(messages=[{"role": "tool", "content": "x"}]), 400, "messages[0].role"),
    (chat([{"type": "image_url", "url": "x"}]), 400, "messages[0].content[0].type"),
    (chat([{"type": "text"}]), 400, "messages[0].content[0].type"),
    (chat(prediction={"type": "x", "content": "y"}), 400, "prediction.type"),
    (chat(messages=[]), 400, "messages"),
    (chat(n=2), 400, "n"),
    (chat(max_tokens=0), 400, "max_tokens"),
    (chat(temperature=-1), 400, "temperature"),
    (chat(specedit={"acept": "trust"}), 400, "specedit.acept"),
    (chat(specedit={"accept": "blindly"}), 400, "specedit.accept"),
    (chat(tagged("\0")), 422, None),
    (chat("hello"), 400, None),
    ({"messages": []}, 400, "model"),
    ([], 400, None),
]


async def test_bodies(serve_http: ServeHttp) -> None:
    http = await serve_http()
    for body, status, param in BODIES:
        answer = await http.post(body)
        assert answer.status_code == status, (body, answer.text)
        if status != 200:
            error = answer.json()["error"]
            assert error["param"] == param
            assert error["message"] and error["type"] and error["code"]


PATCHES = [
    "--- a/lib/x.py\n+++ b/lib/x.py\n@@ -1,2 +1,2 @@\n def fetch(page):\n-    return page + 1\n+    return page + 2\n",
    "@@ ... @@\n def fetch(page):\n-    return page + 1\n+    return page + 2\n",
    "<<<<<<< SEARCH\n    return page + 1\n=======\n    return page + 2\n>>>>>>> REPLACE\n",
    "x.py\n```python\n<<<<<<< SEARCH\n    return page + 1\n=======\n    return page + 2\n>>>>>>> REPLACE\n```\n",
    "*** Begin Patch\n*** Update File: x.py\n@@\n def fetch(page):\n-    return page + 1\n+    return page + 2\n*** End Patch\n",
]


@pytest.mark.parametrize("patch", PATCHES)
async def test_an_update_may_be_a_patch(patch: str, serve_http: ServeHttp) -> None:
    http = await serve_http()
    answer = (await http.post(chat(tagged(update=patch), specedit=None))).json()
    assert answer["choices"][0]["message"]["content"] == EDITED
    assert answer["specedit"]["operation"] == "patch"


async def test_a_file_that_has_a_patchs_marks_gets_no_patch(serve_http: ServeHttp) -> None:
    """The lines of the update are what the file is to have."""
    http = await serve_http()
    told = "# Notes\n\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n\nThe end.\n"
    update = "<<<<<<< SEARCH\na\n=======\nc\n>>>>>>> REPLACE\n"
    answer = (await http.post(chat(tagged(told, update), specedit={"path": "x.md"}))).json()
    assert answer["choices"][0]["message"]["content"] == told.replace("\nb\n", "\nc\n")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("top_p", 0.5),
        ("tools", [{"type": "function"}]),
        ("response_format", {"type": "json_object"}),
    ],
)
async def test_what_the_target_cannot_do_is_refused(
    field: str, value: Any, serve_http: ServeHttp
) -> None:
    http = await serve_http()
    for body, status in ((GENERATE, 400), (chat(), 200)):
        answer = await http.post(body | {"max_tokens": 1, field: value})
        assert answer.status_code == status
        assert status == 200 or answer.json()["error"]["param"] == field


async def test_bodies_that_are_no_json(serve_http: ServeHttp) -> None:
    http = await serve_http()
    for body in (b"", b"{", b"\xff", b'{"model": "auto", "messages": NaN}', b"[" * 100_000):
        answer = await http.raw.post("/v1/chat/completions", content=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    half = json.dumps(chat(tagged("x = 1\n"))).replace("x = 1", "\\ud800")
    assert (await http.raw.post("/v1/chat/completions", content=half)).status_code == 400


async def test_other_paths_are_told_what_there_is(serve_http: ServeHttp) -> None:
    http = await serve_http()
    assert (await http.raw.get("/health")).json() == {"status": "ok"}
    missing, method = await http.post({}, "/v1/embeddings"), await http.raw.get("/v1/completions")
    assert (missing.status_code, method.status_code) == (404, 405)
    for answer in (missing, method):
        assert "/v1/chat/completions" in answer.json()["error"]["message"]


async def test_sizes_are_bounded(serve_http: ServeHttp) -> None:
    http = await serve_http(limits=Limits(document_bytes=100))
    for content in (tagged(f"{CODE}{'x' * 100}"), tagged("x" * (2 << 20))):
        answer = await http.post(chat(content))
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")

    async def pieces() -> Any:
        for _ in range(64):
            yield b" " * (1 << 16)

    answer = await http.raw.post("/v1/chat/completions", content=pieces())
    assert answer.status_code == 413


async def test_pages_and_other_names_are_refused(serve_http: ServeHttp) -> None:
    http = await serve_http()
    for headers in ({"Host": "evil.example"}, {"Host": f"evil.example:{http.address[-4:]}"}):
        answer = await http.raw.post("/v1/chat/completions", json=chat(), headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "host_not_allowed")
    own = await http.raw.get("/v1/models", headers={"Origin": f"http://{http.address}"})
    assert own.status_code == 200
    answer = await http.raw.get("/v1/models", headers={"Origin": "http://localhost"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in answer.headers


async def test_the_token_is_asked_for(serve_http: ServeHttp) -> None:
    http = await serve_http(token="a-token-of-some-length")
    assert (await http.post(chat())).status_code == 200
    for key in (b"", b"Bearer a-token-of-some-lengtH", "Bearer é".encode()):
        answer = await http.raw.get("/v1/models", headers={b"Authorization": key})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")
    assert (await http.raw.get("/health", headers={"Authorization": ""})).status_code == 200


async def test_a_full_queue_says_when_to_come_back(serve_http: ServeHttp) -> None:
    http = await serve_http(limits=Limits(running=1, waiting=0))
    http.served.gate.close()
    first = asyncio.create_task(http.post(chat()))
    await asyncio.to_thread(http.served.gate.under_way.acquire)
    answer = await http.post(chat())
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "queue_full")
    assert int(answer.headers["Retry-After"]) >= 1
    http.served.gate.open_again()
    assert (await first).status_code == 200


@pytest.mark.parametrize("body", [chat(), GENERATE, GENERATE | {"stream": True}])
async def test_who_is_gone_is_worked_for_no_more(body: Any, serve_http: ServeHttp) -> None:
    http = await serve_http()
    gate = http.served.gate
    gate.close()
    asking = asyncio.create_task(http.post(body))
    await asyncio.to_thread(gate.under_way.acquire)
    asking.cancel()
    await asyncio.wait([asking])
    await until(lambda: not http.served.server.is_busy)
    started = gate.started
    gate.open_again()
    assert (await http.post(GENERATE | {"max_tokens": 1})).status_code == 200
    assert gate.started <= started + 2  # of the last request: its prompt, and its token


async def test_a_stream_that_is_not_read_holds_nobody_up(serve_http: ServeHttp) -> None:
    http = await serve_http(limits=Limits(running=1, reading=1.0))
    host, port = http.address.split(":")
    _, writer = await asyncio.open_connection(host, int(port), limit=1)
    body = json.dumps(chat(tagged(f"{CODE}# {'x' * 900_000}\n"))).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    assert (await http.post(chat())).status_code == 200
    await until(lambda: not http.served.server.is_busy)
    writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for(serve_http: ServeHttp) -> None:
    http = await serve_http(limits=Limits(reading=0.2))
    host, port = http.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /v1/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\n{{".encode()
    )
    assert (await reader.readline()).split()[1] == b"408"
    silent, closing = await asyncio.open_connection(host, int(port))
    closing.write(b"POST /v1/comp")
    assert await silent.read() == b""  # closed
    for each in (writer, closing):
        each.close()


async def test_a_body_that_goes_on_after_its_answer_is_cut_off(serve_http: ServeHttp) -> None:
    http = await serve_http(token="a-token-of-some-length", limits=Limits(reading=0.2))
    host, port = http.address.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /v1/models HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999999999\r\n\r\n".encode()
    )

    async def say_more() -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)

    async with asyncio.timeout(PATIENCE):
        await say_more()


async def test_both_doors_have_one_engine(serve_http: ServeHttp) -> None:
    from specedit.service.client import AsyncClient

    http: Http = await serve_http()
    assert len(http.served.server.targets) == 2
    async with AsyncClient(http.served.address) as client:
        assert (await client.info()).model == "tiny"
    assert (await http.post(chat())).status_code == 200


async def test_a_server_that_stops_says_so(serve_http: ServeHttp) -> None:
    http = await serve_http()
    http.served.gate.close()
    asking = asyncio.create_task(http.post(chat()))
    await asyncio.to_thread(http.served.gate.under_way.acquire)
    stopping = asyncio.create_task(http.served.server.stop(0.1))
    answer = await asking
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    http.served.gate.open_again()
    await stopping
