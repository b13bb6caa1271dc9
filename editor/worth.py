"""Whether drafters that compute pay for a model on this machine: tried on a short text, weighed by what passes cost."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from specedit.editor import trials
from specedit.editor.trials import Trial
from specedit.engine import machine
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.pass_cost import PassCost, Price
from specedit.engine.target import Target
from specedit.engine.tokenizer import Tokenizer

_LONGEST = 16
_LEAST = 1.03  # times as fast: less is not to be told from chance


@dataclass(frozen=True, slots=True)
class Worth:
    """How often a drafter's first, second, … token is right where those before were, and what computing one takes, in passes of one token.

    With drafts of `length` tokens, and so many `others` that may stand in place of the last, decoding is expected to be
    `speedup` times as fast as without; 0, 0 and 1.0 where none pays.
    """

    drafter: str
    acceptance: tuple[float, ...]
    cost: float
    length: int
    others: int
    speedup: float

    def __str__(self) -> str:
        rates = ", then ".join(f"{rate:.0%}" for rate in self.acceptance)
        each = f"a token is right in {rates} of the places and costs {self.cost:.2f} of a pass"
        if self.speedup < _LEAST:
            return f"{self.drafter} does not pay: {each}"
        plural = "s" if self.others > 1 else ""
        others = f" and {self.others} alternative{plural} to the last" if self.others else ""
        return f"{self.drafter} pays: {each}; drafts of {self.length}{others} write {self.speedup:.2f} times as fast"


def measure(target: Target, tokenizer: Tokenizer, cost: PassCost) -> list[Worth]:
    """Return what each drafter that computes is worth for a target, whose passes have this cost."""
    tried = _by_drafter(trials.run(target, tokenizer))
    return [weigh(name, its_trials, cost) for name, its_trials in tried.items()]


def remembered(
    target: Target, tokenizer: Tokenizer, cost: PassCost | None, folder: Path
) -> AcceptanceRate | None:
    """Return how often computed tokens are right, and teach `cost` what they take; None where `target` runs elsewhere.

    They are tried when the models are first open together here, which is written down. Not where the model only judges:
    should it be asked to write, it learns by that.
    """
    draft_model = target.draft_model
    if cost is None or not (draft_model or target.can_write):
        return None
    names = [target.name, target.dtype, target.device, platform.processor(), machine.threads()]
    names += [draft_model.target.name, draft_model.target.dtype] if draft_model else []
    path = folder / f"{hashlib.sha256(', '.join(names).encode()).hexdigest()[:16]}.json"
    tried = trials.load(path)
    if tried is None:
        tried = trials.run(target, tokenizer)
        trials.save(tried, path)
    return taught(tried, cost)


def taught(tried: Sequence[Trial], cost: PassCost) -> AcceptanceRate:
    """Return what trials say of how often computed tokens are right, and teach `cost` what they take."""
    acceptance = AcceptanceRate()
    for name, its_trials in _by_drafter(tried).items():
        others = weigh(name, its_trials, cost).others
        for trial in its_trials:
            trials.learn(acceptance, cost, trial, others)
    return acceptance


def _by_drafter(tried: Sequence[Trial]) -> dict[str, list[Trial]]:
    by_drafter: dict[str, list[Trial]] = {}
    for trial in tried:
        by_drafter.setdefault(trial.drafter, []).append(trial)
    return by_drafter


def weigh(name: str, tried: Sequence[Trial], cost: PassCost) -> Worth:
    """Return what trials of a drafter say of it, for passes of this cost."""
    first = median(trial.guesses[0].seconds for trial in tried)
    token = median([guess.seconds for trial in tried for guess in trial.guesses[1:]] or [first])
    rates, alternatives = _rates(tried), _alternatives(tried)
    length, others, speedup = _best(rates, alternatives, Price(first - token, token), cost)
    return Worth(name, tuple(rates), token / cost.seconds(1), length, others, speedup)


def _reached(tried: Sequence[Trial], depth: int) -> list[Trial]:
    """Those whose first `depth` guesses were right, and that guessed another."""
    return [trial for trial in tried if trial.right >= depth and len(trial.guesses) > depth]


def _rates(tried: Sequence[Trial]) -> list[float]:
    """How often a guess of each depth was right, where those before it were."""
    rates = list[float]()
    while reached := _reached(tried, len(rates)):
        rates.append(fmean(trial.right > len(rates) for trial in reached))
    return rates


def _alternatives(tried: Sequence[Trial]) -> list[list[float]]:
    """How often one of the first so many alternatives to a guess of each depth was right; none first."""
    chances = list[list[float]]()
    while reached := _reached(tried, len(chances)):
        depth = len(chances)
        ranks = [trial.alternative for trial in reached if trial.right == depth]
        most = max(len(trial.guesses[depth].others) for trial in reached)
        chances.append(
            [
                sum(rank is not None and rank < count for rank in ranks) / len(reached)
                for count in range(most + 1)
            ]
        )
    return chances


def _best(
    rates: Sequence[float],
    alternatives: Sequence[Sequence[float]],
    price: Price,
    cost: PassCost,
) -> tuple[int, int, float]:
    """Length, alternatives and speed-up of the drafts that bring most; (0, 0, 1.0) where none does.

    Deeper than was tried a token is taken to be right as often as the deepest that was.
    """
    best, plain = (0, 0, 1.0), cost.seconds(1)
    tokens = reached = 1.0
    for length in range(1, _LONGEST + 1):
        depth = min(length, len(rates)) - 1
        drafting = price.first + length * price.token
        right = rates[depth]
        for others, chance in enumerate(alternatives[depth]):
            taken = drafting + cost.seconds(1 + length + others)
            speedup = (tokens + reached * (right + chance)) * plain / taken
            best = max(best, (length, others, speedup), key=lambda each: each[2])
        reached *= right
        tokens += reached
    return best
