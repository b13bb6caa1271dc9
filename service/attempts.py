"""When a client makes a call again."""

import time

from specedit.engine.errors import Busy, SpeceditError, Unavailable

_MOST_CUT = 2  # times that a server dies of, or during, one call: another may not be what it needs


class Attempts:
    """When a call is made again: if the server is full, or went away that was there."""

    def __init__(self, patience: float, *, was_there: bool) -> None:
        self._until = time.monotonic() + patience
        self.was_there = was_there
        self._delay = 0.1
        self._has_answered, self._cut = False, 0

    def answered(self) -> None:
        """Note that the server has begun to answer."""
        self.was_there = self._has_answered = True

    def wait_after(self, error: SpeceditError) -> float:
        """Return how many seconds to wait; raise `error` if trying again is of no use."""
        if isinstance(error, Busy):
            seconds = error.seconds
        elif isinstance(error, Unavailable) and self.was_there and self._cut < _MOST_CUT:
            self._cut += self._has_answered
            self._has_answered = False
            self._delay *= 2
            seconds = self._delay
        else:
            raise error
        if time.monotonic() + seconds > self._until:
            raise error
        return seconds
