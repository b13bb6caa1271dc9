"""Listening for HTTP: uvicorn on a private socket or HOST:PORT, in the event loop that is there and under its signals."""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from starlette.types import ASGIApp

from specedit.service.address import Address, lock
from specedit.service.auth import Credentials, check_exposure
from specedit.service.http.access import Access
from specedit.service.http.bodies import WholeBodies
from specedit.service.http.connection import bounded

_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 30
_LAST_SECONDS = 1  # to send what is answered when the server stops
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Listener:
    """Serves an application to whom `Access` lets in.

    `most_body`: bytes of a request's body. `reading`: seconds that a body may take to come, and a client to read of an answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        address: Address,
        credentials: Credentials,
        *,
        insecure: bool,
        most_body: int,
        reading: float,
    ) -> None:
        """Make it; nothing listens yet.

        Raises:
            InvalidRequest: strangers could call there.
        """
        check_exposure(address, credentials, insecure=insecure)
        self._address = address
        name = address.target.rpartition(":")[0].lower()
        # No page reaches a socket, and whoever does calls the host as he likes.
        is_named = address.is_loopback and not address.socket
        hosts = {*_LOOPBACK, name} if is_named else None
        config = uvicorn.Config(
            Access(WholeBodies(app, most_body, reading), credentials.token, hosts),
            http=bounded(reading),
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,  # who asks is not for him to say
            server_header=False,
            backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_LAST_SECONDS,
            ssl_context_factory=_tls(credentials) if credentials.tls_cert else None,
        )
        self._server = _Server(config)
        self._socket: socket.socket | None = None
        self._lock: int | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def target(self) -> str:
        """Where it listens, with the port that it was given."""
        if self._address.socket:
            return self._address.target
        name = self._address.target.rpartition(":")[0]
        port = self._socket.getsockname()[1] if self._socket else self._port
        return f"{name}:{port}"

    def listen(self) -> None:
        """Take the address.

        Raises:
            InvalidRequest, OSError, OverflowError: it cannot be had.
        """
        path = self._address.socket
        if path:
            self._lock = lock(path)
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.bind(str(path))
            path.chmod(0o600)
            self._socket.listen(_BACKLOG)
            return
        name = self._address.target.rpartition(":")[0].strip("[]")
        family = socket.AF_INET6 if ":" in name else socket.AF_INET
        self._socket = socket.create_server((name, self._port), family=family, backlog=_BACKLOG)
        # Inherited by connections: asyncio sets it only where the protocol is named, and without it the end of an answer waits
        # 40 ms for the client's delayed acknowledgement of its beginning.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def start(self) -> None:
        """Take requests."""
        assert self._socket is not None
        self._serving = asyncio.create_task(self._server.serve([self._socket]))
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Cut off what is still under way, and give the address back."""
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        if self._socket is not None:
            self._socket.close()
        if self._lock is not None:
            assert self._address.socket is not None
            self._address.socket.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    @property
    def _port(self) -> int:
        return int(self._address.target.rpartition(":")[2])


class _Server(uvicorn.Server):
    """Leaves the signals to whom they belong."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _tls(credentials: Credentials) -> Callable[..., ssl.SSLContext]:
    def context(*_: object) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:  # OpenSSL reads files alone; only we can read these
            cert, key = Path(folder, "cert"), Path(folder, "key")
            cert.write_bytes(credentials.tls_cert)
            key.write_bytes(credentials.tls_key)
            made.load_cert_chain(cert, key)
        if credentials.tls_ca:
            made.load_verify_locations(cadata=credentials.tls_ca.decode())
            made.verify_mode = ssl.CERT_REQUIRED
        return made

    return context
