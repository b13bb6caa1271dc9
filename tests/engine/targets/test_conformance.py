"""What every target must do, for each that runs in this process: its answers are the model's own, whatever is drafted, kept,
taken back and forked."""

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from tests import tiny_gguf
from tests.fakes import Chains, RandomTrees
from tests.tiny_models import (
    ATTENTION,
    LENGTH,
    PROMPT,
    RECURRENT,
    VOCABULARY,
    answer,
    tiny,
    uncached,
)

from specedit.engine.decode import judge, prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.target import GREEDY, Sampling, Target, TargetSequence
from specedit.engine.targets.hf import HfTarget
from specedit.engine.targets.llama import LlamaTarget
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.targets.registry import TargetContext
from specedit.engine.tokenizer import ByteTokenizer

Opened = tuple[Target, Any]  # and the model by itself, as transformers computes it


def hf(kind: str, _: Path) -> Opened:
    model = tiny(kind)
    return HfTarget(model, kind), model


def hf_fixed(kind: str, _: Path) -> Opened:
    model = tiny(kind)
    return HfTarget(model, kind, fixed_shapes=True), model


def ours(kind: str, folder: Path) -> Opened:
    model = tiny(kind)
    model.save_pretrained(folder)
    return LlamaTarget(folder, kind, torch.float32), model


def llamacpp(kind: str, folder: Path, *, strict: bool = False) -> Opened:
    from specedit.engine.targets.llamacpp.target import LlamaCppTarget

    path = folder / "tiny.gguf"
    model = tiny_gguf.write(path, kind)
    return LlamaCppTarget(TargetContext(path, kind, ByteTokenizer(), strict=strict)), model


def cached(open_target: Callable[[str, Path], Opened], kind: str, folder: Path) -> Opened:
    target, model = open_target(kind, folder)
    return PrefixCache(target, 1 << 30), model


TARGETS: dict[str, Callable[[Path], Opened]] = {
    **{f"hf, {kind}": partial(hf, kind) for kind in (*ATTENTION, *RECURRENT)},
    "hf, mistral, cached": partial(cached, hf, "mistral (sliding window)"),
    "hf, fixed shapes, qwen2": partial(hf_fixed, "qwen2"),
    "hf, fixed shapes, mixtral": partial(hf_fixed, "mixtral (experts)"),
    "hf, fixed shapes, gemma3, cached": partial(cached, hf_fixed, "gemma3 (sliding window)"),
    "ours, llama": partial(ours, "llama"),
    "ours, qwen3": partial(ours, "qwen3"),
    "ours, qwen2, cached": partial(cached, ours, "qwen2"),
    "llama.cpp, qwen2": partial(llamacpp, "qwen2"),
    "llama.cpp, qwen2, strict": partial(llamacpp, "qwen2", strict=True),
    "llama.cpp, mamba": partial(llamacpp, "mamba"),
    "llama.cpp, lfm2": partial(llamacpp, "lfm2 (hybrid)"),
    "llama.cpp, lfm2, cached": partial(cached, llamacpp, "lfm2 (hybrid)"),
}
TREES = {name for name in TARGETS if "llama.cpp" not in name}


@pytest.fixture(params=TARGETS, scope="module")
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    if "llama.cpp" in request.param and find_spec("llama_cpp") is None:
        pytest.skip("llama.cpp is not installed: make test-llama")
    with torch.inference_mode():
        yield request.param, *TARGETS[request.param](tmp_path_factory.mktemp("model"))


@pytest.fixture
def target(opened: tuple[str, Target, Any]) -> Target:
    return opened[1]


@pytest.fixture
def model(opened: tuple[str, Target, Any]) -> Any:
    return opened[2]


def test_it_says_what_it_is(target: Target) -> None:
    assert target.stop_ids == {0}
    assert target.vocab_size == VOCABULARY and target.max_length >= 1024
    assert target.near_tie >= 0 and target.dtype and not target.is_remote


def test_its_answer_is_the_models_own(target: Target, model: Any) -> None:
    assert answer(target, RandomTrees([], seed=0)) == uncached(model, LENGTH)


@pytest.mark.parametrize("seed", range(4))
def test_drafts_never_change_the_answer(opened: tuple[str, Target, Any], seed: int) -> None:
    name, target, model = opened
    own = uncached(model, LENGTH)
    assert answer(target, Chains(own, seed=seed, vocabulary=VOCABULARY)) == own
    if name in TREES:
        assert answer(target, RandomTrees(own, seed=seed, vocabulary=VOCABULARY)) == own


