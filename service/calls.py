"""What every call has around it: errors become statuses; a log line, metrics and a span tell of it."""

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeAlias

import grpc
from google.rpc import code_pb2
from grpc import aio
from grpc_status import rpc_status
from opentelemetry import propagate, trace
from opentelemetry.trace import StatusCode

from specedit.engine.errors import SpeceditError, Unavailable
from specedit.service.errors import status_of
from specedit.service.metrics import Metrics

CLIENT = "specedit-client"  # the header in which a client gives itself a name
_CUT_OFF_SECONDS = 5.0
_log = logging.getLogger("specedit.service")
_tracer = trace.get_tracer("specedit")
Context: TypeAlias = aio.ServicerContext[Any, Any]
BUG = "a bug in specedit; the server's log has it"  # what clients hear of it


class CutOff(Unavailable):
    """A call that was under way when its server stopped."""


@dataclass(slots=True)
class Call:
    """One call under way. `facts`, sizes and hashes, go to its log line and its span; `content` only if asked for.

    `client`: whose it is, for what clients share.
    """

    client: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    content: dict[str, str] = field(default_factory=dict)


class Calls:
    """The calls of a server. `seconds`: what one may take, waiting and slow readers included."""

    def __init__(self, metrics: Metrics, seconds: float, *, log_content: bool = False) -> None:
        self.metrics, self._seconds, self._log_content = metrics, seconds, log_content
        self._tasks: set[asyncio.Task[Any]] = set()
        self._cut_off = False
        self._last = perf_counter()

    @asynccontextmanager
    async def around(self, rpc: str, context: Context) -> AsyncGenerator[Call]:
        """Wrap the body of a call over gRPC: what it raises becomes the call's status."""
        headers = {key: value for key, value in context.invocation_metadata() or ()}
        try:
            async with self.tracked(rpc, _client(context.peer(), headers), headers) as call:
                try:
                    yield call
                except aio.InternalError as error:  # the connection has ended under a message
                    raise asyncio.CancelledError from error
        except CutOff as error:
            await _abort(context, grpc.StatusCode.UNAVAILABLE, str(error))
        except SpeceditError as error:
            await context.abort_with_status(rpc_status.to_status(status_of(error)))
        except TimeoutError as error:
            await _abort(context, grpc.StatusCode.DEADLINE_EXCEEDED, str(error))
        except Exception:
            await context.abort(grpc.StatusCode.INTERNAL, BUG)

    @asynccontextmanager
    async def tracked(
        self, rpc: str, client: str, headers: Mapping[str, str | bytes]
    ) -> AsyncGenerator[Call]:
        """Wrap the body of a call of any protocol: its deadline, log line, metrics and span. Errors are passed on.

        Raises:
            CutOff: the server has stopped.
            TimeoutError: the call has taken too long; what it says can be shown.
        """
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        call, began, code = Call(client), perf_counter(), "OK"
        with _tracer.start_as_current_span(
            rpc, propagate.extract(headers), record_exception=False, set_status_on_exception=False
        ) as span:  # what exceptions say may be content
            try:
                async with asyncio.timeout(self._seconds):
                    yield call
            except SpeceditError as error:
                code = code_pb2.Code.Name(status_of(error).code)
                call.facts["error"] = type(error).__name__
                raise
            except TimeoutError as error:
                code = "DEADLINE_EXCEEDED"
                raise TimeoutError(str(error) or f"not done within {self._seconds:g} s") from error
            except asyncio.CancelledError as error:
                code = "UNAVAILABLE" if self._cut_off else "CANCELLED"
                if self._cut_off:  # by us, not by the client
                    task.uncancel()
                    raise CutOff("the server has stopped") from error
                raise
            except Exception as error:
                code = "INTERNAL"
                _log.error("a bug", extra={"facts": {"rpc": rpc, **self._bug(error)}})
                raise
            finally:
                self._tasks.discard(task)
                self._last = perf_counter()
                seconds = perf_counter() - began
                self.metrics.call(rpc, code, seconds)
                facts = {"rpc": rpc, "code": code, "seconds": round(seconds, 4), **call.facts}
                span.set_status(StatusCode.OK if code == "OK" else StatusCode.ERROR)
                for name, value in facts.items():
                    span.set_attribute(f"specedit.{name}", value)
                _log.info(
                    "call", extra={"facts": facts | (call.content if self._log_content else {})}
                )

    def _bug(self, error: Exception) -> dict[str, Any]:
        """Where it happened; what it says may be content."""
        frames = [
            f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)
        ]
        details = {"says": str(error)} if self._log_content else {}
        return {"error": type(error).__name__, "frames": frames, **details}

    @property
    def idle_seconds(self) -> float:
        """Seconds since the last call ended; 0 while one runs."""
        return 0.0 if self._tasks else perf_counter() - self._last

    async def drain(self, grace: float) -> None:
        """Let the calls under way finish for `grace` seconds; then cut them off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        self._cut_off = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CUT_OFF_SECONDS)


async def _abort(context: Context, code: grpc.StatusCode, details: str) -> None:
    """End a call with a status; without one, where a message before it was never read."""
    try:
        await context.abort(code, details)
    except aio.InternalError as error:
        raise asyncio.CancelledError from error


def _client(peer: str, headers: Mapping[str, str | bytes]) -> str:
    """Who calls: a host, or who a client on a socket says it is; there all are of one user."""
    if peer.startswith("unix:"):
        return str(headers.get(CLIENT, ""))[:100]
    return peer.rpartition(":")[0]
