"""A draft model beside tiny random targets: the target's own answer, whatever is drafted, and a cache that follows it."""

import random
from collections.abc import Mapping, Sequence
from contextlib import closing
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from tests import tiny_gguf
from tests.bigrams import BigramTarget
from tests.fakes import BoundedTarget, new_budget
from tests.tiny_models import ATTENTION, LENGTH, PROMPT, tiny

from specedit import drafters
from specedit.drafters.draft_model import DraftModelPredictor
from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill, write
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.errors import InvalidRequest, NoRoom
from specedit.engine.pass_cost import PassCost
from specedit.engine.step import Step
from specedit.engine.target import (
    GREEDY,
    Choices,
    DraftModel,
    Sampling,
    Target,
    TargetSequence,
)
from specedit.engine.targets.hf import HfTarget
from specedit.engine.targets.llama import LlamaTarget
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.targets.registry import TargetContext
from specedit.engine.tokenizer import ByteTokenizer
from specedit.engine.wrappers import WrappedSequence, WrappedTarget, assisted

# Passes of some rows cost little, and a draft's token a fiftieth: whatever is likely at all is drafted.
CHEAP, FREE = {1: 1.0, 8: 1.05, 64: 1.2}, {1: 0.02, 8: 0.021}
SAMPLINGS = [GREEDY, Sampling(1.0, 1), Sampling(1.0, 2), Sampling(0.7, 3)]


def answer(
    target: Target,
    drafter: str | DrafterFactory,
    sampling: Sampling = GREEDY,
    *,
    length: int = LENGTH,
    prompt: Sequence[int] = PROMPT,
    acceptance: AcceptanceRate | None = None,
) -> tuple[list[int], list[Step]]:
    output = list[int]()
    budget = Budget(FixedCost(CHEAP), acceptance or AcceptanceRate())
    context = DraftContext(
        prompt, prompt, output, (), budget, ByteTokenizer(), draft_model=target.draft_model
    )
    with closing(target.open(prompt)) as sequence:
        list(prefill(sequence, prompt))
        steps = list(
            write(
                sequence,
                context,
                drafters.load(drafter) if isinstance(drafter, str) else drafter,
                stop_ids=target.stop_ids,
                sampling=sampling,
                max_tokens=length,
            )
        )
    return output, steps


class FixedCost(PassCost):
    """Passes cost what they are said to."""

    def observe(self, rows: int, seconds: float) -> None:
        pass


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> LlamaTarget:
    """A model that knows nothing of the targets."""
    folder = tmp_path_factory.mktemp("other")
    torch.manual_seed(11)
    tiny("qwen2").save_pretrained(folder)
    return LlamaTarget(folder, "other", torch.float32)


@pytest.mark.parametrize("kind", ATTENTION)
@pytest.mark.parametrize("drafter", ["draft_model", "cascade"])
def test_the_answer_is_the_targets_own(kind: str, drafter: str, other: LlamaTarget) -> None:
    """Drafted by a stranger, and by a model that is the target itself; alone, and beside copies."""
    model = HfTarget(tiny(kind), kind)
    for sampling in (GREEDY, Sampling(1.0, 1)):
        expected, _ = answer(model, "none", sampling, length=24)
        acceptance = AcceptanceRate()
        for draft_model in (other, model):
            target = assisted(model, PrefixCache(draft_model, 1 << 24), FixedCost(FREE))
            found, _ = answer(target, drafter, sampling, length=24, acceptance=acceptance)
            assert found == expected


@pytest.mark.parametrize("sampling", SAMPLINGS, ids=str)
def test_a_model_that_is_the_target_is_always_right(sampling: Sampling) -> None:
    """It chooses with the target's noise: at no temperature is a token of it rejected."""
    target = HfTarget(tiny("llama"), "target")
    same = assisted(target, HfTarget(tiny("llama"), "same"), FixedCost(FREE))
    _, steps = answer(same, "draft_model", sampling)
    drafted = sum(step.drafted for step in steps)
    assert drafted > len(steps)
    assert sum(step.accepted for step in steps) == drafted


