"""How many threads a pass gets: as many as the machine lends us.

llama.cpp's threads wait for each other after every operation. Where another program has one of the processors, all wait for the
thread that shares it: a pass in two threads was seen to take four times as long as in one.
"""

import os

_LENT = 0.8  # share of the threads' time that was computed in; less says that another has the processors
_FIRST_TRIES, _MOST_TRIES = 8, 512  # passes after which one thread more is tried
_SHORTEST = 0.002  # seconds of a pass that tell something


class ThreadCount:
    """Learns from passes how many threads the next one should have, at most so many; `busy` processors are others' at first."""

    def __init__(self, most: int, busy: int = 0) -> None:
        self._most = max(1, most)
        self.count = max(1, self._most - busy)
        self._passes = 1  # since a thread more was tried, the one that tries it too
        self._patience = _FIRST_TRIES

    def observe(self, wall: float, computed: float) -> None:
        """Learn from a pass that took `wall` seconds, of which all threads together computed in `computed`."""
        if wall < _SHORTEST:
            return
        is_trial = self._passes == 0
        self._passes += 1
        if computed >= _LENT * wall * self.count:
            if is_trial:
                self._patience = _FIRST_TRIES
            if self._passes > self._patience and self.count < self._most:
                self.count, self._passes = self.count + 1, 0
            return
        if is_trial:
            self._patience = min(_MOST_TRIES, 2 * self._patience)
            self.count -= 1
        else:
            self.count = max(1, min(self.count - 1, round(computed / wall)))
        self._passes = 1


def processors() -> int:
    """Return how many processors this process may use: as many as `OMP_NUM_THREADS` says, if it does."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def busy_processors() -> int:
    """Return how many of this machine's processors others were busy on during the last minute, of those we may use."""
    try:
        load = os.getloadavg()[0]
    except (OSError, AttributeError):
        return 0
    idle = (os.cpu_count() or 1) - load
    return max(0, round(processors() - idle))
