"""One text in llama.cpp's memory, where that carries a running state: what was read cannot be taken out of it.

Before a draft is verified the state is copied. Where some of the draft is rejected the copy is put back, and what was accepted
is read again together with the next pass: a rejection costs some rows, and no pass of its own.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from specedit.engine import sampling as choosing
from specedit.engine.draft import Draft
from specedit.engine.target import ANYWHERE, Choices, Sampling
from specedit.engine.targets.llamacpp.context import Context
from specedit.engine.targets.llamacpp.sequence import check_chain

_MOST_AGAIN = 16  # rows that are read again before the state is copied anew


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """The state after the first `length` tokens."""

    length: int
    state: bytes


class ReplayedSequence:
    """One text; all its tokens are known, so that it can go back to any of them by reading again."""

    rollback_limit = ANYWHERE

    def __init__(self, context: Context) -> None:
        self._context = context
        self._number = context.take()
        self._token_ids: list[int] = []
        self._read = 0  # of them, the state has seen; the others are read with the next pass
        self._checkpoints: list[_Checkpoint] = []  # at most two: after the prompt, and the last
        self._pass_start = 0

    @property
    def length(self) -> int:
        """Tokens that the sequence holds."""
        return len(self._token_ids)

    @property
    def nbytes(self) -> int:
        """Memory of its cells, and of the states that were copied."""
        copied = sum(len(checkpoint.state) for checkpoint in self._checkpoints)
        return self.length * self._context.cell_bytes + copied

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in passes that choose nothing."""
        self._token_ids += token_ids
        self._catch_up()

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Add [last, *draft], a chain, in one pass and return what the model would emit after each."""
        check_chain(draft)
        again = len(self._token_ids) - self._read
        if again > _MOST_AGAIN:
            self._catch_up()
            again = 0
        if len(draft):
            self._copy_state()
        start, self._pass_start = self._read, len(self._token_ids)
        rows = [*self._token_ids[start:], last, *draft.token_ids]
        choices = choosing.choices(
            _without(self._context.scores(self._number, start, rows), again),
            draft,
            self._pass_start + 1,
            sampling,
            with_margins=margins,
            logit_bias=logit_bias,
        )
        self._token_ids += [last, *draft.token_ids]
        self._read = len(self._token_ids)
        return choices

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, the first of it, and forget the rest."""
        self.rollback(self._pass_start + 1 + len(nodes))

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        del self._token_ids[length:]
        if length < self._read:
            self._go_back(length)

    def fork(self, length: int) -> "ReplayedSequence":
        """Return a new sequence that holds the first `length` tokens: after a copied state they are read again."""
        copy = ReplayedSequence(self._context)
        copy._token_ids = self._token_ids[:length]
        copy._checkpoints = [c for c in self._checkpoints if c.length <= length]
        if copy._checkpoints or self._read <= length:
            self._context.copy(self._number, copy._number, self._read)
            copy._read = self._read
            if copy._read > length:
                copy._go_back(length)
        return copy

    def close(self) -> None:
        """Give the sequence up."""
        self._context.give_back(self._number)

    def _catch_up(self) -> None:
        """Read what the state has not seen."""
        self._context.read(self._number, self._read, self._token_ids[self._read :])
        self._read = len(self._token_ids)

    def _copy_state(self) -> None:
        if self._checkpoints and self._checkpoints[-1].length == self._read:
            return
        # The first is kept: it is the prompt's, which others begin with.
        checkpoint = _Checkpoint(self._read, self._context.state(self._number))
        self._checkpoints = [*self._checkpoints[:1], checkpoint]

    def _go_back(self, length: int) -> None:
        """Put back the last state from before `length`, or forget all: the tokens behind it are read with the next pass."""
        self._checkpoints = [c for c in self._checkpoints if c.length <= length]
        self._read = 0
        if self._checkpoints and self._context.restore(
            self._number, self._checkpoints[-1].state, self._checkpoints[-1].length
        ):
            self._read = self._checkpoints[-1].length
            return
        self._checkpoints.clear()
        self._context.cut(self._number, 0)


def _without(blocks: Iterable[Tensor], rows: int) -> Generator[Tensor]:
    """Yield the blocks without their first rows."""
    for block in blocks:
        skipped = min(rows, len(block))
        rows -= skipped
        if skipped < len(block):
            yield block[skipped:]
