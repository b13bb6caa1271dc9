"""Connections that do not go on for ever: uvicorn's own end only between two requests."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_GREETING_SECONDS = 10.0


def bounded(reading: float) -> type[H11Protocol]:
    """Return the protocol of connections whose clients read something of what waits for them every `reading` seconds."""

    class Bounded(H11Protocol):
        """Ends a connection whose request does not begin, or goes on when it is answered, or whose answer is not read."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._unread = self._silent = 0
            self._watch_later(min(_GREETING_SECONDS, reading))

        def connection_lost(self, exc: Exception | None) -> None:
            self._watching.cancel()
            super().connection_lost(exc)

        def _watch_later(self, seconds: float) -> None:
            self._watching: asyncio.TimerHandle = self.loop.call_later(seconds, self._watch)

        def _watch(self) -> None:
            """Look twice: what is as it was is stuck."""
            unread = self.transport.get_write_buffer_size()
            is_read = not unread or unread != self._unread
            self._unread = unread
            # Between two requests, but not idle: a part of a head has come; or the rest of a body that nobody waits for.
            is_begun = self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None
            is_late = self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
            self._silent = self._silent + 1 if (is_begun or is_late) and not unread else 0
            if not is_read or self._silent > 1:
                self.transport.abort()
            else:
                self._watch_later(reading if unread else min(_GREETING_SECONDS, reading))

    return Bounded
