"""The weights of a Llama, Qwen2 or Qwen3 folder, laid out for `engine.llama`."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from specedit.engine.errors import TargetError


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of one layer; biases and head norms are None where the family has none."""

    input_norm: Tensor
    qkv: Tensor  # [(heads + 2 · kv_heads) · head_dim, hidden]
    qkv_bias: Tensor | None
    q_norm: Tensor | None
    k_norm: Tensor | None
    out: Tensor
    inner_norm: Tensor
    gate_up: Tensor  # [2 · inner, hidden]
    down: Tensor


class Weights:
    """The tensors of a folder, read as they are asked for."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        from safetensors.torch import load_file

        files = sorted(folder.glob("*.safetensors"))
        if not files:
            raise TargetError(f"'{folder}' holds no .safetensors file")
        self._tensors: dict[str, Tensor] = {}
        for file in files:
            self._tensors |= load_file(file)
        self._folder, self._dtype = folder, dtype

    def __getitem__(self, name: str) -> Tensor:
        try:
            return self._tensors[name].to(self._dtype)
        except KeyError as error:
            raise TargetError(f"the model in '{self._folder}' has no tensor '{name}'") from error

    def layer(self, number: int) -> Layer:
        """Return the weights of one layer."""
        stem = f"model.layers.{number}."
        attention = f"{stem}self_attn."
        qkv = torch.cat([self[f"{attention}{part}_proj.weight"] for part in "qkv"])
        biases = [self._optional(f"{attention}{part}_proj.bias") for part in "qkv"]
        return Layer(
            input_norm=self[f"{stem}input_layernorm.weight"],
            qkv=qkv,
            qkv_bias=torch.cat([b for b in biases if b is not None])
            if biases[0] is not None
            else None,
            q_norm=self._optional(f"{attention}q_norm.weight"),
            k_norm=self._optional(f"{attention}k_norm.weight"),
            out=self[f"{attention}o_proj.weight"],
            inner_norm=self[f"{stem}post_attention_layernorm.weight"],
            gate_up=torch.cat([self[f"{stem}mlp.{part}_proj.weight"] for part in ("gate", "up")]),
            down=self[f"{stem}mlp.down_proj.weight"],
        )

    def _optional(self, name: str) -> Tensor | None:
        return self[name] if name in self._tensors else None
