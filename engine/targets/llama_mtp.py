"""A block behind a Llama that drafts: one layer, fed with the final hidden state and the embedding of the token after it.

DeepSeek-V3 (2412.19437, section 2.2), EAGLE (2401.15077). The weights stand beside the model's own, by the names that Qwen's
checkpoints have for them; embedding and output matrix are the model's. Beyond the last state of the model the block
is fed with its own.
"""

from bisect import bisect_left
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from specedit.engine.draft import NO_DRAFT
from specedit.engine.sampling import guess
from specedit.engine.target import Sampling
from specedit.engine.targets import model_files
from specedit.engine.targets.llama_stack import Stack, StackCache
from specedit.engine.targets.llama_weights import Linear, Norm, Weights, linear

_STEM = "mtp."
_DRAFT_IDS = f"{_STEM}draft_ids"
_MOST_READ = 64  # rows of a pass: what lies further back says little of the next token


@dataclass(frozen=True, slots=True)
class Block:
    """The weights. `draft_ids`: the tokens of the rows of `head`, where these are not all."""

    embedding: Tensor
    token_norm: Norm
    state_norm: Norm
    joined: Linear  # in: [token, state], out: width
    stack: Stack
    head: Linear
    draft_ids: Tensor | None

    def run(self, cache: StackCache, states: Tensor, next_ids: Sequence[int]) -> Tensor:
        """Cache rows of states [rows, width] and of the tokens after them; return the block's own state after the last."""
        tokens = self.embedding[torch.tensor(list(next_ids))].to(states.dtype)
        pair = torch.cat([self.token_norm(tokens), self.state_norm(states)], -1)
        return cache.run(self.joined(pair), NO_DRAFT, 1)


class BlockCache:
    """What a block has read of one text.

    It may have read only parts: where others drafted, or before it was asked first. Row i is of the text's token
    `places[i]` and the one after it.
    """

    def __init__(self, block: Block) -> None:
        self._block = block
        self._cache = StackCache(block.stack)
        self._places: list[int] = []
        self._ahead: Tensor | None = None  # the block's state after its last row

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        return self._cache.nbytes

    def read(self, place: int, states: Tensor, next_ids: Sequence[int]) -> None:
        """Add the model's states of the tokens from `place` on, and the tokens after them."""
        skipped = max(0, len(next_ids) - _MOST_READ)
        self._cache.rollback(len(self._places))
        self._ahead = self._block.run(self._cache, states[skipped:], next_ids[skipped:])
        self._places += range(place + skipped, place + len(next_ids))

    @torch.inference_mode()
    def guesses(
        self, place: int, after: Sequence[int], sampling: Sampling
    ) -> Generator[tuple[int, float]]:
        """Yield tokens for the text's places from `place` on, behind what was read and `after`."""
        block, state = self._block, self._ahead
        if state is None:
            return
        self._cache.rollback(len(self._places))
        for token_id in after:
            state = block.run(self._cache, state, [token_id])
        while True:
            logits = block.head(state)[0].float()
            token_id, sure = guess(logits, place, sampling, block.draft_ids, len(block.embedding))
            yield token_id, sure
            state = block.run(self._cache, state, [token_id])
            place += 1

    def rollback(self, length: int) -> None:
        """Forget what comes after the text's first `length` tokens, and rows whose next token does."""
        rows = bisect_left(self._places, length - 1)
        if rows < len(self._places):
            del self._places[rows:]
            self._ahead = None

    def fork(self, length: int) -> "BlockCache":
        """Return a new one that has read the first `length` tokens of the text at most."""
        rows = bisect_left(self._places, length - 1)
        copy = BlockCache(self._block)
        copy._cache, copy._places = self._cache.fork(rows), self._places[:rows]
        return copy


def open_block(
    folder: Path, config: Mapping[str, Any], stack: Stack, embedding: Tensor, head: Linear
) -> Block | None:
    """Return the block of the model in `folder`, whose layers, embedding and output matrix these are; None where it has none."""
    matrix = model_files.output_matrix(config)
    weights = Weights(folder, stack.dtype, config["rms_norm_eps"], (_STEM, f"{matrix}.weight"))
    if f"{_STEM}fc.weight" not in weights:
        return None
    draft_ids = None
    if _DRAFT_IDS in weights:
        draft_ids = weights.stored(_DRAFT_IDS).long()
        head = linear(weights.stored(f"{matrix}.weight")[draft_ids], stack.dtype)
    layer, norm = weights.layer(f"{_STEM}layers.0."), weights.norm(f"{_STEM}norm")
    return Block(
        embedding=embedding,
        token_norm=weights.norm(f"{_STEM}pre_fc_norm_embedding"),
        state_norm=weights.norm(f"{_STEM}pre_fc_norm_hidden"),
        joined=weights.linear(f"{_STEM}fc"),
        stack=replace(stack, layers=[layer], norm=norm),
        head=head,
        draft_ids=draft_ids,
    )
