import random

import pytest

from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import MAX_DRAFT, Budget
from specedit.engine.draft import Draft
from specedit.engine.pass_cost import PassCost


def chain(length: int, match_length: int) -> Draft:
    return Draft((1,) * length, match_length=match_length, drafter="x")


def test_cost_learns_the_measured_curve() -> None:
    cost = PassCost()
    for _ in range(60):
        for rows in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
            cost.observe(rows, 0.05 + 0.002 * rows)
    for rows in (1, 3, 20, 100, 400, 512):
        assert cost.seconds(rows) == pytest.approx(0.05 + 0.002 * rows, rel=0.05)


def test_one_measurement_scales_the_whole_curve() -> None:
    cost = PassCost()
    shape = cost.seconds(64) / cost.seconds(1)
    cost.observe(1, 0.07)
    assert cost.seconds(64) == pytest.approx(0.07 * shape)


def test_rows_that_cost_in_proportion_are_expected_to_go_on_so() -> None:
    """Quantised weights on a processor: eight rows take as long as eight passes."""
    steep, flat = PassCost({1: 0.05, 8: 0.4}), PassCost({1: 0.05, 8: 0.06})
    assert steep.seconds(64) >= 8 * steep.seconds(8)
    assert flat.seconds(64) < 3 * flat.seconds(8)
    draft = chain(100, 3)
    assert Budget(steep, AcceptanceRate()).best(draft, 100)[0] < 4
    assert Budget(flat, AcceptanceRate()).best(draft, 100)[0] > 8
    steep.observe(2, 0.1)
    assert Budget(steep, AcceptanceRate()).best(draft, 100)[0] == 0


def test_short_drafts_are_tried_though_a_long_pass_was_slow() -> None:
    """The first pass of a process is: nothing else would ever tell what others cost."""
    cost = PassCost({1: 0.001, 16: 0.015})
    assert Budget(cost, AcceptanceRate()).best(chain(100, 3), 100)[0] > 0


def test_more_rows_never_cost_less() -> None:
    cost = PassCost()
    cost.observe(1, 0.5)
    cost.observe(512, 0.1)
    seconds = [cost.seconds(rows) for rows in range(1, 600)]
    assert seconds == sorted(seconds)


def test_expected_tokens_against_a_loop_over_tokens() -> None:
    rate = AcceptanceRate()
    rng = random.Random(0)
    for _ in range(200):
        drafted = rng.randrange(1, 40)
        seen = chain(drafted, rng.randrange(60))
        rate.observe(seen, drafted, min(drafted, rng.randrange(50)))
    for match_length in (0, 1, 2, 3, 7, 16, 300):
        lengths = [1, 2, 3, 5, 9, 40, 300]
        single = [
            rate.expected(chain(1, match_length + i), [1])[0] for i in range(lengths[-1])
        ]  # a draft of one token is expected to yield its chance
        expected, survival, naive = 0.0, 1.0, {}
        for i, chance in enumerate(single, 1):
            survival *= chance
            expected += survival
            naive[i] = expected
        draft = chain(lengths[-1], match_length)
        assert rate.expected(draft, lengths) == pytest.approx([naive[n] for n in lengths])
        assert rate.survival(draft) == pytest.approx(survival)


def test_evidence_makes_drafts_longer() -> None:
    lengths = []
    for match_length in (1, 4, 16, 256):
        budget = Budget(PassCost(), AcceptanceRate())
        for _ in range(40):  # earn some credit first
            budget.observe(chain(20, 300), 20, 1.85)
        lengths.append(budget.best(chain(MAX_DRAFT, match_length), MAX_DRAFT)[0])
    assert lengths == sorted(lengths)
    assert lengths[0] < 10 and lengths[-1] > 100


def test_no_draft_is_worth_nothing() -> None:
    assert Budget(PassCost(), AcceptanceRate()).best(Draft(), 100)[0] == 0


