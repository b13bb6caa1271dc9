"""What a client asks for in an open document, and what the engine makes of it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.edits.document import Hunk, edited
from specedit.edits.text import TextEdit, minimal_edits
from specedit.engine.errors import EditRefused, InvalidRequest
from specedit.lsp import convert
from specedit.lsp.documents import Snapshot
from specedit.service.client import Event


@dataclass(frozen=True, slots=True)
class EditParams:
    """What a client asks for. `lines`: the selection, from 1, both ends included."""

    uri: str
    instruction: str = ""
    version: int | None = None
    lines: tuple[int, int] | None = None
    given: dict[str, str] = field(default_factory=dict)
    review: bool = False

    @classmethod
    def of(cls, params: dict[str, Any]) -> "EditParams":
        """Return what the parameters of `specedit/applyEdit` ask for.

        Raises:
            InvalidRequest: something is missing, or of the wrong kind.
        """
        try:
            document = params["textDocument"]
            area = params.get("range")
            lines = None
            if area and area["start"] != area["end"]:
                first, last = area["start"]["line"], area["end"]["line"]
                empty_end = area["end"]["character"] == 0 and last > first
                lines = (first + 1, last + (not empty_end))
            given = {k: params[k] for k in ("snippet", "patch", "prediction") if params.get(k)}
            edit = cls(
                str(document["uri"]),
                str(params.get("instruction") or ""),
                None if document.get("version") is None else int(document["version"]),
                lines,
                given,
                bool(params.get("review")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidRequest(f"specedit/applyEdit: {error!r}; see docs/editors.md") from error
        return edit

    @property
    def label(self) -> str:
        """What the undo list of the editor shows."""
        what = self.instruction or f"apply {next(iter(self.given), 'edit')}"
        return f"specedit: {what[:60]}"


@dataclass(frozen=True, slots=True)
class Made:
    """What the engine made of a snapshot, asked with `request`: its result, and the edits of the text."""

    request: EditRequest
    result: EditResult
    edits: tuple[TextEdit, ...]


async def make(
    edit: Callable[[EditRequest], AsyncGenerator[Event]],
    params: EditParams,
    snapshot: Snapshot,
    report: Callable[[Progress], None],
    settled: Callable[[Sequence[Hunk]], None],
    decide: Callable[[str], Awaitable[bool]],
) -> Made:
    """Return what `edit` makes of a document. `decide`: whether the user wants what the model would not have.

    Raises:
        SpeceditError: it refuses, or is not there.
    """
    path = convert.path_of(snapshot.uri)
    request = EditRequest(
        snapshot.document,
        params.instruction,
        str(path) if path else snapshot.uri,
        scope="lines:{}-{}".format(*params.lines) if params.lines else "auto",
        **params.given,  # type: ignore[arg-type]
    )
    result: EditResult
    async with aclosing(edit(request)) as events:
        async for event in events:
            if isinstance(event, Progress):
                report(event)
            elif isinstance(event, Settled):
                settled(event.hunks)
            else:
                result = event
    if result.refusal is not None:
        raise result.refusal
    if result.status == "disagreed" and (
        result.proposed is None or not await decide(result.reason)
    ):
        raise EditRefused(result.reason)
    data = result.data
    if result.proposed is not None:
        _, data = await asyncio.to_thread(edited, snapshot.document, result.proposed)
    edits = await asyncio.to_thread(minimal_edits, snapshot.text, data.decode("utf-8"))
    return Made(request, result, edits)
