"""Drafts that have to be computed: bought token by token, by what they cost and what they are worth."""

import random
from collections.abc import Callable, Sequence

import pytest
from tests.fakes import ScriptedPredictor, TimedTarget

from specedit.drafters import cursor
from specedit.drafters.cascade import CascadeDrafter
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill, write
from specedit.engine.draft import Draft, Option
from specedit.engine.drafter import DraftContext, Drafter, DrafterFactory, PricedDrafter
from specedit.engine.pass_cost import PassCost, Price
from specedit.engine.step import Step
from specedit.engine.target import GREEDY
from specedit.engine.tokenizer import ByteTokenizer

END = 9999
PROMPT = list(range(100, 120))
# A pass of a small model on a processor, and one on a GPU: rows cost much, or little.
STEEP = {1: 1.0, 2: 1.4, 4: 1.7, 8: 2.2, 16: 3.5, 64: 8.0, 512: 60.0}
FLAT = {1: 1.0, 2: 1.01, 4: 1.02, 8: 1.05, 16: 1.1, 64: 1.2, 512: 4.0}


def run(
    answer: Sequence[int],
    curve: dict[int, float],
    drafter_for: DrafterFactory,
    acceptance: AcceptanceRate | None = None,
    source: Sequence[int] = (),
) -> tuple[float, list[Step]]:
    """Return the seconds that an answer took, by the target's own clock, and its steps."""
    cost, text = PassCost(curve), [*answer, END]
    sequence = TimedTarget(len(PROMPT), text, frozenset({END}), cost).open()
    for _ in prefill(sequence, PROMPT):
        pass
    output: list[int] = []
    budget = Budget(cost, acceptance or AcceptanceRate())
    context = DraftContext(PROMPT, source, output, (), budget, ByteTokenizer())
    steps = list(
        write(
            sequence,
            context,
            drafter_for,
            stop_ids=frozenset({END}),
            sampling=GREEDY,
            max_tokens=len(text),
        )
    )
    assert output == text
    drafting = sum(share.seconds for step in steps for share in step.shares)
    return drafting + sum(step.pass_seconds for step in steps), steps


def predicting(
    answer: Sequence[int],
    price: Price,
    is_right: Callable[[int], bool],
    confidence: Callable[[int], float] = lambda place: 0.9,
    others: Callable[[int], Sequence[Option]] = lambda place: (),
) -> DrafterFactory:
    def drafter(context: DraftContext) -> Drafter:
        predictor = ScriptedPredictor(
            context,
            [*answer, END],
            price=price,
            is_right=is_right,
            confidence=confidence,
            others=others,
        )
        return PricedDrafter(predictor, context.budget)

    return drafter


def numbers(count: int, seed: int = 0) -> list[int]:
    rng = random.Random(seed)
    return [rng.randrange(200, 5000) for _ in range(count)]


def random_share(share: float, seed: int = 0) -> Callable[[int], bool]:
    rng = random.Random(seed)
    right = [rng.random() < share for _ in range(5000)]
    return lambda place: right[place]


@pytest.mark.parametrize("curve", [STEEP, FLAT])
@pytest.mark.parametrize("token", [0.02, 0.2, 0.5, 1.5])
@pytest.mark.parametrize("share", [0.0, 0.2])
def test_guesses_that_do_not_pay_cost_at_most_three_percent(
    curve: dict[int, float], token: float, share: float
) -> None:
    answer = numbers(400)
    for first in (0.0, 3.0):
        price = Price(first, token)
        seconds, _ = run(answer, curve, predicting(answer, price, random_share(share)))
        assert seconds <= 1.03 * (len(answer) + 1) * curve[1]


@pytest.mark.parametrize(("curve", "least"), [(STEEP, 1.2), (FLAT, 1.6)])
def test_guesses_that_are_right_are_bought(curve: dict[int, float], least: float) -> None:
    answer, acceptance = numbers(400), AcceptanceRate()
    drafter = predicting(answer, Price(0.0, 0.15), random_share(0.8))
    for _ in range(2):  # what one answer tells serves the next
        seconds, _ = run(answer, curve, drafter, acceptance)
    assert (len(answer) + 1) * curve[1] > least * seconds


