"""The drafting block as it is trained: `targets/mtp.py` runs it.

One layer like the target's own, fed with the target's final hidden state and the embedding of the token after it
(DeepSeek-V3 2412.19437 section 2.2, EAGLE 2401.15077). Unrolled over its own states as it will be used (EAGLE-3
2503.01840), against the target's distribution.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from specedit.engine.draft import NO_DRAFT
from specedit.engine.targets.llama import LlamaSequence, LlamaTarget

_STEM = "mtp."
_LAYER = f"{_STEM}layers.0."
_LINEARS = (
    *(f"self_attn.{part}_proj" for part in "qkvo"),
    *(f"mlp.{part}_proj" for part in ("gate", "up", "down")),
)
_NORMS = ("input_layernorm", "post_attention_layernorm")


class Block(nn.Module):
    """Weights by the names that checkpoints with such a block use; embedding and output matrix are the target's."""

    def __init__(self, config: dict[str, Any], weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.heads: int = config["num_attention_heads"]
        self.kv_heads: int = config["num_key_value_heads"]
        self.head_dim: int = config["head_dim"]
        self.eps: float = config["rms_norm_eps"]
        self.theta: float = config["rope_theta"]
        self.weights = nn.ParameterDict(
            {name.replace(".", "/"): nn.Parameter(value.float()) for name, value in weights.items()}
        )

    def __getitem__(self, name: str) -> Tensor:
        return self.weights[f"{_STEM}{name}".replace(".", "/")]

    def forward(self, hidden: Tensor, embedded: Tensor, steps: int) -> list[Tensor]:
        """Return for each step its states [batch, length, width], which the output matrix turns into logits.

        hidden[:, t] is the target's state after token t, embedded[:, t] token t + 1; step k has at t what is drafted k + 1
        tokens after the last state of the target that it has seen, that at t - k. Its first k rows mean nothing.
        """
        cos, sin = self._rotation(hidden.shape[1])
        keys: list[Tensor] = []
        values: list[Tensor] = []
        states: list[Tensor] = []
        token = self._norm(embedded, "pre_fc_norm_embedding")
        for _ in range(steps):
            pair = torch.cat([token, self._norm(hidden, "pre_fc_norm_hidden")], -1)
            x = self._linear(pair, "fc")
            heads = self._norm(x, "layers.0.input_layernorm")
            q, k, v = (
                self._heads(self._linear(heads, f"layers.0.self_attn.{p}_proj")) for p in "qkv"
            )
            keys.append(_rotated(k, cos, sin))
            values.append(v)
            mixed = self._attend(_rotated(q, cos, sin), keys, values)
            x = x + self._linear(mixed, "layers.0.self_attn.o_proj")
            inner = self._norm(x, "layers.0.post_attention_layernorm")
            gate, up = (self._linear(inner, f"layers.0.mlp.{p}_proj") for p in ("gate", "up"))
            x = x + self._linear(functional.silu(gate) * up, "layers.0.mlp.down_proj")
            states.append(self._norm(x, "norm"))
            hidden = _later(states[-1], 1)
        return states

    def _attend(self, q: Tensor, keys: list[Tensor], values: list[Tensor]) -> Tensor:
        """Attention of the last step: the first step's rows up to where it began, then one row of each step since."""
        batch, _, length, width = q.shape
        step = len(keys) - 1
        group = self.heads // self.kv_heads
        q = q.reshape(batch, self.kv_heads, group, length, width) * width**-0.5
        seen = torch.ones(length, length, dtype=torch.bool).tril(-step)
        scores = (q @ keys[0][:, :, None].mT).masked_fill(~seen, float("-inf"))
        later = [_later(k, step - i, 2)[:, :, None] for i, k in enumerate(keys) if i]
        scores = torch.cat([scores, *((q * k).sum(-1, keepdim=True) for k in later)], -1)
        shares = scores.float().softmax(-1).to(q.dtype)
        if step:  # the first rows of a later step see nothing of the first
            shares = shares.nan_to_num()
        mixed = shares[..., :length] @ values[0][:, :, None]
        for i in range(1, step + 1):
            value = _later(values[i], step - i, 2)[:, :, None]
            mixed = mixed + shares[..., length + i - 1, None] * value
        return mixed.reshape(batch, self.heads, length, width).transpose(1, 2).flatten(2)

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], -1, self.head_dim).transpose(1, 2)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self[f"{name}.weight"].to(x.dtype))

    def _norm(self, x: Tensor, name: str) -> Tensor:
        weight = self[f"{name}.weight"]
        return functional.rms_norm(x.float(), weight.shape, weight, self.eps).to(x.dtype)

    def _rotation(self, length: int) -> tuple[Tensor, Tensor]:
        exponents = torch.arange(0, self.head_dim, 2).float() / self.head_dim
        angles = torch.arange(length)[:, None] / self.theta**exponents
        cos, sin = angles.cos(), angles.sin()
        return torch.cat([cos, cos], -1).bfloat16(), torch.cat([-sin, sin], -1).bfloat16()


