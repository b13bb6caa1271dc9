"""`--server auto` as people use it: a command leaves a server behind, the next one uses it, and none depends on it."""

import json
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.patience import PATIENCE
from tests.processes import LONG, SPECEDIT

SHORTER = "\n\n\n".join(LONG.split("\n\n\n")[:10])
SOURCE = "def fetch(page):\n    return page + 1\n\n\nprint(fetch(1))\n"


class User:
    """Somebody with a folder for sockets, who gives commands."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self._socket = folder / "specedit" / "serve.sock"
        self._environment = os.environ | {
            "XDG_RUNTIME_DIR": str(folder),
            "OMP_NUM_THREADS": "1",
            "SPECEDIT_SERVER": "auto",
        }

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        command = [*SPECEDIT, "apply", "x.py", "rename fetch to load", "--json", *more]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self._environment
        )

    def edit(self, *more: str) -> dict[str, object]:
        out, err = self.start(*more).communicate(timeout=PATIENCE)
        assert out, err
        outcome: dict[str, object] = json.loads(out)
        return outcome

    def server(self) -> int | None:
        """The process that listens, if there is one."""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self._socket))
            except OSError:
                return None
            peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            pid: int = struct.unpack("3i", peer)[0]
            return pid

    def wait_for_server(self) -> int:
        until = time.monotonic() + PATIENCE
        while (pid := self.server()) is None:
            assert time.monotonic() < until
            time.sleep(0.05)
        return pid

    def kill_server(self) -> None:
        if (pid := self.server()) is not None:
            os.kill(pid, signal.SIGKILL)
            while self.server() is not None:
                time.sleep(0.01)


@pytest.fixture
def user(tmp_path: Path, embedded_folder: Path, workspace: Path) -> Iterator[User]:
    somebody = User(tmp_path / "run")
    yield somebody
    somebody.kill_server()


def known_tokens(outcome: dict[str, object]) -> int:
    stats = outcome["stats"]
    assert isinstance(stats, dict)
    known: int = stats["known_tokens"]
    return known


def test_a_command_leaves_a_server_for_the_next_one_and_needs_none(
    user: User, workspace: Path
) -> None:
    file = workspace / "x.py"
    file.write_text(SOURCE)
    assert user.edit("--accept", "syntax", "--check")["status"] == "changed"
    assert user.server() is None  # no model was asked
    judged = ("--accept", "guided", "--check")
    assert user.edit(*judged)["status"] == "changed"
    first = user.wait_for_server()
    known = [known_tokens(user.edit(*judged)) for _ in range(2)]
    assert known[1] > 0 and user.server() == first
    file.write_text(SHORTER)
    running = user.start("--accept", "guided")
    time.sleep(1.0)
    user.kill_server()  # in the middle, or before it has begun
    out, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, err
    assert json.loads(out)["written"] and file.read_text() == SHORTER.replace("fetch", "load")
    file.write_text(SOURCE)
    assert (
        user.edit(*judged)["status"] == "changed"
    )  # the one before may have been done before the kill
    assert user.wait_for_server() != first
