"""The layers for tokens after the next that a checkpoint brings (`mtp`), where transformers knows how to read them.

Only the first of several is used, beyond its own depth on its own states: what the others would add is one token each.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from specedit.engine.draft import Option
from specedit.engine.sampling import options
from specedit.engine.target import Sampling
from specedit.engine.targets.hf_cache import RoomCache


class HfRows:
    """What the layer has read, kept whole as the model's own attention caches are."""

    def __init__(self, cache: RoomCache | None = None, length: int = 0) -> None:
        self.cache, self.length = cache or RoomCache(), length

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        return self.cache.nbytes

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` rows."""
        if length < self.length:
            self.cache.crop(length - self.length)  # transformers counts from the end
            self.length = length

    def fork(self, length: int) -> "HfRows":
        """Return a new one that holds the first `length` rows."""
        return HfRows(self.cache.fork(length), length)


class HfBlock:
    """A layer of transformers' `MtpModel`, which shares embedding and output matrix with the model."""

    def __init__(self, model: Any, layers: Any) -> None:
        self._model, self._layers = model, layers.eval()
        self._vocab_size: int = model.get_input_embeddings().weight.shape[0]

    def new_cache(self) -> HfRows:
        """Return an empty cache."""
        return HfRows()

    def run(self, cache: HfRows, states: Tensor, next_ids: Sequence[int]) -> Tensor:
        """Cache rows of states and of the tokens after them; return its own state after the last."""
        end = cache.length + len(next_ids)
        own: Tensor = self._layers.forward_layer(
            0,
            states[None],
            torch.arange(cache.length, end, device=states.device)[None],
            cache.cache,
            input_ids=torch.tensor([next_ids], device=states.device),
        )
        cache.length = end
        return own[0, -1:]

    def options(self, state: Tensor, place: int, sampling: Sampling) -> list[Option]:
        """Return what a state of its own says may be next, at a place of the text, the likeliest first."""
        logits = self._layers._project_to_logits(state)[0].float()
        return options(logits, place, sampling, None, self._vocab_size)


def folder_of(model: Any) -> Path | None:
    """Return where a model was read from, if it was."""
    name = model.config.name_or_path
    return Path(name) if name else None


def open_block(model: Any) -> HfBlock | None:
    """Return the layer that a model's checkpoint brings; None where it brings none that transformers knows."""
    from transformers.modeling_layers import MtpModel

    config = model.config.get_text_config(decoder=True)
    if not getattr(config, "num_mtp_layers", None) or not model.config.name_or_path:
        return None
    try:
        layers: Any = MtpModel.from_pretrained(
            model, {"": model.device}, trust_remote_code=False, use_safetensors=True
        )
    except (ValueError, RuntimeError, TypeError, AttributeError, OSError):
        return None  # a kind whose layers transformers does not read yet, or a checkpoint saved without them
    return HfBlock(model, layers)
