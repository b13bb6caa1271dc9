"""A block behind a Llama that drafts: one layer, fed with the final hidden state and the embedding of the token after it.

DeepSeek-V3 (2412.19437, section 2.2), EAGLE (2401.15077). The weights stand beside the model's own, by the names that Qwen's
checkpoints have for them; embedding and output matrix are the model's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from specedit.engine.draft import NO_DRAFT, Option
from specedit.engine.sampling import options
from specedit.engine.target import Sampling
from specedit.engine.targets import model_files
from specedit.engine.targets.llama_stack import Stack, StackCache
from specedit.engine.targets.llama_weights import Linear, Norm, Weights, linear

_STEM = "mtp."
_DRAFT_IDS = f"{_STEM}draft_ids"


@dataclass(frozen=True, slots=True)
class LlamaBlock:
    """The weights. `draft_ids`: the tokens that the rows of `head` stand for, where these are not all."""

    embedding: Tensor
    token_norm: Norm
    state_norm: Norm
    joined: Linear  # in: [token, state], out: width
    stack: Stack
    head: Linear
    draft_ids: Tensor | None

    def new_cache(self) -> StackCache:
        """Return an empty cache."""
        return StackCache(self.stack)

    def run(self, cache: StackCache, states: Tensor, next_ids: Sequence[int]) -> Tensor:
        """Cache rows of states and of the tokens after them; return its own state after the last."""
        tokens = self.embedding[torch.tensor(list(next_ids))].to(states.dtype)
        pair = torch.cat([self.token_norm(tokens), self.state_norm(states)], -1)
        return cache.run(self.joined(pair), NO_DRAFT, 1)

    def options(self, state: Tensor, place: int, sampling: Sampling) -> list[Option]:
        """Return what a state of its own says may be next, at a place of the text, the likeliest first."""
        logits = self.head(state)[0].float()
        return options(logits, place, sampling, self.draft_ids, len(self.embedding))


def has_block(folder: Path, config: Mapping[str, Any]) -> bool:
    """Return whether the model in `folder` brings a block, without packing it for passes."""
    name = f"{_STEM}fc.weight"
    return name in Weights(folder, torch.float32, config["rms_norm_eps"], (name,))


def open_block(
    folder: Path, config: Mapping[str, Any], stack: Stack, embedding: Tensor, head: Linear
) -> LlamaBlock | None:
    """Return the block of the model in `folder`, whose layers, embedding and output matrix these are; None where it has none."""
    matrix = model_files.output_matrix(config)
    is_shared = matrix == "model.embed_tokens"
    stems = (_STEM,) if is_shared else (_STEM, f"{matrix}.weight")
    weights = Weights(folder, stack.dtype, config["rms_norm_eps"], stems)
    if f"{_STEM}fc.weight" not in weights:
        return None
    draft_ids = None
    if _DRAFT_IDS in weights:
        draft_ids = weights.stored(_DRAFT_IDS).long()
        rows = embedding if is_shared else weights.stored(f"{matrix}.weight")
        head = linear(rows[draft_ids], stack.dtype)
    layer, norm = weights.layer(f"{_STEM}layers.0."), weights.norm(f"{_STEM}norm")
    return LlamaBlock(
        embedding=embedding,
        token_norm=weights.norm(f"{_STEM}pre_fc_norm_embedding"),
        state_norm=weights.norm(f"{_STEM}pre_fc_norm_hidden"),
        joined=weights.linear(f"{_STEM}fc"),
        stack=replace(stack, layers=[layer], norm=norm),
        head=head,
        draft_ids=draft_ids,
    )
