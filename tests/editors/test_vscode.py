"""Real VS Code: edits are asked for, reviewed, undone and cancelled by keyboard; what is saved is what it should be."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.editors.code_server import Window, until, window
from tests.editors.texts import FORMS, SOURCE
from tests.processes import LONG, Process

SERVER = str(Path(sys.executable).with_name("specedit"))
SETTINGS = {"serverPath": SERVER, "accept": "trust"}

pytestmark = pytest.mark.vscode


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", shutil.which("chromium"))
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def shared(
    browser: Browser, engine: Process, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    folder, state = tmp_path_factory.mktemp("folder"), tmp_path_factory.mktemp("state")
    option = "--disable-workspace-trust"
    with window(browser, folder, state, engine.environment, option, **SETTINGS) as opened:
        yield opened


@pytest.fixture
def code(shared: Window) -> Iterator[Window]:
    yield shared
    assert not shared.page.locator(".notification-list-item .codicon-error").count()


@pytest.mark.parametrize("form", FORMS)
def test_an_edit_and_its_undo(form: str, code: Window) -> None:
    source = FORMS[form]
    file = code.open(f"{form}.py", source)
    code.ask("rename fetch to load")
    code.saved(file, source.replace(b"fetch", b"load"))
    code.press("Control+z")
    code.saved(file, source)


def test_a_code_action(code: Window) -> None:
    file = code.open("action.py", b"import sys\nimport os\n\n\nprint(os, sys)\n")
    code.do("sort the imports")
    code.saved(file, b"import os\nimport sys\n\n\nprint(os, sys)\n")


def test_a_name_is_asked_for(code: Window) -> None:
    """The action knows what is to be renamed, the user says how."""
    file = code.open("name.py", SOURCE.encode())
    for _ in "def f":
        code.press("ArrowRight")
    code.do("rename fetch…")
    code.answer("load")
    code.saved(file, SOURCE.replace("fetch", "load").encode())


def test_hunks_are_chosen(code: Window) -> None:
    """Each hunk has a box in the Refactor Preview; what is not ticked is not applied, and our undo knows."""
    file = code.open("review.py", SOURCE.encode())
    code.ask("rename fetch to load", "specedit: Edit with Instruction, Choose Hunks…")
    code.page.locator(".bulk-edit-panel .edit-checkbox").nth(1).click()  # the first is the file's
    code.page.wait_for_selector(".bulk-edit-panel .edit-checkbox.checked >> nth=1")
    code.shot("vscode-review")
    code.page.click('.bulk-edit-panel a:has-text("Apply")')
    code.saved(file, SOURCE.replace("def fetch", "def load").encode())
    code.run("specedit: Undo the Last Edit")
    code.saved(file, SOURCE.encode())


def test_a_snippet_from_the_clipboard(code: Window) -> None:
    file = code.open("paste.py", SOURCE.encode())
    code.page.evaluate(
        "text => navigator.clipboard.writeText(text)", "def fetch(page):\n    return page + 2\n"
    )
    code.run("specedit: Apply Snippet from Clipboard")
    code.saved(file, SOURCE.replace("+ 1", "+ 2").encode())


def test_hunks_are_shown_as_they_come_and_typing_goes_on(code: Window) -> None:
    file = code.open("long.py", LONG.encode())
    code.ask("rename fetch to load")
    code.page.wait_for_selector('.view-overlays [class*="TextEditorDecorationType"]')
    code.page.wait_for_selector('.notification-list-item:has-text("copied")')
    code.shot("vscode-progress")
    code.press("Control+End")
    code.page.keyboard.type("# typed")
    code.saved(file, LONG.replace("fetch", "load").encode() + b"# typed")
    assert not code.page.locator('.view-overlays [class*="TextEditorDecorationType"]').count()


def test_cancel(code: Window, engine: Process) -> None:
    cancelled = engine.log.read_text().count('"code": "CANCELLED"')
    file = code.open("cancel.py", LONG.encode())
    code.ask("rename fetch to load")
    code.page.wait_for_selector('.notification-list-item:has-text("copied")')
    code.page.click('.notification-list-item .monaco-button:has-text("Cancel")')
    until(
        lambda: engine.log.read_text().count('"code": "CANCELLED"') > cancelled,
        engine.log.read_text,
    )
    code.saved(file, LONG.encode())


def test_errors_are_shown(code: Window) -> None:
    code.open("error.py", SOURCE.encode())
    code.ask("rename foo to bar")
    code.said("specedit: no symbol 'foo' in this file")


def test_a_folder_that_is_not_trusted(browser: Browser, engine: Process, tmp_path: Path) -> None:
    """It cannot choose the program that is run."""
    folder, evil, ran = tmp_path / "folder", tmp_path / "evil", tmp_path / "ran"
    (folder / ".vscode").mkdir(parents=True)
    evil.write_text(f"#!/bin/sh\ntouch '{ran}'\n")
    evil.chmod(0o755)
    (folder / ".vscode" / "settings.json").write_text(f'{{"specedit.serverPath": "{evil}"}}')
    with window(browser, folder, tmp_path / "state", engine.environment, **SETTINGS) as code:
        file = code.open("x.py", SOURCE.encode())
        code.ask("rename fetch to load")
        code.saved(file, SOURCE.replace("fetch", "load").encode())
        assert not ran.exists()
        assert folders_of_servers() and str(folder) not in folders_of_servers()


def folders_of_servers() -> list[str]:
    """Where language servers run."""
    running = psutil.process_iter(["cmdline", "cwd"])
    return [p.info["cwd"] for p in running if {SERVER, "lsp"} <= {*(p.info["cmdline"] or ())}]


def test_a_server_of_the_workspace(browser: Browser, engine: Process, tmp_path: Path) -> None:
    """Where it is trusted, a path in it is one that it may choose."""
    (tmp_path / "folder" / ".vscode").mkdir(parents=True)
    (tmp_path / "folder" / "bin").mkdir()
    ran, program = tmp_path / "ran", tmp_path / "folder" / "bin" / "mine"
    program.write_text(f"#!/bin/sh\ntouch '{ran}'\nexec '{SERVER}' \"$@\"\n")
    program.chmod(0o755)
    settings = tmp_path / "folder" / ".vscode" / "settings.json"
    settings.write_text('{"specedit.serverPath": "bin/mine"}')
    option, state = "--disable-workspace-trust", tmp_path / "state"
    folder = tmp_path / "folder"
    with window(browser, folder, state, engine.environment, option, **SETTINGS) as code:
        file = code.open("x.py", SOURCE.encode())
        code.ask("rename fetch to load")
        code.saved(file, SOURCE.replace("fetch", "load").encode())
        assert ran.exists()
