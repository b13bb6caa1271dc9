"""Who may call a server that others can reach: a bearer token, or a certificate (mTLS)."""

import hmac
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from grpc import aio

from specedit.engine.errors import InvalidRequest
from specedit.service.address import Address

_LEAST_TOKEN = 16  # characters
_MOST_TOKEN = 4096


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves who is who. On a server `tls_ca` asks clients for certificates; on a client it checks the server's."""

    token: str = ""
    tls_cert: bytes = b""
    tls_key: bytes = b""
    tls_ca: bytes = b""

    def for_server(self) -> grpc.ServerCredentials | None:
        """Return what a TLS server needs, None without TLS."""
        if not self.tls_cert:
            return None
        return grpc.ssl_server_credentials(
            [(self.tls_key, self.tls_cert)],
            root_certificates=self.tls_ca or None,
            require_client_auth=bool(self.tls_ca),
        )

    def for_client(self) -> grpc.ChannelCredentials | None:
        """Return what a TLS client needs, None without TLS."""
        if not self.tls_ca:
            return None
        return grpc.ssl_channel_credentials(
            self.tls_ca, self.tls_key or None, self.tls_cert or None
        )


def credentials(
    token_file: Path | None,
    cert: Path | None,
    key: Path | None,
    ca: Path | None,
    *,
    server: bool = False,
) -> Credentials:
    """Return the credentials in some files.

    Raises:
        InvalidRequest: a file cannot be read, or by others too, the token is too short, or half of a pair is missing.
    """
    if bool(cert) != bool(key):
        raise InvalidRequest("--tls-cert and --tls-key go together")
    if ca and not cert and server:
        raise InvalidRequest("--tls-ca needs --tls-cert and --tls-key")
    token = _read_secret(token_file).decode("utf-8", "replace").strip() if token_file else ""
    if token_file and (len(token) < _LEAST_TOKEN or not token.isascii()):
        raise InvalidRequest(
            f"'{token_file}' holds no token of {_LEAST_TOKEN} ASCII characters or more; "
            f"make one: (umask 077; head -c 32 /dev/urandom | base64 > {token_file})"
        )
    return Credentials(token, *(_read(path) if path else b"" for path in (cert, key, ca)))


def check_exposure(address: Address, given: Credentials, *, insecure: bool) -> str:
    """Refuse to listen where strangers can call, or read what is sent. Return a warning of what `insecure` allows.

    Raises:
        InvalidRequest: neither a token nor client certificates protect an address that is not a socket, or a token would go
            over the network in clear.
    """
    if address.socket or (given.tls_cert and (given.tls_ca or given.token)):
        return ""
    at = address.target
    if address.is_loopback:
        if given.token or insecure:
            return ""
        raise InvalidRequest(
            f"{at} can be reached by others on this machine: give --token-file, or --tls-cert, --tls-key and --tls-ca; "
            "or --insecure on loopback"
        )
    if not given.token:
        raise InvalidRequest(
            f"{at} can be reached by others: give --tls-cert, --tls-key, and --tls-ca or --token-file; "
            "--insecure alone is for loopback addresses only"
        )
    return _in_clear(at, insecure=insecure)


def check_sending(address: Address, given: Credentials, *, insecure: bool) -> None:
    """Refuse to send a token where others can read it.

    Raises:
        InvalidRequest: it would go over the network in clear.
    """
    if given.token and not given.tls_ca and not address.is_loopback:
        _in_clear(address.target, insecure=insecure)


def _in_clear(at: str, *, insecure: bool) -> str:
    warning = f"the token and all documents go to and from {at} in clear"
    if not insecure:
        raise InvalidRequest(f"{warning}: use TLS (--tls-cert, --tls-key, --tls-ca), or --insecure")
    return f"{warning} (--insecure): whoever is on the way can read and use them"


def _read_secret(path: Path) -> bytes:
    """Read a file that others cannot."""
    try:
        with path.open("rb") as file:
            status, data = os.fstat(file.fileno()), file.read(_MOST_TOKEN)
    except OSError as error:
        raise InvalidRequest(f"cannot read '{path}': {error.strerror}") from error
    if status.st_mode & 0o077 or status.st_uid not in (0, os.geteuid()):
        raise InvalidRequest(
            f"'{path}' can be read or written by others, or is not yours: chmod 600 {path}, and if they have, a new token"
        )
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidRequest(f"cannot read '{path}': {error.strerror}") from error


class TokenCheck(aio.ServerInterceptor):
    """Answers UNAUTHENTICATED to whoever does not send the token."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Pass the call on, or refuse it."""
        sent: Any = dict(handler_call_details.invocation_metadata or ()).get("authorization", "")
        given = sent if isinstance(sent, bytes) else sent.encode()
        if hmac.compare_digest(given, self._expected):
            return await continuation(handler_call_details)
        # Of streams: it answers without waiting for a message, which need never come.
        return grpc.stream_stream_rpc_method_handler(_refuse)


async def _refuse(requests: Any, context: aio.ServicerContext[Any, Any]) -> None:
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, "send 'authorization: Bearer TOKEN'")
