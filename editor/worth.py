"""Whether drafters that compute pay for a model on this machine: tried on a short text, weighed by what passes cost."""

from contextlib import closing
from dataclasses import dataclass
from statistics import median

from specedit.drafters import cascade
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT
from specedit.engine.drafter import DraftContext, Predictor
from specedit.engine.pass_cost import PassCost
from specedit.engine.speedup import expected_tokens
from specedit.engine.target import GREEDY, Target
from specedit.engine.tokenizer import Tokenizer

_TEXT = '''def read_settings(path):
    """Return the settings in a file, as a dictionary from name to value."""
    settings = {}
'''
_TOKENS = 48
_LONGEST = 16
_LEAST = 1.03  # times as fast: less is not to be told from chance


@dataclass(frozen=True, slots=True)
class Worth:
    """How often a drafter's token is right, and what computing it takes, in passes of one token.

    With drafts of `length` tokens decoding is expected to be `speedup` times as fast as without; 0 and 1.0 where none pays.
    """

    drafter: str
    acceptance: float
    cost: float
    length: int
    speedup: float

    def __str__(self) -> str:
        each = f"a token is right in {self.acceptance:.0%} of the places and costs {self.cost:.2f} of a pass"
        if self.speedup < _LEAST:
            return f"{self.drafter} does not pay: {each}"
        return f"{self.drafter} pays: {each}; drafts of {self.length} write {self.speedup:.2f} times as fast"


def measure(target: Target, tokenizer: Tokenizer, cost: PassCost) -> list[Worth]:
    """Return what each drafter that computes is worth for a target, whose passes have this cost."""
    prompt, output = tokenizer.encode(_TEXT), list[int]()
    with closing(target.open()) as sequence:
        list(prefill(sequence, prompt))
        context = DraftContext(
            prompt,
            (),
            output,
            (),
            Budget(cost, AcceptanceRate()),
            tokenizer,
            sequence=sequence,
            draft_model=target.draft_model,
        )
        priced = [made for each in cascade.PRICED if (made := each(context)) is not None]
        tried = {each.predictor.name: _Tried() for each in priced}
        while len(output) < _TOKENS:
            for each in priced:
                tried[each.predictor.name].guess(each.predictor)
            last = output[-1] if output else prompt[-1]
            token_id = sequence.forward(last, NO_DRAFT, GREEDY).token_ids[0]
            sequence.keep(())
            output.append(token_id)
            for guesses in tried.values():
                guesses.compare(token_id)
        for each in priced:
            each.close()
    return [guesses.worth(name, cost) for name, guesses in tried.items()]


class _Tried:
    """One drafter's guesses, each of the token that comes next."""

    def __init__(self) -> None:
        self._token_id: int | None = None
        self._right: list[bool] = []
        self._seconds: list[float] = []

    def guess(self, predictor: Predictor) -> None:
        with closing(predictor.predict(())) as guesses:
            guess = next(guesses, None)
        self._token_id = None if guess is None else guess.token_id
        if guess is not None:
            self._seconds.append(guess.seconds)

    def compare(self, token_id: int) -> None:
        if self._token_id is not None:
            self._right.append(self._token_id == token_id)

    def worth(self, name: str, cost: PassCost) -> Worth:
        if not self._right:
            return Worth(name, 0.0, 0.0, 0, 1.0)
        acceptance = sum(self._right) / len(self._right)
        each = median(self._seconds) / cost.seconds(1)
        length, speedup = _best(acceptance, each, cost)
        return Worth(name, acceptance, each, length, speedup)


def _best(acceptance: float, each: float, cost: PassCost) -> tuple[int, float]:
    """Length and speed-up of the drafts that bring most, (0, 1.0) where none does."""
    speedups = {
        length: expected_tokens(acceptance, length)
        / (length * each + cost.seconds(1 + length) / cost.seconds(1))
        for length in range(1, _LONGEST + 1)
    }
    return max([(0, 1.0), *speedups.items()], key=lambda pair: pair[1])
