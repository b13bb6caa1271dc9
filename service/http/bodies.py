"""Bodies of requests: whole, in time, and of a bounded size, before anything works on them."""

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specedit.engine.errors import SpeceditError
from specedit.service.http.errors import SlowRequest, TooLarge, failure_of


class WholeBodies:
    """Passes requests on once their bodies are there. `most`: bytes of one; `seconds`: what it may take to come."""

    def __init__(self, app: ASGIApp, most: int, seconds: float) -> None:
        self._app, self._most, self._seconds = app, most, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        try:
            body = await _body_of(Request(scope, receive), self._most, self._seconds)
        except SpeceditError as error:
            failure = failure_of(error)
            response = JSONResponse(failure.body, failure.status, failure.headers)
            await response(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, replay, send)


async def _body_of(request: Request, most: int, seconds: float) -> bytes:
    """Return the body of a request.

    Raises:
        TooLarge, SlowRequest: it has more than `most` bytes, or takes more than so many seconds.
    """
    length = request.headers.get("content-length", "")
    chunks, size = [], int(length) if length.isdecimal() else 0
    if size <= most:
        size = 0
        try:
            async with asyncio.timeout(seconds):
                async for chunk in request.stream():
                    chunks.append(chunk)
                    size += len(chunk)
                    if size > most:
                        break
        except TimeoutError as error:
            raise SlowRequest(f"the body did not come within {seconds:g} s") from error
        except ClientDisconnect as error:
            raise SlowRequest("the connection ended before the body") from error
    if size > most:
        raise TooLarge(f"the body has more than {most} bytes")
    return b"".join(chunks)
