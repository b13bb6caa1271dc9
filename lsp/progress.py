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
    began, told, said = monotonic(), 0.0, ""

    def report(done: Progress) -> None:
        nonlocal told, said
        verb = "reading" if done.stage == "prompt" else "writing"
        rate = done.done / max(monotonic() - began, 1e-3)
        said = f"{verb} {done.done:,}/{done.total:,} tokens, {rate:,.0f} a second"
        if monotonic() - told > _EVERY:
            told = monotonic()
            percentage = min(100, 100 * done.done // max(done.total, 1))
            progress.report(
                token, types.WorkDoneProgressReport(message=said, percentage=percentage)
            )

    try:
        yield report
    finally:
        progress.end(token, types.WorkDoneProgressEnd(message=said))
        progress.tokens.pop(token, None)
