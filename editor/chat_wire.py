"""The connections of a chat client: what headers are sent, how much may come back, and hanging up when the time is over.

It loads an HTTP library, so import it where a server is about to be asked.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

import httpx2

from specedit.engine.hang_up import hangs_up, shut_down

_CONNECT, _SILENCE = (
    5.0,
    300.0,
)  # seconds without a byte; models think, and some servers say nothing meanwhile
_MOST_BYTES = 16 << 20  # of an answer: a token comes with 300 bytes around it
_SENT = {
    *("host", "connection", "accept", "user-agent"),
    *("content-type", "content-length"),
}  # all others come from the environment, and are none of the server's business


class Wire:
    """Sends `key`, if there is one, and nothing else that the environment may hold.

    `is_near`: the server is on this machine, and no proxy is to stand between.
    """

    def __init__(self, key: str | None, *, is_near: bool) -> None:
        self._key = key
        self._socket: socket.socket | None = None  # of the request under way
        self._is_closed = False
        self.http = httpx2.Client(
            follow_redirects=False,  # the text goes where the user has sent it, and nowhere else
            trust_env=not is_near,
            limits=httpx2.Limits(max_keepalive_connections=0),  # none is left to be closed
            # A processor reads a long prompt for minutes; here nothing but the server can get lost.
            timeout=httpx2.Timeout(None if is_near else _SILENCE, connect=_CONNECT),
            event_hooks={"request": [self._prepare], "response": [_bound]},
        )

    def hangs_up(self, until: float) -> AbstractContextManager[None]:
        """Hang up when the time is over."""
        return hangs_up(lambda: shut_down(self._socket), until)

    def close(self) -> None:
        """End the request under way; the next ones end as soon as they are connected. From any thread."""
        self._is_closed = True
        shut_down(self._socket)

    def _prepare(self, request: httpx2.Request) -> None:
        for name in set(request.headers) - _SENT:
            del request.headers[name]
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        request.headers["Accept-Encoding"] = (
            "identity"  # what is packed has no length that can be bounded
        )
        request.extensions = {**request.extensions, "trace": self._trace}

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._is_closed:
                shut_down(self._socket)


class _Bounded(httpx2.SyncByteStream):
    """A body of which no more than `_MOST_BYTES` are read."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = _MOST_BYTES
        for data in self._stream:
            left -= len(data)
            if left < 0:
                raise httpx2.ReadError(f"more than {_MOST_BYTES} bytes came")
            yield data

    def close(self) -> None:
        self._stream.close()


def _bound(response: httpx2.Response) -> None:
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise httpx2.DecodingError("it is packed, though it was to come as it is")
    assert isinstance(response.stream, httpx2.SyncByteStream)
    response.stream = _Bounded(response.stream)
