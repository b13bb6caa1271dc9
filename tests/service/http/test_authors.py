"""An author behind the HTTP door: what nothing else understands is written by it, or an error says why not."""

from functools import partial
from typing import Any

import anyio
import openai
import pytest
from tests.chat_server import ASKED, BLOCK, EDITED, SOURCE, Says, Script, serving
from tests.patience import PATIENCE
from tests.service.http.conftest import BESIDE, Http, ServeHttp, chat

from specedit.editor.chat import ChatAuthor
from specedit.editor.config import Config

EDIT: dict[str, Any] = {"prediction": {"type": "content", "content": SOURCE}}


async def http_of(serve_http: ServeHttp, script: Script) -> Http:
    return await serve_http(config=Config(model="tiny"), new_author=partial(ChatAuthor, script.url))


async def test_it_writes(serve_http: ServeHttp) -> None:
    with serving(Script([Says(BLOCK), Says(BLOCK)])) as script:
        http = await http_of(serve_http, script)
        answer = (await http.post(chat(ASKED, **EDIT))).json()
        stream = await http.openai.chat.completions.create(
            model="specedit-apply",
            messages=[{"role": "user", "content": ASKED}],
            stream=True,
            extra_body={"specedit": BESIDE, **EDIT},
        )
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    assert answer["choices"][0]["message"]["content"] == EDITED == "".join(pieces)
    assert answer["specedit"]["author"]["name"] == f"coder at {script.url}"
    assert answer["specedit"]["operation"] == "author"


async def test_what_syntax_knows_has_no_author(serve_http: ServeHttp) -> None:
    with serving(Script([])) as script:
        http = await http_of(serve_http, script)
        answer = (await http.post(chat("rename fetch to load", **EDIT))).json()
    assert answer["specedit"]["author"] is None and not script.requests


@pytest.mark.parametrize(
    ("says", "status", "reason"),
    [
        (Says("CANNOT: there is no time"), 422, "there is no time"),
        (Says("I would use a timeout."), 422, "I would use a timeout"),
        (Says("the model is gone", status=404), 500, "the model is gone"),
        (Says("out of memory", status=500), 503, "out of memory"),
    ],
)
async def test_no_edit_is_an_error(
    says: Says, status: int, reason: str, serve_http: ServeHttp
) -> None:
    with serving(Script([says] * 3)) as script:
        answer = await (await http_of(serve_http, script)).post(chat(ASKED, **EDIT))
    assert answer.status_code == status, answer.text
    assert reason in answer.json()["error"]["message"]


async def test_who_leaves_ends_it(serve_http: ServeHttp) -> None:
    with serving(Script([Says("I think. " * 10_000, pause=0.02)])) as script:
        http = await http_of(serve_http, script)
        with pytest.raises(openai.APITimeoutError):
            await http.openai.with_options(timeout=1).chat.completions.create(
                model="specedit-apply",
                messages=[{"role": "user", "content": ASKED}],
                extra_body={"specedit": BESIDE, **EDIT},
            )
        assert await anyio.to_thread.run_sync(script.hung_up.wait, PATIENCE)
