"""A Llama, Qwen2 or Qwen3 on the CPU as a target, without transformers: it opens faster and passes cost less.

Keys and values are written in place into one preallocated cache, so going back is a shorter length. Queries, keys and
values are one matrix, as are gate and up. `engine.targets.hf` is the general path, and the oracle in the tests.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from specedit.engine import sampling as choosing
from specedit.engine.draft import NO_DRAFT, Draft, depths
from specedit.engine.errors import TargetError
from specedit.engine.target import ANYWHERE, Choices, LocalTarget, Sampling
from specedit.engine.targets import devices, model_files
from specedit.engine.targets.llama_weights import Layer, Weights
from specedit.engine.targets.tree_mask import visible

_ARCHITECTURES = {"LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"}
# Tokens; the cache doubles when it is full. Memory is taken as it is written to.
_FIRST_CACHE = 8192


class LlamaTarget(LocalTarget):
    """A decoder of the Llama family."""

    def __init__(self, folder: Path, name: str, dtype: torch.dtype) -> None:
        config = model_files.config(folder)
        weights = Weights(folder, dtype, eps=config["rms_norm_eps"])
        self.name = name
        self.stop_ids = model_files.stop_ids(folder)
        self.max_length: int = config["max_position_embeddings"]
        self.near_tie = choosing.NEAR_TIE[dtype]
        self.cache_dtype, self.dtype = dtype, str(dtype).removeprefix("torch.")
        self.heads: int = config["num_attention_heads"]
        self.kv_heads: int = config.get("num_key_value_heads") or self.heads
        self.head_dim: int = config.get("head_dim") or config["hidden_size"] // self.heads
        self.embedding = weights.embedding("model.embed_tokens.weight")
        self.vocab_size = self.embedding.shape[0]
        self.norm = weights.norm("model.norm")
        tied = config.get("tie_word_embeddings", False)
        with ThreadPoolExecutor(min(8, torch.get_num_threads())) as pool:  # a thread packs a matrix
            head = pool.submit(weights.linear, "model.embed_tokens" if tied else "lm_head")
            self.layers = list(pool.map(weights.layer, range(config["num_hidden_layers"])))
        self.head = head.result()
        exponents = torch.arange(0, self.head_dim, 2, dtype=torch.float32) / self.head_dim
        self.frequencies = 1.0 / _rope_theta(config) ** exponents
        self.copy_prior = model_files.copy_prior(folder)
        self.can_write = model_files.can_write(folder)

    def open(self, prompt: Sequence[int] = ()) -> "LlamaSequence":
        """Return a new, empty sequence."""
        return LlamaSequence(self)


class LlamaSequence:
    """One text in the cache: keys, then values, [layers, 2 · kv_heads, capacity, head_dim]."""

    rollback_limit = ANYWHERE

    def __init__(self, model: LlamaTarget) -> None:
        self._model = model
        self._cache = self._room(min(_FIRST_CACHE, model.max_length))
        self._length = self._most = 0
        self._pass_start = 0

    @property
    def length(self) -> int:
        """Tokens whose keys and values are cached."""
        return self._length

    @property
    def nbytes(self) -> int:
        """Memory that the cache takes, in bytes."""
        return self._cache.nbytes // self._cache.shape[2] * self._most

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in one pass that chooses nothing."""
        self._run(token_ids, NO_DRAFT, last_layer_rows=0)

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
        self._pass_start = self._length
        hidden = self._run([last, *draft.token_ids], draft, last_layer_rows=1 + len(draft))

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
        start = self._pass_start + 1
        if list(nodes) != list(range(len(nodes))):
            rows = start + torch.tensor(list(nodes))
            self._cache[:, :, start : start + len(nodes)] = self._cache[:, :, rows]
        self._length = start + len(nodes)

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        self._length = min(length, self._length)

    def fork(self, length: int) -> "LlamaSequence":
        """Return a new sequence that holds the first `length` tokens."""
        copy = LlamaSequence(self._model)
        copy._reserve(length)
        copy._cache[:, :, :length] = self._cache[:, :, :length]
        copy._length = copy._most = length
        return copy

    def close(self) -> None:
        """Give the sequence up."""

    @torch.inference_mode()
    def _run(self, token_ids: Sequence[int], draft: Draft, *, last_layer_rows: int) -> Tensor:
        """Cache tokens; return the normed hidden states of the last rows [rows, hidden]."""
        model, start = self._model, self._length
        end = start + len(token_ids)
        try:
            self._reserve(end)
            places = torch.tensor(depths(draft)) if draft.parents else torch.arange(len(token_ids))
            cos, sin = self._rotation(start + places)
            group = model.heads // model.kv_heads
            mask = _mask(draft, len(token_ids), start, group, self._cache.dtype)
            x = model.embedding[torch.tensor(list(token_ids))].to(self._cache.dtype)
            for number, layer in enumerate(model.layers):
                x = self._attended(number, layer, x, cos, sin, mask, start)
                if number == len(model.layers) - 1:
                    x = x[len(token_ids) - last_layer_rows :]
                if len(x):
                    gate, up = layer.gate_up(layer.inner_norm(x)).chunk(2, -1)
                    x = layer.down(functional.silu(gate).mul_(up)).add_(x)
        except (RuntimeError, MemoryError) as error:
            if not devices.is_out_of_memory(error):
                raise
            raise TargetError(
                f"out of memory in a pass of {len(token_ids)} tokens after {start}; "
                "edit a smaller file or use a smaller model"
            ) from error
        self._length = end
        self._most = max(self._most, end)
        return model.norm(x)

    def _attended(
        self,
        number: int,
        layer: Layer,
        x: Tensor,
        cos: Tensor,
        sin: Tensor,
        mask: Tensor | None,
        start: int,
    ) -> Tensor:
        """Return x plus what the layer's attention adds to it."""
        model, rows = self._model, x.shape[0]
        heads = layer.qkv(layer.input_norm(x)).view(rows, -1, model.head_dim)
        rotated = heads[:, : model.heads + model.kv_heads]
        if layer.q_norm is not None and layer.k_norm is not None:
            q, k = torch.split(rotated, [model.heads, model.kv_heads], dim=1)
            torch.cat([layer.q_norm(q), layer.k_norm(k)], dim=1, out=rotated)
        swapped = rotated.roll(model.head_dim // 2, dims=-1)
        torch.addcmul(rotated * cos, swapped, sin, out=rotated)
        end = start + rows
        self._cache[number, :, start:end] = heads[:, model.heads :].transpose(0, 1)
        keys, values = self._cache[number, :, :end].chunk(2)
        # Query heads of one key head lie side by side: as more rows of it, they need no copy of keys and values.
        q = heads[:, : model.heads].transpose(0, 1).reshape(model.kv_heads, -1, model.head_dim)
        mixed = functional.scaled_dot_product_attention(q[None], keys[None], values[None], mask)[0]
        mixed = mixed.reshape(model.heads, rows, model.head_dim).transpose(0, 1).reshape(rows, -1)
        return layer.out(mixed).add_(x)

    def _rotation(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines [rows, 1, head_dim] of rotary embeddings (Su et al. 2021), in the weights' format.

        A head is turned as head · cos + (head with its halves swapped) · sin.
        """
        angles = places[:, None, None].float() * self._model.frequencies
        cos, sin = angles.cos(), angles.sin()
        dtype = self._cache.dtype
        return torch.cat([cos, cos], -1).to(dtype), torch.cat([-sin, sin], -1).to(dtype)

    def _room(self, tokens: int) -> Tensor:
        model = self._model
        shape = (len(model.layers), 2 * model.kv_heads, tokens, model.head_dim)
        return torch.empty(shape, dtype=model.cache_dtype)

    def _reserve(self, tokens: int) -> None:
        capacity = self._cache.shape[2]
        if tokens <= capacity:
            return
        while capacity < tokens:
            capacity *= 2
        old, self._cache = self._cache, self._room(capacity)
        self._cache[:, :, : self._length] = old[:, :, : self._length]


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


def _mask(draft: Draft, rows: int, cached: int, group: int, dtype: torch.dtype) -> Tensor | None:
    """[group · rows, cached + rows], -inf where a row does not see; None where a single row sees all alike."""
    if rows == 1:
        return None
    mask = torch.zeros(rows, cached + rows, dtype=dtype)
    mask[:, cached:].masked_fill_(~visible(rows, draft), float("-inf"))
    return mask.repeat(group, 1)
