"""The aligner against a naive twin that tries every alignment."""

import random
from functools import cache

import pytest

from specedit.edits.snippet.alignment import Snippet, aligned


def least_cost(given: tuple[str | None, ...], lines: tuple[str, ...]) -> float:
    """Cost of the best alignment, by trying all: with distinct, unlike lines only equality and gaps count."""
    times = {line: lines.count(line) for line in lines}
    edges = set()
    start = 0
    for s, line in enumerate([*given, None]):
        if line is None:
            edges |= {*range(start, min(s, start + 3)), *range(max(start, s - 3), s)}
            start = s + 1

    def added(s: int) -> float:
        line = given[s] or ""
        if times.get(line) and s in edges:
            return 1.2 if times[line] == 1 else 0.6
        return 0.2 + (0.3 if times.get(line) == 1 else 0.0)

    @cache
    def best(s: int, j: int, adding: bool) -> float:
        """From snippet line s and line j of the file on."""
        if s == len(given):
            return 0.0
        found = []
        if given[s] is None:
            return min(best(s + 1, k, False) for k in range(j, len(lines) + 1))
        if j < len(lines) and given[s] == lines[j]:
            found += [after(s + 1, j + 1, False)]
        found.append((0.0 if adding else 0.6) + added(s) + after(s + 1, j, True))
        return min(found)

    @cache
    def after(s: int, j: int, adding: bool) -> float:
        """The same, where lines of the file may be lost first."""
        losing = [0.6 + 0.02 * (k - j) + best(s, k, False) for k in range(j + 1, len(lines) + 1)]
        return min([best(s, j, adding), *losing])

    return min(best(0, j, False) for j in range(len(lines) + 1))


@pytest.mark.parametrize("seed", range(150))
def test_least_cost_is_the_naive_twins(seed: int) -> None:
    rng = random.Random(seed)
    pool = ["alpha1", "brave22", "c_333", "42", "zulu_x", "QQQQ"]
    lines = tuple(rng.choices(pool, k=rng.randrange(1, 7)))
    given = tuple(rng.choices([*pool, "####", None], k=rng.randrange(1, 6)))
    found = aligned(Snippet(given, 0.0, 0.0), lines)
    assert found.cost == pytest.approx(least_cost(given, lines))
    for s, pair in enumerate(found.pairs):
        assert pair == -1 or given[s] == lines[pair]
    assert list(found.reached) == sorted(found.reached)
