"""Attention over a pack gives what attention with its mask gives, and the same gradients."""

import runpy
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch.nn import functional

ATTEND = runpy.run_path(str(Path(__file__).parents[2] / "training" / "attention.py"))["attend"]


@pytest.mark.parametrize("segments", [(7,), (300,), (200, 230, 500), (0, 40), (260, 600)])
def test_it_is_masked_attention(segments: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    length, heads, kv_heads, width = segments[-1], 6, 2, 8
    mask = torch.full((length, length), float("-inf")).triu_(1)
    for start, end in pairwise(segments):
        mask[end:, start:end] = float("-inf")  # branches do not see each other
    shared = segments[0]
    mask[shared:, :shared] -= torch.rand(length - shared, shared)  # a bias is part of the mask
    query, key, value = (
        torch.randn(1, n, length, width, requires_grad=True) for n in (heads, kv_heads, kv_heads)
    )
    keys, values = (each.repeat_interleave(heads // kv_heads, 1) for each in (key, value))
    expected = functional.scaled_dot_product_attention(
        query, keys, values, attn_mask=mask, scale=0.3
    )
    found, _ = ATTEND(
        torch.nn.Identity(), query, key, value, mask[None, None], scaling=0.3, segments=segments
    )
    torch.testing.assert_close(found, expected.transpose(1, 2))
    grad = torch.randn_like(found)
    inputs = (query, key, value)
    wanted = torch.autograd.grad(expected, inputs, grad.transpose(1, 2))
    torch.testing.assert_close(torch.autograd.grad(found, inputs, grad), wanted)
