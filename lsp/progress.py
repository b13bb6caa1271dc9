"""Progress that the user sees and can cancel, by the client's token or one of our own."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from specedit.editor.result import Progress

_EVERY = 0.1  # seconds between two reports


@asynccontextmanager
async def progress_of(
    server: LanguageServer, title: str, token: types.ProgressToken | None
) -> AsyncGenerator[Callable[[Progress], None]]:
    """Show `title` while the body runs; give what reports how far it is. A cancel of the user's cancels the body."""
    task, window = asyncio.current_task(), server.client_capabilities.window
    if token is None and window is not None and window.work_done_progress:
        token = str(uuid.uuid4())
        try:
            await asyncio.shield(server.work_done_progress.create_async(token))
        except JsonRpcException:  # the client does not want it now; the edit goes on
            token = None
    if token is None or task is None:
        yield lambda progress: None
        return
    progress = server.work_done_progress
    if token not in progress.tokens:
        progress._register_token(token)
    progress.tokens[token].add_done_callback(lambda future: future.cancelled() and task.cancel())
    progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
    last, saying = 0.0, _Saying()

    def report(done: Progress) -> None:
        nonlocal last
        saying.add(done)
        if monotonic() - last > _EVERY:
            last = monotonic()
            percentage = min(100, 100 * done.done // max(done.total, 1))
            progress.report(
                token, types.WorkDoneProgressReport(message=str(saying), percentage=percentage)
            )

    try:
        yield report
    finally:
        progress.end(token, types.WorkDoneProgressEnd(message=str(saying)))
        progress.tokens.pop(token, None)


class _Saying:
    """How far an edit is, in words. Each of its sections counts from nothing."""

    def __init__(self) -> None:
        self._at, self._last = monotonic(), Progress("prompt", 0, 0)
        self._written = self._copied = 0
        self._writing = 0.0  # seconds

    def add(self, done: Progress) -> None:
        before, self._at = self._at, monotonic()
        if done.stage == "answer":
            self._writing += self._at - before
            same = self._last.stage == "answer" and self._last.done <= done.done
            self._written += done.done - same * self._last.done
            self._copied += done.copied - same * self._last.copied
        self._last = done

    def __str__(self) -> str:
        last = self._last
        if not self._written:
            return f"reading {last.done:,}/{last.total:,} tokens" if last.total else ""
        copied, rate = self._copied / self._written, self._written / max(self._writing, 1e-3)
        return f"{self._written:,} tokens, {copied:.0%} copied, {rate:,.0f} a second"
