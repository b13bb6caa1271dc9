"""The matrices of a transformers model packed for the processor, as those of our own passes are (`llama_weights`).

The embedded model by transformers on one core with AVX512_BF16, after 1,000 tokens, milliseconds of a pass of 1, 8 and 64 rows:
bfloat16 37, 49, 150, packed 24, 38, 143; float32 45, 85, 286, packed 23, 40, 172. Packing takes 0.3 and 1.4 seconds there.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor, nn

from specedit.engine.targets import llama_weights
from specedit.engine.targets.llama_weights import PlainLinear


class PackedLinear(nn.Module):
    """What takes the place of a `torch.nn.Linear`."""

    def __init__(self, unpacked: nn.Linear) -> None:
        super().__init__()
        weight, bias = unpacked.weight.detach(), unpacked.bias
        self.bias = None if bias is None else bias.detach()
        self._product = llama_weights.linear(_as_stored(weight), weight.dtype, self.bias)
        self.in_features, self.out_features = unpacked.in_features, unpacked.out_features

    @property
    def weight(self) -> Tensor:
        """[out, in]. Who looks at it does so at every pass, so from now on it stays unpacked."""
        if not isinstance(self._product, PlainLinear):
            self._product = PlainLinear(self._product.weight, self.bias)
        return self._product.weight

    def forward(self, x: Tensor) -> Tensor:
        """Return x · weightᵀ + bias."""
        return self._product(x)


def pack(model: Any) -> None:
    """Pack the matrices of a model in place, if it is on a processor that has products for that.

    Those of `torch.nn.Linear` itself: a kind derived from it may compute something else.
    """
    if model.device.type != "cpu" or not llama_weights.can_pack(model.dtype):
        return
    places = [
        (parent, name)
        for parent in model.modules()
        for name, child in parent.named_children()
        if type(child) is nn.Linear and child.weight.dtype == model.dtype
    ]

    def pack_one(place: tuple[nn.Module, str]) -> None:
        parent, name = place
        setattr(parent, name, PackedLinear(getattr(parent, name)))

    with ThreadPoolExecutor(min(8, torch.get_num_threads())) as pool:  # a thread packs a matrix
        list(pool.map(pack_one, places))


def _as_stored(weight: Tensor) -> Tensor:
    """Return a float32 weight in the 16 bits that it was widened from, if it was."""
    for dtype in (torch.bfloat16, torch.float16):
        narrow = weight.to(dtype)
        if torch.equal(narrow.to(weight.dtype), weight):
            return narrow
    return weight
