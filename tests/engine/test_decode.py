import random

import pytest
from tests.fakes import BoundedTarget, RandomTrees, new_budget, new_context

from specedit import drafters
from specedit.engine.decode import decode, judge, prefill
from specedit.engine.draft import Draft
from specedit.engine.drafter import DraftContext, Drafter
from specedit.engine.step import Step
from specedit.engine.target import ANYWHERE, GREEDY
from specedit.engine.targets.scripted import ScriptedTarget
from specedit.engine.tokenizer import ByteTokenizer

END = 999
PROMPT = list(range(100, 120))


def run(
    answer: list[int],
    drafter: Drafter,
    max_tokens: int = 1000,
    limit: int = ANYWHERE,
    near_tie: float | None = None,
) -> tuple[list[int], list[Step]]:
    sequence = BoundedTarget(len(PROMPT), [*answer, END], frozenset({END}), limit).open()
    for _ in prefill(sequence, PROMPT):
        pass
    output: list[int] = []
    steps = []
    for step in decode(
        sequence,
        new_context(PROMPT, output),
        drafter,
        stop_ids=frozenset({END}),
        sampling=GREEDY,
        max_tokens=max_tokens,
        near_tie=near_tie,
    ):
        steps.append(step)
        assert sequence.length == len(PROMPT) + len(output) - 1
    return output, steps


@pytest.mark.parametrize("seed", range(20))
def test_random_trees_never_change_the_answer(seed: int) -> None:
    rng = random.Random(seed)
    answer = [rng.randrange(1, 50) for _ in range(rng.randrange(60))]
    output, steps = run(answer, RandomTrees(answer, seed=seed))
    assert output == [*answer, END]
    assert sum(len(step.token_ids) for step in steps) == len(output)


# Heads are a model's, and the scripted one brings none: tests/drafters/test_mtp.py.
@pytest.mark.parametrize("name", sorted({*drafters.names()} - {"mtp"}))
@pytest.mark.parametrize("seed", range(3))
def test_every_drafter_gives_the_targets_own_answer(name: str, seed: int) -> None:
    rng = random.Random(seed)
    source = [rng.randrange(1, 12) for _ in range(200)]
    answer = [*source[:50], 77, 78, *source[55:120], *source[100:]]
    predictions = ((*source[:50], 77, 5, *source[55:]), tuple(source))
    for text in ([], source):  # an empty source is a source
        output: list[int] = []
        context = DraftContext(PROMPT, text, output, predictions, new_budget(), ByteTokenizer())
        found, _ = run(answer, drafters.load(name)(context))
        assert found == [*answer, END]


def test_the_limit_of_tokens_holds() -> None:
    answer = list(range(1, 50))
    for limit in (1, 2, 7):
        assert run(answer, RandomTrees(answer, seed=1), limit)[0] == answer[:limit]


def test_a_whole_span_is_one_pass() -> None:
    answer = [n % 45 + 1 for n in range(300)]

    class Oracle:
        position = 0

        def propose(self, limit: int) -> Draft:
            return Draft(tuple([*answer, END][self.position : self.position + limit]))

        def observe(self, accepted: object) -> None:
            self.position = len(answer)

    output, steps = run(answer, Oracle())
    assert output == [*answer, END]
    assert [step.accepted for step in steps] == [301]


def test_the_judge_passes_what_the_target_would_say() -> None:
    answer = [n % 45 + 1 for n in range(1200)]
    sequence = ScriptedTarget(len(PROMPT), answer, frozenset({END})).open()
    list(prefill(sequence, PROMPT))
    output: list[int] = []
    steps = list(judge(sequence, PROMPT, output, answer, threshold=lambda *_: 0.1, sampling=GREEDY))
    assert output == answer
    assert len(steps) == 3 and not any(step.objections for step in steps)


@pytest.mark.parametrize("wrong_at", [0, 1, 511, 512, 700, 1199])
def test_the_judge_vetoes_the_first_wrong_token_and_decoding_goes_on(wrong_at: int) -> None:
    own = [n % 45 + 1 for n in range(1200)]
    answer = [*own[:wrong_at], 60, *own[wrong_at + 1 :]]
    sequence = ScriptedTarget(len(PROMPT), [*own, END], frozenset({END})).open()
    list(prefill(sequence, PROMPT))
    output: list[int] = []
    steps = list(judge(sequence, PROMPT, output, answer, threshold=lambda *_: 0.1, sampling=GREEDY))
    assert output == own[:wrong_at]
    assert steps[-1].vetoed
    assert steps[-1].objections[-1].position == wrong_at
    assert steps[-1].objections[-1].preferred == own[wrong_at]
    drafter = drafters.load("none")(
        DraftContext(PROMPT, [], output, (), new_budget(), ByteTokenizer())
    )
    for _ in decode(
        sequence,
        new_context(PROMPT, output),
        drafter,
        stop_ids=frozenset({END}),
        sampling=GREEDY,
        max_tokens=2000,
    ):
        pass
    assert output == [*own, END]


def test_trust_lists_objections_and_goes_on() -> None:
    own = [1, 2, 3, 4]
    sequence = ScriptedTarget(len(PROMPT), own, frozenset({END})).open()
    list(prefill(sequence, PROMPT))
    output: list[int] = []
    steps = list(
        judge(sequence, PROMPT, output, [1, 9, 3], threshold=lambda *_: 0.0, sampling=GREEDY)
    )
    assert output == [1, 9, 3]
    assert steps[0].objections[0].preferred == 2


@pytest.mark.parametrize("limit", [0, 1, 3, 16])
def test_a_cache_that_goes_back_a_little_is_drafted_for_as_much(limit: int) -> None:
    answer = [n % 45 + 1 for n in range(60)]
    for seed in range(5):
        output, steps = run(answer, RandomTrees(answer, seed=seed), limit=limit)
        assert output == [*answer, END]
        assert max(step.drafted for step in steps) <= limit


def test_strict_drafts_nothing_where_a_tie_could_not_be_decided_again() -> None:
    answer = [n % 45 + 1 for n in range(60)]
    output, steps = run(answer, RandomTrees(answer, seed=1), limit=16, near_tie=2.0)
    assert output == [*answer, END]
    assert not any(step.drafted for step in steps)


@pytest.mark.parametrize("limit", [2, 3, 17])
@pytest.mark.parametrize("wrong_at", [0, 1, 15, 16, 17, 59])
def test_the_judge_asks_for_no_more_than_can_be_taken_back(limit: int, wrong_at: int) -> None:
    own = [n % 45 + 1 for n in range(60)]
    answer = [*own[:wrong_at], 60, *own[wrong_at + 1 :]]
    sequence = BoundedTarget(len(PROMPT), [*own, END], frozenset({END}), limit).open()
    list(prefill(sequence, PROMPT))
    output: list[int] = []
    steps = list(judge(sequence, PROMPT, output, answer, threshold=lambda *_: 0.1, sampling=GREEDY))
    assert output == own[:wrong_at] and steps[-1].vetoed
    assert sequence.length == len(PROMPT) + len(output) - 1
    output = []
    sequence.close()
    sequence = BoundedTarget(len(PROMPT), [*own, END], frozenset({END}), limit).open()
    list(prefill(sequence, PROMPT))
    list(judge(sequence, PROMPT, output, own, threshold=lambda *_: 0.1, sampling=GREEDY))
    assert output == own
