"""Seconds of passes, learned as they happen, and what tokens cost that have to be computed."""

import math
from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

_ANCHORS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
# Seconds of a pass relative to one row, before anything is measured. transformers on 2 CPU cores, 1k tokens cached;
# what matters is the shape, a step at first and then near proportional.
_SHAPE = (1.0, 1.3, 1.5, 1.65, 1.85, 2.3, 3.2, 5.1, 8.8, 17.0)
_SMOOTHING = 0.2
_MOST = 2.0  # times what was known: what another process has interrupted says little of the next
_GUESS = 0.15  # of a pass, before anything is measured: a layer, and the rows of an output matrix


class Price(NamedTuple):
    """Seconds that computing tokens is expected to take: `first` once, to read what is not read yet, and `token` for each."""

    first: float
    token: float


NEVER = Price(math.inf, math.inf)  # of what cannot be computed


class GuessCost:
    """Seconds of what a target's own heads guess: of the first guess after a pass, which reads what that has left, and of each more."""

    def __init__(self) -> None:
        self._opening = self._token = 0.0

    def price(self, plain_seconds: float) -> Price:
        """Return what guesses were seen to take; at first a share of a pass that takes `plain_seconds`."""
        token = self._token or self._opening or _GUESS * plain_seconds
        return Price(max(0.0, self._opening - token), token)

    def observe(self, seconds: float, *, is_first: bool) -> None:
        """Learn from one guess; `is_first`: it was the first after a pass."""
        if is_first:
            self._opening = _smoothed(self._opening, seconds)
        else:
            self._token = _smoothed(self._token, seconds)


class PassCost:
    """Seconds of a target pass by its number of rows, learned from passes as they happen, and those of its heads' `guesses`.

    Shared by all requests of a target. The measured points are powers of two; between them it is linear. `known` are such
    points, by rows, from before.
    """

    def __init__(self, known: Mapping[int, float] | None = None) -> None:
        self.guesses = GuessCost()
        self._measured = [(known or {}).get(rows) for rows in _ANCHORS]
        self._seconds = list(_SHAPE)
        self._between: dict[int, float] = {}  # what was asked for since the last pass
        if known:
            self._refit()

    @property
    def known(self) -> dict[int, float]:
        """Seconds at the points that were measured, by rows."""
        points = zip(_ANCHORS, self._measured, strict=True)
        return {rows: seconds for rows, seconds in points if seconds is not None}

    def seconds(self, rows: int) -> float:
        """Return the expected seconds of a pass of `rows` rows, at least 1."""
        seconds = self._between.get(rows)
        if seconds is None:
            seconds = self._between[rows] = self._interpolated(rows)
        return seconds

    @property
    def least_for_a_token(self) -> float:
        """The seconds of a token in the pass that brings most of them a second, where all are right."""
        return min(seconds / rows for rows, seconds in zip(_ANCHORS, self._seconds, strict=True))

    def observe(self, rows: int, seconds: float) -> None:
        """Learn from one pass."""
        at = min(range(len(_ANCHORS)), key=lambda i: max(_ANCHORS[i] / rows, rows / _ANCHORS[i]))
        sample = seconds * self.seconds(_ANCHORS[at]) / self.seconds(rows)
        self._measured[at] = _smoothed(self._measured[at] or 0.0, sample)
        self._refit()

    def _interpolated(self, rows: int) -> float:
        at = bisect_left(_ANCHORS, rows)
        if at == len(_ANCHORS):
            return self._seconds[-1] * rows / _ANCHORS[-1]
        if _ANCHORS[at] == rows:
            return self._seconds[at]
        low, high = _ANCHORS[at - 1], _ANCHORS[at]
        share = (rows - low) / (high - low)
        return self._seconds[at - 1] * (1 - share) + self._seconds[at] * share

    def _refit(self) -> None:
        """Points never measured take the nearest measured one's ratio to the built-in shape, or, beyond all, to a line."""
        measured = [i for i, value in enumerate(self._measured) if value is not None]
        beyond = _ANCHORS if self._grows_in_proportion(measured[0], measured[-1]) else _SHAPE
        seconds = []
        for i in range(len(_ANCHORS)):
            nearest = min(measured, key=lambda j: abs(i - j))
            value = self._measured[nearest]
            assert value is not None
            shape = beyond if i > measured[-1] else _SHAPE
            seconds.append(value * shape[i] / shape[nearest])
        for i in range(1, len(seconds)):  # more rows never take less time
            seconds[i] = max(seconds[i], seconds[i - 1])
        self._seconds = seconds
        self._between = {}

    def _grows_in_proportion(self, first: int, last: int) -> bool:
        """Whether a row more costs about as much as a row did at first: quantised weights on a processor do that."""
        low, high = self._measured[first], self._measured[last]
        assert low is not None and high is not None
        return last > first and high / low > _ANCHORS[last] / _ANCHORS[first] / 2


def _smoothed(known: float, seconds: float) -> float:
    return known + _SMOOTHING * (min(seconds, _MOST * known) - known) if known else seconds
