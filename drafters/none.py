"""Proposes nothing: plain decoding, to compare with."""

from collections.abc import Sequence

from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, Drafter


class NoDrafter:
    """Leaves every token to the target."""

    def propose(self, limit: int) -> Draft:
        """Return the empty draft."""
        return NO_DRAFT

    def observe(self, accepted: Sequence[int]) -> None:
        """Learn nothing."""


def drafter(context: DraftContext) -> Drafter:
    """Return the drafter that proposes nothing."""
    return NoDrafter()
