"""Real Neovim, headless: an edit is made, undone, cancelled; the bytes on disk are what they should be."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.editors.texts import FORMS, RENAMED, SOURCE
from tests.patience import PATIENCE
from tests.processes import LONG, Process

HERE = Path(__file__).parent
NVIM = Path(sys.executable).with_name("nvim")


def neovim(engine: Process, file: Path, steps: str) -> Any:
    """What the steps, a Lua chunk, return."""
    (file.parent / "root").touch()
    server = [sys.executable, "-m", "specedit", "lsp", "--accept", "trust"]
    environment = engine.environment | {"SPECEDIT_LSP": json.dumps(server)}
    chunk = f"local t = ...\n{steps}"
    command = [str(NVIM), "--clean", "--headless", "-l", str(HERE / "neovim.lua"), str(file), chunk]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout[done.stdout.index("{") :])


@pytest.mark.parametrize("form", FORMS)
def test_an_edit_and_its_undo(form: str, engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_bytes(FORMS[form])
    found = neovim(
        engine,
        file,
        """
        vim.cmd('Specedit rename fetch to load')
        local said = t.answer()
        local after = t.bytes()
        vim.cmd.undo()
        return { said = said, after = after, undone = t.bytes() }
        """,
    )
    assert found["said"] == "specedit: 2 hunks applied"
    assert base64.b64decode(found["after"]) == FORMS[form].replace(b"fetch", b"load")
    assert base64.b64decode(found["undone"]) == FORMS[form]


def test_an_edit_waits_for_the_server_and_is_shown(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = neovim(
        engine,
        file,
        """ -- early
        local shown, echo = {}, vim.api.nvim_echo
        vim.api.nvim_echo = function(chunks) table.insert(shown, chunks[1][1]) end
        assert(#vim.lsp.get_clients({ bufnr = 0 }) == 0)
        vim.cmd('Specedit rename fetch to load')
        local said = t.answer()
        vim.wait(200)
        return { said = said, after = t.bytes(), shown = shown }
        """,
    )
    assert found["said"] == "specedit: 2 hunks applied"
    assert base64.b64decode(found["after"]).decode() == RENAMED
    assert found["shown"][0] == "specedit: waiting for the server"
    assert any(said.startswith("specedit: rename fetch to load") for said in found["shown"])


def test_a_file_that_is_none_of_its_own_does_not_wait(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.unknown"
    file.write_text(SOURCE)
    found = neovim(
        engine,
        file,
        """ -- early
        vim.cmd('Specedit rename fetch to load')
        return { said = t.told[#t.told] }
        """,
    )
    assert "not attached" in found["said"]


def test_our_undo_keeps_what_was_typed_since(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = neovim(
        engine,
        file,
        """
        vim.cmd('Specedit rename fetch to load')
        t.answer()
        vim.api.nvim_buf_set_lines(0, 2, 2, false, { '# typed' })
        vim.cmd('SpeceditUndo')
        t.answer()
        return { after = t.bytes() }
        """,
    )
    expected = SOURCE.replace("+ 1\n", "+ 1\n# typed\n")
    assert base64.b64decode(found["after"]).decode() == expected


def test_a_code_action(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("import sys\nimport os\n\n\nprint(os, sys)\n")
    found = neovim(
        engine,
        file,
        """
        vim.lsp.buf.code_action({ apply = true, filter = function(action)
          return action.title == 'specedit: sort the imports'
        end })
        t.wait('sorted', function()
          return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == 'import os'
        end)
        local after = t.bytes()
        vim.cmd.undo()
        return { after = after, undone = t.bytes() }
        """,
    )
    expected = "import os\nimport sys\n\n\nprint(os, sys)\n"
    assert base64.b64decode(found["after"]).decode() == expected
    assert base64.b64decode(found["undone"]).decode().startswith("import sys")


def test_lines_are_extracted(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(
        "def total(prices):\n    net = 0\n    for price in prices:\n        net += price\n    return net\n"
    )
    found = neovim(
        engine,
        file,
        """
        vim.lsp.buf.code_action({
          apply = true,
          context = { only = { 'refactor.extract' }, diagnostics = {} },
          range = { start = { 2, 0 }, ['end'] = { 4, 20 } },
        })
        t.wait('extracted', function()
          return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == 'def extracted(prices):'
        end)
        return { after = t.bytes() }
        """,
    )
    assert (
        base64.b64decode(found["after"])
        .decode()
        .endswith("def total(prices):\n    net = extracted(prices)\n    return net\n")
    )


def test_actions_that_are_commands(engine: Process, tmp_path: Path) -> None:
    """A name is asked for, with the words that are known; a snippet is taken from where it was yanked to."""
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = neovim(
        engine,
        file,
        """
        local asked
        vim.ui.input = function(options, on_confirm)
          asked = options.default
          on_confirm(options.default .. 'load')
        end
        local function choose(title)
          vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.title == title end })
          return t.answer()
        end
        vim.api.nvim_win_set_cursor(0, { 1, 5 })
        choose('specedit: rename fetch…')
        vim.fn.setreg('"', 'def load(page):\\n    return page + 2\\n')
        local said = choose('specedit: apply snippet from clipboard')
        return { said = said, asked = asked, after = t.bytes() }
        """,
    )
    assert (found["said"], found["asked"]) == ("specedit: 1 hunk applied", "rename fetch to ")
    assert base64.b64decode(found["after"]).decode() == RENAMED.replace("+ 1", "+ 2")


def test_a_review_is_all_or_nothing(engine: Process, tmp_path: Path) -> None:
    """Neovim has no boxes for hunks."""
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = neovim(
        engine,
        file,
        """
        local asked
        vim.lsp.handlers['window/showMessageRequest'] = function(_, params)
          asked = params.message
          return params.actions[2]
        end
        require('specedit').apply({ instruction = 'rename fetch to load', review = true })
        return { said = t.answer(), asked = asked, after = t.bytes() }
        """,
    )
    assert found["said"] == "specedit: nothing was applied"
    assert found["asked"] == "specedit: rename fetch to load: 2 hunks, line 1, 5"
    assert base64.b64decode(found["after"]).decode() == SOURCE


def test_typing_while_it_works(engine: Process, tmp_path: Path) -> None:
    """What is typed before the answer comes stays, and the answer finds its place."""
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = neovim(
        engine,
        file,
        """
        vim.cmd('Specedit rename fetch to load')
        vim.api.nvim_buf_set_lines(0, 2, 2, false, { '# typed' })
        local said = t.answer()
        return { said = said, after = t.bytes() }
        """,
    )
    assert found["said"] == "specedit: 2 hunks applied"
    expected = RENAMED.replace("+ 1\n", "+ 1\n# typed\n")
    assert base64.b64decode(found["after"]).decode() == expected


def test_cancel(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(LONG)
    cancelled = engine.log.read_text().count('"code": "CANCELLED"')
    found = neovim(
        engine,
        file,
        """
        vim.cmd('Specedit rename fetch to load')
        vim.wait(500)
        vim.cmd('SpeceditCancel')
        vim.wait(1000)
        local said = t.told[#t.told]
        vim.cmd('SpeceditCancel')
        return { after = t.bytes(), said = said, again = t.told[#t.told] }
        """,
    )
    assert found["said"] == "specedit: stopped"
    assert found["again"] == "specedit: nothing is under way in this buffer"
    assert base64.b64decode(found["after"]).decode() == LONG
    assert engine.log.read_text().count('"code": "CANCELLED"') == cancelled + 1


def test_errors_are_shown(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = neovim(
        engine, file, "vim.cmd('Specedit rename foo to bar')\nreturn { said = t.answer() }"
    )
    assert found["said"] == "specedit: no symbol 'foo' in this file"


def test_checkhealth(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = neovim(
        engine,
        file,
        """
        vim.cmd('checkhealth specedit')
        return { lines = vim.api.nvim_buf_get_lines(0, 0, -1, false) }
        """,
    )
    assert any("attached to 1 buffers" in line for line in found["lines"])
