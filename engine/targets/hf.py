"""A Hugging Face causal language model as a target: the general path, on whatever device it was put.

Attention caches are kept whole, also those of sliding-window layers: the mask keeps the window, and going back is
always possible (`hf_cache`). Caches that carry a running state cannot go back: they are transformers' own, and their
`rollback_limit` is 0.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from inspect import signature
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from specedit.engine import sampling as choosing
from specedit.engine.draft import NO_DRAFT, Draft, depths
from specedit.engine.errors import TargetError
from specedit.engine.target import ANYWHERE, Choices, LocalTarget, Sampling
from specedit.engine.targets import devices, hf_mtp, model_files, packed
from specedit.engine.targets.hf_cache import RoomCache, decoder
from specedit.engine.targets.hf_fixed import MOST_ROWS, FixedPasses
from specedit.engine.targets.hf_masks import masks, speeds_up
from specedit.engine.targets.own_drafts import OwnDrafts


class HfTarget(LocalTarget):
    """A causal language model of transformers.

    `fixed_shapes`: short passes are made as `hf_fixed` says, where the cache can go back.
    """

    def __init__(self, model: Any, name: str, *, fixed_shapes: bool = False) -> None:
        from transformers import DynamicCache
        from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

        self.name = name
        self._model = model.eval()
        config = model.config.get_text_config(decoder=True)
        layers = DynamicCache(config=model.config).layers
        croppable = all(
            type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in layers
        )
        self.copy_prior = float(getattr(config, model_files.COPY_PRIOR, 0.0))
        self.can_write = bool(getattr(config, model_files.WRITES, True))
        self._can_go_back = croppable and not getattr(model, "_is_stateful", False)
        self._fixed_shapes = fixed_shapes and self._can_go_back
        self.max_length: int = getattr(config, "max_position_embeddings", None) or 1 << 20
        self.vocab_size: int = model.get_input_embeddings().weight.shape[0]
        self.near_tie = choosing.NEAR_TIE[model.dtype]
        self.dtype, self.device = str(model.dtype).removeprefix("torch."), model.device.type
        configs = (config, getattr(model, "generation_config", None))
        self.stop_ids = model_files.as_ids(getattr(c, "eos_token_id", None) for c in configs)

    def open(self, prompt: Sequence[int] = ()) -> "HfSequence":
        """Return a new, empty sequence."""
        sequence = HfSequence(
            self._model, can_go_back=self._can_go_back, fixed_shapes=self._fixed_shapes
        )
        sequence.own_drafts = OwnDrafts(lambda: self.block, folder=hf_mtp.folder_of(self._model))
        return sequence

    @cached_property
    def block(self) -> hf_mtp.HfBlock | None:
        """What the checkpoint brings to draft with; read when it is first asked for."""
        return hf_mtp.open_block(self._model)


class HfSequence:
    """One text in the model's cache."""

    def __init__(self, model: Any, *, can_go_back: bool, fixed_shapes: bool = False) -> None:
        from transformers import DynamicCache

        self._model = model
        cache = RoomCache() if can_go_back else DynamicCache(config=model.config)
        self._cache: Any = cache
        self._can_go_back = can_go_back
        self._fixed = (
            FixedPasses(model, cache) if fixed_shapes and isinstance(cache, RoomCache) else None
        )
        self._is_mamba = "cache_params" in signature(decoder(model).forward).parameters
        self._length = 0
        self._pass_start = 0
        self._queued: list[int] = []  # prefilled, but not yet run
        self.own_drafts = OwnDrafts[hf_mtp.HfRows](lambda: None)

    @property
    def length(self) -> int:
        """Tokens whose keys and values are cached."""
        return self._length + len(self._queued)

    @property
    def rollback_limit(self) -> int:
        """How many of the latest tokens can be taken back: all, or none."""
        return ANYWHERE if self._can_go_back else 0

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in one pass that chooses nothing."""
        if self._can_go_back:
            self._run(list(token_ids), NO_DRAFT)
            self.own_drafts.note(0, NO_DRAFT, None)
        else:  # running states are prefilled from the start or a token at a time, never from the middle
            self._queued += token_ids

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
        if self._queued:
            self._run(self._queued, NO_DRAFT)
            self._queued = []
        self._pass_start = self._length
        hidden = self._run([last, *draft.token_ids], draft)
        self.own_drafts.note(self._pass_start, draft, hidden)
        return choosing.choices(
            choosing.in_blocks(hidden, self._logits),
            draft,
            self._pass_start + 1,
            sampling,
            with_margins=margins,
            logit_bias=logit_bias,
        )

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""
        self.own_drafts.keep(nodes)
        if list(nodes) == list(range(len(nodes))):
            self._crop(self._pass_start + 1 + len(nodes))
            return
        start = self._pass_start + 1
        self._cache.select(start, [start + node for node in nodes])
        self._length = start + len(nodes)

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        if length < self.length:
            self._crop(length)
            self.own_drafts.rollback(length)

    def _crop(self, length: int) -> None:
        if length < self._length:
            self._cache.crop(length - self._length)  # transformers counts from the end
            self._length = length

    @property
    def nbytes(self) -> int:
        """Memory that the cache takes, in bytes."""
        if self._can_go_back:
            return int(self._cache.nbytes) + self.own_drafts.nbytes
        return sum(
            tensor.nbytes
            for layer in self._cache.layers
            for tensor in (getattr(layer, "keys", None), getattr(layer, "values", None))
            if tensor is not None
        )

    def fork(self, length: int) -> "HfSequence":
        """Return a new sequence that holds the first `length` tokens. Only where the cache can go back."""
        copy = HfSequence(self._model, can_go_back=self._can_go_back)
        copy._cache, copy._length = self._cache.fork(length), length
        copy._fixed = self._fixed and FixedPasses(self._model, copy._cache)
        copy.own_drafts = self.own_drafts.fork(length)
        return copy

    def close(self) -> None:
        """Give the sequence up."""

    @torch.inference_mode()
    def _run(self, token_ids: list[int], draft: Draft) -> Tensor:
        """Cache tokens, return the last hidden states [rows, hidden]."""
        is_draft = len(token_ids) == 1 + len(draft)
        try:
            if self._fixed and self._length and is_draft and len(token_ids) <= MOST_ROWS:
                hidden = self._fixed.run(token_ids, draft, self._length)
            else:
                hidden = self._compute(token_ids, draft)
        except (RuntimeError, MemoryError) as error:
            if not devices.is_out_of_memory(error):
                raise
            raise TargetError(
                f"out of memory in a pass of {len(token_ids)} tokens after {self._length}; "
                "edit a smaller file or use a smaller model"
            ) from error
        self._length += len(token_ids)
        return hidden

    def _compute(self, token_ids: list[int], draft: Draft) -> Tensor:
        device = self._model.device
        cache = "cache_params" if self._is_mamba else "past_key_values"
        extra: dict[str, Any] = {cache: self._cache}
        if draft.parents:
            extra["position_ids"] = self._length + torch.tensor([depths(draft)], device=device)
        if draft.parents or (self._can_go_back and speeds_up(self._model, len(token_ids))):
            extra["attention_mask"] = masks(self._model, draft, self._length)
        hidden: Tensor = decoder(self._model)(
            input_ids=torch.tensor([token_ids], device=device), use_cache=True, **extra
        ).last_hidden_state[0]
        return hidden

    @torch.inference_mode()
    def _logits(self, hidden: Tensor) -> Tensor:
        logits: Tensor = self._model.get_output_embeddings()(hidden).float()
        config = self._model.config.get_text_config(decoder=True)
        cap = getattr(config, "final_logit_softcapping", None)  # Gemma 2 and later
        return torch.tanh(logits / cap) * cap if cap else logits


def open_model(folder: Path, name: str, dtype: str, device: str = "cpu") -> HfTarget:
    """Load the model in `folder` and put it on a device.

    Raises:
        TargetError: the folder holds no causal language model that transformers can open, or it does not fit the device.
    """
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=getattr(torch, dtype),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        )
        model.to(device)
        packed.pack(model)
    except (OSError, ValueError, KeyError) as error:
        if "trust_remote_code" in str(error):
            raise TargetError(
                f"the model in '{folder}' comes with code of its own, which is not run; "
                "use a model of a kind that transformers knows"
            ) from error
        raise TargetError(f"cannot open the model in '{folder}': {error}") from error
    except (RuntimeError, MemoryError) as error:
        if not devices.is_out_of_memory(error):
            raise
        raise TargetError(
            f"the model in '{folder}' does not fit the memory of {device}; use a smaller model"
            + (", or --device cpu" if device != "cpu" else "")
        ) from error
    return HfTarget(model, name)
