"""The weights of a Llama, Qwen2 or Qwen3 folder, laid out for `engine.llama`."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from specedit.engine.errors import TargetError


class Linear:
    """x · weightᵀ + bias, for a weight [out, in] that is packed once, as oneDNN reads it, for passes of any length.

    In float32 on two AVX2 cores, all matrices of a 135M model: 1 row 1.4 times as fast as unpacked, 2 to 16 rows 1.9 to
    2.5 times, 256 rows 1.2 times.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self._bias = bias
        self._is_packed = _can_pack(weight.dtype)
        if self._is_packed:
            weight = torch.ops.mkldnn._reorder_linear_weight(weight)
        self._weight = weight

    def __call__(self, x: Tensor) -> Tensor:
        """Return [rows, out] for x [rows, in], of at least one row."""
        if not self._is_packed:
            return functional.linear(x, self._weight, self._bias)
        result: Tensor = torch.ops.mkldnn._linear_pointwise(
            x, self._weight, self._bias, "none", [], ""
        )
        return result


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of one layer; head norms are None where the family has none."""

    input_norm: Tensor
    qkv: Linear  # out: (heads + 2 · kv_heads) · head_dim
    q_norm: Tensor | None
    k_norm: Tensor | None
    out: Linear
    inner_norm: Tensor
    gate_up: Linear  # out: 2 · inner
    down: Linear


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
        return self._copied(name, self._dtype)

    def stored(self, name: str) -> Tensor:
        """Return a tensor in the format of the file."""
        return self._copied(name, None)

    def _copied(self, name: str, dtype: torch.dtype | None) -> Tensor:
        try:
            found = self._tensors[name]
        except KeyError as error:
            raise TargetError(f"the model in '{self._folder}' has no tensor '{name}'") from error
        return found.to(dtype or found.dtype, copy=True)  # what it was read into is the whole file

    def layer(self, number: int) -> Layer:
        """Return the weights of one layer."""
        stem = f"model.layers.{number}."
        attention = f"{stem}self_attn."
        qkv = torch.cat([self[f"{attention}{part}_proj.weight"] for part in "qkv"])
        names = [f"{attention}{part}_proj.bias" for part in "qkv"]
        biases = [self[name] for name in names if name in self._tensors]
        return Layer(
            input_norm=self[f"{stem}input_layernorm.weight"],
            qkv=Linear(qkv, torch.cat(biases) if biases else None),
            q_norm=self._optional(f"{attention}q_norm.weight"),
            k_norm=self._optional(f"{attention}k_norm.weight"),
            out=Linear(self[f"{attention}o_proj.weight"]),
            inner_norm=self[f"{stem}post_attention_layernorm.weight"],
            gate_up=Linear(
                torch.cat([self[f"{stem}mlp.{part}_proj.weight"] for part in ("gate", "up")])
            ),
            down=Linear(self[f"{stem}mlp.down_proj.weight"]),
        )

    def _optional(self, name: str) -> Tensor | None:
        return self[name] if name in self._tensors else None


def _can_pack(dtype: torch.dtype) -> bool:
    if not torch._C._has_mkldnn:
        return False
    supported: bool = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return dtype == torch.float32 or (dtype == torch.bfloat16 and supported)
