"""The server: one engine behind its front doors; started, drained and stopped."""

import asyncio
import os
import resource
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from specedit.editor.author import Author
from specedit.editor.config import Config, Form
from specedit.engine.errors import InvalidRequest
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.service.address import Address
from specedit.service.auth import Credentials, check_exposure
from specedit.service.authoring import Authors
from specedit.service.calls import Calls
from specedit.service.door import Door, DoorFactory
from specedit.service.grpc_door import GrpcDoor
from specedit.service.host import Host
from specedit.service.limits import Limits
from specedit.service.loaded import Loaded
from specedit.service.metrics import Metrics
from specedit.service.planner import Planner
from specedit.service.root import Root


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How a server is run.

    `address`: of gRPC, None without it. `root`: where its own files may be edited; `allow`: which of the protected ones there.
    `grace`: seconds to finish in. `idle`: seconds without a call after which it ends by itself.
    `new_author`: returns who is asked for one edit that nothing else understands.
    """

    address: Address | None
    credentials: Credentials = field(default_factory=Credentials)
    insecure: bool = False
    limits: Limits = field(default_factory=Limits)
    root: Path | None = None
    allow: tuple[str, ...] = ()
    grace: float = 30.0
    idle: float | None = None
    metrics_port: int | None = None
    log_content: bool = False
    new_author: Callable[[], Author] | None = None
    author_form: Form = "blocks"


class Server:
    """One server in this event loop."""

    def __init__(
        self,
        load: Callable[[], Loaded],
        config: Config,
        options: ServerOptions,
        planner: Planner | None = None,
        doors: Sequence[DoorFactory] = (),
    ) -> None:
        """`planner`: one that several servers share; it is left open. `doors`: those beside gRPC's."""
        self._options = options
        self._metrics = Metrics()
        self._planner, self._owns_planner = planner or Planner(), planner is None
        self._host = Host(load, config, options.limits, self._planner, self._authors())
        self._calls = Calls(
            self._metrics, 2 * options.limits.seconds, log_content=options.log_content
        )
        self._grpc = self._grpc_door(options.address) if options.address else None
        self._doors: list[Door] = [self._grpc] if self._grpc else []
        self._doors += [make(self._host, self._calls) for make in doors]
        self._stop_metrics: Callable[[], None] | None = None

    @property
    def port(self) -> int | None:
        """The port of gRPC, once it listens on one."""
        return self._grpc.port if self._grpc else None

    @property
    def is_busy(self) -> bool:
        """Whether calls are under way."""
        return self._calls.idle_seconds == 0.0

    @property
    def targets(self) -> tuple[str, ...]:
        """Where it listens."""
        return tuple(door.target for door in self._doors)

    async def start(self) -> None:
        """Listen, then open the model; until then the health is NOT_SERVING and requests wait.

        Raises:
            InvalidRequest: an address cannot be had.
            TargetError: there is no model.
        """
        self._listen()
        for door in self._doors:
            await door.start()
        loaded = await self._host.open()
        self._watch(loaded)
        for door in self._doors:
            await door.open()

    async def stop(self, grace: float) -> None:
        """Take no new requests, let those that run finish within `grace` seconds, and end."""
        self._host.stop()
        for door in self._doors:
            await door.close()
        await self._calls.drain(grace)
        for door in self._doors:
            await door.stop()
        await self._host.close()
        if self._owns_planner:
            await asyncio.to_thread(self._planner.close)
        if self._stop_metrics:
            await asyncio.to_thread(self._stop_metrics)

    async def unused(self) -> None:
        """Return when there has been no call for the time that the options say; never, if they say none."""
        idle, began = self._options.idle, perf_counter()
        while idle is None or min(self._calls.idle_seconds, perf_counter() - began) < idle:
            await asyncio.sleep(min(10.0, idle or 10.0))

    def _authors(self) -> Authors | None:
        options = self._options
        if options.new_author is None:
            return None
        most = options.limits.running
        return Authors(options.new_author, options.author_form, self._planner, most)

    def _grpc_door(self, address: Address) -> GrpcDoor:
        options = self._options
        check_exposure(address, options.credentials, insecure=options.insecure)
        root = Root(options.root, options.allow) if options.root is not None else None
        return GrpcDoor(self._host, self._calls, address, options.credentials, root)

    def _listen(self) -> None:
        """Take the addresses and the metrics' port, before anything that takes long.

        Raises:
            InvalidRequest: one cannot be had.
        """
        at = ""
        try:
            for door in self._doors:
                at = door.target
                door.listen()
            if self._options.metrics_port is not None:
                at = f"127.0.0.1:{self._options.metrics_port}"
                self._stop_metrics = self._metrics.serve(self._options.metrics_port)
        except (OSError, OverflowError, RuntimeError) as error:
            raise InvalidRequest(f"cannot listen on {at}: {error}") from error

    def _watch(self, loaded: Loaded) -> None:
        self._metrics.watch("waiting", "Requests that wait", lambda: self._host.waiting)
        cache = loaded.cache
        self._metrics.watch("running", "Texts in use", lambda: cache.in_use if cache else 0)
        draft_model = loaded.target.draft_model
        caches = [cache, draft_model.target if draft_model else None]
        kept = [each for each in caches if isinstance(each, PrefixCache)]
        self._metrics.watch(
            "cache_bytes", "Memory of cached texts", lambda: sum(each.nbytes for each in kept)
        )


async def serve(
    load: Callable[[], Loaded],
    config: Config,
    options: ServerOptions,
    ready: Callable[[tuple[str, ...]], None],
    doors: Sequence[DoorFactory] = (),
) -> None:
    """Serve until SIGTERM, SIGINT or nobody calls; a second signal ends it at once.

    Raises:
        InvalidRequest, TargetError: it cannot start.
    """
    server = Server(load, config, options, doors=doors)
    stopped, signals = asyncio.Event(), 0

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
        ready(server.targets)
        unused = asyncio.create_task(server.unused())
        await asyncio.wait([unused, stopping], return_when=asyncio.FIRST_COMPLETED)
        unused.cancel()
    finally:
        await server.stop(options.grace)


def _allow_connections() -> None:
    """Take as many open files as the system lets us have: each connection is one, and idle ones cost little else."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
