"""Our errors as HTTP statuses and error bodies of OpenAI's form: what a program acts on is `code`, what people read `message`.

No refusal is 409: OpenAI's clients take that for a conflict that passes, and ask again.
"""

import asyncio
import re
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from specedit.editor.result import EditResult
from specedit.engine.errors import (
    AmbiguousPlace,
    Busy,
    EditRefused,
    InvalidRequest,
    NameRefused,
    NotUnderstood,
    PlaceNotFound,
    ReconcileError,
    SpeceditError,
    SymbolNotFound,
    TargetError,
    Unavailable,
    UnsafeEdit,
)
from specedit.service.calls import BUG
from specedit.service.http.wire import BadField

_MOST_LINES = 200
_REFUSED, _SERVER = "edit_refused", "server_error"
_INVALID = "invalid_request_error"


class UnknownModel(InvalidRequest):
    """A model that is not served."""


class TooLarge(InvalidRequest):
    """A document, or the whole body, that is more than one request may have."""


class SlowRequest(InvalidRequest):
    """A body that did not come in time."""


class Disagreed(EditRefused):
    """Syntax and model disagree about an edit: its `result` says on which lines."""

    def __init__(self, result: EditResult) -> None:
        self.result = result
        super().__init__(
            f'{result.reason}; "specedit": {{"accept": "trust"}} takes the edit all the same'
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it goes out. `facts`: what a program may want besides, under the name `specedit`."""

    status: int
    kind: str
    code: str
    message: str
    param: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """The body of the response, or one event of a stream."""
        error = {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }
        return {"error": error | ({"specedit": self.facts} if self.facts else {})}


# The most particular first.
_KINDS: tuple[tuple[type[Exception], int, str, str], ...] = (
    (UnknownModel, 404, _INVALID, "model_not_found"),
    (TooLarge, 413, _INVALID, "too_large"),
    (SlowRequest, 408, _INVALID, "too_slow"),
    (InvalidRequest, 400, _INVALID, "invalid_request"),
    (SymbolNotFound, 422, _REFUSED, "not_found"),
    (PlaceNotFound, 422, _REFUSED, "not_found"),
    (AmbiguousPlace, 422, _REFUSED, "ambiguous"),
    (NotUnderstood, 422, _REFUSED, "not_understood"),
    (NameRefused, 422, _REFUSED, "name_refused"),
    (ReconcileError, 422, _REFUSED, "no_whole_file"),
    (UnsafeEdit, 422, _REFUSED, "unsafe"),
    (Disagreed, 422, _REFUSED, "disagreed"),
    (EditRefused, 422, _REFUSED, "refused"),
    (Busy, 429, "rate_limit_error", "queue_full"),
    (Unavailable, 503, _SERVER, "unavailable"),
    (TargetError, 500, _SERVER, "model_failed"),
    (TimeoutError, 504, _SERVER, "timeout"),
)


def failure_of(error: Exception) -> Failure:
    """Return how an error goes out; what is none of ours is a bug, and says nothing of itself."""
    known = (entry for entry in _KINDS if isinstance(error, entry[0]))
    _, status, kind, code = next(known, (Exception, 500, _SERVER, "bug"))
    message = str(error) if isinstance(error, SpeceditError | asyncio.TimeoutError) else BUG
    param: str | None = None
    headers: dict[str, str] = {}
    facts: dict[str, Any] = {}
    if isinstance(error, BadField):
        param = error.field or None
    elif isinstance(error, UnknownModel):
        param = "model"
    elif isinstance(error, SymbolNotFound):
        facts = {"name": error.name, "nearest": list(error.nearest)}
    elif isinstance(error, AmbiguousPlace):
        facts = {"lines": list(error.lines[:_MOST_LINES])}
        message = _with_lines(message, error.lines)
    elif isinstance(error, NotUnderstood):
        facts = {"nearest": list(error.nearest)}
        message = f"{error.problem}. Send other edits as a snippet or a patch"
    elif isinstance(error, UnsafeEdit):
        facts = {"check": error.check, "problem": error.problem}
    elif isinstance(error, Disagreed):
        vetoes = [place for place in error.result.objections if place.vetoed]
        facts = {"lines": [place.line for place in vetoes]}
    elif isinstance(error, Busy):
        headers = {"Retry-After": str(ceil(error.seconds))}
    return Failure(status, kind, code, _without_options(message), param, headers, facts)


def _with_lines(message: str, lines: tuple[int, ...]) -> str:
    """The message, which may name the lines itself."""
    if not lines or all(str(line) in message for line in lines[:_MOST_LINES]):
        return message
    return f"{message} (lines {', '.join(map(str, lines[:_MOST_LINES]))})"


def _without_options(message: str) -> str:
    """The message with our extension in place of options of the command line."""
    message = re.sub(r"--(accept|scope) ([\w:.-]+\w)", r'"specedit": {"\1": "\2"}', message)
    return re.sub(r"--force (\w+)", r'"specedit": {"force": ["\1"]}', message)
