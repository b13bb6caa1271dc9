"""Models that are a table: what follows depends on the last token alone."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from specedit.engine.draft import Draft
from specedit.engine.sampling import choices
from specedit.engine.target import Choices, Sampling
from specedit.engine.targets.scripted import ScriptedSequence, ScriptedTarget


class BigramTarget(ScriptedTarget):
    """What follows depends on the last token alone, by a table of logits; the choice is made as everywhere."""

    def __init__(self, table: Tensor, name: str) -> None:
        super().__init__(0, (), frozenset({-1}))
        self.name, self._table = name, table
        self.vocab_size = len(table)

    def open(self, prompt: Sequence[int] = ()) -> "BigramSequence":
        return BigramSequence(self._table)


class BigramSequence(ScriptedSequence):
    """One text of it."""

    def __init__(self, table: Tensor) -> None:
        super().__init__(0, (), -1)
        self._table = table

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        self._pass_start, self._draft = len(self._cached), draft
        rows = [last, *draft.token_ids]
        self._cached += rows
        logits = self._table[rows].clone()
        return choices([logits], draft, self._pass_start + 1, sampling, with_margins=margins)
