"""Places that clients share: who holds the fewest is next, and one client never holds them all."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Waiting:
    client: str
    cost: int
    turn: asyncio.Future[None]


class Places:
    """So many at once. The last free place is for a client that holds none. All methods belong to one event loop."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._held: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []  # in the order that they came

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(not entry.turn.done() for entry in self._waiting)

    def is_free(self, client: str) -> bool:
        """Return whether a client gets a place at once."""
        return self._free > 1 or (self._free == 1 and not self._held[client])

    async def take(self, client: str, cost: int = 0) -> None:
        """Wait for a place. Who takes one gives it back. `cost`: of clients that hold as many, the least goes first."""
        if self.is_free(client):
            self._give(client)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(client, cost, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had just been given one
                self.give_back(client)
            raise

    def give_back(self, client: str) -> None:
        """Give a place back, to whoever of those that wait holds the fewest, costs the least, and was first."""
        self._free += 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        self._waiting = [entry for entry in self._waiting if not entry.turn.done()]  # who has left
        while allowed := [entry for entry in self._waiting if self.is_free(entry.client)]:
            following = min(allowed, key=lambda entry: (self._held[entry.client], entry.cost))
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
