"""What an answer is an edited copy of, and where in it the answer stands.

Most of an edited file is a copy. A cursor goes along with it in the source, and finds its place again after a change.
What is new often stands in an update, as a snippet: there a second one goes along.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_RECENT = 3  # tokens that must agree for the cursor to go elsewhere in the source
_ALIKE = 6  # and in the update, which may be about anything
_END = -1  # no token: after each stretch of the update


class CopyCursor(NamedTuple):
    """The source token that is next if the answer goes on copying, and the answer's last tokens.

    `shown` is the place in the update, and `follows` whether the answer goes along with it.
    """

    at: int = 0
    recent: tuple[int, ...] = ()
    shown: int = 0
    follows: bool = False


class CopySource:
    """The tokens that an answer is an edited copy of, and the `update` that it was asked to take over, in stretches."""

    def __init__(self, source_ids: Sequence[int], update: Iterable[Sequence[int]] = ()) -> None:
        self.source_ids = tuple(source_ids)
        self._update = tuple(token_id for part in update for token_id in (*part, _END))
        self._ends = _ends(self.source_ids, _RECENT)
        self._update_ends = _ends(self._update, _ALIKE)

    def after(self, cursor: CopyCursor, token_id: int) -> CopyCursor:
        """Return where the cursor goes with one more token of the answer.

        On by one if the source has that token there; else behind the nearest place that reads like the last tokens of
        the answer, the later one of two; and if there is none it waits.
        """
        at, recent, shown, follows = cursor
        recent = (*recent[1 - _ALIKE :], token_id)
        if self.source_ids[at : at + 1] == (token_id,):
            at += 1
        else:
            at = _nearest(self._ends, recent[-_RECENT:], at)
        if follows and self._update[shown] == token_id:
            shown += 1
        elif self._update:
            follows = recent in self._update_ends
            shown = _nearest(self._update_ends, recent, shown)
        return CopyCursor(at, recent, shown, follows)

    def next_ids(self, cursor: CopyCursor) -> frozenset[int]:
        """Return the tokens that are next in the source and in the update, where there are any."""
        token_ids = set(self.source_ids[cursor.at : cursor.at + 1])
        if cursor.follows:
            token_ids.add(self._update[cursor.shown])
        return frozenset(token_ids - {_END})

    def cursors(self, token_ids: Iterable[int]) -> list[CopyCursor]:
        """Return the cursor before each token of an answer, and after the last."""
        cursors = [CopyCursor()]
        for token_id in token_ids:
            cursors.append(self.after(cursors[-1], token_id))
        return cursors


def _ends(token_ids: Sequence[int], length: int) -> dict[tuple[int, ...], list[int]]:
    """Return behind which places, in order, a run of `length` tokens stands."""
    ends: dict[tuple[int, ...], list[int]] = {}
    for end in range(length, len(token_ids) + 1):
        ends.setdefault(tuple(token_ids[end - length : end]), []).append(end)
    return ends


def _nearest(
    ends: Mapping[tuple[int, ...], Sequence[int]], recent: tuple[int, ...], at: int
) -> int:
    """Return the end nearest to `at`, the later one of two, or `at` where there is none."""
    candidates = ends.get(recent, (at,))
    later = bisect_left(candidates, at)
    near = candidates[max(0, later - 1) : later + 1]
    return min(near, key=lambda end: (abs(end - at), -end))
