"""An author behind an OpenAI-compatible chat server, by OpenAI's own client.

The server is not trusted: what it may say, and for how long, is bounded here. A key goes over TLS, or no further than
this machine.
"""

import os
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from specedit.editor import chat_stream
from specedit.editor.author import Answer
from specedit.editor.author_prompt import Turn
from specedit.engine.errors import (
    Busy,
    EditRefused,
    InvalidRequest,
    TargetError,
    Unavailable,
    without_key,
)

if TYPE_CHECKING:
    from httpx2 import Response
    from openai import APIStatusError, OpenAI

    from specedit.editor.chat_wire import Wire

KEY, OPENAI_KEY = "SPECEDIT_AUTHOR_KEY", "OPENAI_API_KEY"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PAUSES = (0.5, 2.0)  # seconds before another try, where the server does not say
_LONGEST_NAME = 200
_NO_STREAMS = ("application/json", "text/html")
_MOST_SHOWN = 300  # characters of what a server says
T = TypeVar("T")


class ChatAuthor:
    """The model `model` of the server at `url`; None is the only one that it has.

    `predicts`: the file is sent as a `prediction`, which few servers take. `most_tokens` of an answer.

    Raises:
        InvalidRequest: the address is none, or the key would go over a network in clear text.
    """

    def __init__(
        self,
        url: str,
        model: str | None = None,
        *,
        predicts: bool = False,
        most_tokens: int | None = None,
        temperature: float = 0.0,
    ) -> None:
        self._url, self._model = url.rstrip("/"), model
        self._key, self._is_near = _key_for(url)
        self._is_cancelled = False
        # What a server may not know; of what it refuses the request does without.
        self._optional: dict[str, Any] = {"temperature": temperature}
        self._optional["stream_options"] = {"include_usage": True}
        if most_tokens is not None:
            self._optional["max_tokens"] = most_tokens
        if predicts:
            self._optional["prediction"] = {"type": "content"}

    @property
    def name(self) -> str:
        """The model, and where it is."""
        return f"{self._model or 'the model'} at {self._url}"

    def answer(self, turns: Sequence[Turn], source: str, until: float) -> Answer:
        """Return the answer, which comes as a stream; see `Author`.

        Raises:
            InvalidRequest: no model is named, and the server has several, or none.
        """
        if self._model is None:
            self._model = self._tried(self._only_model, until)
        return self._tried(lambda: self._streamed(turns, source), until)

    def cancel(self) -> None:
        """End the answer under way; see `Author`."""
        self._is_cancelled = True
        self._wire.close()

    @cached_property
    def _wire(self) -> "Wire":
        from specedit.editor.chat_wire import Wire

        return Wire(self._key, is_near=self._is_near)

    @cached_property
    def _client(self) -> "OpenAI":
        from openai import OpenAI

        # The key is the wire's to send: the client would look for others in the environment.
        return OpenAI(
            base_url=self._url, api_key="none", max_retries=0, http_client=self._wire.http
        )

    def _only_model(self) -> str:
        models = [str(model.id)[:_LONGEST_NAME] for model in self._client.models.list().data or []]
        if len(models) != 1:
            known = ", ".join(map(repr, models[:20])) or "none"
            raise InvalidRequest(f"--author-model NAME is needed: {self._url} has {known}")
        return models[0]

    def _streamed(self, turns: Sequence[Turn], source: str) -> Answer:
        optional = dict(self._optional)
        if "prediction" in optional:
            optional["prediction"] = {"type": "content", "content": source}
        messages: Any = [{"role": turn.by, "content": turn.text} for turn in turns]
        with self._client.chat.completions.create(
            model=self._model or "", messages=messages, stream=True, **optional
        ) as stream:
            self._check_kind(stream.response)
            return chat_stream.read(stream, self.name, self._shown)

    def _check_kind(self, response: "Response") -> None:
        """Refuse what is evidently no stream: a page to log in at, an error that is not called one.

        Raises:
            TargetError: with its beginning.
        """
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in _NO_STREAMS:
            beginning = self._shown(response.read().decode(errors="replace"))
            raise TargetError(
                f"{self._url} answers with {kind} where a stream of events belongs: {beginning}"
            )

    def _tried(self, ask: Callable[[], T], until: float) -> T:
        """What `ask` returns, again where it failed in a way that may pass: nothing was done yet, so it is safe."""
        import httpx2
        import openai

        pauses = iter(_PAUSES)
        while True:
            self._check_time(until)
            try:
                with self._wire.hangs_up(until):
                    return ask()
            except openai.APIStatusError as error:
                failed, pause = self._error(error), _retry_after(error)
                if self._does_without(error):
                    continue
            except (openai.APIConnectionError, httpx2.HTTPError) as error:
                reason = error.__cause__ or error
                failed, pause = Unavailable(f"no whole answer from {self._url} ({reason})"), None
            except openai.APIError as error:  # in the stream itself
                raise TargetError(f"{self._url} reports: {self._shown(str(error))}") from error
            except Unavailable as error:
                failed, pause = error, None
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                raise TargetError(f"{self._url} answers what is no chat: {error!r:.300}") from error
            self._check_time(until)
            standard = next(pauses, None)
            if standard is None or not isinstance(failed, (Busy, Unavailable)):
                raise failed
            pause = standard if pause is None else pause
            if time.monotonic() + pause > until:
                raise failed
            time.sleep(pause)

    def _does_without(self, error: "APIStatusError") -> bool:
        """Whether the server refuses what it need not be sent; then the next request is without that."""
        refused = next((name for name in self._optional if name in str(error)), None)
        if error.status_code not in (400, 422) or refused is None:
            return False
        value = self._optional.pop(refused)
        if refused == "max_tokens":  # as OpenAI's newer models have it
            self._optional["max_completion_tokens"] = value
        return True

    def _error(self, error: "APIStatusError") -> TargetError:
        status = error.status_code
        message = self._shown(_message(error))
        if status == 429:
            return Busy(f"{self._url} is busy: {message}", _retry_after(error) or 1.0)
        if status >= 500:
            return Unavailable(f"{self._url} has failed ({status}): {message}")
        hint = ""
        if status in (401, 403):
            hint = f"; its key goes into ${KEY}, or, over https, ${OPENAI_KEY}"
        if status == 404:
            hint = f"; is '{self._model}' a model of it, and should the address end in /v1?"
        if elsewhere := error.response.headers.get("Location"):
            hint = (
                f"; it redirects to '{self._shown(elsewhere)}': give that address, if it is right"
            )
        return TargetError(f"{self._url} refuses ({status}): {message}{hint}")

    def _shown(self, text: str) -> str:
        """The beginning of what the server says, without a key that it repeats."""
        return " ".join(without_key(text, self._key).split())[:_MOST_SHOWN]

    def _check_time(self, until: float) -> None:
        if self._is_cancelled:
            raise EditRefused(f"{self.name} is not asked any more: the request was cancelled")
        if time.monotonic() >= until:
            raise EditRefused(f"{self.name} was not done in time; raise --timeout")


def _key_for(url: str) -> tuple[str | None, bool]:
    """The key that may be sent to an address, and whether that is on this machine."""
    try:
        parts = urlsplit(url)
        host, is_safe = parts.hostname, parts.scheme == "https"
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.username is not None:
        raise InvalidRequest(
            f"--author '{url}' is no address of a server; give one as http://localhost:11434/v1"
        )
    is_near = host in _LOOPBACK
    if key := os.environ.get(KEY):
        if not is_safe and not is_near:
            raise InvalidRequest(
                f"${KEY} would go to '{host}' in clear text; give an https address, or unset it"
            )
        return key, is_near
    return (os.environ.get(OPENAI_KEY) or None) if is_safe else None, is_near


def _message(error: "APIStatusError") -> str:
    """What a server says of its error, in whatever form."""
    said: Any = error.body
    message = said.get("message") if isinstance(said, dict) else None
    return str(message or said or error)


def _retry_after(error: "APIStatusError") -> float | None:
    """The seconds that a server asks to wait, if it says so in seconds."""
    try:
        seconds = float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 3600 else None
