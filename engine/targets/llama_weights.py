"""The weights of a Llama, Qwen2 or Qwen3 folder, laid out for `engine.targets.llama`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from specedit.engine.errors import TargetError


class Linear(Protocol):
    """x ↦ x · weightᵀ + bias: [rows, in] → [rows, out], of at least one row."""

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""

    @property
    def weight(self) -> Tensor:
        """[out, in], unpacked."""


def linear(weight: Tensor, dtype: torch.dtype, bias: Tensor | None = None) -> Linear:
    """Return x ↦ x · weightᵀ + bias in `dtype`, the weight [out, in] packed once for passes of any length.

    Weights that are stored in 16 bits are kept in 16 bits for float32 too, and widened as they are read (FBGEMM): on two
    AVX2 cores twice as fast as float32 packed by oneDNN at 1 to 8 rows, 1.2 times at 32 and 64, level at 256.
    """
    if dtype == torch.float32 and _fits_half(weight):
        return _HalfLinear(torch.ops.quantized.linear_prepack_fp16(weight.float(), bias))
    weight = weight.to(dtype)
    if not can_pack(dtype):
        return PlainLinear(weight, bias)
    return _PackedLinear(torch.ops.mkldnn._reorder_linear_weight(weight), bias)


@dataclass(frozen=True, slots=True)
class PlainLinear:
    """A product with a weight as it is."""

    weight: Tensor
    bias: Tensor | None

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""
        return functional.linear(x, self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class _HalfLinear:
    """FBGEMM's, with its bias in it."""

    packed: object

    def __call__(self, x: Tensor) -> Tensor:
        result: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, self.packed)
        return result

    @property
    def weight(self) -> Tensor:
        weight: Tensor = torch.ops.quantized.linear_unpack_fp16(self.packed)[0]
        return weight


@dataclass(frozen=True, slots=True)
class _PackedLinear:
    """oneDNN's."""

    packed: Tensor
    bias: Tensor | None

    def __call__(self, x: Tensor) -> Tensor:
        result: Tensor = torch.ops.mkldnn._linear_pointwise(
            x, self.packed, self.bias, "none", [], ""
        )
        return result

    @property
    def weight(self) -> Tensor:
        return self.packed.to_dense()


def _fits_half(weight: Tensor) -> bool:
    """Whether FBGEMM is there and float16 holds the weight.

    It holds every float16, and of a bfloat16 all but 2⁻²⁵ at most: less than float32 itself rounds away in a product with
    weights of which the largest is at least 2⁻⁵.
    """
    if torch.backends.quantized.engine not in ("x86", "fbgemm"):
        return False
    if weight.dtype == torch.bfloat16:
        return 2**-5 <= max(abs(bound.item()) for bound in weight.aminmax()) < 2**15
    return weight.dtype == torch.float16


class Norm:
    """RMSNorm (Zhang & Sennrich 2019) over the last dimension, in float32 inside.

    x · weight / √(mean(x²) + ε) as x · (weight · √width) / hypot(|x|, √(ε · width)): half as many operations as torch's.
    """

    def __init__(self, weight: Tensor, eps: float) -> None:
        width = len(weight)
        self._weight = weight.float() * width**0.5
        self._least = torch.tensor((eps * width) ** 0.5)

    def __call__(self, x: Tensor) -> Tensor:
        """Return x [..., width] normed, in its own format."""
        wide = x.float()
        length = torch.linalg.vector_norm(wide, dim=-1, keepdim=True)
        scaled: Tensor = wide * self._weight
        return scaled.div_(torch.hypot(length, self._least)).to(x.dtype)


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of one layer; head norms are None where the family has none."""

    input_norm: Norm
    qkv: Linear  # out: (heads + 2 · kv_heads) · head_dim
    q_norm: Norm | None
    k_norm: Norm | None
    out: Linear
    inner_norm: Norm
    gate_up: Linear  # out: 2 · inner
    down: Linear


class Weights:
    """The tensors of a folder whose names begin with one of `stems`."""

    def __init__(
        self, folder: Path, dtype: torch.dtype, eps: float, stems: tuple[str, ...] = ("",)
    ) -> None:
        from safetensors import safe_open

        files = sorted(folder.glob("*.safetensors"))
        if not files:
            raise TargetError(f"'{folder}' holds no .safetensors file")
        self._tensors: dict[str, Tensor] = {}
        for file in files:
            with safe_open(file, framework="pt") as opened:
                names = [name for name in opened.offset_keys() if name.startswith(stems)]
                self._tensors |= {name: opened.get_tensor(name) for name in names}
        self._folder, self._dtype, self._eps = folder, dtype, eps

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def embedding(self, name: str) -> Tensor:
        """Return a tensor in the format of the file."""
        return self.stored(name).clone()  # what was read is a view of the whole file

    def norm(self, name: str) -> Norm:
        """Return the norm with this weight."""
        return Norm(self.stored(f"{name}.weight"), self._eps)

    def linear(self, *names: str) -> Linear:
        """Return the product with these weights, and their biases if they have any, one below the other."""
        biases = [f"{name}.bias" for name in names if f"{name}.bias" in self._tensors]
        return linear(
            torch.cat([self.stored(f"{name}.weight") for name in names]),
            self._dtype,
            torch.cat([self.stored(name) for name in biases]).to(self._dtype) if biases else None,
        )

    def layer(self, stem: str) -> Layer:
        """Return the weights of one layer, whose names begin with `stem`."""
        attention, mlp = f"{stem}self_attn.", f"{stem}mlp."
        return Layer(
            input_norm=self.norm(f"{stem}input_layernorm"),
            qkv=self.linear(*(f"{attention}{part}_proj" for part in "qkv")),
            q_norm=self._head_norm(f"{attention}q_norm"),
            k_norm=self._head_norm(f"{attention}k_norm"),
            out=self.linear(f"{attention}o_proj"),
            inner_norm=self.norm(f"{stem}post_attention_layernorm"),
            gate_up=self.linear(f"{mlp}gate_proj", f"{mlp}up_proj"),
            down=self.linear(f"{mlp}down_proj"),
        )

    def stored(self, name: str) -> Tensor:
        """Return a tensor as it is in the file."""
        try:
            return self._tensors[name]
        except KeyError as error:
            raise TargetError(f"the model in '{self._folder}' has no tensor '{name}'") from error

    def _head_norm(self, name: str) -> Norm | None:
        return self.norm(name) if f"{name}.weight" in self._tensors else None


def can_pack(dtype: torch.dtype) -> bool:
    """Whether oneDNN packs matrices of a format here."""
    if not torch._C._has_mkldnn:
        return False
    supported: bool = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return dtype == torch.float32 or (dtype == torch.bfloat16 and supported)
