"""What is to be done for a request, before any model has its turn."""

import asyncio
from contextlib import suppress

from specedit.editor import author
from specedit.editor.config import Config
from specedit.editor.plan import Plan
from specedit.editor.result import Authorship, EditRequest, EditResult
from specedit.engine.errors import EditRefused
from specedit.service.authoring import Authors
from specedit.service.loaded import Loaded
from specedit.service.planner import Planner

_EARLY_SECONDS = 1.0  # that plans may put off the model


class Plans:
    """Plans requests. `model` is there once it is open; `authors` write what nothing else understands, if there are any."""

    def __init__(
        self, planner: Planner, model: asyncio.Future[Loaded], authors: Authors | None
    ) -> None:
        self._planner, self._model, self._authors = planner, model, authors
        self._early: set[asyncio.Future[Plan | EditResult]] = set()  # begun before there is a model

    async def wait_for_early(self) -> None:
        """Let what is being planned end first, for a moment: reading a model holds the interpreter for seconds."""
        if self._early:
            await asyncio.wait(self._early, timeout=_EARLY_SECONDS)

    async def make(
        self,
        request: EditRequest,
        config: Config,
        client: str,
        seconds: float,
        *,
        no_model: bool = False,
    ) -> tuple[Plan | EditResult, Authorship | None]:
        """Return the plan, or the result where that is settled; and who has written it if an author has, within `seconds`.

        `no_model`: none is asked, nor waited for; what syntax is not certain of is taken under `trust`, else refused.

        Raises:
            SpeceditError: as of `Planner.plan` and `Authors.write`.
        """
        if no_model or config.accept == "syntax":
            return await self._planner.settle_alone(request, config.accept, client), None
        if self._authors is None:
            return await self._without_author(request, config, client), None
        made = await self._planner.plan(request, config.accept, client, can_write=True)
        if isinstance(made, EditResult) or not author.is_needed(made):
            return made, None
        written, by = await self._authors.write(request, client, seconds)
        return await self._planner.settle(request, written, config.accept, client), by

    async def _without_author(
        self, request: EditRequest, config: Config, client: str
    ) -> Plan | EditResult:
        """The plan for the model. What syntax settles waits for none that is still being opened."""
        if not self._model.done():
            planning = self._planner.plan(request, config.accept, client, can_write=False)
            early = asyncio.ensure_future(planning)
            self._early.add(early)
            early.add_done_callback(self._early.discard)
            with suppress(EditRefused):
                planned = await early
                if isinstance(planned, EditResult):
                    return planned
        can_write = (await asyncio.shield(self._model)).editor.can_write
        return await self._planner.plan(request, config.accept, client, can_write=can_write)
