"""Real Emacs with eglot, in a batch. `make test-editors`: Emacs is not on every machine."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.editors.texts import SOURCE
from tests.patience import PATIENCE
from tests.processes import Process

SCRIPT = Path(__file__).with_name("eglot.el")

pytestmark = pytest.mark.emacs


def emacs(engine: Process, file: Path, what: str) -> dict[str, Any]:
    """What the script prints in the end."""
    server = [sys.executable, "-m", "specedit", "lsp", "--accept", "trust"]
    environment = engine.environment | {"SPECEDIT_LSP": json.dumps(server)}
    command = ["emacs", "--batch", "-f", "package-initialize", "-l", str(SCRIPT), str(file), what]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_an_edit_and_its_undo(ending: str, engine: Process, tmp_path: Path) -> None:
    file, source = tmp_path / "x.py", SOURCE.replace("\n", ending).encode()
    file.write_bytes(source)
    found = emacs(engine, file, "edit")
    assert found["said"] == found["back"] == "2 hunks applied"
    assert base64.b64decode(found["after"]) == source.replace(b"fetch", b"load")
    assert base64.b64decode(found["undone"]) == source


def test_a_stale_edit(engine: Process, tmp_path: Path) -> None:
    """eglot answers it with an error; it is moved to where the text is by now, and sent again."""
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    found = emacs(engine, file, "stale")
    assert found["said"] == "2 hunks applied"
    after = SOURCE.replace("fetch", "load").replace("+ 1\n", "+ 1\n# typed\n")
    assert base64.b64decode(found["after"]).decode() == after


def test_errors_are_told(engine: Process, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    assert "no symbol 'foo' in this file" in emacs(engine, file, "error")["said"]
