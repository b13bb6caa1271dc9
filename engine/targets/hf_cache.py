"""Keys and values of a transformers model, written in place: its own cache copies all of them at every pass.

Room grows in steps of a quarter. What attention is given are views of it up to the tokens that are cached, so masks, sums and
scores are those of transformers' own cache to the last bit; going back is a shorter view.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
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
        self.show(end)
        return self.states

    def write(
        self, places: Tensor, key_states: Tensor, value_states: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Write rows to places of the room and return all of it, what is no token too: keys, values."""
        assert self._room is not None
        for room, states in zip(self._room, (key_states, value_states), strict=True):
            room.index_copy_(2, places, states)
        return self._room

    def show(self, length: int) -> None:
        """Take the first `length` places of the room for what is cached."""
        assert self._room is not None
        self.keys, self.values = (room[:, :, :length] for room in self._room)

    def reserve(self, tokens: int) -> int:
        """Have room for so many tokens, and return for how many there is."""
        self._reserve(self.get_seq_length(), tokens, *self.states)
        assert self._room is not None
        self.show(self.get_seq_length())
        return self._room[0].shape[-2]

    def select(self, start: int, rows: Tensor) -> None:
        """Keep the tokens before `start` and those in these places, which move behind them."""
        assert self._room is not None
        end = start + len(rows)
        for room in self._room:
            room[:, :, start:end] = room[:, :, rows]
        self.show(end)

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
        self._places: Tensor | None = None

    @property
    def rooms(self) -> list[RoomLayer]:
        """Return the layers that passes have made so far."""
        return cast(list[RoomLayer], self.layers)

    @property
    def nbytes(self) -> int:
        """Memory of all layers, in bytes."""
        return sum(layer.nbytes for layer in self.rooms)

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Write a layer's rows of a pass, and return what it attends to: keys, values."""
        if self._places is None:
            return super().update(key_states, value_states, layer_idx)
        return self.rooms[layer_idx].write(self._places, key_states, value_states)

    @contextmanager
    def writing_to(self, places: Tensor) -> Generator[None]:
        """Have passes write their rows to these places meanwhile, and attend to the whole room."""
        self._places = places
        try:
            yield
        finally:
            self._places = None

    def reserve(self, tokens: int) -> int:
        """Have room for so many tokens, and return for how many there is; something must be cached."""
        return max(layer.reserve(tokens) for layer in self.rooms)

    def show(self, length: int) -> None:
        """Take the first `length` places of the room for what is cached."""
        for layer in self.rooms:
            layer.show(length)

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


def decoder(model: Any) -> Any:
    """Return what of a causal language model computes hidden states and fills caches."""
    inner = model.base_model
    return (
        inner if inner is not model else model.model
    )  # Llama 4 says that its part has another name


def capacity(tokens: int) -> int:
    """Return the room to take for so many tokens: the next of 256, 512, 768, 1024, 1280, …, four steps to twice as many."""
    step = max(_LEAST, (1 << tokens.bit_length()) // 8)
    return -(-tokens // step) * step


def _like(states: Tensor, tokens: int) -> Tensor:
    """Room for so many tokens of the same kind. Zeros, since what is masked must still be a number."""
    shape = (*states.shape[:2], capacity(tokens), states.shape[-1])
    return states.new_zeros(shape)
