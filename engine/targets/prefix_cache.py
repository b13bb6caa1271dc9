"""A target that keeps what it has read: a text that begins like an earlier one is not read again.

Sequences that are given up stay, least recently used first to go, within a budget of memory. A new text takes over
the one that it has the longest prefix in common with, or copies the prefix if others may still need the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from specedit.engine.draft import Draft
from specedit.engine.errors import NoRoom
from specedit.engine.target import Choices, Sampling, Target, TargetSequence, can_go_back
from specedit.engine.wrappers import WrappedSequence, WrappedTarget

T = TypeVar("T")
_LEAST = 16  # tokens in common that are worth a copy, which takes as long as reading less than one
_WASTE = 0.25  # share of a kept text that may be lost by taking it over


class PrefixCache(WrappedTarget):
    """Wraps a target, with the same interface. Not thread-safe: it belongs to the thread that runs the target."""

    def __init__(self, target: Target, max_bytes: int) -> None:
        super().__init__(target)
        self._max_bytes = max_bytes
        self._kept: list[CachedSequence] = []  # given up, the most recent last
        self._in_use: list[CachedSequence] = []

    @property
    def nbytes(self) -> int:
        """Memory of all sequences, in bytes."""
        return sum(sequence.nbytes for sequence in (*self._kept, *self._in_use))

    @property
    def in_use(self) -> int:
        """Sequences that are open."""
        return len(self._in_use)

    def open(self, prompt: Sequence[int] = ()) -> "CachedSequence":
        """Return a sequence that holds as much of `prompt` as is known; all but its last token at most."""
        sequence = self._known(prompt)
        if sequence is None:
            sequence = CachedSequence(self, self.with_room(self._target.open), ())
        sequence.prompt_length = len(prompt)
        self._in_use.append(sequence)
        self._shrink()
        return sequence

    def release(self, sequence: "CachedSequence") -> None:
        """Keep a sequence's prompt for others: what was answered begins no other text."""
        self._in_use.remove(sequence)
        if sequence.is_broken:
            sequence.inner.close()
            return
        known = min(sequence.length, sequence.prompt_length)
        if known >= _LEAST and can_go_back(sequence, known):
            sequence.rollback(known)
            self._kept.append(sequence)
            self._shrink()
        else:
            sequence.inner.close()

    def with_room(self, run: Callable[[], T]) -> T:
        """Return what `run` does. While the target has no room for it, texts that nobody uses are given up.

        Raises:
            NoRoom: there is none, though only texts in use are left.
        """
        while True:
            try:
                return run()
            except NoRoom:
                if not self._kept:
                    raise
                self._kept.pop(0).inner.close()

    def _known(self, prompt: Sequence[int]) -> "CachedSequence | None":
        usable = [s for s in (*self._kept, *self._in_use) if not s.is_broken]
        readable = prompt[:-1]  # the last token is for the pass that chooses
        shared = [(_common(s.token_ids, readable), s) for s in usable]
        shared = [(length, s) for length, s in shared if can_go_back(s, length)]
        length, best = max(shared, key=lambda pair: pair[0], default=(0, None))
        if best is None or length < _LEAST:
            return None
        is_kept = best in self._kept
        if is_kept:
            self._kept.remove(best)
            if best.length - length <= _WASTE * best.length:
                best.rollback(length)
                return best
        try:
            fork = self.with_room(lambda: best.inner.fork(length))
        finally:
            if is_kept:  # used just now
                self._kept.append(best)
        return CachedSequence(self, fork, best.token_ids[:length])

    def _shrink(self) -> None:
        while self._kept and self.nbytes > self._max_bytes:
            self._kept.pop(0).inner.close()


class CachedSequence(WrappedSequence):
    """A sequence that knows its tokens, and goes back to the cache when it is closed."""

    def __init__(self, cache: PrefixCache, inner: TargetSequence, token_ids: Sequence[int]) -> None:
        super().__init__(inner)
        self._cache = cache
        self.token_ids = list(token_ids)
        self.prompt_length = 0
        self.is_broken = False  # a pass has failed in the middle: what the layers hold is not known
        self._draft: tuple[int, ...] = ()
        self._pass_start = 0

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in one pass that chooses nothing."""
        self._run(lambda: self.inner.prefill(token_ids))
        self.token_ids += token_ids

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Add [last, *draft] in one pass and return what the target would emit after each."""
        choices = self._run(
            lambda: self.inner.forward(
                last, draft, sampling, margins=margins, logit_bias=logit_bias
            )
        )
        self._pass_start, self._draft = len(self.token_ids), draft.token_ids
        self.token_ids += [last, *draft.token_ids]
        return choices

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""
        self.inner.keep(nodes)
        self.token_ids[self._pass_start + 1 :] = [self._draft[node] for node in nodes]

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        self.inner.rollback(length)
        del self.token_ids[length:]

    def fork(self, length: int) -> TargetSequence:
        """Return a new sequence that holds the first `length` tokens."""
        return self._cache.with_room(lambda: self.inner.fork(length))

    def close(self) -> None:
        """Leave the prompt to others."""
        self._cache.release(self)

    def _run(self, run: Callable[[], T]) -> T:
        self.is_broken = True
        try:
            result = self._cache.with_room(run)
        except NoRoom:
            self.is_broken = False  # it was not begun
            raise
        self.is_broken = False
        return result


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