def test_drafts_end_where_the_drafter_is_unsure() -> None:
    answer, is_right = numbers(600), random_share(0.7)
    acceptance = AcceptanceRate()

    def knows(place: int) -> float:
        return 0.97 if is_right(place) else 0.4

    drafter = predicting(answer, Price(0.0, 0.15), is_right, knows)
    informed, steps = run(answer, STEEP, drafter, acceptance)
    blind, _ = run(answer, STEEP, predicting(answer, Price(0.0, 0.15), is_right))
    assert informed < 0.95 * blind
    late = steps[len(steps) // 2 :]
    assert sum(step.accepted for step in late) > 0.8 * sum(step.drafted for step in late)


def test_alternatives_are_verified_where_rows_cost_little() -> None:
    """What is right one time in three stands first, and as often behind it."""
    answer, rng = numbers(400), random.Random(7)
    rank = [rng.randrange(3) for _ in range(len(answer) + 1)]

    def others(place: int) -> list[Option]:
        right = [*answer, END][place]
        return [(right if rank[place] == 1 else 1, 0.3), (2, 0.01)]

    def seconds(others: Callable[[int], Sequence[Option]], curve: dict[int, float]) -> float:
        drafter = predicting(
            answer, Price(0.0, 0.1), lambda place: not rank[place], lambda place: 0.35, others
        )
        return run(answer, curve, drafter)[0]

    alone, plain = seconds(lambda place: (), FLAT), (len(answer) + 1) * FLAT[1]
    assert seconds(others, FLAT) < 0.85 * alone < 0.85 * plain
    assert seconds(others, STEEP) <= 1.03 * (len(answer) + 1) * STEEP[1]


def test_what_must_be_read_first_is_read_once_it_can_be_earned_back() -> None:
    """By a drafter whose worth is known; reading costs as much as eight passes, and an answer may be short."""
    answer, acceptance = numbers(300), AcceptanceRate()
    run(answer, STEEP, predicting(answer, Price(0.0, 0.1), random_share(0.9)), acceptance)
    _, steps = run(
        answer, STEEP, predicting(answer, Price(8.0, 0.1), random_share(0.9)), acceptance
    )
    first = next(number for number, step in enumerate(steps) if step.drafted)
    assert 8 <= first <= 40
    assert all(step.drafted for step in steps[first:-1])


def test_a_copy_that_ends_is_continued_by_what_computes() -> None:
    source, new = numbers(30, seed=1), numbers(60, seed=2)
    answer = [*source, *new]
    both: list[CascadeDrafter] = []

    def drafter(context: DraftContext) -> Drafter:
        predictor = ScriptedPredictor(
            context,
            [*answer, END],
            price=Price(0.0, 0.02),
            is_right=lambda place: True,
            confidence=lambda place: 0.99,
        )
        priced = PricedDrafter(predictor, context.budget)
        both.append(CascadeDrafter([cursor.drafter(context)], context.budget, [priced]))
        return both[0]

    _, steps = run(answer, FLAT, drafter, source=source)
    shares = [tuple(share.drafter for share in step.shares) for step in steps]
    assert ("cursor", "scripted") in shares
    mixed = next(step for step in steps if len(step.shares) > 1)
    assert mixed.drafted == sum(share.drafted for share in mixed.shares)


def test_drafters_are_closed_whatever_ends_the_answer() -> None:
    answer, made = numbers(50), list[ScriptedPredictor]()

    def drafter(context: DraftContext) -> Drafter:
        made.append(
            ScriptedPredictor(
                context,
                answer,
                price=Price(0.0, 0.1),
                is_right=lambda place: True,
                confidence=lambda place: 0.9,
            )
        )
        return PricedDrafter(made[0], context.budget)

    sequence = TimedTarget(len(PROMPT), answer, frozenset({END}), PassCost(FLAT)).open()
    list(prefill(sequence, PROMPT))
    context = DraftContext(
        PROMPT, (), [], (), Budget(PassCost(FLAT), AcceptanceRate()), ByteTokenizer()
    )
    steps = write(sequence, context, drafter, stop_ids=frozenset(), sampling=GREEDY, max_tokens=50)
    next(steps)
    assert not made[0].is_closed
    steps.close()
    assert made[0].is_closed


def test_parts_of_a_draft_are_told_apart() -> None:
    draft = Draft((1, 2, 3), match_length=5, drafter="cursor")
    draft = draft.then("model", 4, 0.9, 0.5).then("model", 5, 0.8, 0.25)
    copied, computed = draft.parts
    assert (copied.token_ids, copied.drafter, copied.match_length) == ((1, 2, 3), "cursor", 5)
    assert (computed.token_ids, computed.confidences) == ((4, 5), (0.9, 0.8))
    assert computed.seconds == 0.75
    for length in range(6):
        shorter = draft.first(length)
        assert shorter.token_ids == (1, 2, 3, 4, 5)[:length]
        assert [len(part) for part in shorter.parts] == [min(3, length), max(0, length - 3)]
        assert shorter.parts[1].seconds == 0.75  # the time was spent all the same


def test_only_what_was_decided_on_counts() -> None:
    """After a token that is not accepted the others say nothing, of copies and of what was computed."""
    acceptance = AcceptanceRate()
    draft = Draft((1, 2), match_length=64, drafter="cursor").then("model", 3, 0.9, 0.1)
    for _ in range(50):
        acceptance.observe(draft, 3, 1)  # the second copied token fails
    assert acceptance.tried("model") == 0
    for _ in range(50):
        acceptance.observe(draft, 3, 3)
    assert acceptance.tried("model") == 50
    assert acceptance.survival(Draft((3,), drafter="model", confidences=(0.9,))) > 0.9


def test_what_alternatives_are_worth_is_learned() -> None:
    """Of places where the chain's last token may stand: half are right there, a quarter in the first alternative."""
    acceptance = AcceptanceRate()
    draft = Draft((1,), drafter="mtp", confidences=(0.4,)).hedged([(2, 0.15), (3, 0.02)])
    for _ in range(100):
        for accepted, alternative in ((1, None), (1, None), (0, 0), (0, None)):
            acceptance.observe(draft, 1, accepted)
            acceptance.observe_alternatives(draft, alternative)
    chain, first, second = acceptance.expected(draft, [1, 2, 3])
    assert chain == pytest.approx(0.5, abs=0.02)
    assert first == pytest.approx(0.75, abs=0.03)
    assert second == pytest.approx(first, abs=0.01)
    chance, rows = acceptance.hedge("mtp")
    assert (round(chance, 1), rows) == (0.2, 2)
