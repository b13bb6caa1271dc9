"""A server with OpenAI's completions interface, over HTTP: requests, answers as they stream, and what fails."""

import json
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from specedit.engine.errors import Busy, InvalidRequest, TargetError, Unavailable

_SILENCE = 120.0  # seconds without a byte after which a server is given up
_PAUSES = (0.2, 1.0)  # seconds before another try; nothing was answered yet, so it is safe
_LATER = {429, 502, 503, 504}


class Completions:
    """Speaks to the server at `url`: http(s)://HOST[:PORT], with or without /v1. Threads may share it."""

    def __init__(self, url: str, key: str | None = None, silence: float = _SILENCE) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidRequest(f"'{url}' is no engine's address; give http://HOST:PORT")
        self.url = url.rstrip("/").removesuffix("/v1")
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._place = parts.netloc.rpartition("@")[2]
        self._path = parts.path.rstrip("/").removesuffix("/v1")
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._silence = silence

    def get(self, path: str) -> str:
        """Return what is at `path`.

        Raises:
            Unavailable: nobody answers there.
            TargetError: the server refuses.
        """
        return self._whole("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the answer to `body`, from JSON.

        Raises:
            Unavailable: nobody answers there.
            TargetError: the server refuses, or its answer is not JSON.
        """
        answer = self._whole("POST", path, body)
        try:
            return json.loads(answer)
        except ValueError as error:
            raise TargetError(f"{self.url}{path} answers {answer[:80]!r}, not JSON") from error

    def stream(self, path: str, body: Mapping[str, Any]) -> Generator[Any]:
        """Yield the events of a streamed answer, from JSON. Closing the generator ends the request.

        Raises:
            Unavailable: nobody answers, or the stream ends in the middle.
            TargetError: the server refuses, or reports an error.
        """
        connection, response = self._asked("POST", path, {**body, "stream": True})
        with closing(connection):
            while True:
                try:
                    line = response.readline()
                except (OSError, HTTPException) as error:
                    raise Unavailable(f"the answer of {self.url} was cut: {error!r}") from error
                if not line:
                    raise Unavailable(f"{self.url} ended its answer in the middle")
                data = line.removeprefix(b"data:").strip()
                if not line.startswith(b"data:"):
                    continue
                if data == b"[DONE]":
                    return
                event = json.loads(data)
                if "error" in event:
                    raise TargetError(f"{self.url} reports: {_message(event)}")
                yield event

    def _whole(self, method: str, path: str, body: Mapping[str, Any] | None) -> str:
        connection, response = self._asked(method, path, body)
        with closing(connection):
            try:
                return response.read().decode("utf-8", errors="replace")
            except (OSError, HTTPException) as error:
                raise Unavailable(f"the answer of {self.url} was cut: {error!r}") from error

    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[HTTPConnection, HTTPResponse]:
        data = None if body is None else json.dumps(body)
        for pause in (*_PAUSES, None):
            connection = self._kind(self._place, timeout=self._silence)
            try:
                connection.request(method, self._path + path, data, self._headers)
                response = connection.getresponse()
            except (OSError, HTTPException) as error:
                connection.close()
                if pause is None:
                    raise Unavailable(
                        f"no engine answers at {self.url} ({error}); start it, or give another --engine-url"
                    ) from error
            else:
                if response.status < 300:
                    return connection, response
                with closing(connection):
                    refusal = response.read(1 << 16).decode("utf-8", errors="replace")
                if response.status not in _LATER or pause is None:
                    raise _error(self.url, path, response.status, refusal)
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")


def _error(url: str, path: str, status: int, text: str) -> TargetError:
    try:
        text = _message(json.loads(text))
    except ValueError:
        text = text.strip()[:300]
    if status == 429:
        return Busy(f"{url} is busy: {text}", 1.0)
    if status in _LATER:
        return Unavailable(f"{url} is not ready ({status}): {text}")
    hint = "; its key goes into $SPECEDIT_ENGINE_KEY" if status in (401, 403) else ""
    return TargetError(f"{url}{path} refuses ({status}): {text}{hint}")


def _message(answer: Any) -> str:
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    return str(error.get("message", error) if isinstance(error, dict) else error)
