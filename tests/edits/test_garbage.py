"""How often Python looks for garbage while an edit is planned."""

import gc
from threading import Barrier, Thread

import pytest

from specedit.edits.garbage import rarely_collected


def test_it_is_as_before_once_all_are_done() -> None:
    usual, seen = gc.get_threshold(), []
    begun, ended = Barrier(2), Barrier(2)

    @rarely_collected()
    def first() -> None:
        begun.wait()
        ended.wait()

    @rarely_collected()
    def second() -> None:
        begun.wait()  # both are in; this one ends first

    threads = [Thread(target=first), Thread(target=second)]
    for thread in threads:
        thread.start()
    threads[1].join()
    seen.append(gc.get_threshold())
    ended.wait()
    threads[0].join()
    assert seen[0][0] > usual[0]
    assert gc.get_threshold() == usual


def test_it_is_as_before_after_an_error() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError), rarely_collected(), rarely_collected():
        raise ValueError
    assert gc.get_threshold() == usual
