"""Places that clients share: who holds the fewest is next, and one client never holds them all."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Waiting:
    client: str
    last: int  # its turn, if all that may go first do
    turn: asyncio.Future[None]


class Places:
    """So many at once. The last free place is for a client that holds none. All methods belong to one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._held: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []  # in the order that they came
        self._came = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(not entry.turn.done() for entry in self._waiting)

    def is_free(self, client: str) -> bool:
        """Return whether a client gets a place at once."""
        return self._free > 1 or (self._free == 1 and not self._held[client])

    async def take(self, client: str, cost: int = 0) -> None:
        """Wait for a place. Who takes one gives it back.

        `cost`: of clients that hold as many, the first goes first, but for those that came at most so many turns later as they
        cost less: what costs much waits for what costs little, and not for ever.
        """
        if self.is_free(client):
            self._give(client)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._came += 1
        self._waiting.append(_Waiting(client, self._came + cost, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had just been given one
                self.give_back(client)
            raise

    def give_back(self, client: str) -> None:
        """Give a place back, to whoever of those that wait holds the fewest, and of them to whose turn it is."""
        self._free += 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        self._waiting = [entry for entry in self._waiting if not entry.turn.done()]  # who has left
        while allowed := [entry for entry in self._waiting if self.is_free(entry.client)]:
            following = min(allowed, key=lambda entry: (self._held[entry.client], entry.last))
            self._waiting.remove(following)
            self._give(following.client)
            following.turn.set_result(None)

    @asynccontextmanager
    async def place(self, client: str, cost: int = 0) -> AsyncGenerator[None]:
        """Hold a place; see `take`."""
        await self.take(client, cost)
        try:
            yield
        finally:
            self.give_back(client)

    def _give(self, client: str) -> None:
        self._free -= 1
        self._held[client] += 1
