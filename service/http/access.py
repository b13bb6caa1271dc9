"""Who may ask: the token, and no page of a browser."""

import hmac
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from specedit.service.calls import CLIENT
from specedit.service.http.errors import Failure

_OPEN = ("/health",)  # for who only looks whether the server is there


class Access:
    """Refuses requests before anything of them is read.

    `hosts`: the names under which the server may be asked for, without ports; None for any. A page that has its own name
    point to this machine asks under that name.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Collection[str] | None) -> None:
        self._app, self._hosts = app, hosts
        self._expected = f"Bearer {token}".encode() if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        failure = self._failure(scope)
        if failure is None:
            await self._app(scope, receive, send)
        else:
            response = JSONResponse(failure.body, failure.status, failure.headers)
            await response(scope, receive, send)

    def _failure(self, scope: Scope) -> Failure | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if self._hosts is not None and _name(host) not in self._hosts:
            return _forbidden("host_not_allowed", f"'{host}' is no name of this server")
        origin = headers.get("origin")
        if origin is not None and not self._is_own(origin, host):
            return _forbidden(
                "origin_not_allowed",
                f"the page '{origin}' may not ask: this server answers programs only",
            )
        if self._expected is None or scope["path"] in _OPEN:
            return None
        given = headers.get("authorization", "").encode("latin-1")
        if hmac.compare_digest(given, self._expected):
            return None
        return Failure(
            401,
            "authentication_error",
            "invalid_api_key",
            "send 'Authorization: Bearer TOKEN', with the server's token as the API key",
            headers={"WWW-Authenticate": "Bearer"},
        )

    def _is_own(self, origin: str, host: str) -> bool:
        """Whether a page would come from here, where that is known: there are none, but some programs call themselves so."""
        return self._hosts is not None and origin.lower() in (f"http://{host}", f"https://{host}")


def client_of(request: Request) -> str:
    """Return who calls: a host, or who a client on a socket says it is; there all are of one user."""
    return request.client.host if request.client else request.headers.get(CLIENT, "")[:100]


def _name(host: str) -> str:
    """A host without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def _forbidden(code: str, message: str) -> Failure:
    return Failure(403, "permission_error", code, message)
