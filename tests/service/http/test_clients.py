"""Packages from npm that programs use for this: Morph's SDK, and OpenAI's own client for Node."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.node import NODE, install
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
from tests.service.test_load import until

from specedit.editor.config import Config
from specedit.service.http import shapes
from specedit.service.http.anchors import expanded
from specedit.service.limits import Limits

pytestmark = pytest.mark.clients
FOLDER = Path(__file__).parent / "clients"
SYNTAX = Config(model="tiny", accept="syntax")
MANY = "many " * 32
PARTS = [
    f'def part_{i}(value):\n    """Part {i} of {MANY}."""\n    return value + {i}\n\n\n'
    for i in range(600)
]
LONG = "".join(PARTS)
REST = "# ... existing code ...\n"
LONG_UPDATE = f"{REST}{PARTS[300].replace(' + 300', '')}{REST}"


@pytest.fixture(scope="session")
def packages() -> Path:
    return install(FOLDER)


async def node(script: str, http: Http, **said: Any) -> list[dict[str, Any]]:
    """What a script in `clients` prints."""
    given = {"at": f"http://{http.address}", "key": http.token or "any", **said}
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        script,
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0, errors.decode()
    answers: list[dict[str, Any]] = json.loads(out)
    return answers


def an_edit(code: str = CODE, update: str = UPDATE, **config: Any) -> dict[str, Any]:
    asked = {"originalCode": code, "codeEdit": update, "instruction": "I change it"}
    return {"input": asked, "config": {"retryConfig": {"maxRetries": 0}, **config}}


async def retried(asking: "asyncio.Task[list[dict[str, Any]]]", http: Http) -> list[dict[str, Any]]:
    """What a client is answered that first finds the queue full, and comes again."""
    counted = http.served.server._calls.metrics.registry.get_sample_value
    gate = http.served.gate
    await until(
        lambda: counted("specedit_calls_total", {"rpc": "Chat", "code": "RESOURCE_EXHAUSTED"}) == 1
    )
    gate.open_again()
    return await asking


@pytest.fixture
async def full(serve_http: ServeHttp) -> AsyncIterator[Http]:
    """A server that works for somebody, and lets nobody wait."""
    http = await serve_http(limits=Limits(running=1, waiting=0))
    http.served.gate.close()
    first = asyncio.create_task(http.post(chat()))
    await asyncio.to_thread(http.served.gate.under_way.acquire)
    yield http
    assert (await first).status_code == 200


async def test_morph(serve_http: ServeHttp, packages: Path) -> None:
    http = await serve_http(token="a-token-of-some-length")
    windows = CODE.replace("\n", "\r\n")
    edits = [an_edit(), an_edit(large=False), an_edit(windows), an_edit(CODE.rstrip())]
    expected = [EDITED, EDITED, EDITED.replace("\n", "\r\n"), EDITED.rstrip()]
    for result, text in zip(await node("morph.mjs", http, edits=edits), expected, strict=True):
        assert result["success"], result
        assert result["mergedCode"] == text


async def test_morph_with_anchors(
    serve_http: ServeHttp, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file of 3,000 lines its SDK leaves out the long ones, unless it is told not to."""
    codes: list[str] = []

    def seen(code: str, *others: Any) -> tuple[str, str]:
        codes.append(code)
        return expanded(code, *others)

    monkeypatch.setattr(shapes, "expanded", seen)
    http = await serve_http()
    edits = [an_edit(LONG, LONG_UPDATE), an_edit(LONG, LONG_UPDATE, anchorCompaction=False)]
    for result in await node("morph.mjs", http, edits=edits):
        assert result["success"], result
        assert result["mergedCode"] == LONG.replace("value + 300\n", "value\n")
    assert ["⟪MORPH_DEFINITIONS" in code for code in codes] == [True, False]