@pytest.mark.skipif(find_spec("llama_cpp") is None, reason="llama.cpp is not installed")
def test_a_quantised_file_drafts_for_what_reads_the_same_tokens(tmp_path: Path) -> None:
    """By llama.cpp, in float32 here: of a model that is the target itself, nearly all is right."""
    from specedit.engine.targets.llamacpp.target import LlamaCppTarget

    path = tmp_path / "tiny.gguf"
    plain = HfTarget(tiny_gguf.write(path, "qwen2"), "target")
    drafting = LlamaCppTarget(TargetContext(path, "same", ByteTokenizer()))
    for sampling in SAMPLINGS:
        expected, _ = answer(plain, "none", sampling)
        target = assisted(plain, PrefixCache(drafting, 1 << 24), FixedCost(FREE))
        for drafter in ("cascade", "draft_model"):
            found, steps = answer(target, drafter, sampling)
            assert found == expected
        assert sum(step.accepted for step in steps) > 0.8 * sum(step.drafted for step in steps) > 0


def test_its_cache_holds_what_was_accepted(other: LlamaTarget) -> None:
    """Whatever was drafted, copied and rejected between: the next token is that of a model that reads the text anew."""
    model, rng, output = DraftModel(other, FixedCost(FREE), 97), random.Random(3), list[int]()
    context = DraftContext(PROMPT, (), output, (), new_budget(), ByteTokenizer())
    predictor = DraftModelPredictor(model, context)
    for _ in range(60):
        after = [rng.randrange(2, 97) for _ in range(rng.choice([0, 0, 0, 2, 20]))]
        guesses = []
        with closing(predictor.predict(after)) as predicted:
            for guess in predicted:
                guesses.append(guess.token_id)
                if len(guesses) >= rng.randrange(1, 6):
                    break
        assert guesses == greedy(other, [*PROMPT, *output, *after], len(guesses))
        drafted = [*after, *guesses]
        output += drafted[: rng.randrange(len(drafted) + 1)]
        output += [rng.randrange(2, 97) for _ in range(rng.choice([0, 1, 1, 12]))]
    predictor.close()


def greedy(target: Target, text: Sequence[int], length: int) -> list[int]:
    output = list[int]()
    with closing(target.open()) as sequence:
        for _ in range(length):
            sequence.rollback(0)
            sequence.prefill([*text, *output][:-1])
            output += sequence.forward([*text, *output][-1], NO_DRAFT, GREEDY).token_ids
    return output


def test_what_it_has_read_serves_the_next_request(other: LlamaTarget) -> None:
    prompt = [*PROMPT * 4]
    counting = Counting(other)
    target = assisted(
        HfTarget(tiny("llama"), "target"), PrefixCache(counting, 1 << 24), FixedCost(FREE)
    )
    answer(target, "draft_model", prompt=prompt)
    first = counting.rows
    answer(target, "draft_model", prompt=prompt)
    assert first >= len(prompt)
    # How many tokens are bought depends on how long its passes take, a little.
    assert counting.rows - first <= first - len(prompt) // 2


def test_memory_is_bounded(other: LlamaTarget) -> None:
    most = 3 * 4096
    cached = PrefixCache(other, most)
    target = assisted(HfTarget(tiny("llama"), "target"), cached, FixedCost(FREE))
    for start in range(2, 12):
        answer(target, "draft_model", prompt=[start, *PROMPT * 3])
        assert cached.in_use == 0
        assert cached.nbytes <= most


