"""The server: made of the services, health and reflection; started, drained and stopped."""

import asyncio
import fcntl
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from grpc import aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from specedit.editor.config import Config
from specedit.engine.errors import InvalidRequest
from specedit.service.address import Address, make_private
from specedit.service.auth import Credentials, TokenCheck, check_exposure
from specedit.service.calls import Calls
from specedit.service.edit_service import EditService
from specedit.service.generate_service import GenerateService
from specedit.service.host import Host, Loaded
from specedit.service.limits import Limits
from specedit.service.malformed import MalformedCheck
from specedit.service.metrics import Metrics
from specedit.service.planner import Planner
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


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How a server is run. `root`: where its own files may be edited; `allow`: which of the protected ones there.

    `grace`: seconds to finish in. `idle`: seconds without a call after which it ends by itself.
    """

    address: Address
    credentials: Credentials = field(default_factory=Credentials)
    insecure: bool = False
    limits: Limits = field(default_factory=Limits)
    root: Path | None = None
    allow: tuple[str, ...] = ()
    grace: float = 30.0
    idle: float | None = None
    metrics_port: int | None = None
    log_content: bool = False


class Server:
    """One server in this event loop."""

    def __init__(
        self,
        load: Callable[[], Loaded],
        config: Config,
        options: ServerOptions,
        planner: Planner | None = None,
    ) -> None:
        """`planner`: one that several servers share; it is left open."""
        check_exposure(options.address, options.credentials, insecure=options.insecure)
        self._options = options
        self._metrics = Metrics()
        self._planner, self._owns_planner = planner or Planner(), planner is None
        self._host = Host(load, config, options.limits, self._planner)
        self._calls = Calls(
            self._metrics, 2 * options.limits.seconds, log_content=options.log_content
        )
        self._health = health.aio.HealthServicer()
        token = options.credentials.token
        self._server = aio.server(
            interceptors=[*([TokenCheck(token)] if token else []), MalformedCheck()],
            options=_channel_options(options.limits),
            maximum_concurrent_rpcs=_MOST_RPCS,
        )
        root = Root(options.root, options.allow) if options.root is not None else None
        edits = EditService(self._host, self._calls, root)
        edit_pb2_grpc.add_EditServiceServicer_to_server(edits, self._server)
        generating = GenerateService(self._host, self._calls)
        generate_pb2_grpc.add_GenerateServiceServicer_to_server(generating, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*_SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)
        self._lock: int | None = None
        self._stop_metrics: Callable[[], None] | None = None
        self.port: int | None = None

    async def start(self) -> None:
        """Listen, then open the model; until then the health is NOT_SERVING and requests wait.

        Raises:
            InvalidRequest: the address cannot be had.
            TargetError: there is no model.
        """
        await self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        self._listen()
        await self._server.start()
        if self._options.address.socket:
            self._options.address.socket.chmod(0o600)
        loaded = await self._host.open()
        self._watch(loaded)
        await self._set_health(health_pb2.HealthCheckResponse.SERVING)

    async def stop(self, grace: float) -> None:
        """Take no new requests, let those that run finish within `grace` seconds, and end."""
        self._host.stop()
        await self._health.enter_graceful_shutdown()
        await self._calls.drain(grace)
        await self._server.stop(1.0)
        await self._host.close()
        if self._owns_planner:
            await asyncio.to_thread(self._planner.close)
        if self._stop_metrics:
            await asyncio.to_thread(self._stop_metrics)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def unused(self) -> None:
        """Return when there has been no call for the time that the options say; never, if they say none."""
        idle, began = self._options.idle, perf_counter()
        while idle is None or min(self._calls.idle_seconds, perf_counter() - began) < idle:
            await asyncio.sleep(min(10.0, idle or 10.0))

    def _listen(self) -> None:
        """Take the address and the metrics' port, before anything that takes long.

        Raises:
            InvalidRequest: one cannot be had.
        """
        try:
            self._take_address()
            if self._options.metrics_port is not None:
                self._stop_metrics = self._metrics.serve(self._options.metrics_port)
        except (OSError, OverflowError, RuntimeError) as error:
            raise InvalidRequest(
                f"cannot listen on {self._options.address.target}: {error}"
            ) from error

    def _take_address(self) -> None:
        target, socket = self._options.address.target, self._options.address.socket
        if socket:
            make_private(socket.parent)
            self._lock = _lock(socket)
        given = self._options.credentials.for_server()
        if given is not None:
            self.port = self._server.add_secure_port(target, given)
        else:
            self.port = self._server.add_insecure_port(target)

    def _watch(self, loaded: Loaded) -> None:
        self._metrics.watch("waiting", "Requests that wait", lambda: self._host.waiting)
        cache = loaded.cache
        self._metrics.watch("running", "Texts in use", lambda: cache.in_use if cache else 0)
        self._metrics.watch(
            "cache_bytes", "Memory of cached texts", lambda: cache.nbytes if cache else 0
        )

    async def _set_health(self, status: int) -> None:
        for name in ("", *_SERVICES):
            await self._health.set(name, status)


async def serve(
    load: Callable[[], Loaded],
    config: Config,
    options: ServerOptions,
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM, SIGINT or nobody calls; a second signal ends it at once.

    Raises:
        InvalidRequest, TargetError: it cannot start.
    """
    server, stopped, signals = Server(load, config, options), asyncio.Event(), 0

    def on_signal() -> None:
        nonlocal signals
        signals += 1
        stopped.set()
        if signals > 1:  # the pass under way cannot be interrupted
            os._exit(130)

    _allow_connections()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    stopping = asyncio.create_task(stopped.wait())
    starting = asyncio.create_task(server.start())
    try:
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # loading takes minutes at times; it cannot be interrupted
            os._exit(143)
        starting.result()
        ready(options.address.target)
        unused = asyncio.create_task(server.unused())
        await asyncio.wait([unused, stopping], return_when=asyncio.FIRST_COMPLETED)
        unused.cancel()
    finally:
        await server.stop(options.grace)


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


def _allow_connections() -> None:
    """Take as many open files as the system lets us have: each connection is one, and idle ones cost little else."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _lock(socket: Path) -> int:
    """Hold the lock of a socket: gRPC would take the socket of a running server away."""
    descriptor = os.open(f"{socket}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise InvalidRequest(f"a server listens on {socket} already") from error
    with suppress(FileNotFoundError):  # of a server that was killed
        socket.unlink()
    return descriptor
