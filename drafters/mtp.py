"""Drafts by what the target's model brings for it: heads for the tokens after the next (multi-token prediction)."""

from collections.abc import Generator, Sequence
from time import perf_counter

from specedit.engine.drafter import DraftContext, Drafter, Guess, PricedDrafter
from specedit.engine.errors import InvalidRequest
from specedit.engine.pass_cost import NEVER, Price
from specedit.engine.self_drafting import Heads, heads, hindrance


class HeadsPredictor:
    """Asks the heads, and takes the time."""

    name = "mtp"

    def __init__(self, heads: Heads, context: DraftContext) -> None:
        self._heads, self._context = heads, context

    def price(self, after: int) -> Price:
        """Return what guesses were seen to take; what others have drafted is read a token at a time, too."""
        if not self._heads.are_ready:
            return NEVER
        first, token = self._context.budget.guess_price()
        return Price(first + after * token, token)

    def predict(self, after: Sequence[int]) -> Generator[Guess]:
        """Yield what the heads guess."""
        context, is_first = self._context, not after
        self._heads.load()
        last = (context.output or context.prompt)[-1]
        guesses = self._heads.guesses(last, after, context.sampling)
        while True:
            began = perf_counter()
            options = next(guesses, None)
            if options is None:
                return
            seconds = perf_counter() - began
            if not after:  # else what was read before the first is among it
                context.budget.observe_guess(seconds, is_first=is_first)
            is_first, after = False, ()
            (token_id, confidence), *others = options
            yield Guess(token_id, confidence, seconds, tuple(others))

    def close(self) -> None:
        """Keep nothing: what the heads remember is the sequence's."""


def priced(context: DraftContext) -> PricedDrafter | None:
    """Return a drafter by the heads of the context's model; None where it brings none, or runs elsewhere."""
    guessing = heads(context.sequence)
    if guessing is None:
        return None
    return PricedDrafter(HeadsPredictor(guessing, context), context.budget)


def drafter(context: DraftContext) -> Drafter:
    """Return a drafter by the heads of the context's model.

    Raises:
        InvalidRequest: it brings none.
    """
    made = priced(context)
    if made is None:
        why = hindrance(context.sequence)
        raise InvalidRequest(
            f"the model brings no heads that draft{f': {why}' if why else ''}; give --drafter cascade, which drafts by what "
            "there is, or --model embedded, or a checkpoint with heads (mtp.*)"
        )
    return made
