"""The server of the Model Context Protocol for several clients, over HTTP."""

import asyncio
import signal
from collections.abc import Callable

from mcp.server.transport_security import TransportSecuritySettings

from specedit.engine.errors import InvalidRequest
from specedit.service.address import Address
from specedit.service.auth import Credentials
from specedit.service.http.listener import Listener
from specedit.service.limits import Limits
from specedit.service.mcp.server import load_soon, server_of
from specedit.service.mcp.session import Session

_PATH = "/mcp"
_LEAST_BODY = 1 << 22  # bytes of a request
_MOST_SESSIONS = 1000


def serve_http(
    session: Session,
    address: Address,
    credentials: Credentials,
    ready: Callable[[str], None],
    *,
    insecure: bool,
) -> None:
    """Serve clients until we are told to end, by SIGTERM or Ctrl-C. `ready` is told where, once they can call.

    Raises:
        InvalidRequest: the address is none, or taken, or strangers could call there.
    """
    server = server_of(session)
    # `Access` has looked at the names in the request by then, at all of them.
    most_body = max(_LEAST_BODY, 4 * session.limits.max_bytes)
    app = server.streamable_http_app(
        streamable_http_path=_PATH,
        max_request_body_size=most_body,
        max_sessions=_MOST_SESSIONS,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    listener = Listener(
        app,
        address,
        credentials,
        insecure=insecure,
        most_body=most_body,
        reading=Limits().reading,
    )
    try:
        listener.listen()
    except (OSError, OverflowError) as error:
        raise InvalidRequest(f"cannot listen on {address.target}: {error}") from error
    load_soon()

    async def serve() -> None:
        told_to_end = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
        async with server.session_manager.run():
            await listener.start()
            scheme = "https" if credentials.tls_cert else "http"
            at = listener.target
            ready(f"{at} ({_PATH})" if address.socket else f"{scheme}://{at}{_PATH}")
            await told_to_end.wait()
        await listener.stop()

    asyncio.run(serve())
