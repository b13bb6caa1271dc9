"""A target around a target, with the same interface: what both have in common."""

from specedit.engine.target import LocalTarget, Target, TargetSequence


class WrappedTarget(LocalTarget):
    """Is of `target` what does not change."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.name, self.dtype, self.device = target.name, target.dtype, target.device
        self.stop_ids, self.max_length = target.stop_ids, target.max_length
        self.near_tie, self.vocab_size = target.near_tie, target.vocab_size
        self.copy_prior, self.can_write = target.copy_prior, target.can_write


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
