"""Drafters that compute, tried on a short text: what they guess at each place of it, and what stood there."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice, takewhile
from pathlib import Path
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
from specedit.engine.target import GREEDY, Target
from specedit.engine.tokenizer import Tokenizer

_TEXT = '''def read_settings(path):
    """Return the settings in a file, as a dictionary from name to value."""
    settings = {}
'''
_TOKENS, _LEAST_TOKENS, _SECONDS = 48, 24, 2.0  # the fewer where the time has passed
_DEPTH = 3  # guesses at each place


class Trial(NamedTuple):
    """What a drafter guessed, one token behind the other, and the tokens that came."""

    drafter: str
    guesses: tuple[Guess, ...]
    token_ids: tuple[int, ...]

    @property
    def right(self) -> int:
        """How many of the guesses were right before the first that was not."""
        pairs = zip(self.guesses, self.token_ids, strict=True)
        return sum(1 for _ in takewhile(lambda pair: pair[0].token_id == pair[1], pairs))

    @property
    def alternative(self) -> int | None:
        """Which of the alternatives to the first wrong guess was right, if one was."""
        if self.right == len(self.guesses):
            return None
        others = self.guesses[self.right].others
        token_id = self.token_ids[self.right]
        return next((at for at, (other, _) in enumerate(others) if other == token_id), None)


def run(target: Target, tokenizer: Tokenizer) -> list[Trial]:
    """Have each drafter that computes guess the tokens of a short text, some at each place."""
    prompt, output = tokenizer.encode(_TEXT), list[int]()
    made: list[tuple[str, int, tuple[Guess, ...]]] = []
    began = perf_counter()
    with closing(target.open()) as sequence, ExitStack() as stack:
        context = DraftContext(
            prompt,
            (),
            output,
            (),
            Budget(PassCost(), AcceptanceRate()),
            tokenizer,
            sequence=sequence,
            draft_model=target.draft_model,
        )
        priced = [drafter for each in cascade.PRICED if (drafter := each(context)) is not None]
        if not priced:
            return []
        for drafter in priced:
            stack.callback(drafter.close)
        list(prefill(sequence, prompt))
        while len(output) < (_TOKENS if perf_counter() - began < _SECONDS else _LEAST_TOKENS):
            for drafter in priced:
                made.append((drafter.predictor.name, len(output), _guesses(drafter.predictor)))
            last = output[-1] if output else prompt[-1]
            [token_id] = sequence.forward(last, NO_DRAFT, GREEDY).token_ids
            sequence.keep(())
            output.append(token_id)
    return list(_decided(made, output))


def _guesses(predictor: Predictor) -> tuple[Guess, ...]:
    with closing(predictor.predict(())) as guesses:
        return tuple(islice(guesses, _DEPTH))


def _decided(
    made: Sequence[tuple[str, int, tuple[Guess, ...]]], output: Sequence[int]
) -> Iterator[Trial]:
    """Yield the trials of which all that should have been guessed came; the last places have too little behind them."""
    for name, place, guesses in made:
        if guesses and place + len(guesses) <= len(output):
            yield Trial(name, guesses, tuple(output[place : place + len(guesses)]))


def learn(acceptance: AcceptanceRate, cost: PassCost, trial: Trial, others: int) -> None:
    """Teach what is known of drafts and passes a trial, where so many alternatives would have been verified."""
    name, right = trial.drafter, trial.right
    chain = Draft(
        tuple(guess.token_id for guess in trial.guesses),
        drafter=name,
        confidences=tuple(guess.confidence for guess in trial.guesses),
    )
    acceptance.observe(chain, len(chain), right)
    last = min(right, len(chain) - 1)
    alternative = trial.alternative
    is_verified = alternative is not None and alternative < others
    hedged = chain.first(last + 1).hedged(trial.guesses[last].others[:others])
    acceptance.observe_alternatives(hedged, alternative if is_verified else None)
    if name == cascade.OWN:
        for depth, guess in enumerate(trial.guesses):
            cost.guesses.observe(guess.seconds, is_first=not depth)


def save(trials: Sequence[Trial], path: Path) -> None:
    """Write them down; a file that cannot be written is done without."""
    folders.remember(trials, path)


def load(path: Path) -> list[Trial] | None:
    """Return what `save` has written, or None if nothing of use is there."""
    try:
        rows = json.loads(path.read_text("utf-8"))
        return [
            Trial(str(name), tuple(_guess(*guess) for guess in guesses), tuple(map(int, came)))
            for name, guesses, came in rows
            if guesses and len(guesses) == len(came)
        ]
    except (OSError, ValueError, TypeError):
        return None


def _guess(
    token_id: int, confidence: float, seconds: float, others: Sequence[Sequence[float]]
) -> Guess:
    options = tuple((int(other), float(sure)) for other, sure in others)
    return Guess(int(token_id), float(confidence), float(seconds), options)
