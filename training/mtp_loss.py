"""How far the drafting block's distributions are from the target's, over few tokens of the vocabulary."""

from typing import Any

import torch
from torch import Tensor

_FREQUENT, _LIKELIEST, _OTHERS = 2048, 8, 512  # candidates of a sequence, of each place, at random


class Candidates:
    """The tokens that a sequence's distributions are compared over: few, or the output matrix would cost more than the block.

    The most frequent, those that are likeliest somewhere in the sequence by the target, and some at random (Jean et al.
    2015, 1412.2007). The likeliest are looked up once a sequence.
    """

    def __init__(self, head: Tensor, seed: int) -> None:
        self._head = head
        self._likely: dict[str, Tensor] = {}
        self._random = torch.Generator().manual_seed(seed)

    def rows(self, place: str, states: Tensor) -> Tensor:
        """Return the rows of the output matrix for a sequence, whose place in the shards is its key."""
        if place not in self._likely:
            best = (states @ self._head.T).topk(_LIKELIEST, -1).indices
            self._likely[place] = best.unique()
        others = torch.randint(len(self._head), (_OTHERS,), generator=self._random)
        frequent = torch.arange(_FREQUENT)
        return self._head[torch.cat([frequent, self._likely[place], others]).unique()]


class Distillation(torch.autograd.Function):
    """The cross entropy of a block's distributions with the target's, summed over rows, in blocks of them."""

    @staticmethod
    def forward(ctx: Any, states: Tensor, shares: Tensor, head: Tensor) -> Tensor:
        logits = (states @ head.T).float()
        logs = logits.log_softmax(-1)
        loss = -(shares * logs).sum()
        ctx.save_for_backward((logs.exp_() - shares).bfloat16() @ head)
        return loss

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        return gradient * grads[0], None, None
