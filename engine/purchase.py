"""Buying computed tokens, one after the other."""

from collections.abc import Callable, Sequence


class Purchase:
    """A draft that grows: whether computing the next token is worth its time, and that of the longer pass."""

    def __init__(
        self,
        pass_seconds: Callable[[int], float],
        chances: Sequence[float],
        *,
        survival: float,
        rows: int,
        token_seconds: float,
        least: float,
        allowed: float,
    ) -> None:
        """`chances` are of tokens not computed yet, if those before are right; `survival` that of all that is drafted.

        A second must bring `least` tokens, and no more than `allowed` seconds may go into draft and pass.
        """
        self._pass_seconds, self._chances = pass_seconds, chances
        self._survival, self._rows, self._computed = survival, rows, 0
        self._token_seconds, self._least, self._allowed = token_seconds, least, allowed

    def add(self, chance: float, seconds: float) -> None:
        """Take note of a token that was computed: the chance that it is right, and what it took."""
        self._survival *= chance
        self._rows += 1
        self._computed += 1
        self._allowed -= seconds

    @property
    def goes_on(self) -> bool:
        """Whether some more tokens are expected to bring more than their time."""
        tokens, survival, now = 0.0, self._survival, self._pass_seconds(self._rows)
        last = self._chances[-1]
        for count, chance in enumerate((*self._chances[self._computed :], last, last), 1):
            longer = self._pass_seconds(self._rows + count)
            computing = count * self._token_seconds
            if computing + longer > self._allowed:
                return False
            survival *= chance
            tokens += survival
            if tokens > self._least * (computing + longer - now):
                return True
        return False
