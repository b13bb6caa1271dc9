"""`textDocument/rename`: a symbol in all files of a folder, with open documents as the client has them."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from specedit.edits.text import TextEdit, apply_edits
from specedit.lsp.documents import ColumnUnits, Snapshot

HOME = "def fetch(url):\n    return url\n"
USE = "from home import fetch\n\nprint('é😀', fetch(1))\n"


async def window(
    folder: Path, *, resource_operations: list[Any] | None = None, **options: Any
) -> tuple[pytest_lsp.LanguageClient, Any]:
    client = pytest_lsp.make_test_lsp_client()
    command = ("-m", "specedit", "lsp", "--verify", "off")
    await client.start_io(sys.executable, *command, env=os.environ)
    capabilities = pytest_lsp.client_capabilities("visual_studio_code")
    if resource_operations is not None:
        assert capabilities.workspace is not None
        assert capabilities.workspace.workspace_edit is not None
        capabilities.workspace.workspace_edit.resource_operations = resource_operations
    folders = [types.WorkspaceFolder(folder.as_uri(), "x")]
    params = types.InitializeParams(
        capabilities, workspace_folders=folders, initialization_options=options
    )
    return client, await client.initialize_session(params)


def open_(client: pytest_lsp.LanguageClient, path: Path, text: str, version: int) -> None:
    item = types.TextDocumentItem(path.as_uri(), "python", version, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))


async def rename(
    client: pytest_lsp.LanguageClient, path: Path, line: int, column: int, new: str
) -> dict[str, tuple[int | None, list[Any]]]:
    """The edits of each file, by its name, with the version."""
    document, place = types.TextDocumentIdentifier(path.as_uri()), types.Position(line, column)
    edit = await client.text_document_rename_async(types.RenameParams(document, place, new))
    assert edit is not None and edit.document_changes is not None
    found = {}
    for change in edit.document_changes:
        assert isinstance(change, types.TextDocumentEdit)
        name = change.text_document.uri.rpartition("/")[2]
        found[name] = (change.text_document.version, list(change.edits))
    return found


def applied(text: str, edits: list[Any]) -> str:
    snapshot = Snapshot("", 0, text, ColumnUnits("utf-16"))

    def offset(place: types.Position) -> int:
        return snapshot.offset((place.line, place.character))

    return apply_edits(
        text, [TextEdit(offset(e.range.start), offset(e.range.end), e.new_text) for e in edits]
    )


async def test_all_files_are_renamed_with_what_is_not_saved(tmp_path: Path) -> None:
    home, use, shut = (tmp_path / name for name in ("home.py", "use.py", "shut.py"))
    home.write_text(HOME)
    use.write_text("nothing = 1\n")
    shut.write_bytes(USE.replace("\n", "\r\n").encode())
    client, _ = await window(tmp_path, rename=True)
    open_(client, home, HOME, 3)
    open_(client, use, USE, 7)  # not what the disk has
    place = types.Position(0, 5)
    where = types.PrepareRenameParams(types.TextDocumentIdentifier(home.as_uri()), place)
    assert await client.text_document_prepare_rename_async(where) is not None
    for path, line, column in ((home, 0, 5), (use, 2, len("print('é😀', f") + 1), (use, 0, 18)):
        found = await rename(client, path, line, column, "load")
        assert {name: version for name, (version, _) in found.items()} == {
            "home.py": 3,
            "use.py": 7,
            "shut.py": None,
        }
        assert applied(HOME, found["home.py"][1]) == HOME.replace("fetch", "load")
        assert applied(USE, found["use.py"][1]) == USE.replace("fetch", "load")
        text = shut.read_bytes().decode()
        assert applied(text, found["shut.py"][1]) == text.replace("fetch", "load")
    shut.write_text("print(2)\n")  # on the disk, by another program
    change = types.TextDocumentContentChangeWholeDocument(f"# {USE}")
    changed = types.VersionedTextDocumentIdentifier(8, use.as_uri())
    client.text_document_did_change(types.DidChangeTextDocumentParams(changed, [change]))
    (tmp_path / "new.py").write_text("import home\n\nhome.fetch(1)\n")
    found = await rename(client, home, 0, 5, "load")
    assert set(found) == {"home.py", "new.py"}
    with pytest.raises(JsonRpcException, match="is not a python name"):
        await rename(client, home, 0, 5, "not a name")
    with pytest.raises(JsonRpcException, match="no name to rename"):
        await rename(client, home, 1, 1, "load")
    await client.shutdown_session()


async def test_who_does_not_ask_for_it_has_no_rename_of_ours(tmp_path: Path) -> None:
    client, result = await window(tmp_path, canAsk=True)
    assert result.capabilities.rename_provider is None
    await client.shutdown_session()
