"""Our own forward pass against transformers', the oracle."""

from pathlib import Path

import pytest
import torch
from tests.fakes import RandomTrees
from tests.tiny_models import LENGTH, PROMPT, VOCABULARY, answer, tiny, uncached

from specedit.engine.decode import prefill
from specedit.engine.draft import Draft
from specedit.engine.target import GREEDY, Choices, Sampling
from specedit.engine.targets import llama
from specedit.engine.targets.hf import HfTarget
from specedit.engine.targets.llama_weights import linear
from specedit.engine.targets.load import open_target

KINDS = ("llama", "qwen2", "qwen3")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(kind: str, tmp_path: Path) -> Path:
    tiny(kind).save_pretrained(tmp_path)
    return tmp_path


def test_it_is_the_same_model(kind: str, folder: Path) -> None:
    target = open_target(folder, "tiny", "float32")
    assert isinstance(target, llama.LlamaTarget)
    own = uncached(tiny(kind), LENGTH)
    assert answer(target, RandomTrees([], seed=0)) == own
    for seed in range(8):
        assert answer(target, RandomTrees(own, seed=seed, vocabulary=VOCABULARY)) == own


@pytest.mark.parametrize("stored", [torch.float16, torch.bfloat16])
def test_weights_stored_in_16_bits_are_the_same_model(
    kind: str, stored: torch.dtype, tmp_path: Path
) -> None:
    model = tiny(kind).to(stored)
    model.save_pretrained(tmp_path)
    own = uncached(model.float(), LENGTH)
    target = open_target(tmp_path, "tiny", "float32")
    for seed in range(3):
        assert answer(target, RandomTrees(own, seed=seed, vocabulary=VOCABULARY)) == own


@pytest.mark.parametrize("stored", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("largest", [1e-6, 0.04, 1.0, 1e5])
@pytest.mark.parametrize("rows", [1, 5, 70])
def test_products_are_those_of_float64(stored: torch.dtype, largest: float, rows: int) -> None:
    """Whatever a weight is packed as: some are a millionth of the others."""
    random = torch.Generator().manual_seed(rows)
    weight = torch.rand(96, 200, generator=random) * 2 - 1
    weight[torch.rand(96, 200, generator=random) < 0.2] *= 1e-6
    weight = (weight * min(largest, torch.finfo(stored).max)).to(stored)
    x = torch.randn(rows, 200, generator=random)
    found = linear(weight, torch.float32)(x)
    wide = weight.double()
    lost = 2e-6 * (x.double().abs() @ wide.abs().T)  # by float32, in a sum of 200
    assert ((found - x.double() @ wide.T).abs() <= lost).all()


def test_trees_see_what_they_see_in_transformers(kind: str, folder: Path) -> None:
    draft = Draft((3, 4, 5, 6, 7, 8), (-1, 0, -1, 2, 2, 1))
    sequences = [
        open_target(folder, "tiny", "float32").open(),
        HfTarget(tiny(kind), "tiny").open(),
    ]
    ours: list[Choices] = []
    theirs: list[Choices] = []
    for sequence, found in zip(sequences, (ours, theirs), strict=True):
        for _ in prefill(sequence, PROMPT):
            pass
        for nodes in ([0, 1, 5], [2, 4], []):
            found.append(sequence.forward(PROMPT[-1], draft, GREEDY, margins=True))
            sequence.keep(nodes)
    for one, other in zip(ours, theirs, strict=True):
        assert one.token_ids == other.token_ids
        assert one.ratios == pytest.approx(other.ratios, rel=1e-3)
        assert one.margins == pytest.approx(other.margins, abs=1e-3)


def test_sampling_depends_on_seed_and_position_alone(folder: Path) -> None:
    target = open_target(folder, "tiny", "float32")
    for seed in range(4):
        sampling = Sampling(0.8, seed)
        plain = answer(target, RandomTrees([], seed=0), sampling)
        drafter = RandomTrees(plain, seed=seed, vocabulary=VOCABULARY)
        assert answer(target, drafter, sampling) == plain


def test_strict_decides_near_ties_alike_in_bfloat16(folder: Path) -> None:
    target = open_target(folder, "tiny", "bfloat16")
    plain = answer(target, RandomTrees([], seed=0), near_tie=target.near_tie)
    for seed in range(4):
        drafter = RandomTrees(plain, seed=seed, vocabulary=VOCABULARY)
        assert answer(target, drafter, near_tie=target.near_tie) == plain


def test_the_cache_grows(folder: Path, kind: str) -> None:
    prompt = [1 + i * i % 89 for i in range(1023)]
    sequence = open_target(folder, "tiny", "float32").open()
    for _ in prefill(sequence, prompt):
        pass
    model = tiny(kind)
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([[*prompt, 5, 6]]), use_cache=False).logits[0, -3:]
    choices = sequence.forward(prompt[-1], Draft((5, 6)), GREEDY)
    assert choices.token_ids == tuple(logits.argmax(-1).tolist())


def test_other_families_are_left_to_transformers(tmp_path: Path) -> None:
    tiny("gemma3 (sliding window)").save_pretrained(tmp_path)
    assert not llama.is_supported(tmp_path)
    assert isinstance(open_target(tmp_path, "tiny", "float32"), HfTarget)
