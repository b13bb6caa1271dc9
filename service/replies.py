"""Answers by request id, so that a call that is made again does nothing twice."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from google.protobuf.message import Message

from specedit.engine.errors import InvalidRequest
from specedit.v1 import edit_pb2 as pb

_LONGEST_ID = 128  # bytes
_MOST = 1000
_MOST_BYTES = 64 << 20


class Replies:
    """The results of the last calls that had an id, and the calls under way."""

    def __init__(self) -> None:
        self._done: OrderedDict[str, tuple[bytes, pb.Result]] = OrderedDict()
        self._running: dict[str, tuple[bytes, asyncio.Event]] = {}
        self._bytes = 0

    async def once(
        self, request_id: str, request: Message, run: Callable[[], Awaitable[pb.Result]]
    ) -> pb.Result:
        """Return what `run` returns, or what it returned to an earlier call of this id.

        A second call waits for the first; if that fails or is cancelled, the second runs.

        Raises:
            InvalidRequest: the id was used for another edit.
        """
        if not request_id:
            return await run()
        if len(request_id.encode()) > _LONGEST_ID:
            raise InvalidRequest(f"request_id has more than {_LONGEST_ID} bytes")
        digest = hashlib.sha256(request.SerializeToString(deterministic=True)).digest()
        while True:
            known, waits_for = self._done.get(request_id), self._running.get(request_id)
            reply = known or waits_for
            if reply and reply[0] != digest:
                raise InvalidRequest(f"request_id '{request_id}' was used for another edit")
            if known:
                return known[1]
            if not waits_for:
                break
            await waits_for[1].wait()
        finished = asyncio.Event()
        self._running[request_id] = (digest, finished)
        try:
            result = await run()
            self._keep(request_id, digest, result)
            return result
        finally:
            del self._running[request_id]
            finished.set()

    def _keep(self, request_id: str, digest: bytes, result: pb.Result) -> None:
        self._done[request_id] = (digest, result)
        self._bytes += result.ByteSize()
        while len(self._done) > _MOST or self._bytes > _MOST_BYTES:
            self._bytes -= self._done.popitem(last=False)[1][1].ByteSize()
