"""Drafters and budgets that tests share."""

import random
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace

from specedit.engine.acceptance import AcceptanceRate, Proposal
from specedit.engine.budget import Budget
from specedit.engine.draft import Draft, Option, depths
from specedit.engine.drafter import DraftContext, Guess
from specedit.engine.pass_cost import PassCost, Price
from specedit.engine.target import Choices, Sampling
from specedit.engine.targets.scripted import ScriptedSequence, ScriptedTarget
from specedit.engine.tokenizer import ByteTokenizer


class GenerousBudget(Budget):
    """Verifies whatever is proposed."""

    def best(self, draft: Proposal, limit: int) -> tuple[int, float]:
        return min(len(draft), limit), 0.0


class BuiltInCost(PassCost):
    """Learns nothing: a scripted target's passes take no time, and what they seem to take is chance."""

    def observe(self, rows: int, seconds: float) -> None:
        pass


def new_budget(*, generous: bool = True) -> Budget:
    return (GenerousBudget if generous else Budget)(PassCost(), AcceptanceRate())


def new_context(
    prompt: Sequence[int], output: list[int], budget: Budget | None = None
) -> DraftContext:
    """What is decoded, where drafters look at nothing else."""
    return DraftContext(prompt, (), output, (), budget or new_budget(), ByteTokenizer())


class ScriptedTurns(ScriptedTarget):
    """Answers several prompts, one after the other: (length of the prompt, answer) for each."""

    def __init__(
        self, turns: Sequence[tuple[int, Sequence[int]]], stop_ids: frozenset[int]
    ) -> None:
        super().__init__(*turns[0], stop_ids)
        self._turns = iter(turns)

    def open(self, prompt: Sequence[int] = ()) -> ScriptedSequence:
        length, answer = next(self._turns)
        return StubbornSequence(length, tuple(answer), min(self.stop_ids))


class StubbornSequence(ScriptedSequence):
    """Says at each place what its answer has there, whatever stands before."""

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        self._pass_start, self._draft = len(self._cached), draft
        first = self._pass_start + 1 - self._prompt_length
        chosen = [self._at(first + depth) for depth in depths(draft)]
        ratios = [
            float(chosen[draft.parent(node) + 1] == token_id)
            for node, token_id in enumerate(draft.token_ids)
        ]
        self._cached += [last, *draft.token_ids]
        return Choices(tuple(chosen), tuple(ratios), (1.0,) * len(chosen) if margins else ())

    def fork(self, length: int) -> "StubbornSequence":
        copy = StubbornSequence(self._prompt_length, self._answer, self._stop_id)
        copy._cached = self._cached[:length]
        return copy


class BoundedTarget(ScriptedTarget):
    """A target whose cache can go back by so many tokens, and no further."""

    def __init__(
        self, prompt_length: int, answer: Sequence[int], stop_ids: frozenset[int], limit: int
    ) -> None:
        super().__init__(prompt_length, answer, stop_ids)
        self._limit = limit

    def open(self, prompt: Sequence[int] = ()) -> "BoundedSequence":
        sequence = BoundedSequence(self._prompt_length, self._answer, min(self.stop_ids))
        sequence.rollback_limit = self._limit
        return sequence


class BoundedSequence(ScriptedSequence):
    """One text of it; going back further is an error."""

    def keep(self, nodes: Sequence[int]) -> None:
        assert len(self._draft) - len(nodes) <= self.rollback_limit
        super().keep(nodes)

    def rollback(self, length: int) -> None:
        assert self.length - length <= self.rollback_limit
        super().rollback(length)

    def fork(self, length: int) -> "BoundedSequence":
        assert 0 < self.rollback_limit >= self.length - length
        copy = BoundedSequence(self._prompt_length, self._answer, self._stop_id)
        copy._cached, copy.rollback_limit = self._cached[:length], self.rollback_limit
        return copy


