"""Files that get other names: `workspace/willRenameFiles`, and renames of symbols that files are called after."""

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.lsp.test_rename import HOME, USE, applied, open_, rename, window

NET = "package app;\n\npublic class Net {\n    void open() {}\n}\n"
MAIN = "package app;\n\nclass Main {\n    void run(Net net) {\n        net.open();\n    }\n}\n"


async def test_who_renames_a_file_has_its_importers_changed(tmp_path: Path) -> None:
    home, use, settings = (tmp_path / name for name in ("home.py", "use.py", "setup.cfg"))
    home.write_text(HOME)
    use.write_text("nothing = 1\n")
    settings.write_text("[options]\npy_modules = home\n")
    client, result = await window(tmp_path, rename=True)
    assert result.capabilities.workspace.file_operations.will_rename is not None
    open_(client, use, USE, 7)  # not what the disk has
    renamed = types.FileRename(home.as_uri(), (tmp_path / "house.py").as_uri())
    edit = await client.workspace_will_rename_files_async(types.RenameFilesParams([renamed]))
    assert edit is not None and edit.document_changes is not None
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (use.as_uri(), 7)
    assert applied(USE, list(change.edits)) == USE.replace("home", "house")
    assert "setup.cfg: line 2 is left alone" in client.messages[-1].message
    renamed = types.FileRename(home.as_uri(), (tmp_path / "class.py").as_uri())
    edit = await client.workspace_will_rename_files_async(types.RenameFilesParams([renamed]))
    assert edit is None
    assert "'class' is not a Python name" in client.messages[-1].message
    await client.shutdown_session()


async def test_what_is_open_goes_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    inner, main = tmp_path / "lib" / "a.ts", tmp_path / "main.ts"
    inner.write_text("import { x } from '../main';\n")
    main.write_text("export const x = 1;\nexport * from './lib/a';\n")
    client, _ = await window(tmp_path, rename=True)
    (tmp_path / "src").mkdir()
    renamed = types.FileRename((tmp_path / "lib").as_uri(), (tmp_path / "src" / "lib").as_uri())
    edit = await client.workspace_will_rename_files_async(types.RenameFilesParams([renamed]))
    assert edit is not None and edit.document_changes is not None
    texts = {inner.as_uri(): inner.read_text(), main.as_uri(): main.read_text()}
    after = {
        change.text_document.uri: applied(texts[change.text_document.uri], list(change.edits))
        for change in edit.document_changes
        if isinstance(change, types.TextDocumentEdit)
    }
    assert after == {  # what is edited has its old name still
        inner.as_uri(): "import { x } from '../../main';\n",
        main.as_uri(): "export const x = 1;\nexport * from './src/lib/a';\n",
    }
    await client.shutdown_session()


async def test_a_file_goes_with_the_class_that_it_is_called_after(tmp_path: Path) -> None:
    net, main = tmp_path / "app" / "Net.java", tmp_path / "app" / "Main.java"
    net.parent.mkdir()
    net.write_text(NET)
    main.write_text(MAIN)
    client, _ = await window(tmp_path, rename=True)
    open_(client, main, MAIN, 2)
    document, place = types.TextDocumentIdentifier(main.as_uri()), types.Position(3, 14)
    edit = await client.text_document_rename_async(types.RenameParams(document, place, "Web"))
    assert edit is not None and edit.document_changes is not None
    *edited, moved = edit.document_changes
    assert isinstance(moved, types.RenameFile)
    assert (moved.old_uri, moved.new_uri) == (net.as_uri(), net.with_name("Web.java").as_uri())
    changed = [c.text_document.uri for c in edited if isinstance(c, types.TextDocumentEdit)]
    assert changed == [main.as_uri(), net.as_uri()]
    found = await rename(client, main, 4, 13, "begin")
    assert {*found} == {"Main.java", "Net.java"}
    await client.shutdown_session()


async def test_a_client_that_cannot_rename_files_is_told_so(tmp_path: Path) -> None:
    net = tmp_path / "Net.java"
    net.write_text(NET)
    client, _ = await window(tmp_path, resource_operations=[], rename=True)
    open_(client, net, NET, 1)
    with pytest.raises(JsonRpcException, match="cannot rename files"):
        await rename(client, net, 2, 14, "Web")
    await client.shutdown_session()


async def test_a_name_of_a_header_is_renamed_in_what_includes_it(tmp_path: Path) -> None:
    header, source = tmp_path / "net.h", tmp_path / "net.c"
    header.write_text("int fetch(int url);\n")
    source.write_text('#include "net.h"\n\nint fetch(int url) { return url; }\n')
    client, _ = await window(tmp_path, rename=True)
    open_(client, source, source.read_text(), 1)
    assert {*await rename(client, source, 2, 5, "load")} == {"net.h", "net.c"}
    await client.shutdown_session()
