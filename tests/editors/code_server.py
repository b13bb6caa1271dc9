"""Real VS Code: code-server in a headless Chromium, with the extension as it is packaged."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from playwright.sync_api import Browser, Page, TimeoutError
from tests import node
from tests.patience import PATIENCE

VERSION = "4.139.1"
EXTENSION = Path(__file__).parents[2] / "extensions" / "vscode"
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
SETTINGS = {
    "chat.disableAIFeatures": True,
    "editor.minimap.enabled": False,
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "files.autoSave": "off",
    "security.workspace.trust.startupPrompt": "never",
    "telemetry.telemetryLevel": "off",
    "window.restoreWindows": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}


def installed() -> Path:
    """The script of code-server, installed into the user's cache once; its packages are those that it was made with."""
    folder = user_cache_path("specedit") / "tests" / f"code-server-{VERSION}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text("{}")
        node.npm(folder, "install", f"code-server@{VERSION}")
        code = folder / "node_modules" / "code-server" / "lib" / "vscode"
        node.npm(code, "install", "--omit=dev")
        node.npm(code / "extensions", "install", "--omit=dev")
        (folder / "done").touch()
    return folder / "node_modules" / "code-server" / "out" / "node" / "entry.js"


def packaged() -> Path:
    """The extension's .vsix, made as its README says."""
    node.install(EXTENSION)
    node.run(EXTENSION, "--run", "package")
    return EXTENSION / "specedit.vsix"


class Window:
    """A window of VS Code, driven by its keyboard. What it did is read from disk, after Ctrl+S."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self._folder = page, folder

    def open(self, name: str, content: bytes) -> Path:
        """Write a file and open it."""
        file = self._folder / name
        file.write_bytes(content)
        self.page.dblclick(f'.explorer-folders-view .monaco-list-row:has-text("{name}")')
        self.page.wait_for_selector(f'.tab.active[data-resource-name="{name}"]')
        self.page.click(".editor-instance .view-lines")
        self.page.keyboard.press("Control+Home")
        return file

    def run(self, command: str) -> None:
        """Run a command of the palette."""
        self.press_until("F1", ".quick-input-widget input:focus")
        self.page.fill(".quick-input-widget input:focus", f">{command}")
        self.page.click(f'.quick-input-list .monaco-list-row:has-text("{command}")')

    def ask(self, instruction: str, command: str = "specedit: Edit with Instruction…") -> None:
        """Edit by an instruction."""
        self.run(command)
        self.answer(instruction)

    def answer(self, instruction: str) -> None:
        """Type into the box that asks for an instruction, behind what it holds."""
        self.page.wait_for_selector('.quick-input-widget :text("What is to be changed?")')
        self.page.keyboard.type(instruction)
        self.page.keyboard.press("Enter")

    def do(self, action: str) -> None:
        """Choose a code action where the cursor is."""
        self.press_until("Control+.", f'.action-widget :text("specedit: {action}")')
        self.shot("vscode-actions")
        self.page.click(f'.action-widget :text("specedit: {action}")')

    def press_until(self, key: str, selector: str) -> None:
        """Press a key until something is seen: what is pressed while a part of the window loads is lost."""
        for _ in range(10):
            self.page.keyboard.press(key)
            with suppress(TimeoutError):
                self.page.wait_for_selector(selector, timeout=2_000)
                return
        self.page.wait_for_selector(selector)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self, file: Path, expected: bytes) -> None:
        """Save until the file reads so."""
        until(lambda: self._is_saved(file, expected), lambda: repr(file.read_bytes()))

    def said(self, text: str) -> None:
        """Wait for a notification."""
        self.page.wait_for_selector(f'.notification-list-item:has-text("{text}")')
        self.page.keyboard.press("Escape")

    def shot(self, name: str) -> None:
        """Take a picture for the README, if those are wanted: `make screenshots`."""
        if os.environ.get("SCREENSHOTS"):
            self.page.mouse.move(400, 500)  # away from what shows a hint
            self.page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))

    def _is_saved(self, file: Path, expected: bytes) -> bool:
        self.page.keyboard.press("Control+s")
        return file.read_bytes() == expected


@contextmanager
def window(
    browser: Browser,
    folder: Path,
    state: Path,
    environment: Mapping[str, str],
    *options: str,
    **settings: Any,
) -> Iterator[Window]:
    """A window on a folder. `state`: where VS Code keeps what is its own; `settings`: of specedit's."""
    user, extensions = state / "user", state / "extensions"
    file = user / "User" / "settings.json"
    file.parent.mkdir(parents=True)
    ours = {f"specedit.{name}": value for name, value in settings.items()}
    file.write_text(json.dumps(SETTINGS | ours))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(node.NODE), str(installed()), "--extensions-dir", str(extensions)]
    command += ["--user-data-dir", str(user), "--disable-telemetry", "--disable-update-check"]
    adding = [*command, "--install-extension", str(packaged())]
    subprocess.run(adding, check=True, capture_output=True)
    command += ["--auth", "none", "--bind-addr", address, *options]
    with (state / "log").open("wb") as log:
        served = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: _answers(address), (state / "log").read_text)
        page = browser.new_page(
            viewport={"width": 1000, "height": 560},
            permissions=["clipboard-read", "clipboard-write"],
        )
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(f"http://{address}/?folder={folder}")
        page.wait_for_selector('.statusbar-item[id*="specedit"] .codicon-edit')
        yield Window(page, folder)
        page.close()
    finally:
        served.terminate()
        served.wait()


def until(
    condition: Callable[[], bool], said: Callable[[], str], seconds: float = PATIENCE
) -> None:
    """Wait for a condition; `said` tells what is there instead."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, said()
        time.sleep(0.1)


def _answers(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as asked:
        return asked.connect_ex((host, int(port))) == 0