@pytest.mark.parametrize("match_length", [0, 1, 8, 64, 300])
def test_drafts_that_are_never_right_cost_at_most_three_percent(match_length: int) -> None:
    cost = PassCost()
    budget = Budget(cost, AcceptanceRate())
    spent, tokens = 0.0, 300
    for _ in range(tokens):
        draft = chain(MAX_DRAFT, match_length)
        draft = draft.first(budget.best(draft, MAX_DRAFT)[0])
        budget.observe(draft, 0, cost.seconds(1 + len(draft)))
        spent += cost.seconds(1 + len(draft))
    assert spent <= 1.03 * tokens * cost.seconds(1)


def test_proposals_that_come_true_make_up_for_an_early_failure() -> None:
    cost = PassCost()
    budget = Budget(cost, AcceptanceRate())
    sure = chain(64, 300)
    budget.observe(
        sure.first(16), 0, 8 * cost.seconds(1)
    )  # a pass that took much longer than expected
    assert budget.best(sure, MAX_DRAFT)[0] == 0
    for _ in range(20):
        budget.observe_unverified(sure, 1)
    assert budget.best(sure, MAX_DRAFT)[0] > 0
    budget.observe_unverified(sure, 2)
    assert budget.best(sure, MAX_DRAFT)[0] == 0


# Eight rows cost more than six passes, as with quantised weights on a processor.
STEEP = {1: 0.012, 2: 0.036, 4: 0.053, 8: 0.075, 16: 0.099, 32: 0.175, 64: 0.234, 256: 0.851}


def seconds_of(text: list[bool], known: dict[int, float]) -> float:
    """What a text takes over plain decoding, where what comes next is proposed rightly, or as in `text` wrongly."""
    cost, position, spent = PassCost(known), 0, 0.0
    budget = Budget(cost, AcceptanceRate())
    budget.expect(len(text))
    run = 0  # tokens that were as proposed
    while position < len(text):
        proposed = chain(min(64, len(text) - position), run)
        draft = proposed.first(budget.best(proposed, MAX_DRAFT)[0])
        ahead = text[position : position + len(draft)]
        accepted = (*ahead, False).index(False)
        seconds = cost.seconds(1 + len(draft))
        budget.observe(draft, accepted, seconds)
        spent += seconds
        position += accepted
        is_right = position < len(text) and text[position]
        if not len(draft):
            budget.observe_unverified(proposed, 1 if is_right else 2)
        run = run + accepted + 1 if is_right else 0
        position += 1
    return spent / (len(text) * cost.seconds(1))


def test_a_copy_gains_where_short_drafts_never_do() -> None:
    assert seconds_of([True] * 100, STEEP) < 0.7
    assert seconds_of([True] * 400, STEEP) < 0.5


@pytest.mark.parametrize("every", [1, 2, 3, 6, 12])
@pytest.mark.parametrize("known", [STEEP, {1: 0.02, 8: 0.035, 64: 0.125}])
def test_drafts_that_soon_go_wrong_cost_little(every: int, known: dict[int, float]) -> None:
    assert seconds_of([i % every != every - 1 for i in range(300)], known) < 1.04


def test_the_first_draft_may_be_longer_where_much_is_expected() -> None:
    """As long as all of it lost is no more than one pass and a hundredth of the answer's plain decoding."""
    cost = PassCost()
    lengths = []
    for expected in (0, 100, 2000):
        budget = Budget(cost, AcceptanceRate())
        budget.expect(expected)
        lengths.append(budget.best(chain(MAX_DRAFT, 300), MAX_DRAFT)[0])
        assert cost.seconds(1 + lengths[-1]) <= (2 + 0.01 * expected) * cost.seconds(1)
    assert lengths == sorted(set(lengths))


def test_proposals_that_were_wrong_pay_for_nothing() -> None:
    cost = PassCost()
    budget = Budget(cost, AcceptanceRate())
    unsure = chain(64, 8)
    budget.observe(unsure.first(16), 0, 8 * cost.seconds(1))
    for _ in range(50):
        budget.observe_unverified(unsure, 2)
    assert budget.best(unsure, MAX_DRAFT)[0] == 0
