"""The one engine of this user: a `specedit serve` that runs, or one that is started and shared by all editor windows."""

import asyncio
import tempfile
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

from specedit.editor.config import Config
from specedit.editor.result import EditRequest
from specedit.engine.errors import Unavailable
from specedit.service import local_server
from specedit.service.address import LOCAL
from specedit.service.client import AsyncClient, Event

_START_SECONDS = 600.0  # the first start fetches the model


class EngineClient:
    """Edits through a server. `at`: its address; only the local one is started if it is not there, with `options`."""

    def __init__(
        self, at: str = LOCAL, config: Config | None = None, options: Sequence[str] = ()
    ) -> None:
        self._client = AsyncClient(at, config=config, patience=60, revive=self._ready)
        self._may_start, self._options = at == LOCAL, options
        self._starting = asyncio.Lock()
        self._has_loaded = False  # the model, at least once

    async def edit(self, request: EditRequest) -> AsyncGenerator[Event]:
        """Yield how far an edit is, then its result; see `Client.edit`. A server that dies meanwhile is started anew."""
        await self._ready()
        async with aclosing(self._client.edit(request)) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """Hang up; the server goes on for other windows until it is idle."""
        await self._client.close()

    async def _ready(self) -> None:
        """Have a server at the other end, if it is for us to start one.

        Raises:
            Unavailable: there is none, and none could be started.
        """
        async with self._starting:
            if self._may_start and not await self._is_there():  # not yet, or idle for too long
                await self._start()

    async def _start(self) -> None:
        with tempfile.TemporaryFile() as file:
            process = local_server.start(self._options, stderr=file)
            threading.Thread(target=process.wait, daemon=True).start()  # no zombie stays of it
            until = asyncio.get_running_loop().time() + _START_SECONDS
            while not await self._is_there():
                if asyncio.get_running_loop().time() > until:
                    raise Unavailable(f"specedit serve did not start in {_START_SECONDS:g} s")
                if process.poll() is not None:
                    file.seek(0)
                    message = file.read().decode("utf-8", "replace").strip()
                    if not message.endswith("already"):  # another window was faster
                        raise Unavailable(f"specedit serve does not start: {message}")
                await asyncio.sleep(0.2)

    async def _is_there(self) -> bool:
        """Whether a server takes edits. The first time it must have a model; then who waits for that is for it to say."""
        if self._has_loaded:
            return await self._listens()
        with suppress(Unavailable):
            await self._client.info()
            self._has_loaded = True
        return self._has_loaded

    async def _listens(self) -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_unix_connection(self._client.address.socket)
            writer.close()
            return True
        return False
