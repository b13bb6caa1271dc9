"""What drafts are worth, against the formula and against a count."""

import random

import pytest

from specedit.engine.speedup import DraftCounts, expected_tokens, speedup


@pytest.mark.parametrize("acceptance", [0.0, 0.3, 0.8, 0.99, 1.0])
@pytest.mark.parametrize("length", [1, 4, 9])
def test_tokens_of_a_pass_against_their_sum(acceptance: float, length: int) -> None:
    tokens = sum(acceptance**accepted for accepted in range(length + 1))
    assert expected_tokens(acceptance, length) == pytest.approx(tokens)


def test_the_speedup_is_that_of_the_theorem() -> None:
    """Leviathan et al. 2023, 3.8: (1 - a^(g + 1)) / ((1 - a)(g c + 1))."""
    rng, counts, length, cost, tokens = random.Random(1), DraftCounts(), 4, 0.1, 0
    for _ in range(4000):
        accepted = next((n for n in range(length) if rng.random() >= 0.7), length)
        counts.add(length, accepted, length * cost * 0.02, is_reached=True)
        tokens += 1 + accepted
    assert counts.acceptance == pytest.approx(0.7, abs=0.01)
    found = speedup([counts], 4000, plain_seconds=0.02, pass_seconds=4000 * 0.02)
    formula = (1 - 0.7**5) / ((1 - 0.7) * (4 * cost + 1))
    assert found == pytest.approx(formula, rel=0.02)
    assert found == pytest.approx(tokens / 4000 / (length * cost + 1), rel=0.02)
    longer = speedup([counts], 4000, plain_seconds=0.02, pass_seconds=4000 * 0.03)
    assert longer == pytest.approx(found * (1 + length * cost) / (1.5 + length * cost))


def test_what_was_not_reached_says_nothing() -> None:
    counts = DraftCounts()
    counts.add(3, 0, 0.1, is_reached=False)
    assert (counts.acceptance, counts.drafted, counts.seconds) == (None, 3, 0.1)
    assert speedup([counts], 10, plain_seconds=1.0, pass_seconds=10.0) == pytest.approx(10 / 10.1)


def test_nothing_written_is_no_speedup() -> None:
    assert speedup([], 0, plain_seconds=0.0, pass_seconds=0.0) == 0.0
