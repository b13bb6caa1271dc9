"""Sequences whose model brings what drafts: heads for the tokens after the next (multi-token prediction)."""

from collections.abc import Generator, Sequence
from typing import Protocol, runtime_checkable

from specedit.engine.target import Sampling, TargetSequence
from specedit.engine.wrappers import WrappedSequence


class Heads(Protocol):
    """What a sequence's model guesses, from what its last pass left, that the next one will choose."""

    @property
    def are_possible(self) -> bool:
        """Whether the model brings what it takes."""

    def guesses(
        self, last: int, after: Sequence[int], sampling: Sampling
    ) -> Generator[tuple[int, float]]:
        """Yield tokens that may follow the cached text, `last` and `after`, each with how sure it is, from 0 to 1.

        Nothing where no pass has chosen `last`. What is guessed is not cached: after a pass it is asked again.
        """


@runtime_checkable
class SelfDrafting(Protocol):
    """A sequence that may have such heads."""

    @property
    def own_drafts(self) -> Heads:
        """What they guess."""


def heads(sequence: TargetSequence | None) -> Heads | None:
    """Return those of a sequence, whatever is wrapped around it; None where its model brings none."""
    inner = sequence
    while isinstance(inner, WrappedSequence):
        inner = inner.inner
    if isinstance(inner, SelfDrafting) and inner.own_drafts.are_possible:
        return inner.own_drafts
    return None