@torch.inference_mode()
def begin(
    folder: Path, config: dict[str, Any], token_ids: Tensor, states: Tensor
) -> dict[str, Tensor]:
    """Return the weights that training begins with: the target's last layer and final norm.

    What the last layer is fed with at token t + 1 is estimated from token t + 1 and the state after t, by least squares
    over these texts [count, length] and their states.
    """
    stored = load_file(folder / "model.safetensors")
    last = f"model.layers.{config['num_hidden_layers'] - 1}."
    weights = {
        f"{_LAYER}{name}.weight": stored[f"{last}{name}.weight"] for name in (*_LINEARS, *_NORMS)
    }
    width: int = config["hidden_size"]
    ones = torch.ones(width)
    embedded = stored["model.embed_tokens.weight"][token_ids[:, 1:].long()]
    seen = torch.cat([_normed(embedded, ones, config), _normed(states[:, :-1], ones, config)], -1)
    seen = seen.flatten(0, 1).double()
    fed = _fed_to_last_layer(folder, token_ids)[:, 1:].flatten(0, 1).double()
    square = seen.T @ seen
    square.diagonal().add_(1e-3 * len(seen))
    weights[f"{_STEM}fc.weight"] = torch.linalg.solve(square, seen.T @ fed).T.float()
    weights[f"{_STEM}norm.weight"] = stored["model.norm.weight"]
    weights[f"{_STEM}pre_fc_norm_hidden.weight"] = ones.clone()
    weights[f"{_STEM}pre_fc_norm_embedding.weight"] = ones
    return weights


def _fed_to_last_layer(folder: Path, token_ids: Tensor) -> Tensor:
    target = LlamaTarget(folder, "target", torch.bfloat16)
    target.stack = replace(target.stack, layers=target.stack.layers[:-1], norm=lambda x: x)
    rows = [
        LlamaSequence(target).read(text, NO_DRAFT, last_rows=len(text))
        for text in token_ids.tolist()
    ]
    return torch.stack(rows)


def _normed(x: Tensor, weight: Tensor, config: dict[str, Any]) -> Tensor:
    return functional.rms_norm(x.float(), weight.shape, weight, config["rms_norm_eps"])


def save(block: Block, draft_ids: Tensor, path: Path) -> None:
    """Write the block in float16, with the tokens that it can draft."""
    weights = {
        name.replace("/", "."): value.detach().half() for name, value in block.weights.items()
    }
    save_file({**weights, f"{_STEM}draft_ids": draft_ids.int()}, path)


def _rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    return x * cos + x.roll(x.shape[-1] // 2, -1) * sin


def _later(x: Tensor, rows: int, dim: int = 1) -> Tensor:
    """The same, `rows` later along a dimension."""
    if not rows:
        return x
    zeros = torch.zeros_like(x.narrow(dim, 0, rows))
    return torch.cat([zeros, x.narrow(dim, 0, x.shape[dim] - rows)], dim)
