"""When a model is asked: not at all, or after an edit that syntax is certain of, whose doubts are then shown."""

import ast
import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.lsp.test_server import RENAMED, SOURCE, Editor, started
from tests.patience import PATIENCE
from tests.processes import Process

# Nothing is likely enough for this threshold: where the model would have written otherwise at all, it disagrees.
AFTER = ("-m", "specedit", "lsp", "--verify", "after", "--threshold", "1")
UNUSED = "def unused():\n    return 1\n\n\ndef other():\n    return 2\n\n\n"


async def test_off_asks_no_model_and_starts_no_server(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    cache = tmp_path / "cache"
    environment = os.environ | {"XDG_RUNTIME_DIR": str(run), "SPECEDIT_CACHE": str(cache)}
    (tmp_path / "specedit.toml").write_text('verify = "off"\nmodel = "evil"\n')
    editor = await started("visual_studio_code", tmp_path, environment, "-m", "specedit", "lsp")
    editor.open(SOURCE)
    assert (await editor.ask(instruction="rename fetch to load"))["applied"]
    assert editor.text == RENAMED
    with pytest.raises(JsonRpcException, match="no model writes it"):
        await editor.ask(instruction="make it faster")
    snippet = "def load(page):\n    return page + 2\n"
    with pytest.raises(JsonRpcException, match="syntax alone is not certain"):
        await editor.ask(snippet=snippet)
    assert [*run.iterdir()] == [] and not cache.exists()
    assert any("model is for the user to choose" in m.message for m in editor.client.messages)
    await editor.close()


async def test_what_is_wrong_in_a_workspaces_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "specedit.toml").write_text("acept = 1\n")
    off = ("-m", "specedit", "lsp", "--verify", "off")
    editor = await started("neovim", tmp_path, os.environ, *off)
    editor.open(SOURCE)
    assert (await editor.ask(instruction="rename fetch to load"))["applied"]
    assert "did you mean accept?" in editor.client.messages[0].message
    await editor.close()


def doubts(editor: Editor) -> list[types.Diagnostic]:
    return list(editor.client.diagnostics.get(editor.uri, ()))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


async def fixes(editor: Editor, line: int) -> dict[str, Any]:
    """What is offered about a doubt on a line, by the words behind "specedit: "."""
    place = types.Position(line, 0)
    context = types.CodeActionContext([], only=[types.CodeActionKind.QuickFix])
    document = types.TextDocumentIdentifier(editor.uri)
    asked = types.CodeActionParams(document, types.Range(place, place), context)
    found = await editor.client.text_document_code_action_async(asked) or []
    return {action.title.removeprefix("specedit: "): action for action in found}


FORMATS = "x = 'a %s' % 3\n\n\ndef f(a):\n    return a\n\n\ny = 'b %s' % 4\n"
CONVERTED = FORMATS.replace("'a %s' % 3", "f'a {3}'").replace("'b %s' % 4", "f'b {4}'")
CONVERT = "convert %-formatting and str.format calls to f-strings"


async def test_after_shows_doubts_that_can_be_reverted_or_kept(
    engine: Process, tmp_path: Path
) -> None:
    editor = await started("visual_studio_code", tmp_path, engine.environment, *AFTER)
    editor.open(FORMATS)
    assert (await editor.ask(instruction=CONVERT))["applied"]
    assert editor.text == CONVERTED
    await until(lambda: len(doubts(editor)) == 2)
    assert [doubt.range.start.line for doubt in doubts(editor)] == [0, 7]
    assert "the model would have written" in doubts(editor)[0].message
    editor.type("# é\n", 4, 0)  # elsewhere: the doubts stay, where their lines are by now
    await until(lambda: [doubt.range.start.line for doubt in doubts(editor)] == [0, 8])
    assert await fixes(editor, 5) == {}
    found = await fixes(editor, 8)
    assert set(found) == {"revert this hunk", "keep what was written"}
    revert = found["revert this hunk"]
    assert revert.edit.document_changes[0].text_document.version == editor.buffer.version
    editor.apply(revert.edit)
    assert editor.text == CONVERTED.replace("f'b {4}'", "'b %s' % 4").replace(
        "    return", "# é\n    return"
    )
    await until(lambda: len(doubts(editor)) == 1)
    kept, text = (await fixes(editor, 0))["keep what was written"], editor.text
    command = ast.literal_eval(kept.command)  # lsprotocol takes the action for its command
    await editor.command(command["command"], **command["arguments"][0])
    await until(lambda: doubts(editor) == [])
    assert editor.text == text and await fixes(editor, 0) == {}
    await editor.close()


async def test_after_a_hunk_that_the_user_has_changed_is_not_reverted(
    engine: Process, tmp_path: Path
) -> None:
    editor = await started("neovim", tmp_path, engine.environment, *AFTER)
    editor.open(FORMATS)
    assert (await editor.ask(instruction=CONVERT))["applied"]
    await until(lambda: len(doubts(editor)) == 2)
    editor.type("0", 0, len("x = f'a {3"))
    assert set(await fixes(editor, 0)) == set()  # at once, whatever the client still shows
    await until(lambda: [doubt.range.start.line for doubt in doubts(editor)] == [7])
    gone = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(editor.uri))
    editor.client.text_document_did_close(gone)
    await until(lambda: doubts(editor) == [])
    await editor.close()


async def test_after_what_syntax_is_not_certain_of_is_judged_before(
    engine: Process, tmp_path: Path
) -> None:
    after = ("-m", "specedit", "lsp", "--verify", "after", "--accept", "trust")
    editor = await started("neovim", tmp_path, engine.environment, *after)
    editor.open(UNUSED)
    done = await editor.ask(snippet="def unused():\n    return 4\n")
    assert done["tokens"] > 0  # a model has seen it
    await editor.close()
