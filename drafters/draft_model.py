"""A small model writes a few tokens, the target verifies them (Leviathan et al. 2023, Chen et al. 2023).

It samples with the target's own noise: what both find likely is then what both choose, at every temperature.
"""

import math
from collections.abc import Generator, Sequence
from time import perf_counter

from specedit.drafters import none
from specedit.engine.decode import prefill
from specedit.engine.draft import Draft
from specedit.engine.drafter import DraftContext, Drafter, Guess, PricedDrafter
from specedit.engine.errors import TargetError
from specedit.engine.pass_cost import NEVER, Price
from specedit.engine.target import Choices, DraftModel, TargetSequence, can_go_back

_SHORT = (
    8  # tokens that are read by the pass that chooses; of more, all but the last are read before it
)


class DraftModelPredictor:
    """A request's text in a draft model's cache, which is brought to what was accepted whenever it is asked."""

    name = "draft_model"

    def __init__(self, model: DraftModel, context: DraftContext) -> None:
        self._model, self._context = model, context
        self._sequence: TargetSequence | None = None
        self._read: list[int] = []  # what the sequence holds
        self._agreed = 0  # how many of these are known to be the accepted text's
        self._has_failed = False

    def price(self, after: int) -> Price:
        """Return what it takes to read what is not read yet, and a pass for each token."""
        unread = self._length() + after - self._known()
        if not self._has_room(after):
            return NEVER
        seconds = self._model.cost.seconds
        reading = seconds(unread) if unread <= _SHORT else seconds(unread - 1) + seconds(1)
        return Price(reading - seconds(1), seconds(1))

    def predict(self, after: Sequence[int]) -> Generator[Guess]:
        """Yield what the model writes next, until it ends the answer or has no room for more."""
        known, count = self._known(), len(after)
        prompt, output = self._context.prompt, self._context.output
        place = known - len(prompt)
        unread = [*prompt[known:], *output[max(0, place) :], *after]
        while self._has_room(count) and max(unread) < self._model.vocab_size:
            began = perf_counter()
            try:
                choices = self._pass(unread, known)
            except TargetError:  # out of memory, for one: the target goes on without it
                self._has_failed = True
                return
            [*_, token_id], [*_, margin] = choices.token_ids, choices.margins
            yield Guess(token_id, 1 / (1 + math.exp(-margin)), perf_counter() - began)
            if token_id in self._model.target.stop_ids:
                return
            known, unread, count = len(self._read), [token_id], count + 1

    def close(self) -> None:
        """Give the text up."""
        if self._sequence is not None:
            self._sequence.close()

    def _length(self) -> int:
        return len(self._context.prompt) + len(self._context.output)

    def _has_room(self, after: int) -> bool:
        """Whether a token can be computed behind the text and `after` more, and be taken back."""
        sequence = self._opened()
        if sequence is None or self._length() + after >= self._model.target.max_length:
            return False
        return after < sequence.rollback_limit

    def _opened(self) -> TargetSequence | None:
        if self._sequence is None and not self._has_failed:
            try:
                self._sequence = self._model.target.open(self._context.prompt)
            except TargetError:
                self._has_failed = True
                return None
            self._agreed = self._sequence.length
            self._read = list(self._context.prompt[: self._agreed])
        return None if self._has_failed else self._sequence

    def _known(self) -> int:
        """How much of the accepted text the sequence holds; its last token always has to be read."""
        self._opened()
        prompt, output = self._context.prompt, self._context.output
        end = min(len(self._read), len(prompt) + len(output))
        while self._agreed < end:
            at = self._agreed
            accepted = prompt[at] if at < len(prompt) else output[at - len(prompt)]
            if self._read[at] != accepted:
                break
            self._agreed += 1
        return min(self._agreed, len(prompt) + len(output) - 1)

    def _pass(self, unread: Sequence[int], known: int) -> Choices:
        """Read tokens behind the first `known`, and return what follows the last of them, as the last row."""
        sequence = self._opened()
        assert sequence is not None and known <= len(self._read)
        if not can_go_back(sequence, known):
            raise TargetError("a draft model must be able to go back")
        sequence.rollback(known)
        del self._read[known:]
        if len(unread) > _SHORT:
            text = [*self._read, *unread]
            for length in prefill(sequence, text):
                self._read = text[:length]
            unread = unread[-1:]
        began = perf_counter()
        draft = Draft(tuple(unread[1:]))
        choices = sequence.forward(unread[0], draft, self._context.sampling, margins=True)
        seconds = perf_counter() - began if choices.seconds is None else choices.seconds
        self._model.cost.observe(len(unread), seconds)
        sequence.keep(range(len(draft)))
        self._read += unread
        return choices


def priced(context: DraftContext) -> PricedDrafter | None:
    """Return a drafter by the request's draft model, None if there is none."""
    if context.draft_model is None:
        return None
    return PricedDrafter(DraftModelPredictor(context.draft_model, context), context.budget)


def drafter(context: DraftContext) -> Drafter:
    """Return a drafter by the request's draft model; without one it proposes nothing."""
    return priced(context) or none.drafter(context)
