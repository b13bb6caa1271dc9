"""One text in llama.cpp's memory, where that can be cut anywhere: attention alone."""

from collections.abc import Mapping, Sequence

from specedit.engine import sampling as choosing
from specedit.engine.draft import Draft
from specedit.engine.errors import InvalidRequest, TargetError
from specedit.engine.target import ANYWHERE, Choices, Sampling
from specedit.engine.targets.llamacpp.context import Context


def check_chain(draft: Draft) -> None:
    """Refuse a draft that is a tree.

    Raises:
        InvalidRequest: it is.
    """
    if draft.parents:
        raise InvalidRequest("--engine llama verifies chains, and no trees")


class CellSequence:
    """One text: cells that carry its number, so that going back is forgetting some and a fork copies none."""

    rollback_limit = ANYWHERE

    def __init__(self, context: Context) -> None:
        self._context = context
        self._number = context.take()
        self._length = self._pass_start = 0

    @property
    def length(self) -> int:
        """Tokens whose keys and values are cached."""
        return self._length

    @property
    def nbytes(self) -> int:
        """Memory that its cells take; shared ones count for each that has them."""
        return self._length * self._context.cell_bytes

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in passes that choose nothing."""
        self._context.read(self._number, self._length, token_ids)
        self._length += len(token_ids)

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
        self._pass_start = start = self._length
        choices = choosing.choices(
            self._context.scores(self._number, start, [last, *draft.token_ids]),
            draft,
            start + 1,
            sampling,
            with_margins=margins,
            logit_bias=logit_bias,
        )
        self._length = start + 1 + len(draft)
        return choices

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, the first of it, and forget the rest."""
        self.rollback(self._pass_start + 1 + len(nodes))

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        if length >= self._length:
            return
        if not self._context.cut(self._number, length):
            raise TargetError(f"llama.cpp cannot go back to token {length} of {self._length}")
        self._length = length

    def fork(self, length: int) -> "CellSequence":
        """Return a new sequence that holds the first `length` tokens."""
        copy = CellSequence(self._context)
        self._context.copy(self._number, copy._number, length)
        copy._length = length
        return copy

    def close(self) -> None:
        """Give the sequence up."""
        self._context.give_back(self._number)
