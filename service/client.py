"""Clients in Python: the interface of `Editor`, over gRPC, for threads and for asyncio.

    with Client() as client:
        result = client.apply(EditRequest(decode_document(data), "rename a to b", "x.py"))

A call that fails before it has an answer, because the server was not there or too busy, is made again with the same
request id: nothing is done twice. Every result's certificate is checked.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from typing import Any

import grpc
from grpc import aio

from specedit.editor.config import Config
from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.engine.errors import EditRefused, Unavailable
from specedit.service import convert, settings
from specedit.service.address import LOCAL, address, check_private
from specedit.service.attempts import Attempts
from specedit.service.auth import Credentials, check_sending
from specedit.service.calls import CLIENT
from specedit.service.errors import error_of
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import edit_pb2_grpc

Event = Progress | Settled | EditResult
_OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.keepalive_time_ms", 30_000),
    # A server that has died is there again in seconds; gRPC would look for it ever more rarely.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1000),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.enable_retries", 0),  # our own know the request id, and how long the server asks to wait
]


class _Base:
    """What both clients have in common."""

    def __init__(
        self,
        at: str = LOCAL,
        credentials: Credentials | None = None,
        *,
        config: Config | None = None,
        patience: float = 30.0,
        insecure: bool = False,
    ) -> None:
        """`at`: as of `specedit serve`. `config`: how edits are made, if not as the server does. `patience`: seconds.

        `insecure`: the token may go over a network in clear.

        Raises:
            InvalidRequest: that is no address, a token would go over a network in clear, or the folder of the local socket
                is not safe from others.
        """
        self.address = address(at)
        self._credentials = credentials or Credentials()
        check_sending(self.address, self._credentials, insecure=insecure)
        if at == LOCAL and self.address.socket and self.address.socket.parent.exists():
            check_private(self.address.socket.parent)  # who listens there hears all documents
        self._settings = settings.settings_message(config) if config else None
        self._patience = patience
        self._was_there = False
        token = self._credentials.token
        proof = (("authorization", f"Bearer {token}"),) if token else ()
        self._metadata = (*proof, (CLIENT, uuid.uuid4().hex))

    def _message(self, request: EditRequest) -> pb.ApplyRequest:
        edit = convert.edit_message(request, self._settings)
        return pb.ApplyRequest(edit=edit, request_id=uuid.uuid4().hex)

    def _attempts(self) -> Attempts:
        return Attempts(self._patience, was_there=self._was_there)


def _result_of(events: Sequence[Event]) -> EditResult:
    """The result that the events of an edit end with; all are read, for a call left before is a cancelled one to the server."""
    if not events or not isinstance(events[-1], EditResult):
        raise AssertionError("an edit ends with its result")
    return events[-1]


class Client(_Base):
    """A client for threads."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        secure, target = self._credentials.for_client(), self.address.target
        self._channel = (
            grpc.secure_channel(target, secure, _OPTIONS)
            if secure
            else grpc.insecure_channel(target, _OPTIONS)
        )
        self._stub: Any = edit_pb2_grpc.EditServiceStub(self._channel)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cancel what runs, and hang up."""
        self._channel.close()

    def apply(self, request: EditRequest) -> EditResult:
        """Return the result of an edit; see `edit`."""
        return _result_of([*self.edit(request)])

    def edit(self, request: EditRequest) -> Generator[Event]:
        """Yield how far an edit is, then its result. Closing the generator cancels the edit.

        Raises:
            InvalidRequest: nothing is asked for, or what is given is of no known form.
            TargetError: the server failed, is not there, or its queue is full.
        """
        message, attempts = self._message(request), self._attempts()
        while True:
            call = self._stub.Apply(message, metadata=self._metadata)
            try:
                for response in call:
                    self._was_there = True
                    attempts.answered()
                    event = convert.event_of(response, request.document)
                    if event is not None:
                        yield event
                return
            except grpc.RpcError as rpc_error:
                error = error_of(rpc_error)
                if isinstance(error, EditRefused):
                    yield convert.refused(error, request.document)
                    return
                seconds = attempts.wait_after(error)
            finally:
                call.cancel()
            time.sleep(seconds)

    def info(self) -> pb.GetServerInfoResponse:
        """Return what the server is and takes.

        Raises:
            Unavailable: it is not there.
        """
        try:
            info: pb.GetServerInfoResponse = self._stub.GetServerInfo(
                pb.GetServerInfoRequest(), metadata=self._metadata
            )
        except grpc.RpcError as rpc_error:
            raise error_of(rpc_error) from rpc_error
        self._was_there = True
        return info


class AsyncClient(_Base):
    """A client for asyncio. Make it where the event loop runs."""

    def __init__(
        self, *arguments: Any, revive: Callable[[], Awaitable[None]] | None = None, **options: Any
    ) -> None:
        """`revive`: what starts a server that has gone away, if it is for us to start one."""
        super().__init__(*arguments, **options)
        self._revive = revive
        secure, target = self._credentials.for_client(), self.address.target
        self._channel = (
            aio.secure_channel(target, secure, _OPTIONS)
            if secure
            else aio.insecure_channel(target, _OPTIONS)
        )
        self._stub: Any = edit_pb2_grpc.EditServiceStub(self._channel)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Cancel what runs, and hang up."""
        await self._channel.close()

    async def apply(self, request: EditRequest) -> EditResult:
        """Return the result of an edit; see `Client.edit`."""
        return _result_of([event async for event in self.edit(request)])

    async def edit(self, request: EditRequest) -> AsyncGenerator[Event]:
        """Yield how far an edit is, then its result; see `Client.edit`. Cancelling the task cancels the edit."""
        message, attempts = self._message(request), self._attempts()
        while True:
            call = self._stub.Apply(message, metadata=self._metadata)
            try:
                async for response in call:
                    self._was_there = True
                    attempts.answered()
                    event = convert.event_of(response, request.document)
                    if event is not None:
                        yield event
                return
            except grpc.RpcError as rpc_error:
                error = error_of(rpc_error)
                if isinstance(error, EditRefused):
                    yield convert.refused(error, request.document)
                    return
                seconds = attempts.wait_after(error)
                if self._revive is not None and isinstance(error, Unavailable):
                    await self._revive()
            finally:
                call.cancel()
            await asyncio.sleep(seconds)

    async def info(self) -> pb.GetServerInfoResponse:
        """Return what the server is and takes; see `Client.info`."""
        try:
            info: pb.GetServerInfoResponse = await self._stub.GetServerInfo(
                pb.GetServerInfoRequest(), metadata=self._metadata
            )
        except grpc.RpcError as rpc_error:
            raise error_of(rpc_error) from rpc_error
        self._was_there = True
        return info
