"""Sequences whose model brings what drafts: heads for the tokens after the next (multi-token prediction)."""

from collections.abc import Generator, Sequence
from typing import Protocol, runtime_checkable

from specedit.engine.draft import Option
from specedit.engine.target import Sampling, TargetSequence
from specedit.engine.wrappers import WrappedSequence


class Heads(Protocol):
    """What a sequence's model guesses, from what its last pass left, that the next one will choose."""

    @property
    def are_possible(self) -> bool:
        """Whether the model brings what it takes."""

    @property
    def hindrance(self) -> str:
        """Why they are not possible, where the model brings something that is not read."""

    @property
    def are_ready(self) -> bool:
        """Whether they have something to go by: a pass that has chosen what is last in the text."""

    def load(self) -> None:
        """Read their weights, as is done once a process: what a guess takes is told without that."""

    def guesses(
        self, last: int, after: Sequence[int], sampling: Sampling
    ) -> Generator[list[Option]]:
        """Yield for each place that follows the cached text, `last` and `after` what may stand there, the likeliest first.

        What follows the first place takes the likeliest to stand there. Nothing where they are not ready. What is guessed is not cached: after a pass it is asked again.
        """


@runtime_checkable
class SelfDrafting(Protocol):
    """A sequence that may have such heads."""

    @property
    def own_drafts(self) -> Heads:
        """What they guess."""


def heads(sequence: TargetSequence | None) -> Heads | None:
    """Return those of a sequence, whatever is wrapped around it; None where its model brings none."""
    if sequence is None or not sequence.rollback_limit:
        return None
    own = _own_drafts(sequence)
    return own if own is not None and own.are_possible else None


def hindrance(sequence: TargetSequence | None) -> str:
    """Return why a sequence has no heads, where its model brings something that cannot be used; else nothing."""
    if sequence is not None and not sequence.rollback_limit:
        return "its running state cannot go back after a draft that was wrong"
    own = _own_drafts(sequence)
    return own.hindrance if own is not None else ""


def _own_drafts(sequence: TargetSequence | None) -> Heads | None:
    inner = sequence
    while isinstance(inner, WrappedSequence):
        inner = inner.inner
    return inner.own_drafts if isinstance(inner, SelfDrafting) else None
