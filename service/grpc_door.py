"""gRPC's front door: the services, health and reflection, on a private socket or HOST:PORT."""

import os

from grpc import aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from specedit.service.address import Address, lock
from specedit.service.auth import Credentials, TokenCheck
from specedit.service.calls import Calls
from specedit.service.edit_service import EditService
from specedit.service.generate_service import GenerateService
from specedit.service.host import Host
from specedit.service.limits import Limits
from specedit.service.malformed import MalformedCheck
from specedit.service.root import Root
from specedit.v1 import edit_pb2, edit_pb2_grpc, generate_pb2, generate_pb2_grpc

_SERVICES = (
    edit_pb2.DESCRIPTOR.services_by_name["EditService"].full_name,
    generate_pb2.DESCRIPTOR.services_by_name["GenerateService"].full_name,
)
_MOST_RPCS = 1024
_ROOM = 1 << 20  # of a message, beside its texts
_STREAMS = 128  # calls at once on one connection
_IDLE_SECONDS = 300  # of a connection without calls: clients connect anew by themselves
_GREETING_SECONDS = 10  # until a new connection has said what it is


class GrpcDoor:
    """Serves proto/specedit/v1. `root`: where the server's own files may be edited, if anywhere."""

    def __init__(
        self,
        host: Host,
        calls: Calls,
        address: Address,
        credentials: Credentials,
        root: Root | None,
    ) -> None:
        self._address, self._credentials = address, credentials
        self._health = health.aio.HealthServicer()
        token = credentials.token
        self._server = aio.server(
            interceptors=[*([TokenCheck(token)] if token else []), MalformedCheck()],
            options=_channel_options(host.limits),
            maximum_concurrent_rpcs=_MOST_RPCS,
        )
        edits = EditService(host, calls, root)
        edit_pb2_grpc.add_EditServiceServicer_to_server(edits, self._server)
        generating = GenerateService(host, calls)
        generate_pb2_grpc.add_GenerateServiceServicer_to_server(generating, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*_SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)
        self._lock: int | None = None
        self.port: int | None = None

    @property
    def target(self) -> str:
        """Where it listens."""
        return self._address.target

    def listen(self) -> None:
        """Take the address.

        Raises:
            InvalidRequest, RuntimeError: it cannot be had.
        """
        target, socket = self._address.target, self._address.socket
        if socket:
            self._lock = lock(socket)
        given = self._credentials.for_server()
        if given is not None:
            self.port = self._server.add_secure_port(target, given)
        else:
            self.port = self._server.add_insecure_port(target)

    async def start(self) -> None:
        """Take requests; the health is NOT_SERVING until `open`."""
        await self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        await self._server.start()
        if self._address.socket:
            self._address.socket.chmod(0o600)

    async def open(self) -> None:
        """Tell who asks that the model is there."""
        await self._set_health(health_pb2.HealthCheckResponse.SERVING)

    async def close(self) -> None:
        """Tell who asks that the server is stopping."""
        await self._health.enter_graceful_shutdown()

    async def stop(self) -> None:
        """Cut off what is still under way, and give the address back."""
        await self._server.stop(1.0)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _set_health(self, status: int) -> None:
        for name in ("", *_SERVICES):
            await self._health.set(name, status)


def _channel_options(limits: Limits) -> list[tuple[str, int]]:
    """Messages hold a document, what is to become of it, and little more. Dead connections are found by pings."""
    return [
        ("grpc.max_receive_message_length", 3 * limits.document_bytes + _ROOM),
        ("grpc.max_send_message_length", -1),
        ("grpc.so_reuseport", 0),
        ("grpc.keepalive_time_ms", 20_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
        ("grpc.max_concurrent_streams", _STREAMS),
        ("grpc.max_connection_idle_ms", 1000 * _IDLE_SECONDS),
        ("grpc.server_handshake_timeout_ms", 1000 * _GREETING_SECONDS),
    ]
