"""What a transformers model takes as its mask where a pass is more than a chain behind all that is cached."""

from typing import Any

import torch
from torch import Tensor

from specedit.engine.draft import Draft, depths
from specedit.engine.targets.tree_mask import visible

Masks = Tensor | dict[str, Tensor]


def masks(model: Any, draft: Draft, cached: int, shape: tuple[int, int] | None = None) -> Masks:
    """Return one mask, or one for each kind of the model's layers; `shape`: as of `mask`."""
    config = model.config.get_text_config(decoder=True)
    window = getattr(config, "sliding_window", None)
    kinds = getattr(config, "layer_types", None)
    by_kind = {
        kind: mask(draft, cached, width, model.dtype, shape).to(model.device)
        for kind, width in (("full_attention", None), ("sliding_attention", window))
    }
    if kinds is None:
        return by_kind["sliding_attention"]
    return by_kind if "sliding_attention" in kinds else by_kind["full_attention"]


def mask(
    draft: Draft,
    cached: int,
    window: int | None,
    dtype: torch.dtype,
    shape: tuple[int, int] | None = None,
) -> Tensor:
    """[1, 1, rows, tokens]: 0 where a row sees a token, the least number where it does not.

    A row sees the cache, its ancestors and itself; with a `window`, only what is less than so many places back. `shape` is that of a
    pass of more rows over more room than there are: a row too many sees the first token alone, since it must see something.
    """
    rows = 1 + len(draft)
    sees = torch.ones(rows, cached + rows, dtype=torch.bool)
    sees[:, cached:] = visible(rows, draft)
    if window is not None:
        own = cached + torch.tensor(depths(draft))
        places = torch.cat([torch.arange(cached), own])
        sees &= own[:, None] - places[None, :] < window
    hidden = torch.full(shape or sees.shape, torch.finfo(dtype).min, dtype=dtype)
    hidden[rows:, 0] = 0
    hidden[:rows, : cached + rows].masked_fill_(sees, 0)
    return hidden[None, None]
