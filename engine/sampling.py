"""Scores of rows → one token a row, and how likely drafted tokens were. The only place that sees logits."""

import torch
from torch import Tensor

from specedit.engine.target import Sampling

# Mixed into the seed so that neighbouring positions draw unrelated noise (splitmix64's increment).
_MIX = 0x9E3779B97F4A7C15


def choose(logits: Tensor, positions: list[int], sampling: Sampling) -> tuple[Tensor, Tensor]:
    """Return each row's token, and the scores it was chosen by.

    `logits` is [rows, vocabulary] in float32. Above temperature 0, Gumbel noise keyed by (seed, position) is added
    to logits / temperature; its argmax is a sample from the softmax (Gumbel 1954), the same whatever was drafted.
    `positions[i]` is the place in the whole text of the token that row i chooses.
    """
    if sampling.temperature > 0:
        noise = torch.stack([_gumbel(logits, sampling.seed, position) for position in positions])
        logits = logits / sampling.temperature + noise
    return logits.argmax(dim=-1), logits


def margins(scores: Tensor) -> list[float]:
    """Return the gap between the two best scores of each row."""
    best = scores.topk(2, dim=-1).values
    gaps: list[float] = (best[:, 0] - best[:, 1]).tolist()
    return gaps


def likelihood_ratios(logits: Tensor, token_ids: Tensor) -> list[float]:
    """Return p(token_ids[i]) / max p of each row i."""
    drafted = logits.gather(1, token_ids[:, None])[:, 0]
    ratios: list[float] = (drafted - logits.max(dim=-1).values).exp().tolist()
    return ratios


def _gumbel(like: Tensor, seed: int, position: int) -> Tensor:
    generator = torch.Generator().manual_seed((seed + 1) * _MIX + position & 0x7FFFFFFFFFFFFFFF)
    uniform = torch.rand(like.shape[-1], generator=generator, dtype=torch.float64)
    return -(-uniform.clamp_min(1e-300).log()).log().to(like.device, torch.float32)
