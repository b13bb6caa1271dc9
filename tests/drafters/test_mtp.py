"""Drafts by a block behind the model: they change how many passes a text takes, and nothing else."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tests.fakes import new_budget, new_context
from tests.tiny_models import LENGTH, PROMPT, tiny
from tests.tiny_mtp import WIDTH, block_weights, drafted_answer, random_layer, save_forgetful

from specedit import drafters
from specedit.engine.errors import InvalidRequest
from specedit.engine.target import GREEDY, Sampling
from specedit.engine.targets.llama import LlamaTarget
from specedit.engine.targets.prefix_cache import PrefixCache

SAMPLINGS = [GREEDY, Sampling(0.7, seed=3), Sampling(1.0, seed=8)]


@pytest.fixture
def random_target(tmp_path: Path) -> LlamaTarget:
    tiny("llama").save_pretrained(tmp_path)
    joined = torch.randn(WIDTH, 2 * WIDTH, generator=torch.Generator().manual_seed(5))
    save_file(block_weights(random_layer(), joined), tmp_path / "mtp.safetensors")
    return LlamaTarget(tmp_path, "tiny", torch.float32)


@pytest.fixture
def forgetful(tmp_path: Path) -> LlamaTarget:
    save_forgetful(tmp_path)
    return LlamaTarget(tmp_path, "tiny", torch.float32)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("near_tie", [None, 0.5])
@pytest.mark.parametrize("drafter", ["mtp", "cascade"])
def test_wrong_drafts_change_nothing(
    random_target: LlamaTarget, drafter: str, sampling: Sampling, near_tie: float | None
) -> None:
    plain, _ = drafted_answer(random_target, "none", sampling, near_tie)
    drafted, steps = drafted_answer(random_target, drafter, sampling, near_tie)
    assert drafted == plain
    assert sum(step.drafted for step in steps) > LENGTH // 2


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_right_drafts_save_passes(forgetful: LlamaTarget, sampling: Sampling) -> None:
    plain, _ = drafted_answer(forgetful, "none", sampling)
    drafted, steps = drafted_answer(forgetful, "mtp", sampling)
    assert drafted == plain
    assert len(steps) == 1 + -(-(len(plain) - 1) // 4)  # the first has nothing to go by
    assert {share.drafter for step in steps for share in step.shares} == {"mtp"}


def test_what_computes_drafts_beside_what_copies(forgetful: LlamaTarget) -> None:
    plain, _ = drafted_answer(forgetful, "none", GREEDY)
    drafted, steps = drafted_answer(forgetful, "cascade", GREEDY)
    assert drafted == plain
    drafters = [tuple(share.drafter for share in step.shares) for step in steps]
    assert any("mtp" in names for names in drafters)
    assert "mtp" not in drafters[0]  # it has nothing to go by, and copies take its place


def test_a_text_that_is_kept_is_gone_on_with(forgetful: LlamaTarget) -> None:
    cache = PrefixCache(forgetful, 1 << 30)
    first, second = (drafted_answer(cache, "mtp", GREEDY) for _ in range(2))
    assert first[0] == second[0]


def test_a_model_without_heads_is_refused_with_what_to_do() -> None:
    context = new_context(PROMPT, [], new_budget())
    with pytest.raises(InvalidRequest, match=r"no heads that draft; give --drafter cascade"):
        drafters.load("mtp")(context)
