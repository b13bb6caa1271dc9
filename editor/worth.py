"""Whether drafters that compute pay for a model on this machine: tried on a short text, weighed by what passes cost."""

import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from specedit.drafters import cascade
from specedit.engine import folders
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, Guess, Predictor
from specedit.engine.pass_cost import PassCost
from specedit.engine.speedup import expected_tokens
from specedit.engine.target import GREEDY, Target
from specedit.engine.tokenizer import Tokenizer

_TEXT = '''def read_settings(path):
    """Return the settings in a file, as a dictionary from name to value."""
    settings = {}
'''
_TOKENS, _LEAST_TOKENS, _SECONDS = 48, 24, 2.0  # the fewer where the time has passed
_LONGEST = 16
_LEAST = 1.03  # times as fast: less is not to be told from chance


class Trial(NamedTuple):
    """A guess of the token that came next, and what it took."""

    drafter: str
    confidence: float
    is_right: bool
    seconds: float


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
    by_drafter: dict[str, list[Trial]] = {}
    for trial in trials(target, tokenizer):
        by_drafter.setdefault(trial.drafter, []).append(trial)
    return [_worth(name, tried, cost) for name, tried in by_drafter.items()]


def remembered(target: Target, tokenizer: Tokenizer, folder: Path) -> AcceptanceRate:
    """Return how often computed tokens are right: tried when the models are first open together here, and written down."""
    draft_model = target.draft_model
    names = [target.name, target.dtype]
    names += [draft_model.target.name, draft_model.target.dtype] if draft_model else []
    path = folder / f"{hashlib.sha256(', '.join(names).encode()).hexdigest()[:16]}.json"
    tried = _load(path)
    if tried is None:
        tried = list(trials(target, tokenizer))
        folders.remember(tried, path)
    acceptance = AcceptanceRate()
    for trial in tried:
        draft = Draft((0,), drafter=trial.drafter, confidences=(trial.confidence,))
        acceptance.observe(draft, 1, int(trial.is_right))
    return acceptance


def trials(target: Target, tokenizer: Tokenizer) -> Generator[Trial]:
    """Have each drafter that computes guess the tokens of a short text, one after the other."""
    prompt, output = tokenizer.encode(_TEXT), list[int]()
    began = perf_counter()
    with closing(target.open()) as sequence, ExitStack() as stack:
        list(prefill(sequence, prompt))
        budget = Budget(PassCost(), AcceptanceRate())
        context = DraftContext(
            prompt,
            (),
            output,
            (),
            budget,
            tokenizer,
            sequence=sequence,
            draft_model=target.draft_model,
        )
        priced = [made for each in cascade.PRICED if (made := each(context)) is not None]
        for drafter in priced:
            stack.callback(drafter.close)
        while len(output) < (_TOKENS if perf_counter() - began < _SECONDS else _LEAST_TOKENS):
            guesses = [(each.predictor.name, _first(each.predictor)) for each in priced]
            last = output[-1] if output else prompt[-1]
            [token_id] = sequence.forward(last, NO_DRAFT, GREEDY).token_ids
            sequence.keep(())
            output.append(token_id)
            for name, guess in guesses:
                if guess is not None:
                    yield Trial(name, guess.confidence, guess.token_id == token_id, guess.seconds)


def _first(predictor: Predictor) -> Guess | None:
    with closing(predictor.predict(())) as guesses:
        return next(guesses, None)


def _worth(name: str, tried: Sequence[Trial], cost: PassCost) -> Worth:
    acceptance = sum(trial.is_right for trial in tried) / len(tried)
    each = median(trial.seconds for trial in tried) / cost.seconds(1)
    return Worth(name, acceptance, each, *_best(acceptance, each, cost))


def _load(path: Path) -> list[Trial] | None:
    try:
        rows = json.loads(path.read_text("utf-8"))
        return [Trial(str(n), float(c), bool(r), float(s)) for n, c, r, s in rows]
    except (OSError, ValueError, TypeError):
        return None


def _best(acceptance: float, each: float, cost: PassCost) -> tuple[int, float]:
    """Length and speed-up of the drafts that bring most, (0, 1.0) where none does."""
    speedups = {
        length: expected_tokens(acceptance, length)
        / (length * each + cost.seconds(1 + length) / cost.seconds(1))
        for length in range(1, _LONGEST + 1)
    }
    return max([(0, 1.0), *speedups.items()], key=lambda pair: pair[1])
