"""Keys and values of a transformers model, written in place: its own cache copies all of them at every pass.

Room grows in steps of a quarter. What attention is given are views of it up to the tokens that are cached, so masks, sums and
scores are those of transformers' own cache to the last bit; going back is a shorter view.
"""

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

_LEAST = 256  # tokens


class RoomLayer(DynamicLayer):
    """One layer's keys and values: `keys` and `values` are views of the room that is taken for them."""

    def __init__(self, **_: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._room: tuple[Tensor, Tensor] | None = None  # keys, values: [1, heads, tokens, width]

    def update(
        self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Write the rows of a pass behind those that are cached, and return all: keys, values."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.get_seq_length()
        end = start + key_states.shape[-2]
        keys, values = self._reserve(start, end, key_states, value_states)
        keys[:, :, start:end] = key_states
        values[:, :, start:end] = value_states
        self.keys, self.values = keys[:, :, :end], values[:, :, :end]
        return self.states

    def select(self, start: int, rows: Tensor) -> None:
        """Keep the tokens before `start` and those in these places, which move behind them."""
        assert self._room is not None
        end = start + len(rows)
        for room in self._room:
            room[:, :, start:end] = room[:, :, rows]
        self.keys, self.values = (room[:, :, :end] for room in self._room)

    @property
    def states(self) -> tuple[Tensor, Tensor]:
        """Return the keys and values that are cached."""
        assert self.keys is not None and self.values is not None
        return self.keys, self.values

    @property
    def nbytes(self) -> int:
        """Memory of the room, in bytes."""
        return sum(room.nbytes for room in self._room or ())

    def _reserve(
        self, length: int, tokens: int, key_states: Tensor, value_states: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return room for so many tokens, with the first `length` in it."""
        if self._room is not None and self._room[0].shape[-2] >= tokens:
            return self._room
        room = _like(key_states, tokens), _like(value_states, tokens)
        if self._room is not None:
            for new, old in zip(room, self._room, strict=True):
                new[:, :, :length] = old[:, :, :length]
        self._room = room
        return room


class RoomCache(Cache):
    """A cache of as many such layers as a model turns out to have."""

    def __init__(self) -> None:
        super().__init__(layer_class_to_replicate=RoomLayer)

    @property
    def rooms(self) -> list[RoomLayer]:
        """Return the layers that passes have made so far."""
        return cast(list[RoomLayer], self.layers)

    @property
    def nbytes(self) -> int:
        """Memory of all layers, in bytes."""
        return sum(layer.nbytes for layer in self.rooms)

    @torch.inference_mode()
    def select(self, start: int, places: Sequence[int]) -> None:
        """Keep the tokens before `start` and those in these places, in order."""
        for layer in self.rooms:
            layer.select(start, torch.tensor(places, device=layer.device))

    @torch.inference_mode()
    def fork(self, length: int) -> "RoomCache":
        """Return a cache that holds copies of the first `length` tokens."""
        copy = RoomCache()
        for number, layer in enumerate(self.rooms):
            keys, values = layer.states
            copy.update(keys[:, :, :length], values[:, :, :length], number)
        return copy


def capacity(tokens: int) -> int:
    """Return the room to take for so many tokens: the next of 256, 512, 768, 1024, 1280, …, four steps to twice as many."""
    step = max(_LEAST, (1 << tokens.bit_length()) // 8)
    return -(-tokens // step) * step


def _like(states: Tensor, tokens: int) -> Tensor:
    """Room for so many tokens of the same kind. Zeros, since what is masked must still be a number."""
    shape = (*states.shape[:2], capacity(tokens), states.shape[-1])
    return states.new_zeros(shape)
