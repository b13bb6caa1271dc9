"""The examples of README and documentation, run as they stand there, against a server with the embedded model."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.node import FOLDER, NODE, install
from tests.processes import Process

ROOT = Path(__file__).parents[2]
PAGES = [(ROOT / "README.md").read_text("utf-8"), (ROOT / "docs/service.md").read_text("utf-8")]
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", "".join(PAGES), re.DOTALL)
SOURCE = "def fetch(page):\n    return page + 1\n"
RENAMED = SOURCE.replace("fetch", "load")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, embedded_folder: Path) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    process = Process(folder)
    process.wait_until("serving on")
    yield process
    process.process.terminate()
    process.process.wait()


def run(server: Process, command: list[str], folder: Path) -> str:
    bin_folders = f"{Path(sys.executable).parent}:{FOLDER / 'bin'}"
    environment = server.environment | {"PATH": f"{bin_folders}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def test_there_is_an_example_of_each_kind() -> None:
    assert {language for language, _ in BLOCKS} == {"console", "sh", "python", "js"}


@pytest.mark.parametrize("code", blocks("python"))
def test_python(code: str, server: Process, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(SOURCE)
    assert run(server, [sys.executable, "-c", code], tmp_path).endswith(RENAMED)


@pytest.mark.parametrize("code", [text for text in blocks("sh") if "buf curl" in text])
def test_reflection(code: str, server: Process, tmp_path: Path) -> None:
    assert '"status": "STATUS_CHANGED"' in run(server, ["sh", "-ec", code], tmp_path)


@pytest.mark.parametrize("code", blocks("js"))
def test_node(code: str, server: Process, tmp_path: Path) -> None:
    """From Node with nothing of ours but the .proto files."""
    packages = install(ROOT / "examples" / "node")
    (tmp_path / "x.py").write_text(SOURCE)
    (tmp_path / "proto").symlink_to(ROOT / "proto")
    (tmp_path / "node_modules").symlink_to(packages)
    (tmp_path / "rename.mjs").write_text(code)
    assert run(server, [str(NODE), "rename.mjs"], tmp_path) == RENAMED
