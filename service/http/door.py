"""The HTTP door of a server: the routes of clients of OpenAI's API and of fast-apply services."""

from specedit.service.address import Address
from specedit.service.auth import Credentials
from specedit.service.calls import Calls
from specedit.service.host import Host
from specedit.service.http.app import HttpService
from specedit.service.http.listener import Listener

_ROOM = 1 << 20  # of a body, beside its texts


class HttpDoor(Listener):
    """Serves the routes of `HttpService`."""

    def __init__(
        self,
        host: Host,
        calls: Calls,
        address: Address,
        credentials: Credentials,
        *,
        insecure: bool = False,
    ) -> None:
        """Make the door; nothing listens yet.

        Raises:
            InvalidRequest: as of `Listener`.
        """
        self._service = HttpService(host, calls)
        super().__init__(
            self._service.app(),
            address,
            credentials,
            insecure=insecure,
            # Characters may come as escapes, and a document twice: as the code and as its prediction.
            most_body=4 * host.limits.document_bytes + _ROOM,
            reading=host.limits.reading,
        )

    async def open(self) -> None:
        """Tell who asks that the model is there."""
        self._service.is_open = True

    async def close(self) -> None:
        """Tell who asks that the server is stopping."""
        self._service.is_open = None
