"""A client that speaks HTTP/2 by hand, so that it can do what no library would: never give leave to answer."""

import asyncio
import struct

from specedit.service.address import Address

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING = 0, 1, 3, 4, 6
_ACK = _END_STREAM = 1
_END_HEADERS = 4
_INITIAL_WINDOW_SIZE = 4


class RawClient:
    """One connection to a server's socket. `window`: bytes of each answer that the server may send."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._streams = 0
        self._answering = asyncio.create_task(self._answer())

    @classmethod
    async def connect(cls, address: str, window: int = 0) -> "RawClient":
        path = Address(address).socket
        assert path is not None
        client = cls(*await asyncio.open_unix_connection(path))
        client._writer.write(_PREFACE)
        client._send(_SETTINGS, 0, 0, struct.pack(">HI", _INITIAL_WINDOW_SIZE, window))
        return client

    def call(self, path: str, message: bytes, **headers: str) -> int:
        """Begin a call; return its stream."""
        stream = 2 * self._streams + 1
        self._streams += 1
        fields = {
            ":method": "POST",
            ":scheme": "http",
            ":path": path,
            ":authority": "localhost",
            "te": "trailers",
            "content-type": "application/grpc",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self._send(_HEADERS, _END_HEADERS, stream, b"".join(map(_field, fields.items())))
        self._send(_DATA, _END_STREAM, stream, b"\0" + struct.pack(">I", len(message)) + message)
        return stream

    def cancel(self, stream: int) -> None:
        self._send(_RESET, 0, stream, struct.pack(">I", 8))

    async def close(self) -> None:
        self._answering.cancel()
        self._writer.close()

    def _send(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        head = struct.pack(">I", len(payload))[1:] + bytes((kind, flags))
        self._writer.write(head + struct.pack(">I", stream) + payload)

    async def _answer(self) -> None:
        """Be alive: the server hangs up on who does not answer pings."""
        while head := await self._reader.read(9):
            payload = await self._reader.readexactly(int.from_bytes(head[:3]))
            if head[3] in (_SETTINGS, _PING) and not head[4] & _ACK:
                self._send(head[3], _ACK, 0, payload if head[3] == _PING else b"")


def _field(pair: tuple[str, str]) -> bytes:
    """A header, literally (RFC 7541, 6.2.2)."""
    name, value = (text.encode() for text in pair)
    return bytes((0, len(name))) + name + bytes((len(value),)) + value
