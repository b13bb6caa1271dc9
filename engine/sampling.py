"""Scores of rows → one token a row, and how likely drafted tokens were. The only place that sees logits."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from specedit.engine.draft import Draft, Option, depths
from specedit.engine.target import Choices, Sampling

# Rows whose logits are made at once: 64 rows of a vocabulary of 150,000 in float32 are 38 MB.
_LOGIT_ROWS = 64

# Largest gap between two scores that a pass of another length was seen to close or open, with room to spare:
# `specedit bench lossless` measures it.
NEAR_TIE = {torch.float32: 2e-3, torch.bfloat16: 1.0, torch.float16: 0.1}

# Of a place: what lies behind is hardly ever worth its row, however little that costs.
_OPTIONS = 8

# Mixed into the seed so that neighbouring positions draw unrelated noise (splitmix64's increment).
_MIX = 0x9E3779B97F4A7C15


def in_blocks(hidden: Tensor, logits_of: Callable[[Tensor], Tensor]) -> Generator[Tensor]:
    """Yield the logits of rows with these hidden states, some rows at a time.

    `logits_of` maps hidden rows to float32 logits [rows, vocabulary].
    """
    for start in range(0, len(hidden), _LOGIT_ROWS):
        yield logits_of(hidden[start : start + _LOGIT_ROWS])


@torch.inference_mode()
def choices(
    logits_of_rows: Iterable[Tensor],
    draft: Draft,
    first_place: int,
    sampling: Sampling,
    *,
    with_margins: bool,
    logit_bias: Sequence[Mapping[int, float]] = (),
) -> Choices:
    """Return what the rows [last, *draft] say, whose logits come in blocks [rows, vocabulary], float32.

    `first_place` is the place in the whole text of the token that the row of `last` chooses; `logit_bias`, where it is
    given, has what each row adds to the logits of which tokens.
    """
    places = [first_place + depth for depth in depths(draft)]
    nodes_of_row: dict[int, list[int]] = {}
    for node in range(len(draft)):
        nodes_of_row.setdefault(draft.parent(node) + 1, []).append(node)
    chosen: list[int] = []
    gaps: list[float] = []
    ratios = [0.0] * len(draft)
    for logits in logits_of_rows:
        start = len(chosen)
        rows = range(start, start + len(logits))
        add_logit_bias(logits, logit_bias[rows.start : rows.stop])
        best, scores = choose(logits, places[rows.start : rows.stop], sampling)
        chosen += best.tolist()
        if with_margins:
            gaps += margins(scores)
        nodes = [node for row in rows for node in nodes_of_row.get(row, ())]
        if nodes:
            top = (
                logits.amax(-1)
                if sampling.temperature > 0
                else scores.gather(1, best[:, None])[:, 0]
            )
            ratio_rows = likelihood_ratios(
                logits,
                top,
                [draft.parent(node) + 1 - start for node in nodes],
                [draft.token_ids[node] for node in nodes],
            )
            for node, ratio in zip(nodes, ratio_rows, strict=True):
                ratios[node] = ratio
    return Choices(tuple(chosen), tuple(ratios), tuple(gaps))


def add_logit_bias(logits: Tensor, logit_bias: Sequence[Mapping[int, float]]) -> None:
    """Add to logits [rows, vocabulary] what each row has for some tokens."""
    added = [(row, *pair) for row, bias in enumerate(logit_bias) for pair in bias.items()]
    if added:
        rows, token_ids, amounts = zip(*added, strict=True)
        logits[list(rows), list(token_ids)] += torch.tensor(amounts, device=logits.device)


def choose(logits: Tensor, positions: list[int], sampling: Sampling) -> tuple[Tensor, Tensor]:
    """Return each row's token, and the scores it was chosen by.

    `logits` is [rows, vocabulary] in float32. Above temperature 0, Gumbel noise keyed by (seed, position) is added
    to logits / temperature; its argmax is a sample from the softmax (Gumbel 1954), the same whatever was drafted.
    `positions[i]` is the place in the whole text of the token that row i chooses.
    """
    if sampling.temperature > 0:
        size = logits.shape[-1]
        noise = torch.stack([_gumbel(size, sampling.seed, position) for position in positions])
        logits = logits / sampling.temperature + noise.to(logits.device)
    return logits.argmax(dim=-1), logits


def options(
    logits: Tensor, position: int, sampling: Sampling, token_ids: Tensor | None, vocab_size: int
) -> list[Option]:
    """Return the tokens that one row of another model may choose at a place, with the target's noise, the likeliest first.

    `token_ids`: what the row's entries stand for, where that is not the whole vocabulary.
    """
    if sampling.temperature > 0:
        noise = _gumbel(vocab_size, sampling.seed, position).to(logits.device)
        logits = logits / sampling.temperature + (noise if token_ids is None else noise[token_ids])
    scores, best = logits.topk(min(_OPTIONS, len(logits)))
    sure = (scores - logits.logsumexp(0)).exp()
    best = best if token_ids is None else token_ids[best]
    return list(zip(best.tolist(), sure.tolist(), strict=True))


def margins(scores: Tensor) -> list[float]:
    """Return the gap between the two best scores of each row."""
    best = scores.topk(2, dim=-1).values
    gaps: list[float] = (best[:, 0] - best[:, 1]).tolist()
    return gaps


def likelihood_ratios(
    logits: Tensor, top: Tensor, rows: Sequence[int], token_ids: Sequence[int]
) -> list[float]:
    """Return p(token_ids[i]) / max p in row rows[i], where `top` holds the largest score of every row."""
    at = torch.tensor([*rows], device=logits.device)
    scores = logits[at, torch.tensor([*token_ids], device=logits.device)]
    ratios: list[float] = (scores - top[at]).exp().tolist()
    return ratios


@lru_cache(maxsize=16)  # what is drafted and what verifies it want the same
def _gumbel(size: int, seed: int, position: int) -> Tensor:
    generator = torch.Generator().manual_seed((seed + 1) * _MIX + position & 0x7FFFFFFFFFFFFFFF)
    uniform = torch.rand(size, generator=generator, dtype=torch.float64)
    return -(-uniform.clamp_min(1e-300).log()).log().float()