def test_a_sample_depends_on_seed_and_place_alone(target: Target) -> None:
    plain = answer(target, RandomTrees([], seed=0), Sampling(1.0, 5))
    drafted = answer(target, Chains(plain, seed=1, vocabulary=VOCABULARY), Sampling(1.0, 5))
    assert drafted == plain != answer(target, RandomTrees([], seed=0), Sampling(1.0, 6))


def said(sequence: TargetSequence, text: list[int]) -> int:
    """What follows a text of which the sequence holds all but the last token."""
    assert sequence.length == len(text) - 1
    return sequence.forward(text[-1], NO_DRAFT, GREEDY).token_ids[0]


def following(model: Any, text: list[int]) -> int:
    return int(model(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1].argmax())


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_done_before_the_text_is_what_counts(
    target: Target, model: Any, seed: int
) -> None:
    rng = random.Random(seed)

    def some(most: int) -> list[int]:
        return [rng.randrange(1, VOCABULARY) for _ in range(rng.randrange(1, most))]

    sequence, text = target.open(), [1]  # all but the last is cached
    if sequence.rollback_limit == 0:
        pytest.skip("a cache that cannot go back")
    for _ in range(12):
        what = rng.choice(("read", "draft", "rollback", "fork", "fork and leave"))
        if what == "read":
            more = some(30)
            sequence.prefill([text[-1], *more[:-1]])
            text += more
        elif what == "draft":
            draft = some(40)
            sequence.forward(text[-1], Draft(tuple(draft)), GREEDY)
            kept = rng.randrange(len(draft) + 1)
            sequence.keep(range(kept))
            text += [*draft[:kept], rng.randrange(1, VOCABULARY)]
        elif what == "rollback":
            text = text[: rng.randrange(1, len(text) + 1)]
            sequence.rollback(len(text) - 1)
        else:
            length = rng.randrange(1, len(text) + 1)
            fork = sequence.fork(length - 1)
            if what == "fork":
                sequence.close()
                sequence, text = fork, text[:length]
            else:
                assert said(fork, text[:length]) == following(model, text[:length])
                fork.close()
        assert sequence.length == len(text) - 1
    assert said(sequence, text) == following(model, text)
    sequence.close()


def test_scores_are_of_each_row_in_its_place(target: Target, model: Any) -> None:
    draft = Draft((3, 4, 5, 6))
    with closing(target.open()) as sequence:
        if sequence.rollback_limit == 0:
            pytest.skip("a cache that cannot go back")
        sequence.prefill(PROMPT[:-1])
        choices = sequence.forward(
            PROMPT[-1], draft, GREEDY, margins=True, logit_bias=[{7: 1e4}] * 5
        )
        assert choices.token_ids == (7,) * 5
        sequence.rollback(len(PROMPT) - 1)
        choices = sequence.forward(PROMPT[-1], draft, GREEDY, margins=True)
    logits = model(input_ids=torch.tensor([[*PROMPT, *draft.token_ids]])).logits[0, -5:].float()
    best = logits.topk(2).values
    assert choices.token_ids == tuple(logits.argmax(-1).tolist())
    assert choices.margins == pytest.approx((best[:, 0] - best[:, 1]).tolist(), abs=1e-2)
    ratios = [(logits[i, t] - best[i, 0]).exp().item() for i, t in enumerate(draft.token_ids)]
    assert choices.ratios == pytest.approx(ratios, rel=1e-2, abs=1e-6)


def test_the_judge_stops_at_the_first_implausible_token(target: Target, model: Any) -> None:
    own = uncached(model, 20)
    worst = int(model(input_ids=torch.tensor([PROMPT + own[:12]])).logits[0, -1].argmin())
    output: list[int] = []
    with closing(target.open()) as sequence:
        if sequence.rollback_limit == 0:
            pytest.skip("a cache that cannot go back")
        list(prefill(sequence, PROMPT))
        text = [*own[:12], worst, *own[13:]]
        steps = list(
            judge(sequence, PROMPT, output, text, threshold=lambda *_: 0.5, sampling=GREEDY)
        )
        assert steps[-1].vetoed and output == own[:12]
        assert said(sequence, PROMPT + output) == own[12]
