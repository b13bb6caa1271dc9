"""Where in its source an answer stands, and what it would copy next."""

import random

import pytest

from specedit.engine.copy_source import CopySource


def places(source: str, answer: str) -> list[int]:
    cursors = CopySource([ord(c) for c in source]).cursors(ord(c) for c in answer)
    return [cursor.at for cursor in cursors]


def test_the_cursor_goes_along_with_a_copy() -> None:
    assert places("abcabcabc", "abcabcabc") == list(range(10))


def test_it_waits_at_a_change_and_goes_on_after_it() -> None:
    assert places("def f(old):", "def f(newer):") == [0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6]
    assert places("x = old + 1\n", "x = new + 1\n")[-1] == len("x = old + 1\n")


def test_it_finds_its_place_behind_lines_that_were_lost_or_added() -> None:
    source = "first()\nsecond()\nthird()\n"
    assert places(source, "first()\nthird()\n")[-1] == len(source)
    assert places(source, "first()\nadded()\nsecond()\nthird()\n")[-1] == len(source)


def test_of_two_places_it_takes_the_nearer_and_of_equals_the_later() -> None:
    assert places("abc_____zabc", "zzzzzabc")[-1] == 3
    assert places("abcxxxxxabc", "abcxxxx?abc")[-1] == 11


def following(source: str, update: list[str], answer: str) -> str:
    """What is next after `answer`."""
    copied = CopySource([ord(c) for c in source], [[ord(c) for c in part] for part in update])
    cursor = copied.cursors(ord(c) for c in answer)[-1]
    return "".join(sorted(map(chr, copied.next_ids(cursor))))


def test_what_is_next_stands_in_the_source_or_in_the_update() -> None:
    source, update = "def f(a):\n    return a\n", ["    return a + 1\n", "x = f()\n"]
    assert following(source, update, "") == "d"
    assert following(source, update, "def f(a):\n    return a") == "\n "
    assert following(source, update, "def f(a):\n    return") == " "
    assert following(source, update, "def f(a):\n    return a +") == "\n "
    assert following(source, update, "def f(a):\n    return a + 1\n") == ""  # the end of both
    assert following(source, update, "other") == "d"


@pytest.mark.parametrize("seed", range(30))
def test_the_cursor_is_its_naive_twin(seed: int) -> None:
    rng = random.Random(seed)
    source, written = ([rng.randrange(3) for _ in range(30)] for _ in range(2))
    update = [rng.choices(range(3), k=rng.randrange(40)) for _ in range(4)]
    shown = [token_id for part in update for token_id in (*part, -1)]
    at, place, follows = 0, 0, False
    for n, cursor in enumerate(CopySource(source, update).cursors(written)):
        if n:
            ends = [e for e in range(3, 31) if n >= 3 and source[e - 3 : e] == written[n - 3 : n]]
            if source[at : at + 1] == written[n - 1 : n]:
                at += 1
            elif ends:
                nearest = min(abs(end - at) for end in ends)
                at = max(end for end in ends if abs(end - at) == nearest)
            recent = written[:n][-6:]
            if follows and shown[place] == written[n - 1]:
                place += 1
            else:
                ends = [e for e in range(6, len(shown)) if shown[e - 6 : e] == recent]
                follows = bool(ends)
                place = min(ends, key=lambda end: (abs(end - place), -end), default=place)
            assert (cursor.shown, cursor.follows) == (place, follows)
        assert cursor.at == at
