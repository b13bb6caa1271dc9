"""The suffix automaton against searching the text."""

import random

from hypothesis import given
from hypothesis import strategies as st

from specedit.drafters._automaton import ROOT, SuffixAutomaton


def longest_repeated_suffix(text: list[int]) -> int:
    """Length of the longest suffix that also ends earlier."""
    for length in range(len(text) - 1, 0, -1):
        suffix = text[-length:]
        if any(text[end - length : end] == suffix for end in range(length, len(text))):
            return length
    return 0


@given(st.lists(st.integers(0, 3), max_size=40))
def test_repeated_suffixes_are_found(text: list[int]) -> None:
    automaton = SuffixAutomaton()
    for end, token_id in enumerate(text, 1):
        automaton.append(token_id)
        length, earlier = automaton.repeated()
        assert length == longest_repeated_suffix(text[:end])
        if length:
            assert earlier < end
            assert text[earlier - length : earlier] == text[end - length : end]
    automaton.check_integrity()


@given(st.lists(st.integers(0, 2), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_reading_another_text_follows_its_longest_match(text: list[int], other: list[int]) -> None:
    automaton = SuffixAutomaton(text)
    state, length = ROOT, 0
    for end, token_id in enumerate(other, 1):
        state, length = automaton.advance(state, length, token_id)
        read = other[:end]
        assert length == max(n for n in range(end + 1) if n == 0 or _occurs(text, read[end - n :]))
        if length:
            first = automaton.first_end(state)
            assert text[first - length : first] == read[end - length :]


def _occurs(text: list[int], run: list[int]) -> bool:
    return any(text[i : i + len(run)] == run for i in range(len(text) - len(run) + 1))


def test_it_grows_in_linear_time_on_a_run_of_one_token() -> None:
    automaton = SuffixAutomaton()
    for _ in range(20_000):
        automaton.append(1)
        automaton.repeated()
    assert automaton.repeated()[0] == 19_999


def test_large_random_text_keeps_its_invariants() -> None:
    rng = random.Random(0)
    SuffixAutomaton([rng.randrange(4) for _ in range(3000)]).check_integrity()
