"""Our errors as gRPC statuses that a program can act on, and back.

A status has a canonical code, a message for people, and as details (google.rpc) an `ErrorInfo` with a reason, plus
what helps to go on: lines, near names, the current file, when to try again.
"""

from itertools import accumulate
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from specedit.engine.errors import (
    AmbiguousPlace,
    Busy,
    EditRefused,
    InvalidRequest,
    NameRefused,
    OutsideRoot,
    ReconcileError,
    SpeceditError,
    StaleBase,
    SymbolNotFound,
    TargetError,
    Unavailable,
    UnsafeEdit,
)
from specedit.v1 import edit_pb2 as pb

DOMAIN = "specedit"
# Bytes of a content that goes with an error: all details must fit into 8 KiB of trailers.
SMALL = 2048
_MOST_TEXT = 800  # characters of a message
_MOST_LINES = 200
# The most particular first. On the way back the reason alone tells the kind.
_KINDS: tuple[tuple[type[SpeceditError], int, str], ...] = (
    (InvalidRequest, code_pb2.INVALID_ARGUMENT, "INVALID_REQUEST"),
    (SymbolNotFound, code_pb2.NOT_FOUND, "SYMBOL_NOT_FOUND"),
    (AmbiguousPlace, code_pb2.FAILED_PRECONDITION, "AMBIGUOUS"),
    (StaleBase, code_pb2.ABORTED, "DOCUMENT_CHANGED"),
    (OutsideRoot, code_pb2.PERMISSION_DENIED, "OUTSIDE_ROOT"),
    (NameRefused, code_pb2.FAILED_PRECONDITION, "NAME_REFUSED"),
    (ReconcileError, code_pb2.FAILED_PRECONDITION, "NO_WHOLE_FILE"),
    (UnsafeEdit, code_pb2.FAILED_PRECONDITION, "UNSAFE"),
    (EditRefused, code_pb2.FAILED_PRECONDITION, "REFUSED"),
    (Busy, code_pb2.RESOURCE_EXHAUSTED, "QUEUE_FULL"),
    (Unavailable, code_pb2.UNAVAILABLE, "UNAVAILABLE"),
    (TargetError, code_pb2.INTERNAL, "MODEL_FAILED"),
)


def status_of(error: SpeceditError) -> status_pb2.Status:
    """Return the status that tells of an error."""
    message = _cut(str(error), _MOST_TEXT)
    code, reason = next((code, reason) for kind, code, reason in _KINDS if isinstance(error, kind))
    info = error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN)
    details: list[Message] = [info]
    if isinstance(error, InvalidRequest):
        violation = error_details_pb2.BadRequest.FieldViolation(description=message)
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    elif isinstance(error, SymbolNotFound):
        info.metadata["name"] = _cut(error.name, _MOST_TEXT)
        details.append(pb.Nearest(names=[_cut(name, 200) for name in error.nearest[:5]]))
    elif isinstance(error, AmbiguousPlace):
        details.append(pb.Ambiguous(lines=error.lines[:_MOST_LINES]))
    elif isinstance(error, StaleBase):
        info.metadata["current_sha256"] = error.current
        small = error.content if error.content and len(error.content) <= SMALL else None
        details.append(pb.Current(sha256=error.current, content=small))
    elif isinstance(error, UnsafeEdit):
        info.metadata.update({"check": error.check, "problem": _cut(error.problem, _MOST_TEXT)})
    elif isinstance(error, Busy):
        info.metadata["seconds"] = f"{error.seconds:g}"
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromMilliseconds(int(error.seconds * 1000))
        details.append(retry)
    status = status_pb2.Status(code=code, message=message)
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _cut(text: str, most: int) -> str:
    """At most so many characters of a text, fewer where they are sent as several bytes: gRPC percent-encodes a message."""
    sizes = accumulate(1 if " " <= c <= "~" else 3 * len(c.encode()) for c in text)
    fit = min(most, sum(size <= 2 * most for size in sizes))
    return text if len(text) <= fit else f"{text[:fit]}…"


def error_of(error: grpc.RpcError) -> SpeceditError:
    """Return the error that a failed call tells of."""
    call: Any = error  # what is raised is a call too; the type does not say so
    status = rpc_status.from_call(call)
    message = call.details() or str(call.code())
    info = _detail(status, error_details_pb2.ErrorInfo)
    if info is None or info.domain != DOMAIN:
        return _foreign(call.code(), message)
    metadata = info.metadata
    if info.reason == "SYMBOL_NOT_FOUND":
        nearest = _detail(status, pb.Nearest)
        return SymbolNotFound(metadata["name"], nearest.names if nearest else ())
    if info.reason == "AMBIGUOUS":
        ambiguous = _detail(status, pb.Ambiguous)
        return AmbiguousPlace(message, ambiguous.lines if ambiguous else ())
    if info.reason == "DOCUMENT_CHANGED":
        current = _detail(status, pb.Current)
        content = current.content if current and current.HasField("content") else None
        return StaleBase(message, metadata["current_sha256"], content)
    if info.reason == "UNSAFE":
        return UnsafeEdit(metadata["check"], metadata["problem"])
    if info.reason == "QUEUE_FULL":
        return Busy(message, float(metadata["seconds"]))
    kinds = {reason: kind for kind, _, reason in _KINDS}
    return kinds.get(info.reason, TargetError)(message)


def _foreign(code: grpc.StatusCode, message: str) -> SpeceditError:
    """An error that gRPC itself, or something between us, has made."""
    # We hear nothing of calls that we have cancelled: the server did, as gRPC does where there are too many at once.
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return Unavailable(
            f"no server answers, or no longer ({message}); specedit serve starts one"
        )
    if code == grpc.StatusCode.DEADLINE_EXCEEDED:
        return EditRefused("not done in time; raise --timeout")
    if code == grpc.StatusCode.RESOURCE_EXHAUSTED and "Concurrent RPC limit" in message:
        return Busy("too many calls at once; try again later", 1.0)
    if code == grpc.StatusCode.RESOURCE_EXHAUSTED:
        return InvalidRequest(f"more than the server takes: {message}")
    return TargetError(f"the server answers {code.name}: {message}")


def _detail(status: status_pb2.Status | None, kind: type[Any]) -> Any:
    """The detail of a kind, or None."""
    for packed in status.details if status else ():
        if packed.Is(kind.DESCRIPTOR):
            detail = kind()
            packed.Unpack(detail)
            return detail
    return None
