"""Passes of a few fixed shapes over one text's room, so that a GPU can run each of them as one recorded graph.

A short pass keeps a GPU waiting for Python, which starts some hundred operations. A CUDA graph starts them at once, with the shapes and the
memory that it was recorded with: rows are filled up to a power of two, attention sees the whole room, and a mask hides what is
no token. That rounds as passes of another length do. On other devices the same passes are run without a graph, which saves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from specedit.engine.draft import Draft, depths
from specedit.engine.targets.hf_cache import RoomCache, decoder
from specedit.engine.targets.hf_masks import Masks, masks

MOST_ROWS = 64  # longer passes keep a GPU busy by themselves


class FixedPasses:
    """Short passes of a model over a cache in which something is already."""

    def __init__(self, model: Any, cache: RoomCache) -> None:
        self._model, self._cache = model, cache
        self._room = 0
        self._shapes: dict[int, _Shape] = {}  # by rows; of this room

    def run(self, token_ids: Sequence[int], draft: Draft, cached: int) -> Tensor:
        """Cache tokens behind the `cached` ones, return the last hidden states [rows, hidden]."""
        rows = 1 << (len(token_ids) - 1).bit_length()
        room = self._cache.reserve(cached + rows)
        if room != self._room:  # it has moved, and what was recorded writes to where it was
            self._room, self._shapes = room, {}
        shape = self._shapes.get(rows)
        inputs = self._inputs(token_ids, draft, cached, rows)
        if shape is None:
            shape = self._shapes[rows] = _Shape(inputs)
        else:
            shape.inputs.fill(inputs)
        hidden = shape.run(self._model, self._cache)
        self._cache.show(cached + len(token_ids))
        return hidden[: len(token_ids)]

    def _inputs(self, token_ids: Sequence[int], draft: Draft, cached: int, rows: int) -> "_Inputs":
        unused = rows - len(token_ids)
        positions = [cached + depth for depth in depths(draft)]
        device = self._model.device
        return _Inputs(
            torch.tensor([[*token_ids, *[0] * unused]], device=device),
            torch.tensor([[*positions, *[positions[-1]] * unused]], device=device),
            torch.arange(cached, cached + rows, device=device),
            masks(self._model, draft, cached, (rows, self._room)),
        )


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What a pass reads, in memory that stays where it is: `places` are the tokens' in the room."""

    token_ids: Tensor
    positions: Tensor
    places: Tensor
    masks: Masks

    def fill(self, other: "_Inputs") -> None:
        """Take over the values of others of the same shape."""
        for mine, theirs in zip(self._tensors(), other._tensors(), strict=True):
            mine.copy_(theirs)

    def _tensors(self) -> list[Tensor]:
        kinds = self.masks.values() if isinstance(self.masks, dict) else [self.masks]
        return [self.token_ids, self.positions, self.places, *kinds]


class _Shape:
    """Passes of one shape."""

    def __init__(self, inputs: _Inputs) -> None:
        self.inputs = inputs
        self._graph: Any = None
        self._hidden: Tensor | None = None  # where the graph writes

    def run(self, model: Any, cache: RoomCache) -> Tensor:
        """Return the hidden states of all rows, those too many among them. The next pass of this shape may write over them."""
        if model.device.type != "cuda":
            return self._compute(model, cache)
        if self._graph is None:
            self._record(model, cache)
        self._graph.replay()
        assert self._hidden is not None
        return self._hidden

    def _record(self, model: Any, cache: RoomCache) -> None:
        # What libraries set up at a first pass cannot be recorded; beside other work it would be.
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            self._compute(model, cache)
        torch.cuda.current_stream().wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._hidden = self._compute(model, cache)

    def _compute(self, model: Any, cache: RoomCache) -> Tensor:
        with cache.writing_to(self.inputs.places):
            states: Tensor = decoder(model)(
                input_ids=self.inputs.token_ids,
                position_ids=self.inputs.positions,
                attention_mask=self.inputs.masks,
                past_key_values=cache,
                use_cache=True,
            ).last_hidden_state[0]
        return states
