"""Follows a document that is being rewritten, and finds its place in it again after a change."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Runs of tokens that may tell the place again, longest first, and how far from the last sure place each may lead:
# a single token says little, eight say almost everything.
_RUNS = ((8, 1 << 30), (4, 1 << 30), (2, 400), (1, 48))
_SURE = 4  # tokens that must agree before a place counts as found
_START_EVIDENCE = 8  # an answer begins where the document begins
_NEAR_EVIDENCE = 3  # what it is worth that a place lies just after the last sure one


class Follower:
    """A place in `document`, moved by what is accepted.

    After a mismatch the place is looked for by the last accepted tokens, the nearest one forward from the last sure
    place first. While nothing is found, each strange token is taken to stand for one of the document's.
    """

    def __init__(self, document: Sequence[int]) -> None:
        self._document = np.asarray(document, np.int64)
        self._position = 0
        self._matched = _SURE
        self._evidence = _START_EVIDENCE
        self._sure = 0  # the last place that is certain
        self._strayed = 0  # tokens accepted since then
        self._recent: list[int] = []

    @property
    def evidence(self) -> int:
        """How many tokens speak for the place, in the measure of a draft's `match_length`."""
        return self._evidence

    def ahead(self, limit: int) -> tuple[int, ...]:
        """Return the next `limit` tokens of the document."""
        return tuple(self._document[self._position : self._position + limit].tolist())

    def observe(self, accepted: Sequence[int]) -> None:
        """Move by the accepted tokens."""
        for token_id in accepted:
            self._recent = [*self._recent[-15:], token_id]
            if self._position < len(self._document) and self._document[self._position] == token_id:
                self._position += 1
                self._matched += 1
                self._evidence += 1
            else:
                self._find()
            if self._matched >= _SURE:
                self._sure, self._strayed = self._position, 0
            else:
                self._strayed += 1

    def _find(self) -> None:
        """Set the place from the recent tokens, or guess a substitution."""
        for size, reach in _RUNS:
            end = self._nearest(self._ends(size), reach) if len(self._recent) >= size else None
            if end is not None:
                self._position = end
                self._matched = self._agreement(end)
                near = 0 <= end - self._sure <= self._strayed + size + 2
                self._evidence = self._matched + (_NEAR_EVIDENCE if near else 0)
                return
        self._position = min(self._sure + self._strayed + 1, len(self._document))
        self._matched = self._evidence = 0

    def _ends(self, size: int) -> NDArray[np.intp]:
        """Where the last `size` accepted tokens end in the document, ascending.

        A scan takes microseconds and is needed only where the text differs; an index of the document took milliseconds.
        """
        document = self._document
        if len(document) < size:
            return np.empty(0, np.intp)
        ends = np.flatnonzero(document[size - 1 :] == self._recent[-1]) + size
        for back in range(2, size + 1):
            ends = ends[document[ends - back] == self._recent[-back]]
        return ends

    def _nearest(self, ends: NDArray[np.intp], reach: int) -> int | None:
        """The first end after the sure place, else the last one before it, within `reach`."""
        at = int(np.searchsorted(ends, self._sure, side="right"))
        if at < len(ends) and ends[at] - self._sure <= reach:
            return int(ends[at])
        if at > 0 and reach > 400:  # going back takes a long run
            return int(ends[at - 1])
        return None

    def _agreement(self, end: int) -> int:
        """How many recent tokens agree with the document before `end`."""
        count = 0
        for token_id, ours in zip(
            reversed(self._recent), reversed(self._document[:end][-16:].tolist()), strict=False
        ):
            if token_id != ours:
                break
            count += 1
        return count