def test_without_room_for_it_the_target_goes_on_alone() -> None:
    plain = HfTarget(tiny("llama"), "target")
    expected, _ = answer(plain, "none")
    target = assisted(plain, Cramped(HfTarget(tiny("llama"), "same")), FixedCost(FREE))
    found, steps = answer(target, "draft_model")
    assert found == expected
    assert not any(step.accepted for step in steps[len(steps) // 2 :])


def test_a_text_longer_than_its_context_is_not_drafted_for(tmp_path: Path) -> None:
    model = tiny("llama")
    model.config.max_position_embeddings = 30
    model.save_pretrained(tmp_path)
    short = LlamaTarget(tmp_path, "short", torch.float32)
    plain = HfTarget(tiny("llama"), "target")
    expected, _ = answer(plain, "none")
    found, steps = answer(assisted(plain, short, FixedCost(FREE)), "draft_model")
    assert found == expected and len(expected) > 20
    assert any(step.drafted for step in steps)


def test_one_that_cannot_go_back_is_refused() -> None:
    stubborn = BoundedTarget(3, [1, 2, 3], frozenset({0}), 0)
    with pytest.raises(InvalidRequest, match="its cache cannot go back"):
        assisted(HfTarget(tiny("llama"), "target"), stubborn, FixedCost(FREE))


def test_sampled_tokens_have_the_targets_distribution() -> None:
    """Pearson's chi-square over 20,000 tokens, of each by what stands before it."""
    torch.manual_seed(0)
    table = 2 * torch.randn(_WORDS, _WORDS)
    plain = BigramTarget(table, "target")
    draft_model = BigramTarget(table + 0.5 * torch.randn(_WORDS, _WORDS), "draft")
    target = assisted(plain, draft_model, FixedCost({1: 0.15, 8: 0.16}))
    counts, acceptance, drafted = torch.zeros(_WORDS, _WORDS), AcceptanceRate(), 0
    for seed in range(20):
        sampling, prompt = Sampling(0.8, seed), [1, 2, 3]
        output, steps = answer(
            target, "cascade", sampling, length=1000, prompt=prompt, acceptance=acceptance
        )
        drafted += sum(step.drafted for step in steps)
        for before, after in pairwise([prompt[-1], *output]):
            counts[before, after] += 1
    assert counts.sum() == 20_000 and drafted > 10_000
    expected = counts.sum(1, keepdim=True) * torch.softmax(table / 0.8, -1)
    common = expected >= 5
    statistic = ((counts - expected)[common] ** 2 / expected[common]).sum().item()
    freedom = int(common.sum()) - _WORDS
    # Wilson & Hilferty 1931: the cube root is nearly normal; 3.1 is a chance of one in a thousand.
    spread = 2 / (9 * freedom)
    assert ((statistic / freedom) ** (1 / 3) - (1 - spread)) / spread**0.5 < 3.1


_WORDS = 12


class Counting(WrappedTarget):
    """Counts the tokens that are read."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.rows = 0

    def open(self, prompt: Sequence[int] = ()) -> TargetSequence:
        return CountingSequence(self, self._target.open(prompt))


class CountingSequence(WrappedSequence):
    """One text of it."""

    def __init__(self, counting: Counting, inner: TargetSequence) -> None:
        super().__init__(inner)
        self._counting = counting

    def prefill(self, token_ids: Sequence[int]) -> None:
        self._counting.rows += len(token_ids)
        self.inner.prefill(token_ids)

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        self._counting.rows += 1 + len(draft)
        return self.inner.forward(last, draft, sampling, margins=margins)

    def keep(self, nodes: Sequence[int]) -> None:
        self.inner.keep(nodes)

    def fork(self, length: int) -> TargetSequence:
        return CountingSequence(self._counting, self.inner.fork(length))


class Cramped(Counting):
    """Has no room for more than some tokens."""

    def open(self, prompt: Sequence[int] = ()) -> TargetSequence:
        return CrampedSequence(self, self._target.open(prompt))


class CrampedSequence(CountingSequence):
    """One text of it."""

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        if self.length > len(PROMPT) + 8:
            raise NoRoom("full")
        return super().forward(last, draft, sampling, margins=margins)
