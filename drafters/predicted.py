"""Follows predicted answers: a rename found by syntax, a merged snippet, a caller's guess. Several may compete."""

from collections.abc import Sequence

from specedit.drafters._follower import Follower
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, Drafter


class PredictedDrafter:
    """Proposes from the prediction that agrees best with the output so far."""

    def __init__(self, predictions: Sequence[Sequence[int]]) -> None:
        self._followers = [Follower(prediction) for prediction in predictions]

    def propose(self, limit: int) -> Draft:
        """Return what comes next in the best prediction; of equal ones, the first."""
        if not self._followers:
            return NO_DRAFT
        best = max(self._followers, key=lambda follower: follower.evidence)
        return Draft(best.ahead(limit), match_length=best.evidence, drafter="predicted")

    def observe(self, accepted: Sequence[int]) -> None:
        """Move through all predictions by the accepted tokens."""
        for follower in self._followers:
            follower.observe(accepted)


def drafter(context: DraftContext) -> Drafter:
    """Return a drafter over the request's predictions; without any it proposes nothing."""
    predicted = PredictedDrafter(context.predictions)
    predicted.observe(context.output)
    return predicted
