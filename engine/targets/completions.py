"""A server with OpenAI's completions interface, over HTTP: requests, answers as they stream, and what fails.

It is not trusted: what a line, an answer and a request may take is bounded here.
"""

import json
import socket
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from specedit.engine.errors import (
    Busy,
    EditRefused,
    InvalidRequest,
    TargetError,
    Unavailable,
    without_key,
)
from specedit.engine.hang_up import hangs_up, shut_down
from specedit.engine.targets.answers import from_json, understood

_SILENCE = 120.0  # seconds without a byte after which a server is given up
_MOST_SECONDS = 1800.0  # of a request whose caller has all the time in the world
_MOST_BYTES = 64 << 20  # of an answer: the scores of a hundred thousand tokens
_MOST_LINE = 1 << 20  # bytes of an event in a stream
_PAUSES = (0.2, 1.0)  # seconds before another try; nothing was answered yet, so it is safe
_LATER = {429, 502, 503, 504}


class Completions:
    """Speaks to the server at `url`: http(s)://HOST[:PORT], with or without /v1. Threads may share it.

    `until`, of a request: when it is given up, by `time.monotonic`.
    """

    def __init__(self, url: str, key: str | None = None, silence: float = _SILENCE) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidRequest(f"'{url}' is no engine's address; give http://HOST:PORT")
        self.url = url.rstrip("/").removesuffix("/v1")
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._place = parts.netloc.rpartition("@")[2]
        self._path = parts.path.rstrip("/").removesuffix("/v1")
        self._key, self._headers = key, {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._silence = silence

    def get(self, path: str, until: float | None = None) -> str:
        """Return what is at `path`.

        Raises:
            Unavailable: nobody answers there.
            TargetError: the server refuses, or says more than it should.
            EditRefused: the time is over.
        """
        return self._whole("GET", path, None, until)

    def post(self, path: str, body: Mapping[str, Any], until: float | None = None) -> Any:
        """Return the answer to `body`, from JSON.

        Raises:
            Unavailable: nobody answers there.
            TargetError: the server refuses, says more than it should, or no JSON.
            EditRefused: the time is over.
        """
        answer = self._whole("POST", path, body, until)
        with understood(self.url + path):
            return from_json(answer)

    def stream(
        self, path: str, body: Mapping[str, Any], until: float | None = None
    ) -> Generator[Any]:
        """Yield the events of a streamed answer, from JSON. Closing the generator ends the request.

        Raises:
            Unavailable: nobody answers, or the stream ends in the middle.
            TargetError: the server refuses, reports an error, says more than it should, or no JSON.
            EditRefused: the time is over.
        """
        streamed = {**body, "stream": True}
        with self._send("POST", path, streamed, until) as response:
            self._check_is_stream(path, response)
            left = _MOST_BYTES
            while line := response.readline(_MOST_LINE):
                left -= len(line)
                if left < 0 or (len(line) == _MOST_LINE and not line.endswith(b"\n")):
                    raise TargetError(f"{self.url}{path} sends more than an answer can be")
                if not line.startswith(b"data:"):
                    continue
                data = line.removeprefix(b"data:").strip()
                if data == b"[DONE]":
                    return
                with understood(self.url + path):
                    event = from_json(data)
                if isinstance(event, dict) and event.get("error"):
                    raise TargetError(
                        f"{self.url} reports: {without_key(_message(event), self._key)}"
                    )
                yield event
            raise Unavailable(f"{self.url} ended its answer in the middle")

    def _check_is_stream(self, path: str, response: HTTPResponse) -> None:
        kind = response.headers.get_content_type() if "Content-Type" in response.headers else None
        if kind not in (None, "text/event-stream"):
            begin = response.read(200).decode("utf-8", errors="replace")
            raise TargetError(f"{self.url}{path} answers {kind}, not a stream of events: {begin!r}")

    def _whole(
        self, method: str, path: str, body: Mapping[str, Any] | None, until: float | None
    ) -> str:
        with self._send(method, path, body, until) as response:
            answer = response.read(_MOST_BYTES + 1)
        if len(answer) > _MOST_BYTES:
            raise TargetError(f"{self.url}{path} sends more than an answer can be")
        if response.length:  # known, and not all of it came
            raise Unavailable(f"{self.url} ended its answer in the middle")
        return answer.decode("utf-8", errors="replace")

    @contextmanager
    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, until: float | None
    ) -> Generator[HTTPResponse]:
        """Ask, and hang up in the end, or when the time is over."""
        most = time.monotonic() + _MOST_SECONDS
        until = most if until is None else min(until, most)
        data = None if body is None else json.dumps(body)
        wire, response = self._answered(method, path, data, until)
        with closing(wire), closing(response), hangs_up(partial(shut_down, wire), until):
            try:
                yield response
            except (OSError, HTTPException, ValueError) as error:
                self._check_time(until)
                raise Unavailable(f"the answer of {self.url} was cut: {error!r}") from error
            except Unavailable:
                self._check_time(until)
                raise

    def _answered(
        self, method: str, path: str, data: str | None, until: float
    ) -> tuple[socket.socket, HTTPResponse]:
        for pause in (*_PAUSES, None):
            self._check_time(until)
            patience = min(self._silence, max(0.01, until - time.monotonic()))
            connection = self._kind(self._place, timeout=patience)
            try:
                connection.connect()
                wire: socket.socket = connection.sock  # the connection lets go of it early
                with hangs_up(partial(shut_down, wire), until):
                    connection.request(method, self._path + path, data, self._headers)
                    response = connection.getresponse()
            except (OSError, HTTPException, ValueError) as error:
                connection.close()
                self._check_time(until)
                if pause is None:
                    raise Unavailable(
                        f"no engine answers at {self.url} ({error}); start it, or give another --engine-url"
                    ) from error
            else:
                if response.status < 300:
                    return wire, response
                with closing(wire), closing(response), hangs_up(partial(shut_down, wire), until):
                    refusal = without_key(_read_some(response), self._key)
                if response.status not in _LATER or pause is None:
                    raise _error(self.url, path, response, refusal)
            time.sleep(min(pause, max(0.0, until - time.monotonic())))
        raise AssertionError("the last try returns or raises")

    def _check_time(self, until: float) -> None:
        if time.monotonic() >= until:
            raise EditRefused(f"{self.url} was not done in time; raise --timeout")


def _read_some(response: HTTPResponse) -> str:
    with suppress(OSError, HTTPException, ValueError):
        return response.read(1 << 16).decode("utf-8", errors="replace")
    return ""


def _error(url: str, path: str, response: HTTPResponse, text: str) -> TargetError:
    status = response.status
    try:
        text = _message(json.loads(text))
    except (ValueError, RecursionError):
        text = text.strip()
    text = text[:300]
    if status == 429:
        return Busy(f"{url} is busy: {text}", 1.0)
    if status in _LATER:
        return Unavailable(f"{url} is not ready ({status}): {text}")
    if status < 400:
        there = str(response.headers.get("Location"))[:300]
        return TargetError(f"{url}{path} leads elsewhere ({status}): give --engine-url {there}")
    hint = "; its key goes into $SPECEDIT_ENGINE_KEY" if status in (401, 403) else ""
    return TargetError(f"{url}{path} refuses ({status}): {text}{hint}")


def _message(answer: Any) -> str:
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    return str(error.get("message", error) if isinstance(error, dict) else error)[:300]
