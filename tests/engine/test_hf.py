"""The Hugging Face target against the model run without any cache, for each kind of cache."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
import transformers
from tests.fakes import RandomTrees, new_budget

from specedit.engine.decode import decode, judge, prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.hf import HfTarget
from specedit.engine.target import GREEDY, Sampling

VOCABULARY = 97
COMMON: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 1024,
    "eos_token_id": 0,
    "pad_token_id": 0,
    "bos_token_id": 1,
}


def tiny(kind: str) -> Any:
    """A random model of a kind; its seed is fixed."""
    torch.manual_seed(3)
    if kind == "llama":
        config: Any = transformers.LlamaConfig(**COMMON, num_hidden_layers=2)
    elif kind == "qwen2":
        config = transformers.Qwen2Config(**COMMON, num_hidden_layers=2)
    elif kind == "qwen3":
        config = transformers.Qwen3Config(**COMMON, num_hidden_layers=2)
    elif kind == "gemma3 (sliding window)":
        config = transformers.Gemma3TextConfig(
            **COMMON,
            num_hidden_layers=3,
            sliding_window=8,
            layer_types=["sliding_attention", "sliding_attention", "full_attention"],
        )
    elif kind == "mistral (sliding window)":
        config = transformers.MistralConfig(**COMMON, num_hidden_layers=2, sliding_window=8)
    elif kind == "qwen3-next (hybrid)":
        config = transformers.Qwen3NextConfig(
            **COMMON,
            num_hidden_layers=2,
            layer_types=["linear_attention", "full_attention"],
            linear_num_key_heads=2,
            linear_num_value_heads=2,
            linear_key_head_dim=8,
            linear_value_head_dim=8,
            num_experts=2,
            num_experts_per_tok=1,
            moe_intermediate_size=16,
            shared_expert_intermediate_size=16,
        )
    else:
        config = transformers.MambaConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            state_size=4,
            num_hidden_layers=2,
            eos_token_id=0,
            pad_token_id=0,
            bos_token_id=1,
        )
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    # Random weights of the usual scale make all tokens alike; larger ones make choices that matter.
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(4)
    return model


ATTENTION = ("llama", "qwen2", "qwen3", "gemma3 (sliding window)", "mistral (sliding window)")
RECURRENT = ("qwen3-next (hybrid)", "mamba")
PROMPT = [5, 9, 2, 7, 5, 9, 2, 8, 4, 4, 3, 11, 5, 9, 2]
LENGTH = 40


@pytest.fixture(params=[*ATTENTION, *RECURRENT], scope="module")
def model(request: pytest.FixtureRequest) -> Iterator[Any]:
    with torch.inference_mode():
        yield tiny(request.param)


def uncached(model: Any, length: int) -> list[int]:
    """The greedy answer, every token from a pass over the whole text."""
    text = list(PROMPT)
    while len(text) < len(PROMPT) + length and (text[-1] != 0 or len(text) == len(PROMPT)):
        logits = model(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1]
        text.append(int(logits.argmax()))
    return text[len(PROMPT) :]


def answer(
    target: HfTarget, drafter: Any, sampling: Sampling = GREEDY, near_tie: float | None = None
) -> list[int]:
    sequence = target.open()
    for _ in prefill(sequence, PROMPT):
        pass
    output: list[int] = []
    for _ in decode(
        sequence,
        PROMPT,
        output,
        drafter,
        budget=new_budget(),
        stop_ids=target.stop_ids,
        sampling=sampling,
        max_tokens=LENGTH,
        near_tie=near_tie,
    ):
        if sequence.rollback_limit:
            assert sequence.length == len(PROMPT) + len(output) - 1
    return output


def test_plain_decoding_is_the_models_own(model: Any) -> None:
    assert answer(HfTarget(model, "tiny"), RandomTrees([], seed=0)) == uncached(model, LENGTH)


def test_drafts_never_change_the_answer(model: Any) -> None:
    own = uncached(model, LENGTH)
    target = HfTarget(model, "tiny")
    for seed in range(5):
        assert answer(target, RandomTrees(own, seed=seed, vocabulary=VOCABULARY)) == own


@pytest.mark.parametrize("kind", ATTENTION)
@pytest.mark.parametrize("temperature", [0.5, 1.5])
def test_sampling_depends_on_seed_and_position_alone(kind: str, temperature: float) -> None:
    target = HfTarget(tiny(kind), "tiny")
    answers = set()
    for seed in range(4):
        sampling = Sampling(temperature, seed)
        plain = answer(target, RandomTrees([], seed=0), sampling)
        answers.add(tuple(plain))
        assert (
            answer(target, RandomTrees(plain, seed=seed, vocabulary=VOCABULARY), sampling) == plain
        )
    assert len(answers) > 1


@pytest.mark.parametrize("kind", RECURRENT)
def test_a_running_state_cannot_go_back(kind: str) -> None:
    assert HfTarget(tiny(kind), "tiny").open().rollback_limit == 0


@pytest.mark.parametrize("kind", [*ATTENTION, *RECURRENT])
def test_a_prompt_longer_than_a_chunk(kind: str) -> None:
    model = tiny(kind)
    prompt = [1 + i * i % 89 for i in range(700)]
    sequence = HfTarget(model, "tiny").open()
    for _ in prefill(sequence, prompt):
        pass
    assert sequence.length == 699
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([prompt]), use_cache=False).logits[0, -1]
    assert sequence.forward(prompt[-1], NO_DRAFT, GREEDY).token_ids == (int(logits.argmax()),)


def test_strict_decides_near_ties_alike_in_bfloat16() -> None:
    target = HfTarget(tiny("llama").to(torch.bfloat16), "tiny")
    plain = answer(target, RandomTrees([], seed=0), near_tie=target.near_tie)
    for seed in range(5):
        drafter = RandomTrees(plain, seed=seed, vocabulary=VOCABULARY)
        assert answer(target, drafter, near_tie=target.near_tie) == plain


def test_ratios_are_of_each_draft_token_in_its_place() -> None:
    model = tiny("llama")
    sequence = HfTarget(model, "tiny").open()
    sequence.prefill(PROMPT[:-1])
    draft = Draft((3, 4, 5, 6), parents=(-1, 0, -1, 2))
    choices = sequence.forward(PROMPT[-1], draft, GREEDY, margins=True)
    assert len(choices.token_ids) == len(choices.margins) == 5
    for node, path in enumerate(([], [3], [], [5])):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([PROMPT + path])).logits[0, -1]
        expected = (logits[draft.token_ids[node]] - logits.max()).exp()
        assert choices.ratios[node] == pytest.approx(expected.item(), rel=1e-3)


def test_the_judge_stops_at_the_first_implausible_token() -> None:
    model = tiny("llama")
    target = HfTarget(model, "tiny")
    own = uncached(model, 20)
    sequence = target.open()
    list(prefill(sequence, PROMPT))
    logits = model(input_ids=torch.tensor([PROMPT + own[:12]])).logits[0, -1]
    worst = int(logits.argmin())
    output: list[int] = []
    steps = list(
        judge(
            sequence, PROMPT, output, [*own[:12], worst, *own[13:]], threshold=0.5, sampling=GREEDY
        )
    )
    assert steps[-1].vetoed and output == own[:12]
    assert sequence.length == len(PROMPT) + len(output) - 1
    assert sequence.forward(output[-1], NO_DRAFT, GREEDY).token_ids[0] == own[12]
