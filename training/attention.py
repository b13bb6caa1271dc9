"""Attention over a pack of lessons: what a row cannot see is not computed.

Rows are taken in blocks. Those of the shared code see it up to themselves, those of a branch the shared code and
their own branch so far. Query heads of one key head lie side by side as more rows of it, and the backward pass
computes the probabilities again instead of keeping them (Chen et al. 2016, arXiv 1604.06174).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

NAME = "packed"
_ROWS = 256


def register() -> None:
    """Make it known to transformers, as `attn_implementation=NAME`; the model is then to be called with `segments`."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, attend)


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    *,
    scaling: float,
    segments: tuple[int, ...],
    **_: object,
) -> tuple[Tensor, None]:
    """Return [1, length, heads, head_dim] for queries [1, heads, length, head_dim] and the mask [1, 1, length, length].

    `segments` are where the shared code and each branch end.
    """
    result = _Attention.apply(query[0], key[0], value[0], attention_mask[0, 0], scaling, segments)
    return result.transpose(0, 1)[None], None


class _Attention(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        mask: Tensor,
        scaling: float,
        segments: tuple[int, ...],
    ) -> Tensor:
        result = torch.empty_like(query, memory_format=torch.contiguous_format)
        for rows, seen in _blocks(segments):
            q, k, v = _of_block(query, key, value, rows, seen)
            o = _probabilities(q, k, mask, scaling, rows, seen) @ v
            result[:, rows] = o.view(query.shape[0], -1, query.shape[2])
        ctx.save_for_backward(query, key, value, mask, result)
        ctx.scaling, ctx.segments = scaling, segments
        return result

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, mask, result = ctx.saved_tensors
        grad = grads[0]
        of_query = torch.empty_like(query, memory_format=torch.contiguous_format)
        of_key = torch.zeros(key.shape, dtype=torch.float32)
        of_value = torch.zeros(value.shape, dtype=torch.float32)
        for rows, seen in _blocks(ctx.segments):
            q, k, v = _of_block(query, key, value, rows, seen)
            p = _probabilities(q, k, mask, ctx.scaling, rows, seen)
            d = grad[:, rows].reshape(q.shape)
            mean = (d * result[:, rows].reshape(q.shape)).sum(-1, keepdim=True)
            of_scores = torch.baddbmm(-mean, d, v.transpose(1, 2)).mul_(p).mul_(ctx.scaling)
            of_query[:, rows] = (of_scores @ k).view(query.shape[0], -1, query.shape[2])
            _add(of_key, of_scores.transpose(1, 2) @ q, seen)
            _add(of_value, p.transpose(1, 2) @ d, seen)
        return of_query, of_key.to(key.dtype), of_value.to(value.dtype), None, None, None


def _blocks(segments: tuple[int, ...]) -> Iterator[tuple[slice, tuple[slice, ...]]]:
    """Rows, and the stretches of tokens that they see, the last up to the last of them."""
    shared = slice(0, segments[0])
    for start, end in pairwise((0, *segments)):
        for first in range(start, end, _ROWS):
            last = min(end, first + _ROWS)
            yield slice(first, last), (shared, slice(start, last)) if start else (slice(0, last),)


def _of_block(
    query: Tensor, key: Tensor, value: Tensor, rows: slice, seen: tuple[slice, ...]
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries [kv_heads, group · rows, head_dim], and keys and values [kv_heads, seen, head_dim]."""
    q = query[:, rows].reshape(key.shape[0], -1, query.shape[2])
    k, v = (torch.cat([t[:, part] for part in seen], 1) for t in (key, value))
    return q, k, v


def _probabilities(
    q: Tensor, k: Tensor, mask: Tensor, scaling: float, rows: slice, seen: tuple[slice, ...]
) -> Tensor:
    group = q.shape[1] // (rows.stop - rows.start)
    hidden = torch.cat([mask[rows, part] for part in seen], 1).repeat(group, 1)
    return torch.baddbmm(hidden[None], q, k.transpose(1, 2), alpha=scaling).softmax(-1)


def _add(total: Tensor, values: Tensor, seen: tuple[slice, ...]) -> None:
    sizes = [part.stop - part.start for part in seen]
    for part, tensor in zip(seen, values.split(sizes, 1), strict=True):
        total[:, part] += tensor
