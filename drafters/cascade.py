"""Asks the others, and takes the draft that promises most accepted tokens for the time."""

from collections.abc import Sequence

from specedit.drafters import cursor, draft_model, mtp, predicted, suffix
from specedit.engine.budget import Budget
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, Drafter, PricedDrafter

# Not `ngram`: beside `suffix` it saved no pass in replay, and doubled the time of drafting.
_MEMBERS = (predicted.drafter, cursor.drafter, suffix.drafter)
OWN = mtp.HeadsPredictor.name  # of these, what the target's own model brings
# None where a request has nothing that computes so.
PRICED = (mtp.priced, draft_model.priced)


class CascadeDrafter:
    """Chooses between drafters by value, not by precedence; of equals, the first.

    `priced` are those that compute what they draft: each may draft alone, or go on where the best copy should end.
    """

    def __init__(
        self, members: Sequence[Drafter], budget: Budget, priced: Sequence[PricedDrafter] = ()
    ) -> None:
        self._members, self._priced, self._budget = members, priced, budget

    def propose(self, limit: int) -> Draft:
        """Return the most valuable draft. It keeps the names of who made it."""
        drafts = [member.propose(limit) for member in self._members]
        values = [self._budget.best(draft, limit) for draft in drafts]
        # Where none is worth its pass, it is learned from what most speaks for whether it would have been right.
        best = max(range(len(drafts)), key=lambda i: (values[i][1], drafts[i].match_length))
        copied, (length, rate) = drafts[best], values[best]
        priced, promise = self._most_promising(NO_DRAFT, limit)
        if priced is not None and promise >= rate:
            return priced.extend(NO_DRAFT, limit)
        priced, _ = self._most_promising(copied.first(length), limit) if length else (None, 0.0)
        return copied if priced is None else priced.extend(copied.first(length), limit)

    def _most_promising(self, head: Draft, limit: int) -> tuple[PricedDrafter | None, float]:
        """Which of those that compute should go on after `head`, if any, and what that promises."""
        offers = [(drafter, drafter.promise(head, limit)) for drafter in self._priced]
        best = max(offers, key=lambda offer: offer[1], default=(None, 0.0))
        return best if best[1] else (None, 0.0)

    def observe(self, accepted: Sequence[int]) -> None:
        """Tell all of them."""
        for member in (*self._members, *self._priced):
            member.observe(accepted)

    def close(self) -> None:
        """Have those that keep something give it up."""
        for drafter in self._priced:
            drafter.close()


def copies(context: DraftContext) -> CascadeDrafter:
    """Return the members that copy, without what computes."""
    return CascadeDrafter([member(context) for member in _MEMBERS], context.budget)


def drafter(context: DraftContext) -> Drafter:
    """Return the members as one drafter."""
    members = [member(context) for member in _MEMBERS]
    priced = [drafter for each in PRICED if (drafter := each(context)) is not None]
    return CascadeDrafter(members, context.budget, priced)
