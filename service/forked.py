"""One task in a forked child of a process that has all modules: begun in milliseconds, and killed as fast."""

import ctypes
import os
import pickle
import signal
import sys
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
_SIGNALLED_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def run_forked(seconds: float, function: Callable[[], T]) -> T:
    """Return what `function` returns in a child. The caller has one thread.

    Raises:
        TimeoutError: of `concurrent.futures`; it took longer, and was killed.
        MemoryError: it died of something else.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        _work(seconds, function, writes)
    os.close(writes)
    with open(reads, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        raise TookTooLong
    if not answer or status:
        raise MemoryError
    is_done, outcome = pickle.loads(answer)
    if not is_done:
        raise outcome
    result: T = outcome
    return result


def _work(seconds: float, function: Callable[[], Any], writes: int) -> None:
    """Do the work, tell of it, end."""
    status = 1
    try:
        # The kernel ends what does not end by itself, be it in the middle of compiled code, and with its parent.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SIGNALLED_WITH_PARENT, signal.SIGKILL)
        try:
            outcome = (True, function())
        except BaseException as error:
            outcome = (False, error)
        with suppress(BrokenPipeError), open(writes, "wb") as pipe:
            pipe.write(pickle.dumps(outcome))
        status = 0
    finally:
        os._exit(status)
