"""What goes to one client: one response, or events one after the other; and who is gone is answered no more."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from specedit.service.http.answers import Json
from specedit.service.http.errors import Failure

_PING_SECONDS = 15
_DONE = "[DONE]"
_LINE_END = "\n"


class PendingReply:
    """Takes what is made of a request. Until the first event an error is a response; after it, it is an event."""

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self.response: Response | None = None
        # What is made waits here, not in its place among the passes: an answer is bounded by its tokens.
        self._events: asyncio.Queue[str | None] = asyncio.Queue()

    def send(self, body: Json) -> None:
        """Answer with a body."""
        self.response = JSONResponse(body)
        self.has_begun.set()

    def event(self, body: Json) -> None:
        """Send one event of a stream."""
        self._events.put_nowait(json.dumps(body))  # in ASCII: no character of it ends a line
        self.has_begun.set()

    def done(self) -> None:
        """End the stream, as it should end."""
        self._events.put_nowait(_DONE)
        self._events.put_nowait(None)

    def fail(self, failure: Failure) -> None:
        """Answer with an error."""
        if self.has_begun.is_set():
            self.event(failure.body)
            self._events.put_nowait(None)
        else:
            self.response = JSONResponse(failure.body, failure.status, failure.headers)
            self.has_begun.set()

    async def events(self, work: "asyncio.Task[None]") -> AsyncGenerator[ServerSentEvent]:
        """Yield what is to be sent; closed, it ends the work."""
        try:
            while (event := await self._events.get()) is not None:
                yield ServerSentEvent(event, sep=_LINE_END)
        finally:
            work.cancel()


async def respond(request: Request, work: Callable[[PendingReply], Awaitable[None]]) -> Response:
    """Return the response that `work` makes. It is cancelled when the client goes away."""
    reply = PendingReply()
    working = asyncio.ensure_future(_run(work, reply))
    beginning = asyncio.ensure_future(reply.has_begun.wait())
    disconnect = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait([beginning, disconnect], return_when=asyncio.FIRST_COMPLETED)
        if not reply.has_begun.is_set():
            working.cancel()
            return Response(status_code=499)  # nobody reads it
    except asyncio.CancelledError:
        working.cancel()
        raise
    finally:
        for task in (beginning, disconnect):
            task.cancel()
    return reply.response or EventSourceResponse(
        reply.events(working), sep=_LINE_END, ping=_PING_SECONDS
    )


async def _run(work: Callable[[PendingReply], Awaitable[None]], reply: PendingReply) -> None:
    with suppress(asyncio.CancelledError):
        await work(reply)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
