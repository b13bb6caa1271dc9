"""Copying is the rule in an edit: for models trained so, what comes next in the source is likelier by a constant.

After CopyNet (Gu et al. 2016, arXiv 1603.06393), which learns how likely a copy is; here the model has only to learn
the exceptions. A model says in its `config.json` how much is added to the logits. Targets know nothing of it but the
logit bias of a pass.
"""

from collections.abc import Mapping, Sequence

from specedit.engine.copy_source import CopyCursor, CopySource
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.target import Choices, Sampling, TargetSequence
from specedit.engine.wrappers import WrappedSequence


class CopyPriorSequence(WrappedSequence):
    """Wraps a sequence, with the same interface: the tokens that its answer would copy next are likelier by `prior`.

    The answer begins after `answer_start` tokens and is an edited copy of `source`.
    """

    def __init__(
        self, inner: TargetSequence, source: CopySource, answer_start: int, prior: float
    ) -> None:
        super().__init__(inner)
        self._source = source
        self._answer_start, self._prior = answer_start, prior
        # From the prompt's last token on, and of some taken back.
        self._cursors: list[CopyCursor] = []
        self._pass_start = 0  # among the cursors

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in one pass that chooses nothing."""
        self._follow(token_ids, NO_DRAFT)
        self.inner.prefill(token_ids)

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
        assert not logit_bias, "one prior is enough"
        self._pass_start = self._follow([last, *draft.token_ids], draft)
        rows = self._cursors[self._pass_start :]
        bias = [dict.fromkeys(self._source.next_ids(row), self._prior) for row in rows]
        return self.inner.forward(last, draft, sampling, margins=margins, logit_bias=bias)

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""
        first = self._pass_start + 1
        self._cursors[first:] = [self._cursors[first + node] for node in nodes]
        self.inner.keep(nodes)

    def fork(self, length: int) -> "CopyPriorSequence":
        """Return a new sequence that holds the first `length` tokens."""
        inner = self.inner.fork(length)
        copy = CopyPriorSequence(inner, self._source, self._answer_start, self._prior)
        copy._cursors = self._cursors[: max(0, length - self._answer_start + 1)]
        return copy

    def _follow(self, token_ids: Sequence[int], draft: Draft) -> int:
        """Add the cursors of rows that are about to be cached; return where the first stands among them."""
        first = self.inner.length - self._answer_start + 1
        of_prompt = max(0, -first)  # rows that choose nothing of the answer
        first = max(0, first)
        del self._cursors[first:]
        assert len(self._cursors) == first, "a sequence is wrapped before its answer begins"
        for row in range(of_prompt, len(token_ids)):
            if first == 0 and row == of_prompt:
                self._cursors.append(CopyCursor())
                continue
            parent = draft.parent(row - 1) + 1 - of_prompt if row else -1
            before = self._cursors[first + parent]
            self._cursors.append(self._source.after(before, token_ids[row]))
        return first


def with_copy_prior(
    sequence: TargetSequence, source: CopySource, answer_start: int, prior: float
) -> TargetSequence:
    """Return the sequence with a prior for copies, or as it is for targets that have none."""
    if not prior:
        return sequence
    return CopyPriorSequence(sequence, source, answer_start, prior)
