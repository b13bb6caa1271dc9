"""What a server needs of a front door: one protocol, at one address, into the engine that all doors share."""

from collections.abc import Callable
from typing import Protocol

from specedit.service.calls import Calls
from specedit.service.host import Host


class Door(Protocol):
    """Takes requests in its protocol. `listen`, `start`, `open`, `close` and `stop` are called in this order, once each."""

    @property
    def target(self) -> str:
        """Where it listens, as its clients give it."""

    def listen(self) -> None:
        """Take the address.

        Raises:
            InvalidRequest, OSError: it cannot be had.
        """

    async def start(self) -> None:
        """Take requests; there is no model yet, so those that need it wait."""

    async def open(self) -> None:
        """Tell who asks that the model is there."""

    async def close(self) -> None:
        """Tell who asks that the server is stopping."""

    async def stop(self) -> None:
        """Cut off what is still under way, and give the address back."""


DoorFactory = Callable[[Host, Calls], Door]
