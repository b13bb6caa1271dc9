"""Edits that syntax made and that are applied already, judged by a model: where it disagrees the user is told, and may revert."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from specedit.editor.result import Disagreement, EditRequest, EditResult
from specedit.edits.rebase import rebase
from specedit.edits.text import TextEdit, apply_edits, minimal_edits, split_lines, starts_of
from specedit.engine.errors import SpeceditError
from specedit.lsp import convert
from specedit.lsp.documents import OpenDocument, Snapshot
from specedit.lsp.protocol import KEEP

_PAUSE = 0.2  # seconds without a change, after which it is looked where the diagnostics belong


@dataclass(frozen=True, slots=True)
class DoubtedLine:
    """A line of the text that was judged with which a model disagrees, and what takes back the hunk there, if it is in one."""

    number: int
    judged: str
    line: TextEdit
    revert: TextEdit | None
    message: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A doubt in the text as it is now. `revert` is None where the user has changed what we wrote, or we wrote nothing."""

    doubt: DoubtedLine
    line: TextEdit
    revert: TextEdit | None


class Judging:
    """Has edits judged, and keeps the doubts of each document as long as the text around them stays."""

    def __init__(
        self,
        judge: Callable[[EditRequest], Awaitable[EditResult]],
        documents: dict[str, OpenDocument],
        show: Callable[[types.PublishDiagnosticsParams], None],
        threshold: float,
    ) -> None:
        self._judge, self._documents, self._show = judge, documents, show
        self._threshold = threshold
        self._doubts: dict[str, list[DoubtedLine]] = {}
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._looks: dict[str, asyncio.TimerHandle] = {}
        self._count = 0

    def begin(self, request: EditRequest, base: Snapshot, edits: Sequence[TextEdit]) -> None:
        """Have an edit judged that was made of `base`, while the user goes on."""
        self._begin(base.uri, self._judged(request, base, tuple(edits)))

    def changed(self, uri: str) -> None:
        """See, once the user pauses, which doubts a change of a document has left."""
        if uri not in self._doubts:
            return
        if uri in self._looks:
            self._looks[uri].cancel()
        loop = asyncio.get_running_loop()
        self._looks[uri] = loop.call_later(_PAUSE, lambda: self._begin(uri, self._look(uri)))

    def keep(self, uri: str, number: object) -> None:
        """Let a doubt go: the user wants what was written."""
        left = [doubt for doubt in self._doubts.get(uri, ()) if doubt.number != number]
        self._doubts[uri] = left
        self._begin(uri, self._look(uri))

    def forget(self, uri: str) -> None:
        """Let a document go."""
        for task, of in list(self._tasks.items()):
            if of == uri:
                task.cancel()
        if uri in self._looks:
            self._looks.pop(uri).cancel()
        if self._doubts.pop(uri, None):
            self._show(types.PublishDiagnosticsParams(uri, []))

    def actions(
        self, now: Snapshot, area: types.Range, client: types.InitializeParams
    ) -> list[types.CodeAction]:
        """Return what can be done about the doubts in a range."""
        offered = []
        for place in _placed(self._doubts.get(now.uri, ()), now):
            diagnostic = _diagnostic(now, place)
            first, last = diagnostic.range.start.line, diagnostic.range.end.line
            if last < area.start.line or area.end.line < first:
                continue
            if place.revert is not None:
                title = "specedit: revert this hunk"
                edit = convert.workspace_edit(now, [place.revert], client, title)
                offered.append(_action(title, diagnostic, edit=edit))
            argument = {"textDocument": {"uri": now.uri}, "doubt": place.doubt.number}
            title = "specedit: keep what was written"
            command = types.Command(title, KEEP, arguments=[argument])
            offered.append(_action(title, diagnostic, command=command))
        return offered

    def close(self) -> None:
        """Stop judging."""
        for uri in {*self._tasks.values(), *self._doubts}:
            self.forget(uri)

    def _begin(self, uri: str, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = uri
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def _judged(
        self, request: EditRequest, base: Snapshot, edits: tuple[TextEdit, ...]
    ) -> None:
        with suppress(SpeceditError):  # the edit stands; there is nobody to judge it
            result = await self._judge(request)
            doubts = await asyncio.to_thread(self._doubted_lines, result, base.text, edits)
            if doubts and base.uri in self._documents:
                self._doubts.setdefault(base.uri, []).extend(doubts)
                await self._look(base.uri)

    def _doubted_lines(
        self, result: EditResult, base: str, edits: Sequence[TextEdit]
    ) -> list[DoubtedLine]:
        """The doubts about a text: of each line the gravest objection, and the hunk that it is about."""
        judged = apply_edits(base, edits)
        starts = starts_of(split_lines(judged))
        gravest: dict[int, Disagreement] = {}
        for each in result.objections:
            is_veto = each.always_vetoes or each.ratio < self._threshold
            graver = each.line not in gravest or each.ratio < gravest[each.line].ratio
            if is_veto and graver and not each.ignored and each.line < len(starts):
                gravest[each.line] = each
        back = minimal_edits(judged, base)
        doubts = []
        for line, each in sorted(gravest.items()):
            start, end = starts[line - 1], starts[line]
            revert = next((b for b in back if b.start < end and start <= b.end), None)
            whole = TextEdit(start, end, judged[start:end])
            self._count += 1
            doubts.append(DoubtedLine(self._count, judged, whole, revert, _message(each)))
        return doubts

    async def _look(self, uri: str) -> None:
        """Show the doubts that the text as it is now leaves; the others are gone for good."""
        document = self._documents.get(uri)
        if document is None:
            return
        now, doubts = document.snapshot(), self._doubts.get(uri, [])
        placed = await asyncio.to_thread(lambda: list(_placed(doubts, now)))
        kept = {place.doubt.number for place in placed}
        looked_at = {doubt.number for doubt in doubts}
        self._doubts[uri] = [
            doubt
            for doubt in self._doubts.get(uri, ())
            if doubt.number in kept or doubt.number not in looked_at
        ]
        if document.version == now.version:  # else a look is due
            shown = [_diagnostic(now, place) for place in placed]
            self._show(types.PublishDiagnosticsParams(uri, shown, now.version))
        if not self._doubts[uri]:
            del self._doubts[uri]


def _placed(doubts: Sequence[DoubtedLine], now: Snapshot) -> Iterator[Placed]:
    """The doubts whose lines are as they were judged, where they are now."""
    for doubt in doubts:
        line = rebase(doubt.judged, [doubt.line], now.text).edits
        if line:
            edits = [doubt.revert] if doubt.revert is not None else []
            revert = rebase(doubt.judged, edits, now.text).edits
            yield Placed(doubt, line[0], revert[0] if revert else None)


def _diagnostic(now: Snapshot, place: Placed) -> types.Diagnostic:
    text = now.text[place.line.start : place.line.end]
    start = place.line.start + len(text) - len(text.lstrip())
    end = place.line.start + len(text.rstrip())
    shown = convert.range_of(now, TextEdit(start, max(start, end), ""))
    severity = types.DiagnosticSeverity.Warning
    return types.Diagnostic(shown, place.doubt.message, severity, source="specedit")


def _message(each: Disagreement) -> str:
    return (
        f"the model would have written {each.preferred!r}, not {each.predicted!r}, which it finds {each.ratio:.2g} times as "
        "likely"
    )


def _action(title: str, diagnostic: types.Diagnostic, **what: Any) -> types.CodeAction:
    return types.CodeAction(title, types.CodeActionKind.QuickFix, [diagnostic], **what)
