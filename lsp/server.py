"""One window's Language Server: what its handlers do, by the modules beside it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from specedit.editor.settings_files import InForce
from specedit.edits.document import Hunk
from specedit.edits.rebase import rebase
from specedit.engine.errors import InvalidRequest, OutsideRoot, StaleBase
from specedit.lsp import actions, convert
from specedit.lsp.applier import Applied, Applier, applied, is_wanted
from specedit.lsp.documents import ColumnUnits, OpenDocument, Snapshot
from specedit.lsp.edits import EditParams, Made, make
from specedit.lsp.engines import Engines
from specedit.lsp.folders import folders_of, is_inside
from specedit.lsp.judging import Judging
from specedit.lsp.offers import KINDS
from specedit.lsp.progress import progress_of
from specedit.lsp.protocol import EditProtocol
from specedit.lsp.refusals import is_unexpected_error, translated
from specedit.lsp.renaming import Renaming


class EditServer(LanguageServer):
    """One editor window."""

    def __init__(self, settings: Callable[[Path | None], InForce]) -> None:
        """`settings`: what is in force in a folder; None is in no workspace."""
        super().__init__("specedit", version("specedit"), protocol_cls=EditProtocol)
        self.documents: dict[str, OpenDocument] = {}
        self.client = types.InitializeParams(types.ClientCapabilities())
        self._settings = settings
        self._applier = Applier(
            self.workspace_apply_edit_async,
            lambda: self.client,
            self.window_show_message_request_async,
        )
        self._last: dict[str, Applied] = {}  # what was applied to a document last
        logging.getLogger("pygls.protocol.json_rpc").addFilter(is_unexpected_error)

    @cached_property
    def _engines(self) -> Engines:
        """Made when they are first needed: gRPC wants the event loop to run."""
        folder = next(iter(folders_of(self.workspace)), None)
        try:
            settings = self._settings(folder)
        except InvalidRequest as error:  # a workspace's mistake is not to end the service
            self.show_message(f"specedit: {error}", types.MessageType.Error)
            settings = self._settings(None)
        for warning in settings.warnings:
            self.show_message(f"specedit: {warning}", types.MessageType.Warning)
        return Engines(settings)

    @cached_property
    def _judging(self) -> Judging:
        engines = self._engines
        show = self.text_document_publish_diagnostics
        return Judging(engines.judge, self.documents, show, engines.config.threshold)

    @cached_property
    def renaming(self) -> Renaming:
        """What renames symbols in all files."""
        max_bytes = self._engines.max_bytes
        return Renaming(self.documents, lambda: folders_of(self.workspace), max_bytes)

    def show_message(self, text: str, kind: types.MessageType) -> None:
        """Have the client show a text."""
        self.window_show_message(types.ShowMessageParams(kind, text))

    @property
    def units(self) -> ColumnUnits:
        """What columns count, as agreed with the client."""
        chosen = self.server_capabilities.position_encoding or "utf-16"
        return ColumnUnits(types.PositionEncodingKind(chosen).value)

    async def apply_edit(
        self, params: dict[str, Any], token: types.ProgressToken | None = None
    ) -> dict[str, Any]:
        """Make an edit and apply it in the client; say what became of it.

        Raises:
            JsonRpcException: it is refused, or cannot be asked for.
        """
        with translated():
            edit = EditParams.of(params)
            document, base = self._document(edit)
            token = params.get("workDoneToken") if token is None else token
            made = await self._made(edit, base, token, params.get("partialResultToken"))
            # Once it is sent, a cancel comes too late: what became of it must be known, to undo it.
            done = await asyncio.shield(self._apply(edit, document, base.text, made))
        if done.applied and self._engines.verify == "after" and not made.result.model:
            self._judging.begin(made.request, base, made.edits)
        stats = made.result.stats
        return {
            "applied": done.applied,
            "message": "; ".join((done.message, *(made.result.notes if done.applied else ()))),
            "hunks": done.hunks,
            "overlapping": [line - 1 for line in done.overlapping],
            "operation": made.result.operation,
            "tokens": stats.output_tokens,
            "copied": stats.copied_share,
            "seconds": stats.seconds,
        }

    async def _apply(
        self, edit: EditParams, document: OpenDocument, base: str, made: Made
    ) -> Applied:
        done = await self._applier.apply(
            base,
            made.edits,
            document,
            edit.label,
            is_open=lambda: self.documents.get(document.uri) is document,
            review=edit.review,
        )
        if done.applied:
            self._last[document.uri] = done
        return done

    async def undo(self, params: dict[str, Any]) -> dict[str, Any]:
        """Take back what was applied to a document last; what was typed since stays."""
        uri = str((params.get("textDocument") or {}).get("uri"))
        document, last = self.documents.get(uri), self._last.get(uri)
        if document is None or last is None:
            return {"applied": False, "message": "nothing of specedit's to undo here"}
        done = await self._applier.apply(last.after, last.back, document, "specedit: undo")
        if done.applied and self._last.get(uri) is last:
            del self._last[uri]
        return {"applied": done.applied, "message": done.message, "hunks": done.hunks}

    def forget(self, uri: str) -> None:
        """Let a document go, and what was done to it."""
        self.documents.pop(uri, None)
        self._last.pop(uri, None)
        if self._judges:
            self._judging.forget(uri)

    def changed(self, uri: str) -> None:
        """See what a change of a document leaves of what a model had against it."""
        if self._judges:
            self._judging.changed(uri)

    async def keep(self, params: dict[str, Any]) -> None:
        """Let go what a model had against an edit."""
        if self._judges:
            uri = str((params.get("textDocument") or {}).get("uri"))
            self._judging.keep(uri, params.get("doubt"))

    @property
    def _judges(self) -> bool:
        """Whether anything was judged in this window."""
        return "_judging" in self.__dict__

    async def code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Return what can be done at a place."""
        document = self.documents.get(params.text_document.uri)
        only = params.context.only
        if document is None or not is_inside(document.uri, folders_of(self.workspace)):
            return []
        snapshot, about_doubts = document.snapshot(), list[types.CodeAction]()
        if self._judges and actions.is_wanted(only, "quickfix"):
            about_doubts = await asyncio.to_thread(
                self._judging.actions, snapshot, params.range, self.client
            )
        if not any(actions.is_wanted(only, kind) for kind in KINDS):
            return about_doubts
        # What the client can do that the protocol has no word for.
        options = convert.plain(self.client.initialization_options) or {}
        offered = await asyncio.to_thread(
            actions.offered,
            snapshot,
            params.range,
            self.client_capabilities,
            only,
            undo=document.uri in self._last,
            can_ask=isinstance(options, dict) and bool(options.get("canAsk")),
            can_paste=isinstance(options, dict) and bool(options.get("canPaste")),
        )
        return about_doubts + offered

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Make the edit of an action that the user has chosen; what is a command needs none."""
        if action.data is None:  # it is a command, or has its edit
            return action
        with translated():
            edit = EditParams.of(convert.plain(action.data))
            document, base = self._document(edit)
            made = await self._made(edit, base, None, None)
            now = document.snapshot()
            rebased = await asyncio.to_thread(rebase, base.text, made.edits, now.text)
            if rebased.overlapping or not rebased.edits:
                raise StaleBase("the text was changed meanwhile, or has it already", now.sha256)
        edits = rebased.edits
        action.edit = convert.workspace_edit(now, edits, self.client, edit.label)
        taken = await asyncio.to_thread(applied, now.text, edits)
        document.expect(taken.after, lambda: self._last.update({document.uri: taken}))
        return action

    async def _made(
        self,
        edit: EditParams,
        base: Snapshot,
        token: types.ProgressToken | None,
        partial: types.ProgressToken | None,
    ) -> Made:
        """What the engine makes of a document, with progress that the user can cancel."""
        async with progress_of(self, edit.label, token) as report:

            def settled(hunks: Sequence[Hunk]) -> None:
                if partial is not None:
                    sent = [convert.hunk(base, hunk) for hunk in hunks]
                    self.progress(types.ProgressParams(partial, {"hunks": sent}))

            async def decide(reason: str) -> bool:
                message = f"{edit.label}: {reason}"
                return await is_wanted(self.window_show_message_request_async, message)

            return await make(self._engines.edit, edit, base, report, settled, decide)

    def _document(self, edit: EditParams) -> tuple[OpenDocument, Snapshot]:
        """The open document that is asked about, as it is now.

        Raises:
            InvalidRequest: it is not open.
            OutsideRoot: it is in none of the workspace's folders.
            StaleBase: the client asked about an older version.
        """
        if (document := self.documents.get(edit.uri)) is None:
            raise InvalidRequest(f"'{edit.uri}' is not open in this window")
        if not is_inside(edit.uri, folders_of(self.workspace)):
            raise OutsideRoot(f"'{edit.uri}' is in none of this window's folders")
        snapshot = document.snapshot()
        if edit.version is not None and edit.version < snapshot.version:
            raise StaleBase("the text was changed meanwhile; ask again", snapshot.sha256)
        return document, snapshot

    async def hang_up(self) -> None:
        """Leave the engine to other windows."""
        if self._judges:
            self._judging.close()
        if "_engines" in self.__dict__:
            await self._engines.close()
