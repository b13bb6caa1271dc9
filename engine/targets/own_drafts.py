"""What a sequence's model drafts by itself: which of its states its block has read, and what that guesses.

A block is fed with the final hidden state of a token and with the token after it, and beyond the last state of the model with
its own.
"""

from bisect import bisect_left
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

import torch
from torch import Tensor

from specedit.engine.draft import NO_DRAFT, Draft, Option
from specedit.engine.target import Sampling
from specedit.engine.targets import unknown_heads

_MOST_READ = 64  # rows of a pass: what lies further back says little of the next token

Cache = TypeVar("Cache", bound="BlockCache")


class BlockCache(Protocol):
    """The keys and values of a block, a row a token that it has read."""

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` rows."""

    def fork(self, length: int) -> Self:
        """Return a new one that holds the first `length` rows."""


class Block(Protocol[Cache]):
    """A layer that drafts."""

    def new_cache(self) -> Cache:
        """Return an empty cache."""

    def run(self, cache: Cache, states: Tensor, next_ids: Sequence[int]) -> Tensor:
        """Cache rows of states [rows, width] and of the tokens after them; return its own state [1, width] after the last."""

    def options(self, state: Tensor, place: int, sampling: Sampling) -> list[Option]:
        """Return what a state of its own says may be next, at a place of the text, the likeliest first."""


class OwnDrafts(Generic[Cache]):
    """Of one sequence.

    `block` returns what its model brings, if anything: it is asked when drafts are. `has_block` says whether it would, where
    that takes less, and `folder` is where the model came from, if that is known.

    The block may have read only parts of the text: not where others drafted, nor what was prefilled. Its row i is of the
    text's token `_places[i]` and the one after it.
    """

    def __init__(
        self,
        block: Callable[[], Block[Cache] | None],
        has_block: Callable[[], bool] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._block, self._folder = block, folder
        self._has_block = has_block or (lambda: block() is not None)
        self._cache: Cache | None = None
        self._places: list[int] = []
        self._ahead: Tensor | None = None  # the block's state after its last row
        # Of the last pass: the final states of [last, *draft], and which of these rows are kept.
        self._pass_start, self._draft = 0, NO_DRAFT
        self._states: Tensor | None = None
        self._kept: list[int] = []

    @property
    def are_possible(self) -> bool:
        """Whether the model brings a block."""
        return self._has_block()

    @property
    def nbytes(self) -> int:
        """Memory that the block's cache takes, in bytes."""
        return self._cache.nbytes if self._cache is not None else 0

    def note(self, start: int, draft: Draft, states: Tensor | None) -> None:
        """Remember a pass over [last, *draft] from `start` on, by its final states; None if it chose nothing."""
        self._ahead = None
        self._pass_start, self._draft, self._states, self._kept = start, draft, states, [0]

    def keep(self, nodes: Sequence[int]) -> None:
        """Remember what of the last pass is kept: `last` and these draft nodes."""
        self._kept = [0, *(node + 1 for node in nodes)]

    @property
    def hindrance(self) -> str:
        """Why they are not possible, where the model brings something that is not read."""
        return unknown_heads.hindrance(self._folder) if self._folder else ""

    @property
    def are_ready(self) -> bool:
        """Whether the last pass has left something to guess from."""
        return self._states is not None or self._ahead is not None

    def load(self) -> None:
        """Read the block's weights."""
        self._block()

    @torch.inference_mode()
    def guesses(
        self, last: int, after: Sequence[int], sampling: Sampling
    ) -> Generator[list[Option]]:
        """Yield what may follow the text that the last pass has left, `last` and `after`, a place after the other."""
        block = self._block()
        assert block is not None, "who asks has looked at are_possible"
        if self._cache is None:
            self._cache = block.new_cache()
        cache = self._cache
        cache.rollback(len(self._places))
        if self._states is not None:
            kept = [self._draft.token_ids[row - 1] for row in self._kept[1:]]
            self._read(block, cache, self._states[self._kept], [*kept, last])
            self._states = None
        state = self._ahead
        if state is None:
            return
        for token_id in after:
            state = block.run(cache, state, [token_id])
        place = self._pass_start + len(self._kept) + 1 + len(after)
        while True:
            options = block.options(state, place, sampling)
            yield options
            [(token_id, _), *_] = options
            state = block.run(cache, state, [token_id])
            place += 1

    def _read(
        self,
        block: Block[Cache],
        cache: Cache,
        states: Tensor,
        next_ids: Sequence[int],
    ) -> None:
        skipped = max(0, len(next_ids) - _MOST_READ)
        self._ahead = block.run(cache, states[skipped:], next_ids[skipped:])
        start = self._pass_start
        self._places += range(start + skipped, start + len(next_ids))

    def rollback(self, length: int) -> None:
        """Forget what comes after the text's first `length` tokens, and rows whose next token does."""
        self._states = None
        rows = bisect_left(self._places, length - 1)
        if rows < len(self._places):
            del self._places[rows:]
            self._ahead = None

    def fork(self, length: int) -> "OwnDrafts[Cache]":
        """Return a new one, of a sequence that holds the first `length` tokens."""
        copy = OwnDrafts(self._block, self._has_block, self._folder)
        if self._cache is not None:
            rows = bisect_left(self._places, length - 1)
            copy._cache, copy._places = self._cache.fork(rows), self._places[:rows]
        return copy
