"""Models of transformers with packed matrices against the same as they are."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.fakes import RandomTrees
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
from torch import nn

from specedit.engine.draft import NO_DRAFT
from specedit.engine.target import GREEDY
from specedit.engine.targets.hf import open_model
from specedit.engine.targets.packed import PackedLinear, pack


def products(model: Any) -> list[PackedLinear]:
    return [module for module in model.modules() if isinstance(module, PackedLinear)]


@pytest.mark.parametrize("kind", [*ATTENTION, *RECURRENT])
@pytest.mark.parametrize("stored", [torch.float32, torch.bfloat16])
@torch.inference_mode()
def test_it_is_the_same_model(kind: str, stored: torch.dtype) -> None:
    """Weights that were widened from 16 bits are kept in 16."""
    plain, packed = (tiny(kind).to(stored).float() for _ in range(2))
    pack(packed)
    assert products(packed)
    assert not any(type(module) is nn.Linear for module in packed.modules())
    text = torch.tensor([[1 + i * i % 89 for i in range(80)]])
    for rows in (1, 80):
        own, other = (m(input_ids=text[:, :rows], use_cache=False).logits for m in (plain, packed))
        assert (own - other).abs().max() <= 2e-5 * own.abs().max()


@pytest.mark.parametrize("kind", ATTENTION)
def test_drafts_change_nothing(kind: str, tmp_path: Path) -> None:
    tiny(kind).save_pretrained(tmp_path)
    target = open_model(tmp_path, "tiny", "float32")
    own = uncached(tiny(kind), LENGTH)
    for seed in range(3):
        assert answer(target, RandomTrees(own, seed=seed, vocabulary=VOCABULARY)) == own


def test_weights_can_be_looked_at() -> None:
    """As some models do in their passes; what they see is what was there."""
    for stored in (torch.float32, torch.bfloat16):
        model = tiny("qwen2").to(stored).float()
        before = {
            name: (module.weight.clone(), module.bias)
            for name, module in model.named_modules()
            if type(module) is nn.Linear
        }
        pack(model)
        x = torch.randn(3, 32)
        with torch.inference_mode():
            modules = {name: m for name, m in model.named_modules() if name in before}
            results = {name: m(x) for name, m in modules.items() if m.in_features == 32}
            for name, module in modules.items():
                weight, bias = before[name]
                assert torch.allclose(module.weight, weight, rtol=1e-6, atol=1e-7)
                assert module.bias is None if bias is None else torch.equal(module.bias, bias)
                if name in results:
                    assert torch.allclose(module(x), results[name], rtol=1e-5, atol=1e-6)


def test_kinds_of_their_own_are_left_alone() -> None:
    class Doubled(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(x)

    model = tiny("llama")
    model.lm_head = Doubled(32, VOCABULARY)
    pack(model)
    assert type(model.lm_head) is Doubled and products(model)


@pytest.mark.parametrize("kind", ["llama", "gemma3 (sliding window)", "llama4 (chunks)"])
def test_one_row_sees_what_it_saw_without_a_mask(kind: str, tmp_path: Path) -> None:
    """A mask that hides nothing makes it faster; past windows and chunks it hides what it must."""
    model = tiny(kind)
    model.save_pretrained(tmp_path)
    sequence = open_model(tmp_path, "tiny", "float32").open()
    text = list(PROMPT)
    sequence.prefill(text[:-1])
    for _ in range(40):
        choices = sequence.forward(text[-1], NO_DRAFT, GREEDY, margins=True)
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1]
        best = logits.topk(2).values
        assert choices.token_ids == (int(logits.argmax()),)
        assert choices.margins[0] == pytest.approx(float(best[0] - best[1]), abs=1e-3)
        text.append(choices.token_ids[0])
