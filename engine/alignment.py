"""Where in its source an answer stands, and where in an update that was shown to its writer.

Most of an edited file is a copy. A cursor goes along with it in the source, and finds its place again after a change.
What is new often stands in an update, as a snippet: there a second one goes along. Models may look at them:
`engine/copy_bias.py`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_RECENT = 3  # tokens that must agree for the cursor to go elsewhere in the source
_ALIKE = 6  # and in the update, which may be about anything, or where changes are marked
GAP = -1  # no token: after each stretch of the update, and where the source is marked to change
_SURER = 3  # times as much for a copy where marks show what changes: there the rest surely is one


class Cursor(NamedTuple):
    """The source token that is next if the answer goes on copying, and the answer's last tokens.

    `shown` is the place in the update, and `follows` whether the answer goes along with it.
    """

    at: int = 0
    recent: tuple[int, ...] = ()
    shown: int = 0
    follows: bool = False


class Alignment:
    """What an answer is an edited copy of: tokens that begin at `start` in a text whose answer begins at `answer_start`.

    `update` is the text that it was asked to take over, in stretches. `leans`: whether attention may take notice too;
    `marked`: whether the source has gaps where it is to change.
    """

    leans = True

    def __init__(
        self,
        source_ids: Sequence[int],
        start: int,
        answer_start: int,
        update: Iterable[Sequence[int]] = (),
    ) -> None:
        self.source_ids, self.start, self.answer_start = tuple(source_ids), start, answer_start
        self.marked = GAP in self.source_ids
        self._update = tuple(token_id for part in update for token_id in (*part, GAP))
        # Where every change is marked all the rest comes in order, and a new name may read like parts of others.
        self._ends = _ends(self.source_ids, _ALIKE if self.marked else _RECENT)
        self._update_ends = _ends(self._update, _ALIKE)

    def after(self, cursor: Cursor, token_id: int) -> Cursor:
        """Return where the cursor goes with one more token of the answer.

        On by one if the source has that token there, or behind a gap; else behind the nearest place that reads like
        the last tokens of the answer, the later one of two; and if there is none it waits. Where changes are marked it
        never goes back, and what stands before a gap says nothing about what fills it.
        """
        at, recent, shown, follows = cursor
        recent = (*recent[1 - _ALIKE :], token_id)
        behind = self._behind_gap(at)
        if self.source_ids[behind : behind + 1] == (token_id,):
            at = behind + 1
            if self.source_ids[at : at + 1] == (GAP,):
                recent = ()
        elif self.marked:
            at = _next(self._ends, recent, at)
        else:
            at = _nearest(self._ends, recent[-_RECENT:], at)
        if follows and self._update[shown] == token_id:
            shown += 1
        elif self._update:
            follows = recent in self._update_ends
            shown = _nearest(self._update_ends, recent, shown)
        return Cursor(at, recent, shown, follows)

    def likely(self, cursor: Cursor) -> dict[int, int]:
        """Return the tokens that are next in the source and in the update, where there are any, and how likely they are.

        A copy counts once, or more where changes are marked. A gap that something fills may end with what stands
        behind it, which counts once; before it is begun nothing is likely.
        """
        at = cursor.at
        strength = _SURER if self.marked else 1
        if self.source_ids[at : at + 1] == (GAP,):
            at, strength = self._behind_gap(at), 1 if cursor.recent else 0
        found = dict.fromkeys(self.source_ids[at : at + 1], strength) if strength else {}
        if cursor.follows and (token_id := self._update[cursor.shown]) != GAP:
            found.setdefault(token_id, 1)
        return found

    def _behind_gap(self, at: int) -> int:
        """Where the source goes on, if there is a gap at a place, else the place itself."""
        while self.source_ids[at : at + 1] == (GAP,):
            at += 1
        return at

    def cursors(self, token_ids: Iterable[int]) -> list[Cursor]:
        """Return the cursor before each token of an answer, and after the last."""
        found = [Cursor()]
        for token_id in token_ids:
            found.append(self.after(found[-1], token_id))
        return found


def _ends(token_ids: Sequence[int], length: int) -> dict[tuple[int, ...], list[int]]:
    """Return behind which places, in order, a run of `length` tokens stands."""
    found: dict[tuple[int, ...], list[int]] = {}
    for end in range(length, len(token_ids) + 1):
        found.setdefault(tuple(token_ids[end - length : end]), []).append(end)
    return found


def _nearest(
    ends: Mapping[tuple[int, ...], Sequence[int]], recent: tuple[int, ...], at: int
) -> int:
    """Return the end nearest to `at`, the later one of two, or `at` where there is none."""
    found = ends.get(recent, (at,))
    later = bisect_left(found, at)
    near = found[max(0, later - 1) : later + 1]
    return min(near, key=lambda end: (abs(end - at), -end))


def _next(ends: Mapping[tuple[int, ...], Sequence[int]], recent: tuple[int, ...], at: int) -> int:
    """Return the first end behind `at`, or `at` where there is none."""
    found = ends.get(recent, ())
    return next((end for end in found if end > at), at)
