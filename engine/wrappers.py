"""A target around a target, with the same interface: what both have in common."""

from collections.abc import Sequence
from contextlib import closing

from specedit.engine.errors import InvalidRequest
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import DraftModel, LocalTarget, Target, TargetSequence


class WrappedTarget(LocalTarget):
    """Is of `target` what does not change."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.name, self.dtype, self.device = target.name, target.dtype, target.device
        self.stop_ids, self.max_length = target.stop_ids, target.max_length
        self.near_tie, self.vocab_size = target.near_tie, target.vocab_size
        self.copy_prior, self.can_write = target.copy_prior, target.can_write
        self.draft_model = target.draft_model


def assisted(target: Target, draft_model: Target, cost: PassCost) -> Target:
    """Return a target that another one drafts for, whose passes have this cost.

    Raises:
        InvalidRequest: the draft model cannot take back what it has read.
    """
    with closing(draft_model.open()) as sequence:
        if not sequence.rollback_limit:
            raise InvalidRequest(
                f"{draft_model.name} cannot draft: its cache cannot go back; take a model with attention alone"
            )
    vocab_size = min(target.vocab_size, draft_model.vocab_size)
    return _AssistedTarget(target, DraftModel(draft_model, cost, vocab_size))


class _AssistedTarget(WrappedTarget):
    """A target with a model that drafts for it."""

    def __init__(self, target: Target, draft_model: DraftModel) -> None:
        super().__init__(target)
        self.draft_model = draft_model

    def open(self, prompt: Sequence[int] = ()) -> TargetSequence:
        """Return a sequence of the target's."""
        return self._target.open(prompt)


class WrappedSequence:
    """Passes on to the sequence `inner` what a wrapper has no part in."""

    def __init__(self, inner: TargetSequence) -> None:
        self.inner = inner

    @property
    def nbytes(self) -> int:
        """Memory that the cache takes, in bytes."""
        return self.inner.nbytes

    @property
    def length(self) -> int:
        """Tokens whose keys and values are cached."""
        return self.inner.length

    @property
    def rollback_limit(self) -> int:
        """How many of the latest tokens can be taken back."""
        return self.inner.rollback_limit

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        self.inner.rollback(length)

    def close(self) -> None:
        """Give the sequence up; it is not used again."""
        self.inner.close()
