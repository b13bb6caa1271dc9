"""The calls of clients, one after the other in a thread: with progress, until it is cancelled, and an answer for every error."""

import logging
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import anyio
from anyio import from_thread, to_thread
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, ListRootsResult, TextContent

from specedit.editor.config import Config
from specedit.engine.errors import Busy, SpeceditError
from specedit.service.mcp.answers import EditAnswer, UndoAnswer
from specedit.service.mcp.limits import Limits
from specedit.service.mcp.rendering import text_of

if TYPE_CHECKING:  # loaded by `Work`, after the client has been greeted
    from specedit.editor.editor import Editor
    from specedit.editor.result import Progress
    from specedit.service.mcp.author_calls import AuthorCalls
    from specedit.service.mcp.bounds import Bounds
    from specedit.service.mcp.call import ToolCall
    from specedit.service.mcp.edits import Edits
    from specedit.service.mcp.shared import Shared

T = TypeVar("T")
Answer = EditAnswer | UndoAnswer
_TELLING_SECONDS = 1.0
_REMEMBERED = 50  # edits that `undo` takes back without an id, as many as the journal keeps
_LOG = logging.getLogger(__name__)


class Session:
    """Takes the calls of one client, or of several that have something `shared`. `folder`: the one that the server was started for.

    `authors` write what nothing else understands.
    """

    def __init__(
        self,
        config: Config,
        open_editor: "Callable[[], Editor]",
        folder: Path | None,
        limits: Limits,
        authors: "AuthorCalls | None" = None,
        shared: "Shared | None" = None,
    ) -> None:
        self.limits = limits
        self._config, self._open_editor, self._authors = config, open_editor, authors
        self._folder, self._shared = folder, shared
        self._written: list[str] = []  # edits that are not undone, newest last
        self._one_at_a_time = anyio.CapacityLimiter(1)

    async def edit(
        self,
        context: Context,
        roots: ListRootsResult,
        dry_run: bool,
        ask: "Callable[[Edits, ToolCall], EditAnswer]",
    ) -> CallToolResult:
        """Return the answer to what a tool asks of the editor."""

        def refuse(error: Exception) -> EditAnswer:
            from specedit.service.mcp.edits import refused

            return refused(error)

        def work() -> EditAnswer:
            from specedit.service.mcp.call import ToolCall

            try:
                bounds = self._bounds(context, roots)
                answer = ask(self._edits, ToolCall(bounds, dry_run, _Watch(context), self._work))
            except SpeceditError as error:
                return refuse(error)
            except Exception as error:  # a bug, which is to end neither the server nor in silence
                _LOG.exception("an edit failed")
                return refuse(error)
            if answer.edit_id is not None:
                self._written.append(answer.edit_id)
                del self._written[:-_REMEMBERED]
            return answer

        return await self._answer(context, work, refuse)

    async def undo(
        self, context: Context, roots: ListRootsResult, edit_id: str | None
    ) -> CallToolResult:
        """Return the answer to an undo: of the edit that is named, else of the last one of the only client."""

        def refuse(error: Exception) -> UndoAnswer:
            from specedit.service.mcp import undo

            return undo.refused(error)

        def work() -> UndoAnswer:
            from specedit.service.mcp import undo

            last = self._written[-1] if self._written and self._shared is None else None
            try:
                answer = undo.take_back(self._bounds(context, roots), edit_id or last)
            except SpeceditError as error:
                return refuse(error)
            except Exception as error:
                _LOG.exception("an undo failed")
                return refuse(error)
            if answer.status != "refused" and answer.edit_id in self._written:
                self._written.remove(answer.edit_id)
            return answer

        return await self._answer(context, work, refuse)

    async def _answer(
        self, context: Context, work: Callable[[], Answer], refuse: Callable[[Exception], Answer]
    ) -> CallToolResult:
        try:
            answer = await self._in_turn(context, work)
        except Busy as error:
            answer = refuse(error)
        return CallToolResult(
            content=[TextContent(text=text_of(answer))],
            structured_content=answer.model_dump(mode="json"),
            is_error=answer.status == "refused",
        )

    async def _in_turn(self, context: Context, work: Callable[[], T]) -> T:
        # A call that is cancelled ends at the next look at that, in its thread: never between two files that are written.
        run = partial(to_thread.run_sync, work, limiter=self._one_at_a_time)
        if self._shared is None:
            return await run()
        from specedit.service.http.access import client_of

        request = context.request_context.request
        async with self._shared.turn(client_of(request) if request is not None else ""):
            return await run()

    def _work(self, task: Callable[[], T], /) -> T:
        """Do what takes long: elsewhere, where others wait for this process."""
        return task() if self._shared is None else from_thread.run(self._shared.work, task)

    def _bounds(self, context: Context, roots: ListRootsResult) -> "Bounds":
        from specedit.service.mcp.bounds import bounds_of

        knows_roots = context.client_capabilities and context.client_capabilities.roots
        uris = [str(root.uri) for root in roots.roots] if knows_roots else None
        return bounds_of(uris, self._folder, self.limits)

    @cached_property
    def _edits(self) -> "Edits":
        from specedit.service.mcp.edits import Edits

        return Edits(self._config, self._open_editor, self._authors)


class _Watch:
    """Tells a client how far its call is: a step for each thing that is done, and the share of it that is."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._step, self._progress, self._stage = 0, 0.0, ""
        self._is_read = True

    def check_wanted(self) -> None:
        """Raise if the call is cancelled."""
        from_thread.check_cancelled()

    def check(self, message: str) -> None:
        """Tell what is done next; raise if the call is cancelled."""
        self.check_wanted()
        self._step += 1
        self._tell(float(self._step), message)

    def advance(self, event: "Progress") -> None:
        """Tell how far the model is; raise if the call is cancelled."""
        self.check_wanted()
        if event.stage != self._stage:
            self._stage = event.stage
            self._step += 1
        share = min(event.done / max(event.total, 1), 0.99)
        what = "reads" if event.stage == "prompt" else "checks"
        self._tell(self._step + share, f"the model {what}: {event.done} of {event.total} tokens")

    def _tell(self, progress: float, message: str) -> None:
        if progress > self._progress and self._is_read:
            self._progress = progress
            self._is_read = from_thread.run(_report, self._context, progress, message)


async def _report(context: Context, progress: float, message: str) -> bool:
    """Tell how far a call is; return whether the client has taken it: who does not read is told no more, and holds nobody up."""
    with anyio.move_on_after(_TELLING_SECONDS) as telling:
        await context.report_progress(progress, message=message)
    return not telling.cancelled_caught
