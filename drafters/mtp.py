"""Drafts by what the target's model brings for it: heads for the tokens after the next (multi-token prediction)."""

from collections.abc import Generator, Sequence
from time import perf_counter

from specedit.engine.drafter import DraftContext, Drafter, Guess, PricedDrafter
from specedit.engine.errors import InvalidRequest
from specedit.engine.pass_cost import Price
from specedit.engine.self_drafting import Heads, heads

_SMOOTHING = 0.2
_MOST = 2.0  # times what was known: a guess that another process has interrupted says little of the next


class HeadsPredictor:
    """Asks the heads, and takes the time."""

    name = "mtp"

    def __init__(self, heads: Heads, context: DraftContext) -> None:
        self._heads, self._context = heads, context
        # Of the first guess after a pass, which reads what the pass has left, and of each that follows. Nothing is known
        # at first: the first guess is soon made.
        self._opening = self._token = 0.0

    def price(self, after: int) -> Price:
        """Return what guesses were seen to take; what others have drafted is read a token at a time, too."""
        return Price(max(0.0, self._opening - self._token) + after * self._token, self._token)

    def predict(self, after: Sequence[int]) -> Generator[Guess]:
        """Yield what the heads guess."""
        context, count = self._context, 0
        last = (context.output or context.prompt)[-1]
        guesses = self._heads.guesses(last, after, context.sampling)
        while True:
            began = perf_counter()
            options = next(guesses, None)
            if options is None:
                return
            seconds = perf_counter() - began
            if count:
                self._token = _smoothed(self._token, seconds)
            elif not after:
                self._opening = _smoothed(self._opening, seconds)
                self._token = self._token or self._opening
            count += 1
            (token_id, confidence), *others = options
            yield Guess(token_id, confidence, seconds, tuple(others))

    def close(self) -> None:
        """Keep nothing: what the heads remember is the sequence's."""


def _smoothed(known: float, seconds: float) -> float:
    return known + _SMOOTHING * (min(seconds, _MOST * known) - known) if known else seconds


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
        raise InvalidRequest(
            "the model brings no heads that draft; give --drafter cascade, which drafts by what there is, or --model "
            "embedded, or a checkpoint with heads (mtp.*)"
        )
    return made
