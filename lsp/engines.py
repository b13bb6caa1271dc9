"""Who makes an edit, and when a model is asked of it: before it is applied, after, or never."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import cached_property

from specedit.editor.result import EditRequest, EditResult, Settled
from specedit.editor.settings import SETTINGS
from specedit.editor.settings_files import InForce
from specedit.engine.errors import NotCertain, NotUnderstood
from specedit.lsp.engine import EngineClient
from specedit.service.address import AUTO, LOCAL
from specedit.service.client import Event
from specedit.service.planner import Planner

# What a server is started with, and no request can change.
_OF_SERVER = (
    *(setting.name for setting in SETTINGS if setting.is_users and setting.name != "server"),
    *("author_form", "author_prediction"),
)


class Engines:
    """Makes edits as `verify` says. Make it where the event loop runs.

    What syntax is certain of is made in processes of this window's, which need no model, and no server that has one.
    """

    def __init__(self, settings: InForce) -> None:
        given = settings.value("server")
        self._address = LOCAL if given in (None, AUTO) else given
        self.config, self.verify = settings.config, settings.value("verify")
        self.max_bytes: int = settings.value("max_bytes")
        self._options = settings.options(_OF_SERVER)  # other settings a server finds by itself

    async def edit(self, request: EditRequest) -> AsyncGenerator[Event]:
        """Yield how far an edit is, then its result.

        Raises:
            EditRefused: no model is to be asked, and syntax is not certain of the edit.
        """
        if self.verify != "before":
            try:
                result = await self._planner.plan(request, "syntax", "", can_write=False)
                assert isinstance(result, EditResult)
                yield Settled(result.hunks)
                yield result
                return
            except (NotCertain, NotUnderstood):
                if self.verify == "off":
                    raise
        async with aclosing(self._writer.edit(request)) as events:
            async for event in events:
                yield event

    async def judge(self, request: EditRequest) -> EditResult:
        """Return the result of an edit that is made whatever a model says, with all its objections."""
        async with aclosing(self._judge.edit(request)) as events:
            async for event in events:
                if isinstance(event, EditResult):
                    return event
        raise AssertionError("an edit ends with its result")

    async def close(self) -> None:
        """Leave the server to other windows; end the processes of this one."""
        for name in ("_writer", "_judge"):
            if name in self.__dict__:
                await getattr(self, name).close()
        if "_planner" in self.__dict__:
            self._planner.close()

    @cached_property
    def _planner(self) -> Planner:
        return Planner()

    @cached_property
    def _writer(self) -> EngineClient:
        return EngineClient(self._address, self.config, self._options)

    @cached_property
    def _judge(self) -> EngineClient:
        return EngineClient(self._address, replace(self.config, accept="trust"), self._options)
