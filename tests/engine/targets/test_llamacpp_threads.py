"""How many threads llama.cpp's passes get on a machine that others use too; simulated, so that it needs no llama.cpp."""

import pytest

from specedit.engine.targets.llamacpp.threads import ThreadCount, processors


def passes(threads: ThreadCount, number: int, *, free: float, seconds: float = 0.1) -> list[int]:
    """The threads of so many passes, where that many processors are free: all wait for one that shares its own."""
    counts = []
    for _ in range(number):
        counts.append(threads.count)
        wall = 2 * seconds if threads.count > free else seconds
        threads.observe(wall, threads.count * seconds)
    return counts


@pytest.mark.parametrize("most", [1, 2, 4, 16])
def test_a_quiet_machine_gives_all_of_its_processors(most: int) -> None:
    assert set(passes(ThreadCount(most), 100, free=most)) == {most}


@pytest.mark.parametrize(("most", "free"), [(2, 1), (4, 3), (4, 1), (16, 10)])
def test_what_others_use_is_left_to_them(most: int, free: int) -> None:
    """And only now and then is it tried whether they have gone."""
    threads = ThreadCount(most)
    passes(threads, 40, free=free)
    later = passes(threads, 400, free=free)
    assert sum(count > free for count in later) <= 20
    assert sum(count == free for count in later) >= 370


@pytest.mark.parametrize("most", [2, 4])
def test_what_becomes_free_is_used_again(most: int) -> None:
    threads = ThreadCount(most)
    passes(threads, 30, free=1)
    passes(threads, 60, free=most)
    assert passes(threads, 20, free=most) == [most] * 20


def test_one_thread_is_left_where_everything_is_busy() -> None:
    assert set(passes(ThreadCount(2), 50, free=0.3)[1:]) == {1}
    assert ThreadCount(2, busy=9).count == 1


def test_a_pass_too_short_to_tell_changes_nothing() -> None:
    assert set(passes(ThreadCount(4), 50, free=1, seconds=0.0002)) == {4}


@pytest.mark.parametrize(("given", "count"), [("3", 3), ("1", 1)])
def test_the_user_may_say_how_many(given: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    assert processors() == count


@pytest.mark.parametrize("given", ["0", "-2", "many", ""])
def test_what_is_no_number_of_threads_is_none(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    assert processors() >= 1
