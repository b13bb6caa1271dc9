"""`specedit serve` as a process, with the embedded model: started, used from the command line, drained, killed."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.patience import PATIENCE
from tests.processes import LONG, Process
from tests.service.test_edit_service import request

from specedit.engine.errors import Unavailable
from specedit.service.client import Client

SOURCE = "def fetch(page):\n    return page + 1\n\n\nprint(fetch(1))\n"


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path, embedded_folder: Path, workspace: Path) -> Iterator[Start]:
    started: list[Process] = []
    (tmp_path / "run").mkdir(mode=0o700)

    def begin(*options: str) -> Process:
        started.append(Process(tmp_path / "run", *options))
        started[-1].wait_until("serving on")
        return started[-1]

    yield begin
    for process in started:
        process.process.kill()
        process.process.wait()


def test_apply_with_a_server(start: Start, workspace: Path) -> None:
    server = start()
    (workspace / "x.py").write_text(SOURCE)
    done = server.specedit(
        "apply", "--server", "local", "x.py", "rename fetch to load", "--json", "--accept", "trust"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["written"]
    assert (workspace / "x.py").read_text() == SOURCE.replace("fetch", "load")
    assert server.specedit("undo").returncode == 0
    assert (workspace / "x.py").read_text() == SOURCE
    refused = server.specedit("apply", "--server", "local", "x.py", "rename foo to bar")
    assert refused.returncode == 3
    assert "no symbol 'foo' in this file" in refused.stderr
    explained = server.specedit(
        "apply", "--server", "local", "--model", "x", "x.py", "rename a to b"
    )
    assert explained.returncode == 2
    auto = (
        "apply",
        "--server",
        "auto",
        "x.py",
        "rename fetch to load",
        "--accept",
        "guided",
        "--json",
    )
    known = [json.loads(server.specedit(*auto, "--check").stdout) for _ in range(2)]
    assert [each["status"] for each in known] == ["changed", "changed"]
    assert known[1]["stats"]["known_tokens"] > 0  # what the server has read is there
    own = server.specedit(*auto, "--model", "no/such", "--engine", "local", "--check")
    assert "no/such" in own.stderr + own.stdout  # the server does not have that one
    second = server.specedit("serve")
    assert second.returncode == 2
    assert "already" in second.stderr
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) == 0
    gone = server.specedit("apply", "--server", "local", "x.py", "rename fetch to load")
    assert gone.returncode == 5
    assert "specedit serve starts one" in gone.stderr


def test_sigterm_lets_an_edit_finish(start: Start) -> None:
    server = start("--accept", "trust", "--grace", str(PATIENCE))
    with Client(server.socket) as client:
        events = client.edit(request("rename fetch to load", SOURCE.encode() * 60))
        next(events)
        server.process.send_signal(signal.SIGTERM)
        *_, result = events
    assert result.status in ("changed", "refused")  # type: ignore[union-attr]
    assert server.process.wait(PATIENCE) == 0
    assert "trace" not in server.log.read_text()


def test_a_second_signal_ends_it_at_once(start: Start) -> None:
    server = start("--accept", "trust")
    with Client(server.socket, patience=0) as client:
        events = client.edit(request("rename fetch to load", LONG.encode()))
        next(events)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 130
        with pytest.raises(Unavailable, match="no longer"):
            list(events)


def test_a_server_that_was_killed(start: Start) -> None:
    """Its client gets a clear error at once, or, if it is patient, an answer from the next one."""
    server = start("--accept", "trust")
    asked = request("rename fetch to load", SOURCE.encode())
    with Client(server.socket) as patient, Client(server.socket, patience=0) as other:
        assert patient.apply(asked).status == "changed"
        events = other.edit(request("rename fetch to load", SOURCE.encode() * 60))
        next(events)
        server.process.kill()
        with pytest.raises(Unavailable, match="no longer"):
            list(events)
        server.process.wait()
        start("--accept", "trust")
        assert patient.apply(asked).status == "changed"


def test_a_server_that_nobody_calls_ends(start: Start) -> None:
    server = start("--idle", "3")
    with Client(server.socket) as client:
        client.info()
    assert server.process.wait(PATIENCE) == 0
