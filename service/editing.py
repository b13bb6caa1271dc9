"""One edit in the server's queue, as every front door makes it: counted, noted for the log, its refusal raised."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter

from specedit.editor.config import Config
from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.service.calls import Call
from specedit.service.host import Host, Queued
from specedit.service.metrics import Metrics


async def edit_events(
    host: Host,
    metrics: Metrics,
    call: Call,
    request: EditRequest,
    config: Config,
    *,
    no_model: bool = False,
) -> AsyncGenerator[Queued | Progress | Settled | EditResult]:
    """Yield how far an edit is, then its result; see `Host.edit`. Closed or cancelled, it runs no other pass.

    Raises:
        EditRefused: the document stays as it is.
        SpeceditError: as of `Host.edit`.
    """
    began, has_hunk = perf_counter(), False
    document = request.document
    call.facts |= {"bytes": len(document.data), "base": document.sha256[:12]}
    call.content |= {"instruction": request.instruction, "document": document.text}
    async with aclosing(host.edit(request, config, call.client, no_model=no_model)) as events:
        async for event in events:
            if isinstance(event, Settled) and not has_hunk:
                metrics.first_hunk(perf_counter() - began)
                has_hunk = True
            if isinstance(event, EditResult):
                _note(metrics, call, event)
                if event.refusal is not None:
                    raise event.refusal
            yield event


async def edit_result(
    host: Host,
    metrics: Metrics,
    call: Call,
    request: EditRequest,
    config: Config,
    *,
    no_model: bool = False,
) -> EditResult:
    """Return the result of an edit, for who does not want to hear how far it is; see `edit_events`."""
    editing = edit_events(host, metrics, call, request, config, no_model=no_model)
    async with aclosing(editing) as events:
        async for event in events:
            if isinstance(event, EditResult):
                return event
    raise AssertionError("an edit ends with its result")


def _note(metrics: Metrics, call: Call, result: EditResult) -> None:
    stats = result.stats
    metrics.work(stats)
    call.facts |= {
        "status": result.status,
        "operation": result.operation or "",
        "prompt_tokens": stats.prompt_tokens,
        "known_tokens": stats.known_tokens,
        "output_tokens": stats.output_tokens,
        "passes": stats.passes,
    }
