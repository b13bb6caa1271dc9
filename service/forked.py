"""Tasks in a forked child of a process that has all modules: begun in milliseconds, and killed as fast.

A child that is not killed takes the next task too. What a fork shares is copied page by page as it is used, and what was
compiled or cached for one task is there for the next: a new child for each takes several times as long.
"""

import ctypes
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
_SIGNALLED_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_TASKS = 100  # that one child does: what it has not given back ends with it
SECONDS_OF_CLOCK = 4  # for each of the processor's, where others use it too
_ALARMS = (signal.SIGPROF, signal.SIGALRM)
_MOST_MORE = (
    512 << 10
)  # kilobytes that a child may have had in use, beyond those it began with, and go on


class ForkedChild:
    """A child of this process, forked when there is a task and none is there to take it. The process has one thread."""

    def __init__(self) -> None:
        self._pid, self._tasks = 0, None  # type: tuple[int, Connection | None]

    def run(self, seconds: float, function: Callable[[], T]) -> T:
        """Return what `function` returns in the child. `seconds`: of the processor, which others may slow down.

        Raises:
            TimeoutError: of `concurrent.futures`; it took longer, and was killed.
            MemoryError: it died of something else.
        """
        task = pickle.dumps((seconds, function))
        while True:
            if self._tasks is None:
                self._fork()
            answer = self._answer(task)
            if answer is not None:
                break
            self._reap()  # it had ended, after its last task, or dies of this one
        is_done, outcome = pickle.loads(answer)
        if not is_done:
            raise outcome
        result: T = outcome
        return result

    def _answer(self, task: bytes) -> bytes | None:
        """What the child sends back; None if it ends instead."""
        assert self._tasks is not None
        with suppress(EOFError, ConnectionError):
            self._tasks.send_bytes(task)
            return self._tasks.recv_bytes()
        return None

    def _fork(self) -> None:
        ours, theirs = Pipe()
        child = os.fork()
        if child == 0:
            ours.close()
            _serve(theirs)
        theirs.close()
        self._pid, self._tasks = child, ours

    def _reap(self) -> None:
        """Wait for the child that has ended.

        Raises:
            TimeoutError: of `concurrent.futures`; its time was up.
            MemoryError: it died of something else.
        """
        assert self._tasks is not None
        self._tasks.close()
        self._tasks = None
        _, status = os.waitpid(self._pid, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in _ALARMS:
            raise TookTooLong
        if status:
            raise MemoryError


def _serve(tasks: Connection) -> NoReturn:
    """Do one task after the other, and end."""
    status = 1
    try:
        # The kernel ends what does not end by itself, be it in the middle of compiled code, and with its parent.
        for alarm in _ALARMS:
            signal.signal(alarm, signal.SIG_DFL)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SIGNALLED_WITH_PARENT, signal.SIGKILL)
        began_with = _most_used()
        with suppress(EOFError, ConnectionError):
            for _ in range(_TASKS):
                is_sound = _work(tasks)
                if not is_sound or _most_used() - began_with > _MOST_MORE:
                    break
        status = 0
    finally:
        os._exit(status)


def _work(tasks: Connection) -> bool:
    """Do the next task; return whether nothing speaks against another."""
    seconds, function = pickle.loads(tasks.recv_bytes())
    _set_alarms(seconds)
    outcome: tuple[bool, Any]
    try:
        outcome = (True, function())
    except BaseException as error:
        outcome = (False, error)
    _set_alarms(0)
    tasks.send_bytes(pickle.dumps(outcome))
    return not isinstance(outcome[1], MemoryError | RecursionError)


def _set_alarms(seconds: float) -> None:
    """Have the kernel end this process after so many seconds; 0: let it live."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_OF_CLOCK * seconds)


def _most_used() -> int:
    """Kilobytes; macOS counts bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most
