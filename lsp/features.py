"""`specedit lsp`: what the Language Server offers to clients."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types

from specedit.editor.settings_files import InForce
from specedit.engine.errors import SpeceditError
from specedit.lsp import convert
from specedit.lsp.offers import KINDS
from specedit.lsp.protocol import APPLY_EDIT, COMMAND, KEEP, UNDO
from specedit.lsp.refusals import translated
from specedit.lsp.server import EditServer

_RENAMED_FILES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**"), scheme="file")]
)


def new_server(settings: Callable[[Path | None], InForce]) -> EditServer:
    """Return a server of one window; `settings` as of `EditServer`."""
    server = EditServer(settings)
    _register(server)
    return server


def _register(server: EditServer) -> None:
    """Tell pygls what there is: it takes functions, not methods."""
    kinds = [*KINDS, types.CodeActionKind.QuickFix]
    options = types.CodeActionOptions(kinds, resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.code_actions(params)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit:
        uri, position = params.text_document.uri, params.position
        with translated():
            edit, left = await server.renaming.rename(uri, position, params.new_name, server.client)
        if left:
            server.show_message(f"specedit: {'; '.join(left)}", types.MessageType.Warning)
        return edit

    @server.feature(types.WORKSPACE_WILL_RENAME_FILES, _RENAMED_FILES)
    async def will_rename_files(params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
        try:
            edit, left = await server.renaming.move(params.files, server.units, server.client)
        except SpeceditError as error:  # the client renames them all the same
            server.show_message(
                f"specedit: what names the files is as it was: {error}", types.MessageType.Warning
            )
            return None
        if left:
            server.show_message(f"specedit: {'; '.join(left)}", types.MessageType.Warning)
        return edit

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(
        params: types.PrepareRenameParams,
    ) -> types.PrepareRenameDefaultBehavior | None:
        with translated():
            name = await server.renaming.name_at(params.text_document.uri, params.position)
        return types.PrepareRenameDefaultBehavior(True) if name else None

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        return await server.resolve(action)

    @server.feature(APPLY_EDIT)
    async def apply_edit(params: Any) -> dict[str, Any]:
        return await server.apply_edit(convert.plain(params))

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await server.hang_up()

    for name in (COMMAND, UNDO, KEEP):  # so that they are announced; EditProtocol runs them

        @server.command(name)
        def announced() -> None:
            raise AssertionError("EditProtocol runs the commands")
