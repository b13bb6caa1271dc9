"""One edit of an open document: asked of the engine, moved to where the text is by now, applied, and seen to be there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from lsprotocol import types

from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.edits.document import Hunk
from specedit.edits.rebase import rebase
from specedit.edits.text import TextEdit, apply_edits, minimal_edits
from specedit.engine.errors import EditRefused, InvalidRequest
from specedit.lsp import convert
from specedit.lsp.documents import OpenDocument, Snapshot
from specedit.lsp.engine import Engine

CONFIRM_SECONDS = 2.0
_TRIES = 3  # who types faster than that is left alone


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for. `lines`: the selection, from 1, both ends included."""

    uri: str
    instruction: str = ""
    version: int | None = None
    lines: tuple[int, int] | None = None
    given: dict[str, str] = field(default_factory=dict)
    review: bool = False

    @classmethod
    def of(cls, params: dict[str, Any]) -> "Asked":
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
            asked = cls(
                str(document["uri"]),
                str(params.get("instruction") or ""),
                None if document.get("version") is None else int(document["version"]),
                lines,
                given,
                bool(params.get("review")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidRequest(f"specedit/applyEdit: {error!r}; see the README") from error
        return asked

    @property
    def label(self) -> str:
        """What the undo list of the editor shows."""
        what = self.instruction or f"apply {next(iter(self.given), 'edit')}"
        return f"specedit: {what[:60]}"


@dataclass(frozen=True, slots=True)
class Made:
    """What the engine made of a snapshot: its result, and the edits of the text."""

    result: EditResult
    edits: tuple[TextEdit, ...]


async def make(
    engine: Engine,
    asked: Asked,
    snapshot: Snapshot,
    report: Callable[[Progress], None],
    settled: Callable[[Sequence[Hunk]], None],
) -> Made:
    """Return what the engine makes of a document.

    Raises:
        SpeceditError: it refuses, or is not there.
    """
    path = convert.path_of(snapshot.uri)
    request = EditRequest(
        snapshot.document,
        asked.instruction,
        str(path) if path else snapshot.uri,
        scope="lines:{}-{}".format(*asked.lines) if asked.lines else "auto",
        **asked.given,  # type: ignore[arg-type]
    )
    async with aclosing(engine.edit(request)) as events:
        async for event in events:
            if isinstance(event, Progress):
                report(event)
            elif isinstance(event, Settled):
                settled(event.hunks)
            else:
                if event.refusal is not None:
                    raise event.refusal
                if event.status == "disagreed":
                    raise EditRefused(event.reason)
                text = event.data.decode("utf-8")
                edits = await asyncio.to_thread(minimal_edits, snapshot.text, text)
                return Made(event, edits)
    raise AssertionError("an edit ends with its result")


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of edits in the client's buffer. `after` is the text that they led to, `back` what undoes them."""

    applied: bool
    message: str
    hunks: int = 0
    overlapping: tuple[int, ...] = ()
    after: str = ""
    back: tuple[TextEdit, ...] = ()


def applied(
    before: str, edits: Sequence[TextEdit], message: str = "", overlapping: tuple[int, ...] = ()
) -> Applied:
    """Return that edits of `before` were applied, with what undoes them."""
    after = apply_edits(before, edits)
    back = minimal_edits(after, before)
    return Applied(True, message, len(edits), overlapping, after, back)


class Applier:
    """Puts edits into the client's documents."""

    def __init__(
        self,
        send: Callable[[types.ApplyWorkspaceEditParams], Awaitable[types.ApplyWorkspaceEditResult]],
        capabilities: Callable[[], types.ClientCapabilities],
    ) -> None:
        self._send, self._capabilities = send, capabilities

    async def apply(
        self,
        base: str,
        edits: Sequence[TextEdit],
        document: OpenDocument,
        label: str,
        *,
        is_open: Callable[[], bool] = lambda: True,
        review: bool = False,
    ) -> Applied:
        """Apply edits of `base` to the document as it is now. What the user has changed since stays."""
        for _ in range(_TRIES):
            now = document.snapshot()
            rebased = await asyncio.to_thread(rebase, base, edits, now.text)
            overlapping = tuple(rebased.lines(base))
            met = (
                f"on line {', '.join(map(str, overlapping))} you changed what the edit would change"
            )
            if not is_open():
                return Applied(False, "the document was closed; nothing was applied")
            if not rebased.edits:
                message = f"{met}; nothing was applied" if overlapping else "nothing to change"
                return Applied(False, message, overlapping=overlapping)
            came = await self._put(now, rebased.edits, document, label, review=review)
            if came == "applied":
                message = f"{len(rebased.edits)} hunks applied"
                message += f"; {met}, those were left out" if overlapping else ""
                return await asyncio.to_thread(
                    applied, now.text, rebased.edits, message, overlapping
                )
            if came == "refused" and document.version == now.version:
                return Applied(False, "the editor did not apply the edit")
            if came == "unsure":
                return Applied(
                    False, "the text changed while the edit was on its way; see whether it is there"
                )
        return Applied(False, "the text keeps changing; nothing was applied, ask again")

    async def _put(
        self,
        now: Snapshot,
        edits: Sequence[TextEdit],
        document: OpenDocument,
        label: str,
        *,
        review: bool,
    ) -> Literal["applied", "refused", "unsure"]:
        """Send edits, and see whether the text becomes what it should: clients say too easily that it has."""
        edit = convert.workspace_edit(now, edits, self._capabilities(), label, review=review)
        expected, seen = apply_edits(now.text, edits), asyncio.Event()
        document.expect(expected, seen.set)
        try:
            answer = await self._send(types.ApplyWorkspaceEditParams(edit, label))
            # A change that came before the answer may be the user's, so that the client has dropped ours; or the
            # first piece of ours, as Neovim sends them.
            moved = document.version > now.version
            if answer.applied:
                with suppress(TimeoutError):
                    async with asyncio.timeout(CONFIRM_SECONDS / 4 if moved else CONFIRM_SECONDS):
                        await seen.wait()
        finally:
            document.no_longer_expect(expected)
        text = document.snapshot().text
        if seen.is_set() or (review and text != now.text):  # of hunks under review, some
            return "applied"
        if not answer.applied or text == now.text:
            return "refused"
        touched = (await asyncio.to_thread(rebase, now.text, edits, text)).overlapping
        return "refused" if moved and not touched else "unsure"
