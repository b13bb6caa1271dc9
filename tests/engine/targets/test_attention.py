"""All ways of attention against the definition, in float64."""

import pytest
import torch
from torch import Tensor

from specedit.engine.draft import Draft
from specedit.engine.targets import attention
from specedit.engine.targets.tree_mask import visible

WIDTH, KV_HEADS = 16, 2


def by_definition(q: Tensor, keys: Tensor, values: Tensor, sees: Tensor, scale: float) -> Tensor:
    scores = torch.einsum("hgrw,htw->hgrt", q.double(), keys.double()) * scale
    weights = scores.masked_fill(~sees, float("-inf")).softmax(-1)
    return torch.einsum("hgrt,htw->hgrw", weights, values.double())


def tree(rows: int) -> Draft:
    """Nodes that follow the one half as far back."""
    return Draft(tuple(range(rows - 1)), tuple((node + 1) // 2 - 1 for node in range(rows - 1)))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("cached", [0, 70])
@pytest.mark.parametrize("rows", [1, 2, 8, 63, 64, 65, 200])
@pytest.mark.parametrize("group", [1, 3])
@pytest.mark.parametrize("is_tree", [False, True])
def test_all_ways_are_what_the_definition_says(
    dtype: torch.dtype, cached: int, rows: int, group: int, *, is_tree: bool
) -> None:
    random = torch.Generator().manual_seed(rows + cached)
    q = torch.randn(KV_HEADS, group, rows, WIDTH, generator=random).to(dtype)
    keys, values = torch.randn(2, KV_HEADS, cached + rows, WIDTH, generator=random).to(dtype)
    own = visible(rows, tree(rows) if is_tree else Draft(tuple(range(rows - 1))))
    sees = torch.cat([torch.ones(rows, cached, dtype=torch.bool), own], 1)
    expected = by_definition(q, keys, values, sees, 0.3)
    mask = torch.zeros(sees.shape, dtype=dtype).masked_fill_(~sees, float("-inf"))
    found = (
        attention.in_one(q, keys, values, mask.repeat(group, 1), 0.3),
        attention.in_blocks(q, keys, values, mask[:, cached:], 0.3),
        attention.in_blocks(q, keys, values, mask, 0.3),
        *([attention.by_keys(q, keys, values, 0.3)] if rows == 1 else []),
    )
    for mixed in found:
        assert mixed.dtype == dtype and mixed.shape == expected.shape
        assert (mixed.double() - expected).abs().max() <= 16 * torch.finfo(dtype).eps


def test_what_is_computed_from_is_left_as_it_was() -> None:
    q, keys, values = torch.randn(3, KV_HEADS, 1, 5, WIDTH)
    before = q.clone(), keys.clone(), values.clone()
    attention.in_blocks(q, keys[:, 0], values[:, 0], torch.zeros(5, 5), 1.0)
    assert torch.equal(q, before[0])
    assert torch.equal(keys, before[1]) and torch.equal(values, before[2])
