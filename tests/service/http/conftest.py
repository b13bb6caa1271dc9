"""A server with both doors, and clients that nobody here wrote."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import httpx2
import openai
import pytest
from tests.patience import PATIENCE
from tests.service.conftest import Serve, Served

from specedit.service.address import Address
from specedit.service.auth import Credentials
from specedit.service.http.door import HttpDoor

CODE = 'def fetch(page):\n    return page + 1\n\n\ndef show(page):\n    print("é", fetch(page))\n'
UPDATE = "def fetch(page):\n    return page + 2\n\n# ... existing code ...\n"
EDITED = CODE.replace("+ 1", "+ 2")
BESIDE = {"path": "x.py"}  # what tells the language, under `specedit`


def tagged(code: str = CODE, update: str = UPDATE, instruction: str = "I add two") -> str:
    return (
        f"<instruction>{instruction}</instruction>\n<code>{code}</code>\n<update>{update}</update>"
    )


def chat(content: Any = None, **fields: Any) -> dict[str, Any]:
    message = {"role": "user", "content": tagged() if content is None else content}
    return {"model": "specedit-apply", "messages": [message], "specedit": BESIDE, **fields}


class Http:
    """Where a server answers over HTTP, and a client for it."""

    def __init__(self, served: Served, token: str) -> None:
        self.served, self.token = served, token
        self.address = served.server.targets[-1]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.raw = httpx2.AsyncClient(
            base_url=f"http://{self.address}", headers=headers, timeout=PATIENCE, trust_env=False
        )
        self.openai = openai.AsyncOpenAI(
            base_url=f"http://{self.address}/v1",
            api_key=token or "any",
            max_retries=0,
            http_client=httpx2.AsyncClient(trust_env=False),
        )

    async def post(self, body: Any, path: str = "/v1/chat/completions") -> httpx2.Response:
        return await self.raw.post(path, json=body)

    async def close(self) -> None:
        await self.raw.aclose()
        await self.openai.close()


ServeHttp = Callable[..., Awaitable[Http]]


@pytest.fixture
async def serve_http(serve: Serve) -> AsyncIterator[ServeHttp]:
    """Starts servers with both doors; of HTTP on a port of its own."""
    started: list[Http] = []

    async def start(token: str = "", at: str = "127.0.0.1:0", **options: Any) -> Http:
        door = partial(
            HttpDoor,
            address=Address(at),
            credentials=Credentials(token),
            insecure=not token,
        )
        started.append(Http(await serve(doors=[door], **options), token))
        return started[-1]

    yield start
    for http in started:
        await http.close()
