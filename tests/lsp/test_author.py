"""An author in an editor: the server that a window starts asks the one that the window was told of."""

import os
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.chat_server import ASKED, BLOCK, EDITED, SOURCE, Says, Script, serving
from tests.lsp.test_server import CLIENTS, servers, started
from tests.patience import PATIENCE

LSP = ("-m", "specedit", "lsp")


@pytest.mark.parametrize("by", ["command line", "user's file"])
async def test_it_writes(by: str, tmp_path: Path, embedded_folder: Path) -> None:
    run, config, folder = (tmp_path / name for name in ("run", "config", "folder"))
    for each in (run, config, folder):
        each.mkdir(mode=0o700)
    environment = os.environ | {"XDG_RUNTIME_DIR": str(run), "SPECEDIT_CONFIG": str(config)}
    environment["SPECEDIT_STATE"] = str(tmp_path / "state")
    options: tuple[str, ...] = ()
    with serving(Script([Says(BLOCK), Says("No."), Says("No.")])) as script:
        if by == "command line":
            options = ("--author", script.url, "--author-model", "coder")
        else:
            (config / "specedit.toml").write_text(f'author = "{script.url}"\n')
        evil = 'author = "http://127.0.0.1:9/v1"\n'
        (folder / "specedit.toml").write_text(evil)
        editor = await started(CLIENTS[1], folder, environment, *LSP, *options)
        editor.open(SOURCE)
        done = await editor.command("specedit.apply", instruction=ASKED)
        assert (done["applied"], done["operation"]) == (True, "author")
        assert f"written by coder at {script.url}" in done["message"]
        assert editor.text == EDITED and script.requests[0]["model"] == "coder"
        await editor.command("specedit.undo")
        assert editor.text == SOURCE
        with pytest.raises(JsonRpcException, match=r"asked 2 times.*it said: 'No\.'"):
            await editor.ask(instruction=ASKED)
        assert editor.text == SOURCE
        assert any(
            message.type == types.MessageType.Warning
            and "author is for the user" in message.message
            for message in editor.client.messages
        )
        await editor.close()
        [server] = servers(run)
        server.terminate()
        server.wait(PATIENCE)
