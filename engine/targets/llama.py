"""A Llama, Qwen2 or Qwen3 on the CPU as a target, without transformers: it opens faster and passes cost less.

`engine.targets.hf` is the general path, and the oracle in the tests.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from specedit.engine import sampling as choosing
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.target import ANYWHERE, Choices, LocalTarget, Sampling
from specedit.engine.targets import model_files
from specedit.engine.targets.attention_ways import NEVER, Shape, ways
from specedit.engine.targets.llama_mtp import LlamaBlock, has_block, open_block
from specedit.engine.targets.llama_stack import Stack, StackCache
from specedit.engine.targets.llama_weights import Layer, Norm, Weights
from specedit.engine.targets.own_drafts import OwnDrafts

_ARCHITECTURES = {"LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"}


class LlamaTarget(LocalTarget):
    """A decoder of the Llama family."""

    def __init__(self, folder: Path, name: str, dtype: torch.dtype) -> None:
        config = model_files.config(folder)
        weights = Weights(folder, dtype, eps=config["rms_norm_eps"])
        self.name = name
        self.stop_ids = model_files.stop_ids(folder)
        self.max_length: int = config["max_position_embeddings"]
        self.near_tie = choosing.NEAR_TIE[dtype]
        self.dtype = str(dtype).removeprefix("torch.")
        self.embedding = weights.embedding("model.embed_tokens.weight")
        self.vocab_size = self.embedding.shape[0]
        with ThreadPoolExecutor(min(8, torch.get_num_threads())) as pool:  # a thread packs a matrix
            head = pool.submit(weights.linear, model_files.output_matrix(config))
            stems = [f"model.layers.{number}." for number in range(config["num_hidden_layers"])]
            layers = list(pool.map(weights.layer, stems))
        self.head = head.result()
        self.stack = _stack(config, layers, weights.norm("model.norm"), dtype)
        self.copy_prior = model_files.copy_prior(folder)
        self.can_write = model_files.can_write(folder)
        self.folder, self._config = folder, config

    def open(self, prompt: Sequence[int] = ()) -> "LlamaSequence":
        """Return a new, empty sequence."""
        return LlamaSequence(self)

    @property
    def attention(self) -> str:
        """How attention is computed here, for people."""
        rows, tokens = self.stack.ways
        others = (
            *([f"in blocks for {rows} rows or more"] if rows != NEVER else []),
            *([f"by keys for one row after {tokens} tokens"] if tokens != NEVER else []),
        )
        return ", ".join((*others, "else in one")) if others else "in one"

    @cached_property
    def has_block(self) -> bool:
        """Whether the model brings what drafts."""
        return has_block(self.folder, self._config)

    @cached_property
    def block(self) -> LlamaBlock | None:
        """What the model brings to draft with; read when it is first asked for."""
        return open_block(self.folder, self._config, self.stack, self.embedding, self.head)


class LlamaSequence:
    """One text in the cache."""

    rollback_limit = ANYWHERE

    def __init__(self, model: LlamaTarget) -> None:
        self._model = model
        self._cache = StackCache(model.stack)
        self._pass_start = 0
        self.own_drafts = OwnDrafts(lambda: model.block, lambda: model.has_block, model.folder)

    @property
    def length(self) -> int:
        """Tokens whose keys and values are cached."""
        return self._cache.length

    @property
    def nbytes(self) -> int:
        """Memory that the cache takes, in bytes."""
        return self._cache.nbytes + self.own_drafts.nbytes

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in one pass that chooses nothing."""
        self.read(token_ids, NO_DRAFT, last_rows=0)
        self.own_drafts.note(0, NO_DRAFT, None)

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Add [last, *draft] in one pass and return what the model would emit after each."""
        self._pass_start = self.length
        hidden = self.read([last, *draft.token_ids], draft, last_rows=1 + len(draft))
        self.own_drafts.note(self._pass_start, draft, hidden)

        def logits(rows: Tensor) -> Tensor:
            return self._model.head(rows).float()

        return choosing.choices(
            choosing.in_blocks(hidden, logits),
            draft,
            self._pass_start + 1,
            sampling,
            with_margins=margins,
            logit_bias=logit_bias,
        )

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""
        self._cache.keep(self._pass_start, [0, *(node + 1 for node in nodes)])
        self.own_drafts.keep(nodes)

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        if length < self.length:
            self._cache.rollback(length)
            self.own_drafts.rollback(length)

    def fork(self, length: int) -> "LlamaSequence":
        """Return a new sequence that holds the first `length` tokens."""
        copy = LlamaSequence(self._model)
        copy._cache = self._cache.fork(length)
        copy.own_drafts = self.own_drafts.fork(length)
        return copy

    def close(self) -> None:
        """Give the sequence up."""

    def read(self, token_ids: Sequence[int], draft: Draft, *, last_rows: int) -> Tensor:
        """Cache tokens; return the final hidden states of the last ones [last_rows, width]."""
        stack = self._model.stack
        x = self._model.embedding[torch.tensor(list(token_ids))].to(stack.dtype)
        return self._cache.run(x, draft, last_rows)


def _stack(
    config: Mapping[str, Any], layers: Sequence[Layer], norm: Norm, dtype: torch.dtype
) -> Stack:
    heads: int = config["num_attention_heads"]
    kv_heads: int = config.get("num_key_value_heads") or heads
    head_dim: int = config.get("head_dim") or config["hidden_size"] // heads
    exponents = torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim
    return Stack(
        layers=layers,
        norm=norm,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        frequencies=1.0 / _rope_theta(config) ** exponents,
        dtype=dtype,
        max_length=config["max_position_embeddings"],
        ways=ways(Shape(heads, kv_heads, head_dim), dtype),
    )


def is_supported(folder: Path) -> bool:
    """Whether this module computes the model in `folder` as its family defines it."""
    config = model_files.config(folder)
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    return (
        set(config.get("architectures") or ()) <= _ARCHITECTURES
        and bool(config.get("architectures"))
        and config.get("hidden_act", "silu") == "silu"
        and rope.get("rope_type", rope.get("type", "default")) == "default"
        and not config.get("use_sliding_window")
        and not config.get("attention_bias")
        and not config.get("mlp_bias")
        and "quantization_config" not in config
        and any(folder.glob("*.safetensors"))
    )


def _rope_theta(config: Mapping[str, Any]) -> float:
    return float(
        (config.get("rope_parameters") or {}).get("rope_theta")
        or config.get("rope_theta")
        or 10000.0
    )
