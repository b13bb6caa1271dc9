"""Follows the source as it is rewritten: after each change it finds its place again, nearest forward first."""

from collections.abc import Sequence

from specedit.drafters._follower import Follower
from specedit.engine.draft import Draft
from specedit.engine.drafter import DraftContext, Drafter


class CursorDrafter:
    """Proposes the source from where the output stands in it."""

    def __init__(self, source: Sequence[int]) -> None:
        self._follower = Follower(source)

    def propose(self, limit: int) -> Draft:
        """Return what comes next in the source."""
        follower = self._follower
        return Draft(follower.ahead(limit), match_length=follower.evidence, drafter="cursor")

    def observe(self, accepted: Sequence[int]) -> None:
        """Move through the source by the accepted tokens."""
        self._follower.observe(accepted)


def drafter(context: DraftContext) -> Drafter:
    """Return a drafter that follows the request's source."""
    cursor = CursorDrafter(context.source)
    cursor.observe(context.output)
    return cursor
