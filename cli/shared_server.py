"""The user's local server, for commands that may use it: `--server auto`.

A command that finds none opens a model of its own, and leaves a server behind for those that follow.
"""

from collections.abc import Callable, Generator
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.engine.errors import Busy, InvalidRequest, TargetError, Unavailable
from specedit.service import local_server
from specedit.service.address import LOCAL, address, is_served

if TYPE_CHECKING:
    from specedit.service.client import Client

PATIENCE = 5.0  # seconds: a model of our own is open by then


class SharedServer:
    """Edits through the local server if it is there and would do as `config` says, else in this process.

    A context: where an edit would have used a server, there is one for the next command at its end.
    """

    def __init__(
        self, config: Config, connect: "Callable[[], Client]", open_editor: Callable[[], Editor]
    ) -> None:
        self._config, self._connect, self._open_editor = config, connect, open_editor
        self._is_lost = False

    def edit(
        self, request: EditRequest, planned: Plan | None = None
    ) -> Generator[Progress | Settled | EditResult]:
        """Yield how far an edit is, then its result. Where the server goes away meanwhile, the edit is made here from its start.

        Raises:
            TargetError: as of `Editor.edit`.
        """
        if self._client is not None and not self._is_lost:
            try:
                yield from self._client.edit(request)
                return
            except (Unavailable, Busy):
                self._is_lost = True
        yield from self._own.edit(request, planned)

    def __enter__(self) -> "SharedServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and "_own" in self.__dict__ and not is_served(address(LOCAL)):
            with suppress(OSError):  # it would only be faster
                local_server.start()

    @cached_property
    def _own(self) -> Editor:
        return self._open_editor()

    @cached_property
    def _client(self) -> "Client | None":
        if not is_served(address(LOCAL)):
            return None
        with suppress(
            InvalidRequest, TargetError
        ):  # it listens where others could, or has just ended
            client = self._connect()
            info = client.info()
            if (info.version, info.model) == (version("specedit"), self._config.model):
                return client
        return None
