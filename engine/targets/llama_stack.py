"""Layers of a Llama one above the other, and the keys and values of a text in them.

Keys and values are written in place into one preallocated cache, so going back is a shorter length. Queries, keys and
values are one matrix, as are gate and up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from specedit.engine.draft import Draft, depths
from specedit.engine.errors import TargetError
from specedit.engine.targets import attention, devices
from specedit.engine.targets.attention_ways import Ways
from specedit.engine.targets.llama_weights import Layer, Norm
from specedit.engine.targets.tree_mask import visible

# Tokens; the cache doubles when it is full. Memory is taken as it is written to.
_FIRST_CACHE = 8192


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers with the norm behind them. `frequencies`: of the rotary embeddings, [head_dim / 2].

    `ways`: which passes have their attention computed in which way.
    """

    layers: Sequence[Layer]
    norm: Norm
    heads: int
    kv_heads: int
    head_dim: int
    frequencies: Tensor
    dtype: torch.dtype
    max_length: int
    ways: Ways


class StackCache:
    """One text in the layers: keys, then values, [layers, 2 · kv_heads, capacity, head_dim]."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._cache = self._room(min(_FIRST_CACHE, stack.max_length))
        self._length = self._most = 0

    @property
    def length(self) -> int:
        """Rows whose keys and values are cached."""
        return self._length

    @property
    def nbytes(self) -> int:
        """Memory that the cache takes, in bytes."""
        return self._cache.nbytes // self._cache.shape[2] * self._most

    def keep(self, start: int, rows: Sequence[int]) -> None:
        """Of the rows from `start` on keep these, in order, and forget the rest."""
        if list(rows) != list(range(len(rows))):
            at = start + torch.tensor(list(rows))
            self._cache[:, :, start : start + len(rows)] = self._cache[:, :, at]
        self._length = start + len(rows)

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` rows."""
        self._length = min(length, self._length)

    def fork(self, length: int) -> "StackCache":
        """Return a new cache that holds the first `length` rows."""
        copy = StackCache(self._stack)
        copy._reserve(length)
        copy._cache[:, :, :length] = self._cache[:, :, :length]
        copy._length = copy._most = length
        return copy

    @torch.inference_mode()
    def run(self, x: Tensor, draft: Draft, last_rows: int) -> Tensor:
        """Cache rows x [rows, width]; return the normed hidden states of the last ones [last_rows, width].

        The rows are one chain, or [last, *draft] where the draft is a tree.
        """
        stack, start, rows = self._stack, self._length, len(x)
        end = start + rows
        try:
            self._reserve(end)
            places = torch.tensor(depths(draft)) if draft.parents else torch.arange(rows)
            cos, sin = self._rotation(start + places)
            attend = _attention(stack, draft, rows, start)
            for number, layer in enumerate(stack.layers):
                x = self._attended(number, layer, x, cos, sin, attend, start)
                if number == len(stack.layers) - 1:
                    x = x[rows - last_rows :]
                if len(x):
                    gate, up = layer.gate_up(layer.inner_norm(x)).chunk(2, -1)
                    x = layer.down(functional.silu(gate).mul_(up)).add_(x)
        except (RuntimeError, MemoryError) as error:
            if not devices.is_out_of_memory(error):
                raise
            raise TargetError(
                f"out of memory in a pass of {rows} tokens after {start}; "
                "edit a smaller file or use a smaller model"
            ) from error
        self._length = end
        self._most = max(self._most, end)
        return stack.norm(x)

    def _attended(
        self,
        number: int,
        layer: Layer,
        x: Tensor,
        cos: Tensor,
        sin: Tensor,
        attend: Callable[[Tensor, Tensor, Tensor], Tensor],
        start: int,
    ) -> Tensor:
        """Return x plus what the layer's attention adds to it."""
        stack, rows = self._stack, x.shape[0]
        heads = layer.qkv(layer.input_norm(x)).view(rows, -1, stack.head_dim)
        rotated = heads[:, : stack.heads + stack.kv_heads]
        if layer.q_norm is not None and layer.k_norm is not None:
            q, k = torch.split(rotated, [stack.heads, stack.kv_heads], dim=1)
            torch.cat([layer.q_norm(q), layer.k_norm(k)], dim=1, out=rotated)
        swapped = rotated.roll(stack.head_dim // 2, dims=-1)
        torch.addcmul(rotated * cos, swapped, sin, out=rotated)
        end = start + rows
        self._cache[number, :, start:end] = heads[:, stack.heads :].transpose(0, 1)
        keys, values = self._cache[number, :, :end].chunk(2)
        q = heads[:, : stack.heads].transpose(0, 1)
        mixed = attend(q.view(stack.kv_heads, -1, rows, stack.head_dim), keys, values)
        mixed = mixed.view(stack.heads, rows, stack.head_dim).transpose(0, 1).reshape(rows, -1)
        return layer.out(mixed).add_(x)

    def _rotation(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines [rows, 1, head_dim] of rotary embeddings (Su et al. 2021), in the weights' format.

        A head is turned as head · cos + (head with its halves swapped) · sin.
        """
        angles = places[:, None, None].float() * self._stack.frequencies
        cos, sin = angles.cos(), angles.sin()
        dtype = self._cache.dtype
        return torch.cat([cos, cos], -1).to(dtype), torch.cat([-sin, sin], -1).to(dtype)

    def _room(self, tokens: int) -> Tensor:
        stack = self._stack
        shape = (len(stack.layers), 2 * stack.kv_heads, tokens, stack.head_dim)
        return torch.empty(shape, dtype=stack.dtype)

    def _reserve(self, tokens: int) -> None:
        capacity = self._cache.shape[2]
        if tokens <= capacity:
            return
        while capacity < tokens:
            capacity *= 2
        old, self._cache = self._cache, self._room(capacity)
        self._cache[:, :, : self._length] = old[:, :, : self._length]


def _attention(
    stack: Stack, draft: Draft, rows: int, cached: int
) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Return what maps queries, keys and values of a layer to what the rows of this pass take."""
    scale = stack.head_dim**-0.5
    if rows == 1 and cached >= stack.ways.keys_from:
        return partial(attention.by_keys, scale=scale)
    if rows == 1:  # it sees all
        return partial(attention.in_one, mask=None, scale=scale)
    own = torch.zeros(rows, rows, dtype=stack.dtype)
    own.masked_fill_(~visible(rows, draft), float("-inf"))
    if rows >= stack.ways.blocks_from:
        return partial(attention.in_blocks, mask=own, scale=scale)
    mask = torch.cat([torch.zeros(rows, cached, dtype=stack.dtype), own], 1)
    return partial(
        attention.in_one, mask=mask.repeat(stack.heads // stack.kv_heads, 1), scale=scale
    )
