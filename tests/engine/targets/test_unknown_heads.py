"""Checkpoints that bring something to draft with which cannot be used: the error says what it is."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from tests.fakes import new_context
from tests.tiny_models import COMMON, PROMPT, tiny

from specedit import drafters
from specedit.engine.errors import InvalidRequest, TargetError
from specedit.engine.target import Target
from specedit.engine.targets.load import open_target

LINEAR: dict[str, Any] = {
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 2,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
    "layer_types": ["linear_attention", "full_attention"],
    "num_hidden_layers": 2,
}
HYBRIDS: dict[str, Any] = {
    "qwen3-next": lambda: transformers.Qwen3NextConfig(
        **COMMON,
        **LINEAR,
        num_experts=2,
        num_experts_per_tok=1,
        moe_intermediate_size=16,
        shared_expert_intermediate_size=16,
    ),
    "qwen3.5": lambda: transformers.Qwen3_5TextConfig(**COMMON, **LINEAR),
}


def refusal(target: Target) -> str:
    """What `--drafter mtp` says."""
    context = replace(new_context(PROMPT, []), sequence=target.open())
    with pytest.raises(InvalidRequest) as caught:
        drafters.load("mtp")(context)
    return str(caught.value)


def add(folder: Path, name: str) -> None:
    """Put a tensor of a name beside the weights of a model."""
    file = folder / "model.safetensors"
    save_file(load_file(file) | {name: torch.zeros(4, 4)}, file, metadata={"format": "pt"})


@pytest.mark.parametrize("kind", HYBRIDS)
def test_models_whose_state_cannot_go_back_have_no_use_for_heads(kind: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model: Any = transformers.AutoModelForCausalLM.from_config(HYBRIDS[kind]())
    model.save_pretrained(tmp_path)
    add(tmp_path, "mtp.fc.weight")
    target = open_target(tmp_path, "tiny", "float32", "cpu")
    assert "its running state cannot go back" in refusal(target)


@pytest.mark.parametrize("kind", ["llama", "phi3"])  # read by our own passes, and by transformers
@pytest.mark.parametrize(
    "name", ["model.mtp_layers.0.input_proj.weight", "medusa_head.0.linear.weight"]
)
def test_heads_of_another_kind_are_named(kind: str, name: str, tmp_path: Path) -> None:
    tiny(kind).save_pretrained(tmp_path)
    assert "a kind that is not read here" not in refusal(
        open_target(tmp_path, "t", "float32", "cpu")
    )
    add(tmp_path, name)
    assert f"a kind that is not read here ({name})" in refusal(
        open_target(tmp_path, "t", "float32", "cpu")
    )


def test_a_drafter_of_gemma_4_is_no_model_by_itself(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gemma4_assistant"}))
    with pytest.raises(TargetError, match=r"reads the keys and values of its Gemma 4"):
        open_target(tmp_path, "tiny", "float32", "cpu")
