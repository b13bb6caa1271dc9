"""Two ways to compute one thing, timed in turns, so that what else the machine does falls on both."""

from collections.abc import Callable


def least_seconds(
    one: Callable[[], object],
    other: Callable[[], object],
    rounds: int,
    clock: Callable[[], float],
) -> tuple[float, float]:
    """Return the least that each took in so many rounds, by a clock in seconds."""
    pairs: list[tuple[float, float]] = []
    for _ in range(rounds):
        began = clock()
        one()
        between = clock()
        other()
        pairs.append((between - began, clock() - between))
    ours, others = zip(*pairs, strict=True)
    return min(ours), min(others)
