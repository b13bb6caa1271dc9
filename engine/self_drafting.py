"""Sequences whose model brings what drafts: heads for the tokens after the next (multi-token prediction)."""

from collections.abc import Generator, Sequence
from typing import Protocol, runtime_checkable

from specedit.engine.target import Sampling, TargetSequence
from specedit.engine.wrappers import WrappedSequence


@runtime_checkable
class SelfDrafting(Protocol):
    """A sequence that can guess, from what its last pass left, what the next one will choose."""

    @property
    def has_heads(self) -> bool:
        """Whether the model brings what it takes."""

    def guesses(
        self, last: int, after: Sequence[int], sampling: Sampling
    ) -> Generator[tuple[int, float]]:
        """Yield tokens that may follow the cached text, `last` and `after`, each with how sure it is, from 0 to 1.

        Nothing where no pass has chosen `last`. What is guessed is not cached: after a pass it is asked again.
        """


def self_drafting(sequence: TargetSequence | None) -> SelfDrafting | None:
    """Return what drafts within a sequence and all that is wrapped around it; None where its model brings nothing."""
    inner = sequence
    while isinstance(inner, WrappedSequence):
        inner = inner.inner
    return inner if isinstance(inner, SelfDrafting) and inner.has_heads else None
