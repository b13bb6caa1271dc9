"""`specedit serve` as a process, for tests that use it from outside."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.patience import PATIENCE

# A rename of `fetch` in it has sixty regions, no two alike, a pass or two each: time enough to cancel it.
LONG = "def fetch(n):\n    return n\n" + "".join(
    f"\n\ndef f{i}(x):\n" + f"    x += {i}\n" * 40 + "    return fetch(x)\n" for i in range(60)
)
SPECEDIT = [sys.executable, "-m", "specedit"]


class Process:
    """A server in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.log = folder / "log"
        self.environment = os.environ | {"XDG_RUNTIME_DIR": str(folder), "OMP_NUM_THREADS": "1"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*SPECEDIT, "serve", *options], stderr=log, env=self.environment
            )
        self.socket = f"{folder}/specedit/serve.sock"

    def wait_until(self, said: str) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()
            if said in self.log.read_text():
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def specedit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SPECEDIT, *arguments], capture_output=True, text=True, env=self.environment
        )