async def test_morph_says_why_not(serve_http: ServeHttp, packages: Path) -> None:
    http = await serve_http("a-token-of-some-length", config=SYNTAX)
    edits = [
        an_edit(CODE, UPDATE),
        an_edit(CODE, CODE.replace("+ 1", "+ 2)")),
        an_edit(CODE.replace("+ 1", "</code>\n<update>"), UPDATE),
        an_edit(morphApiKey="wrong"),
    ]
    results = await node("morph.mjs", http, edits=edits)
    assert not any(result["success"] or result.get("mergedCode") for result in results)
    for result, said in zip(
        results,
        ("lines 1 to 2", "lines 1 to 6", "2 ways; send the file as prediction", "API key"),
        strict=True,
    ):
        assert said in result["error"], result


async def test_morph_comes_again(full: Http, packages: Path) -> None:
    edit = an_edit(retryConfig={"maxRetries": 2, "initialDelay": 1000})
    (result,) = await retried(asyncio.create_task(node("morph.mjs", full, edits=[edit])), full)
    assert result["mergedCode"] == EDITED


def asked(content: str = "", **fields: Any) -> dict[str, Any]:
    return {"api": "chat", "body": chat(content or tagged(), **fields)}


PREDICTED: dict[str, Any] = {
    "prediction": {"type": "content", "content": [{"type": "text", "text": CODE}]},
    "model": "specedit-apply-syntax",
}


async def test_openai(serve_http: ServeHttp, packages: Path) -> None:
    http = await serve_http()
    usage: dict[str, Any] = {"stream_options": {"include_usage": True}}
    completion = {"model": "auto", "prompt": tagged(), "specedit": BESIDE}
    whole, streamed, predicted, plain, models, long = await node(
        "openai.mjs",
        http,
        requests=[
            asked(),
            asked(stream=True, **usage),
            asked("rename show to tell", **PREDICTED),
            {"api": "completions", "body": completion},
            {"api": "models"},
            asked(tagged(LONG, "", "rename part_7 to é"), stream=True),
        ],
    )
    assert whole["text"] == streamed["text"] == plain["text"] == EDITED
    assert (whole["whole"]["choices"][0]["finish_reason"], streamed["end"]) == ("stop", "stop")
    assert streamed["usage"]["completion_tokens"] == whole["whole"]["usage"]["completion_tokens"]
    assert predicted["text"] == CODE.replace("show", "tell")
    assert predicted["whole"]["specedit"]["status"] == "changed"
    assert {"specedit-apply", "tiny"} <= {*models["ids"]}
    assert long["text"] == LONG.replace("part_7(", "é(")
    assert long["chunks"] > 10


async def test_openai_drafts_what_is_predicted(serve_http: ServeHttp, packages: Path) -> None:
    http = await serve_http()
    body = {"model": "tiny", "messages": [{"role": "user", "content": "a"}], "max_tokens": 20}
    (plain,) = await node("openai.mjs", http, requests=[{"api": "chat", "body": body}])
    prediction = {"type": "content", "content": plain["text"]}
    (right,) = await node(
        "openai.mjs", http, requests=[{"api": "chat", "body": body | {"prediction": prediction}}]
    )
    assert right["text"] == plain["text"]
    details = right["whole"]["usage"]["completion_tokens_details"]
    assert sum(details[f"{kind}_prediction_tokens"] for kind in ("accepted", "rejected")) > 0


async def test_openai_errors(serve_http: ServeHttp, packages: Path) -> None:
    http = await serve_http()
    requests = [
        asked("rename fetched to load", **PREDICTED),
        asked(tagged(update=UPDATE.replace("+ 2", "+ 2)")), stream=True),
        asked(model="gpt-x"),
        asked(n=2),
    ]
    expected = [
        ("UnprocessableEntityError", "not_found"),
        ("UnprocessableEntityError", "unsafe"),
        ("NotFoundError", "model_not_found"),
        ("BadRequestError", "invalid_request"),
    ]
    # Many tries for each: no refusal is one that this client takes for a thing that passes.
    answers = await node("openai.mjs", http, requests=requests, options={"maxRetries": 9})
    assert [(answer["error"], answer["code"]) for answer in answers] == expected


async def test_openai_comes_again(full: Http, packages: Path) -> None:
    said = {"requests": [asked(stream=True)], "options": {"maxRetries": 2}}
    (answer,) = await retried(asyncio.create_task(node("openai.mjs", full, **said)), full)
    assert answer["text"] == EDITED
