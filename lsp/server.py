"""`specedit lsp`: the Language Server. Handlers only; what they do is in the modules beside it."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from specedit.editor.config import Config
from specedit.edits.document import Hunk
from specedit.edits.rebase import rebase
from specedit.engine.errors import InvalidRequest, OutsideRoot, SpeceditError, StaleBase
from specedit.lsp import actions, convert
from specedit.lsp.applier import Applied, Applier, applied, is_wanted
from specedit.lsp.documents import OpenDocument, Snapshot, Units
from specedit.lsp.edits import Asked, Made, make
from specedit.lsp.engine import Engine
from specedit.lsp.progress import progress_of
from specedit.lsp.protocol import APPLY_EDIT, COMMAND, UNDO, EditProtocol


class Server(LanguageServer):
    """One editor window."""

    def __init__(self, address: str, config: Config) -> None:
        """`address`: of the server whose engine it uses. `config`: how edits are made."""
        super().__init__("specedit", version("specedit"), protocol_cls=EditProtocol)
        self.documents: dict[str, OpenDocument] = {}
        self.client = types.InitializeParams(types.ClientCapabilities())
        self._address, self._config = address, config
        self._applier = Applier(
            self.workspace_apply_edit_async,
            lambda: self.client,
            self.window_show_message_request_async,
        )
        self._last: dict[str, Applied] = {}  # what was applied to a document last
        logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_unexpected_error)
        _register(self)

    @cached_property
    def _engine(self) -> Engine:
        return Engine(self._address, self._config)  # gRPC wants the event loop to run

    @property
    def units(self) -> Units:
        """What columns count, as agreed with the client."""
        chosen = self.server_capabilities.position_encoding or "utf-16"
        return Units(types.PositionEncodingKind(chosen).value)

    async def apply_edit(
        self, params: dict[str, Any], token: types.ProgressToken | None = None
    ) -> dict[str, Any]:
        """Make an edit and apply it in the client; say what became of it.

        Raises:
            JsonRpcException: it is refused, or cannot be asked for.
        """
        with _told():
            asked = Asked.of(params)
            document, base = self._document(asked)
            token = params.get("workDoneToken") if token is None else token
            made = await self._made(asked, base, token, params.get("partialResultToken"))
            # Once it is sent, a cancel comes too late: what became of it must be known, to undo it.
            done = await asyncio.shield(self._apply(asked, document, base.text, made))
        stats = made.result.stats
        return {
            "applied": done.applied,
            "message": "; ".join((done.message, *(made.result.remarks if done.applied else ()))),
            "hunks": done.hunks,
            "overlapping": [line - 1 for line in done.overlapping],
            "operation": made.result.operation,
            "tokens": stats.output_tokens,
            "copied": stats.copied_share,
            "seconds": stats.seconds,
        }

    async def _apply(self, asked: Asked, document: OpenDocument, base: str, made: Made) -> Applied:
        done = await self._applier.apply(
            base,
            made.edits,
            document,
            asked.label,
            is_open=lambda: self.documents.get(document.uri) is document,
            review=asked.review,
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

    async def code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Return what can be done at a place."""
        document = self.documents.get(params.text_document.uri)
        only = params.context.only
        if document is None or not actions.is_wanted(only) or not self._is_inside(document.uri):
            return []
        has_last = document.uri in self._last
        # What the client can do that the protocol has no word for.
        options = convert.plain(self.client.initialization_options)
        options = options if isinstance(options, dict) else {}
        return await asyncio.to_thread(
            actions.offered,
            document.snapshot(),
            params.range,
            self.client_capabilities,
            undo=has_last,
            can_ask=bool(options.get("canAsk")),
            can_paste=bool(options.get("canPaste")),
        )

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Make the edit of an action that the user has chosen; what is a command needs none."""
        if action.command is not None:
            return action
        with _told():
            asked = Asked.of(convert.plain(action.data))
            document, base = self._document(asked)
            made = await self._made(asked, base, None, None)
            now = document.snapshot()
            rebased = await asyncio.to_thread(rebase, base.text, made.edits, now.text)
            if rebased.overlapping or not rebased.edits:
                raise StaleBase("the text was changed meanwhile, or has it already", now.sha256)
        edits = rebased.edits
        action.edit = convert.workspace_edit(now, edits, self.client, asked.label)
        taken = await asyncio.to_thread(applied, now.text, edits)
        document.expect(taken.after, lambda: self._last.update({document.uri: taken}))
        return action

    async def _made(
        self,
        asked: Asked,
        base: Snapshot,
        token: types.ProgressToken | None,
        partial: types.ProgressToken | None,
    ) -> Made:
        """What the engine makes of a document, with progress that the user can cancel."""
        async with progress_of(self, asked.label, token) as report:

            def settled(hunks: Sequence[Hunk]) -> None:
                if partial is not None:
                    sent = [convert.hunk(base, hunk) for hunk in hunks]
                    self.progress(types.ProgressParams(partial, {"hunks": sent}))

            async def decide(reason: str) -> bool:
                said = f"{asked.label}: {reason}"
                return await is_wanted(self.window_show_message_request_async, said)

            return await make(self._engine, asked, base, report, settled, decide)

    def _document(self, asked: Asked) -> tuple[OpenDocument, Snapshot]:
        """The open document that is asked about, as it is now.

        Raises:
            InvalidRequest: it is not open.
            OutsideRoot: it is in none of the workspace's folders.
            StaleBase: the client asked about an older version.
        """
        document = self.documents.get(asked.uri)
        if document is None:
            raise InvalidRequest(f"'{asked.uri}' is not open in this window")
        if not self._is_inside(asked.uri):
            raise OutsideRoot(f"'{asked.uri}' is in none of this window's folders")
        snapshot = document.snapshot()
        if asked.version is not None and asked.version < snapshot.version:
            raise StaleBase("the text was changed meanwhile; ask again", snapshot.sha256)
        return document, snapshot

    def _is_inside(self, uri: str) -> bool:
        """Whether a document lies in a folder of the workspace, or is no file, or there are no folders."""
        path = convert.path_of(uri)
        uris = [*self.workspace.folders] or [self.workspace.root_uri or ""]
        folders = [folder for folder in map(convert.path_of, uris) if folder]
        if path is None or not folders:
            return True
        try:
            real = path.resolve()
        except ValueError:  # a NUL in it
            return False
        return any(real.is_relative_to(folder.resolve()) for folder in folders)

    async def hang_up(self) -> None:
        """Leave the engine to other windows."""
        if "_engine" in self.__dict__:
            await self._engine.close()


def _is_unexpected_error(record: logging.LogRecord) -> bool:
    """Return whether a record of pygls' is one that its reader does not know: what was refused is told to the client."""
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcException))


@contextmanager
def _told() -> Iterator[None]:
    """Errors as the protocol has them, with our own words for the user."""
    try:
        yield
    except InvalidRequest as error:
        raise JsonRpcInvalidParams(str(error)) from error
    except StaleBase as error:
        raise JsonRpcException(str(error), types.LSPErrorCodes.ContentModified) from error
    except SpeceditError as error:
        raise JsonRpcException(str(error), types.LSPErrorCodes.RequestFailed) from error


def _register(server: Server) -> None:
    """Tell pygls what there is: it takes functions, not methods."""
    options = types.CodeActionOptions([actions.KIND], resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.code_actions(params)

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        return await server.resolve(action)

    @server.feature(APPLY_EDIT)
    async def apply_edit(params: Any) -> dict[str, Any]:
        return await server.apply_edit(convert.plain(params))

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await server.hang_up()

    for name in (COMMAND, UNDO):  # so that they are announced; EditProtocol runs them

        @server.command(name)
        def announced() -> None:
            raise AssertionError("EditProtocol runs the commands")