class RandomTrees:
    """Proposes random trees, with the right continuation on some path of most of them."""

    def __init__(self, answer: Sequence[int], *, seed: int, vocabulary: int = 50) -> None:
        self._answer, self._vocabulary = list(answer), vocabulary
        self._random = random.Random(seed)
        self._position = 0

    def propose(self, limit: int) -> Draft:
        if not self._answer:
            return Draft()
        size = self._random.randrange(0, min(limit, 12) + 1)
        tokens: list[int] = []
        parents: list[int] = []
        depths = {-1: 0}
        right = {-1}
        for node in range(size):
            parent = self._random.randrange(-1, node)
            place = self._position + depths[parent]
            token = self._random.randrange(1, self._vocabulary)
            if parent in right and place < len(self._answer) and self._random.random() < 0.7:
                token = self._answer[place]
            if parent in right and place < len(self._answer) and token == self._answer[place]:
                right.add(node)
            depths[node] = depths[parent] + 1
            tokens.append(token)
            parents.append(parent)
        return Draft(tuple(tokens), tuple(parents), drafter="random")

    def observe(self, accepted: Sequence[int]) -> None:
        self._position += len(accepted)


class TimedTarget(ScriptedTarget):
    """A target whose passes take as long as a cost curve says: a clock of its own, the same on every machine."""

    def __init__(
        self,
        prompt_length: int,
        answer: Sequence[int],
        stop_ids: frozenset[int],
        cost: PassCost,
    ) -> None:
        super().__init__(prompt_length, answer, stop_ids)
        self._cost = cost

    def open(self, prompt: Sequence[int] = ()) -> "TimedSequence":
        sequence = TimedSequence(self._prompt_length, self._answer, min(self.stop_ids))
        sequence.cost = self._cost
        return sequence


class TimedSequence(ScriptedSequence):
    """One text of it."""

    cost: PassCost

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        choices = super().forward(last, draft, sampling, margins=margins)
        return replace(choices, seconds=self.cost.seconds(1 + len(draft)))


class ScriptedPredictor:
    """Computes what the answer has next, and a wrong token where `is_right` says so, which it may or may not know."""

    name = "scripted"

    def __init__(
        self,
        context: DraftContext,
        answer: Sequence[int],
        *,
        price: Price,
        is_right: Callable[[int], bool],
        confidence: Callable[[int], float],
        others: Callable[[int], Sequence[Option]] = lambda place: (),
    ) -> None:
        self._context, self._answer, self._price = context, answer, price
        self._others = others
        self._is_right, self._confidence = is_right, confidence
        self.is_closed = False
        self._has_read = False

    def price(self, after: int) -> Price:
        return Price(0.0, self._price.token) if self._has_read else self._price

    def predict(self, after: Sequence[int]) -> Generator[Guess]:
        at = len(self._context.output) + len(after)
        seconds = self._price.token + (0.0 if self._has_read else self._price.first)
        self._has_read = True
        for place in range(at, len(self._answer)):
            token_id = self._answer[place] + (not self._is_right(place))
            yield Guess(token_id, self._confidence(place), seconds, tuple(self._others(place)))
            seconds = self._price.token

    def close(self) -> None:
        self.is_closed = True


class Chains:
    """Proposes what is expected, of random length, and half of the time with a wrong token in it."""

    def __init__(self, expected: Sequence[int], *, seed: int, vocabulary: int = 50) -> None:
        self._expected, self._vocabulary = list(expected), vocabulary
        self._random = random.Random(seed)
        self._at = 0

    def propose(self, limit: int) -> Draft:
        size = min(limit, self._random.randrange(20))
        tokens = self._expected[self._at : self._at + size]
        if tokens and self._random.random() < 0.5:
            wrong = self._random.randrange(len(tokens))
            tokens[wrong] = self._random.randrange(1, self._vocabulary)
        return Draft(tuple(tokens), drafter="chains")

    def observe(self, accepted: Sequence[int]) -> None:
        self._at += len(accepted)
