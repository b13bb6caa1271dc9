"""Where in its source an answer stands.

Most of an edited file is a copy. A cursor goes along with it in the source, and finds its place again after a change.
Models may look at it: `engine/copy_bias.py`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_RECENT = 3  # tokens that must agree for the cursor to go elsewhere


class Cursor(NamedTuple):
    """The source token that is next if the answer goes on copying, and the answer's last tokens."""

    at: int = 0
    recent: tuple[int, ...] = ()


class Alignment:
    """What an answer is an edited copy of: tokens that begin at `start` in a text whose answer begins at `answer_start`."""

    def __init__(self, source_ids: Sequence[int], start: int, answer_start: int) -> None:
        self.source_ids, self.start, self.answer_start = tuple(source_ids), start, answer_start
        self._ends: dict[tuple[int, ...], list[int]] = {}
        for end in range(_RECENT, len(source_ids) + 1):
            self._ends.setdefault(self.source_ids[end - _RECENT : end], []).append(end)

    def after(self, cursor: Cursor, token_id: int) -> Cursor:
        """Return where the cursor goes with one more token of the answer.

        On by one if the source has that token there; else behind the nearest place that reads like the last tokens
        of the answer, the later one of two; and if there is none it waits.
        """
        at, recent = cursor.at, (*cursor.recent[1 - _RECENT :], token_id)
        if self.source_ids[at : at + 1] == (token_id,):
            return Cursor(at + 1, recent)
        ends = self._ends.get(recent, [at])  # in order
        later = bisect_left(ends, at)
        near = ends[max(0, later - 1) : later + 1]
        return Cursor(min(near, key=lambda end: (abs(end - at), -end)), recent)

    def next_id(self, cursor: Cursor) -> int:
        """Return the source token at the cursor, or -1 at the end."""
        return self.source_ids[cursor.at] if cursor.at < len(self.source_ids) else -1

    def cursors(self, token_ids: Iterable[int]) -> list[Cursor]:
        """Return the cursor before each token of an answer, and after the last."""
        found = [Cursor()]
        for token_id in token_ids:
            found.append(self.after(found[-1], token_id))
        return found
