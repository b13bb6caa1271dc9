"""pygls' protocol, with our own documents, and commands that can be cancelled."""

from collections.abc import Generator
from typing import Any, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from specedit.lsp import convert
from specedit.lsp.documents import ColumnUnits, ContentChange, OpenDocument

APPLY_EDIT = "specedit/applyEdit"
COMMAND = "specedit.apply"
UNDO = "specedit.undo"
KEEP = "specedit.keep"


class Editing(Protocol):
    """What the protocol wants of its server."""

    documents: dict[str, OpenDocument]
    client: types.InitializeParams

    @property
    def units(self) -> ColumnUnits:
        """What columns count."""

    async def apply_edit(
        self, params: dict[str, Any], token: types.ProgressToken | None = None
    ) -> dict[str, Any]:
        """Make an edit and apply it."""

    async def undo(self, params: dict[str, Any]) -> dict[str, Any]:
        """Take an edit back."""

    async def keep(self, params: dict[str, Any]) -> None:
        """Let go what a model had against an edit."""

    def changed(self, uri: str) -> None:
        """See that the text of a document is another."""

    def forget(self, uri: str) -> None:
        """Let a document go."""


class EditProtocol(LanguageServerProtocol):
    """What pygls does itself is done otherwise here: it splits lines as Python does, and its commands run on."""

    _server: Editing  # type: ignore[assignment]

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(
        self, params: types.InitializeParams
    ) -> Generator[Any, Any, types.InitializeResult]:
        """Remember what the client says of itself."""
        self._server.client = params
        result = yield from super().lsp_initialize(params)
        options = convert.plain(params.initialization_options)
        if not (isinstance(options, dict) and options.get("rename")):
            # Beside a language's own server it would be asked instead of it, or would edit the same imports.
            result.capabilities.rename_provider = None
            if result.capabilities.workspace is not None:
                result.capabilities.workspace.file_operations = None
        return result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(
        self, params: types.DidOpenTextDocumentParams
    ) -> Generator[Any, Any, Any]:
        """Take a document in."""
        opened = params.text_document
        document = OpenDocument(opened.uri, opened.version, self._server.units)
        document.change([ContentChange(opened.text)], opened.version)
        self._server.documents[opened.uri] = document
        yield from ()

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, Any]:
        """Follow what the user types."""
        document = self._server.documents.get(params.text_document.uri)
        if document is not None:
            document.change(map(_change, params.content_changes), params.text_document.version)
            self._server.changed(params.text_document.uri)
        yield from ()

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(
        self, params: types.DidCloseTextDocumentParams
    ) -> Generator[Any, Any, Any]:
        """Let a document go."""
        self._server.forget(params.text_document.uri)
        yield from ()

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Any:  # type: ignore[override]
        """Run a command so that `$/cancelRequest` reaches it; pygls' own runs on under another id."""
        arguments = [convert.plain(argument) for argument in params.arguments or ()]
        first = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
        if params.command == COMMAND:
            return await self._server.apply_edit(first, params.work_done_token)
        if params.command == UNDO:
            return await self._server.undo(first)
        if params.command == KEEP:
            return await self._server.keep(first)
        raise JsonRpcInvalidParams(f"no command '{params.command}'")


def _change(change: types.TextDocumentContentChangeEvent) -> ContentChange:
    if isinstance(change, types.TextDocumentContentChangePartial):
        start, end = change.range.start, change.range.end
        return ContentChange(change.text, (start.line, start.character), (end.line, end.character))
    return ContentChange(change.text)
