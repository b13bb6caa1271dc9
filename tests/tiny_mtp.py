"""Tiny models with a block that drafts."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from tests.tiny_models import COMMON, VOCABULARY, tiny
from torch import Tensor
from transformers import LlamaConfig, LlamaModel

WIDTH = COMMON["hidden_size"]


def block_weights(layer: LlamaModel, joined: Tensor) -> dict[str, Tensor]:
    """A block of this one layer, by the names of checkpoints."""
    weights = {
        f"mtp.{name}": value.clone()
        for name, value in layer.state_dict().items()
        if name.startswith(("layers.", "norm."))
    }
    norms = (f"mtp.pre_fc_norm_{what}.weight" for what in ("hidden", "embedding"))
    return weights | {"mtp.fc.weight": joined} | {name: torch.ones(WIDTH) for name in norms}


def random_layer() -> LlamaModel:
    torch.manual_seed(11)
    layer = LlamaModel(LlamaConfig(**COMMON, num_hidden_layers=1))
    with torch.no_grad():
        for weight in layer.parameters():
            if weight.dim() > 1:
                weight.mul_(4)
    return layer


def save_forgetful(folder: Path, *, reduced: bool = False) -> None:
    """Save a model whose layers add nothing, so that its last token alone says what is next, with a block of that kind.

    `reduced`: the block names the tokens that its output stands for.
    """
    model, layer = tiny("llama"), random_layer()
    with torch.no_grad():
        for stack in (*model.model.layers, *layer.layers):
            stack.self_attn.o_proj.weight.zero_()
            stack.mlp.down_proj.weight.zero_()
    model.save_pretrained(folder)
    weights = block_weights(layer, torch.eye(WIDTH, 2 * WIDTH))
    if reduced:
        order = torch.randperm(VOCABULARY, generator=torch.Generator().manual_seed(2))
        weights["mtp.draft_ids"] = order.int()
    save_file(weights, folder / "mtp.safetensors")
