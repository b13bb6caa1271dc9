"""`specedit lsp`, which writes to a file, when it ends, for how long one callback had the event loop since SIGUSR1.

Seconds of the thread's own, not of the clock: those of other processes on the machine do not count.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import Any

from specedit.cli.main import main

_run = asyncio.Handle._run
longest = (0.0, "")


def _watched(handle: asyncio.Handle) -> Any:
    global longest
    began = time.thread_time()
    try:
        return _run(handle)
    finally:
        longest = max(longest, (time.thread_time() - began, repr(handle)))


def _begin(number: int, frame: object) -> None:
    global longest
    longest = (0.0, "")


signal.signal(signal.SIGUSR1, _begin)
asyncio.Handle._run = _watched  # type: ignore[method-assign, assignment]
try:
    sys.exit(main(["lsp", "--accept", "trust"]))
finally:
    Path(sys.argv[1]).write_text("{:.6f}\n{}".format(*longest))
