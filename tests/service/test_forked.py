"""A child for one task after the other: what it keeps, and what ends it."""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TookTooLong
from functools import partial

import pytest

from specedit.service.forked import ForkedChild

SECONDS = 20.0


@pytest.fixture
def child() -> Iterator[ForkedChild]:
    yield ForkedChild()


def spin() -> None:
    while True:
        pass


def raised() -> None:
    raise ValueError("a reason")


def swollen() -> int:
    return len(bytearray(600 << 20))


def without_memory() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), resource.RLIM_INFINITY))
    bytearray(1 << 34)


def test_one_child_takes_one_task_after_the_other(child: ForkedChild) -> None:
    first = child.run(SECONDS, os.getpid)
    assert first != os.getpid()
    with pytest.raises(ValueError, match="a reason"):
        child.run(SECONDS, raised)
    assert child.run(SECONDS, os.getpid) == first


def test_what_takes_too_long_is_killed(child: ForkedChild) -> None:
    first = child.run(SECONDS, os.getpid)
    with pytest.raises(TookTooLong):
        child.run(0.05, spin)
    with pytest.raises(TookTooLong):
        child.run(0.05, partial(time.sleep, 60))
    assert child.run(SECONDS, os.getpid) != first


@pytest.mark.parametrize(
    "end", [partial(os._exit, 3), partial(signal.raise_signal, signal.SIGKILL)]
)
def test_who_dies_of_a_task_is_replaced(child: ForkedChild, end: Callable[[], None]) -> None:
    with pytest.raises(MemoryError):
        child.run(SECONDS, end)
    assert child.run(SECONDS, os.getpid)


def test_memory_is_given_back(child: ForkedChild) -> None:
    first = child.run(SECONDS, os.getpid)
    assert child.run(SECONDS, swollen) == 600 << 20
    second = child.run(SECONDS, os.getpid)
    with pytest.raises(MemoryError):
        child.run(SECONDS, without_memory)
    assert len({first, second, child.run(SECONDS, os.getpid)}) == 3


def test_a_child_ends_after_its_last_task(child: ForkedChild) -> None:
    assert len({child.run(SECONDS, os.getpid) for _ in range(250)}) == 3
