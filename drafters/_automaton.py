"""A suffix automaton over token ids that grows by one token.

Blumer et al. 1985, "The smallest automaton recognizing the subwords of a text". Each state stands for a set of
substrings that end at the same places; following transitions reads a substring, following links drops tokens from
its front.
"""

from collections.abc import Sequence

ROOT = 0

# How many suffixes are marked as having ended here. A run of one token has as many as it is long; the
# ones left out keep an older, equally valid end.
_MARKED_LINKS = 32


class SuffixAutomaton:
    """Every substring of a growing text, in O(1) amortised a token.

    `last_end(state)` is where the state's substrings last ended, for states on the link path of an appended text.
    """

    def __init__(self, token_ids: Sequence[int] = ()) -> None:
        self.text: list[int] = []
        self._next: list[dict[int, int]] = [{}]
        self._link: list[int] = [-1]
        self._length: list[int] = [0]  # of the longest substring of the state
        self._first_end: list[int] = [
            0
        ]  # text[:end] ends with the state's substrings, smallest end
        self._last_end: list[int] = [0]
        self._last = ROOT
        for token_id in token_ids:
            self.append(token_id)

    def append(self, token_id: int) -> None:
        """Add one token to the text."""
        self.text.append(token_id)
        end = len(self.text)
        new = self._state(self._length[self._last] + 1, {}, end)
        at = self._last
        while at != -1 and token_id not in self._next[at]:
            self._next[at][token_id] = new
            at = self._link[at]
        self._link[new] = ROOT if at == -1 else self._split(at, token_id)
        self._last = new

    def repeated(self) -> tuple[int, int]:
        """Return the longest suffix of the text that also ended earlier: (length, last earlier end).

        `[1, 2, 3, 1, 2]` → (2, 2): text[0:2] is [1, 2] as well. Marks the suffixes as having ended here, so it is to
        be called once after each append.
        """
        state = self._link[self._last]
        repetition = (self._length[state], self._last_end[state]) if state > ROOT else (0, 0)
        end = len(self.text)
        for _ in range(_MARKED_LINKS):
            if state <= ROOT:
                break
            self._last_end[state] = end
            state = self._link[state]
        self._last_end[self._last] = end
        return repetition

    def advance(self, state: int, length: int, token_id: int) -> tuple[int, int]:
        """Read one more token after a match of `length` tokens in `state`.

        Returns the state and length of the longest suffix of what was read that is a substring of the text.
        """
        while state != ROOT and token_id not in self._next[state]:
            state = self._link[state]
            length = self._length[state]
        if token_id in self._next[state]:
            return self._next[state][token_id], length + 1
        return ROOT, 0

    def first_end(self, state: int) -> int:
        """Return where the substrings of `state` first end."""
        return self._first_end[state]

    def check_integrity(self) -> None:
        """Raise AssertionError if an invariant is broken. O(states); for tests."""
        for state in range(1, len(self._next)):
            link = self._link[state]
            assert self._length[link] < self._length[state], "links lead to shorter substrings"
            end, length = self._first_end[state], self._length[state]
            assert self._first_end[link] <= end, "a suffix ends at least as early"
            assert end >= length, "a substring lies within the text"
            at = ROOT
            for token_id in self.text[end - length : end]:
                at = self._next[at][token_id]
            assert at == state, "reading the longest substring leads to its state"

    def _state(self, length: int, transitions: dict[int, int], end: int) -> int:
        self._next.append(transitions)
        self._link.append(-1)
        self._length.append(length)
        self._first_end.append(end)
        self._last_end.append(end)
        return len(self._next) - 1

    def _split(self, at: int, token_id: int) -> int:
        """Return the state for the substring `at` + token alone, splitting it off if longer ones share it."""
        shared = self._next[at][token_id]
        if self._length[shared] == self._length[at] + 1:
            return shared
        clone = self._state(self._length[at] + 1, dict(self._next[shared]), self._first_end[shared])
        self._last_end[clone] = self._last_end[shared]
        self._link[clone] = self._link[shared]
        self._link[shared] = clone
        while at != -1 and self._next[at].get(token_id) == shared:
            self._next[at][token_id] = clone
            at = self._link[at]
        return clone
