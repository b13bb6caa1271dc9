"""Follows a document that is being rewritten, and finds its place in it again after a change."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

# Runs of tokens that may tell the place again, longest first, and how far from the last sure place each may lead:
# a single token says little, eight say almost everything.
_RUNS = ((8, 1 << 30), (4, 1 << 30), (2, 400), (1, 48))
_SURE = 4  # tokens that must agree before a place counts as found
_REMEMBERED = 16  # accepted tokens that a place is told by
_START_EVIDENCE = 8  # an answer begins where the document begins
_NEAR_EVIDENCE = 3  # what it is worth that a place lies just after the last sure one


class Follower:
    """A place in `document`, moved by what is accepted.

    After a mismatch the place is looked for by the last accepted tokens, the nearest one forward from the last sure
    place first. While nothing is found, each strange token is taken to stand for one of the document's.
    """

    def __init__(self, document: Sequence[int]) -> None:
        self._document = document
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
        return tuple(self._document[self._position : self._position + limit])

    def observe(self, accepted: Sequence[int]) -> None:
        """Move by the accepted tokens."""
        done = 0
        while done < len(accepted):
            agreed = self._agreed(accepted, done)
            if agreed:
                self._recent = [*self._recent, *accepted[done : done + agreed]][-_REMEMBERED:]
                self._position += agreed
                self._matched += agreed
                self._evidence += agreed
            else:
                self._recent = [*self._recent[1 - _REMEMBERED :], accepted[done]]
                self._find()
            if self._matched >= _SURE:
                self._sure, self._strayed = self._position, 0
            else:
                self._strayed += agreed or 1
            done += agreed or 1

    def _agreed(self, accepted: Sequence[int], begin: int) -> int:
        """How many of the tokens from `begin` on are the document's next ones."""
        ahead = self._document[self._position : self._position + len(accepted) - begin]
        for count, token_id in enumerate(ahead):
            if token_id != accepted[begin + count]:
                return count
        return len(ahead)

    def _find(self) -> None:
        """Set the place from the recent tokens, or guess a substitution."""
        ends = self._ends()
        for size, reach in _RUNS:
            end = self._nearest(ends.get(size, ()), reach)
            if end is not None:
                self._position = end
                self._matched = self._agreement(end)
                near = 0 <= end - self._sure <= self._strayed + size + 2
                self._evidence = self._matched + (_NEAR_EVIDENCE if near else 0)
                return
        self._position = min(self._sure + self._strayed + 1, len(self._document))
        self._matched = self._evidence = 0

    @cached_property
    def _pairs(self) -> dict[tuple[int, int], list[int]]:
        """Two tokens → where they end, ascending. Made when the text first differs; longer runs are found from it."""
        pairs: dict[tuple[int, int], list[int]] = {}
        for end, pair in enumerate(pairwise(self._document), 2):
            pairs.setdefault(pair, []).append(end)
        return pairs

    def _ends(self) -> dict[int, Sequence[int]]:
        """Run length → where the last accepted tokens, as many, end in the document, ascending; of one, those near."""
        document, recent = self._document, self._recent
        near = range(self._sure, min(self._sure + _RUNS[-1][1], len(document)))
        by_size: dict[int, Sequence[int]] = {1: [i + 1 for i in near if document[i] == recent[-1]]}
        ends = self._pairs.get((recent[-2], recent[-1]), []) if len(recent) > 1 else []
        for size in range(2, min(_RUNS[0][0], len(recent)) + 1):
            if size > 2:
                ends = [e for e in ends if e >= size and document[e - size] == recent[-size]]
            if not ends:
                break
            by_size[size] = ends
        return by_size

    def _nearest(self, ends: Sequence[int], reach: int) -> int | None:
        """The first end after the sure place, else the last one before it, within `reach`."""
        at = bisect_right(ends, self._sure)
        if at < len(ends) and ends[at] - self._sure <= reach:
            return ends[at]
        if at > 0 and reach > 400:  # going back takes a long run
            return ends[at - 1]
        return None

    def _agreement(self, end: int) -> int:
        """How many recent tokens agree with the document before `end`."""
        count = 0
        for token_id, ours in zip(
            reversed(self._recent),
            reversed(self._document[max(0, end - _REMEMBERED) : end]),
            strict=False,
        ):
            if token_id != ours:
                break
            count += 1
        return count
