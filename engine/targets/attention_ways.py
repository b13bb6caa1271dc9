"""Which way attention is faster: measured when a model's shape is first met, and remembered.

Not only speed depends on it: the ways round differently, so what is remembered keeps answers the same from day to day.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from time import thread_time
from typing import NamedTuple

import torch

from specedit.engine import folders
from specedit.engine.targets import attention, devices
from specedit.engine.targets.in_turns import least_seconds

NEVER = 1 << 30
# Fewer rows are as fast in torch's own kernel on every processor that was tried, and long passes are like those of 64.
_ROWS = (64, 8)
_CACHED = 1000  # tokens before the rows
_TEXTS = (4000, 2000, 1000)  # tokens before a single row
_ROUNDS = 5


class Shape(NamedTuple):
    """Heads of a model's queries and of its keys, and their width."""

    heads: int
    kv_heads: int
    width: int


class Ways(NamedTuple):
    """From how many rows on `attention.in_blocks` is faster than `in_one`, and from how many tokens on `by_keys` for a single row."""

    blocks_from: int = NEVER
    keys_from: int = NEVER


def ways(shape: Shape, dtype: torch.dtype, folder: Path | None = None) -> Ways:
    """Return which ways are faster here.

    In float32 torch's own kernel is the faster one throughout, or nearly, and without instructions for bfloat16 all are slow.
    """
    if dtype != torch.bfloat16 or not devices.has_bfloat16():
        return Ways()
    vectors = torch.backends.cpu.get_cpu_capability()
    machine = f"{torch.__version__}, {vectors}, {shape}"
    key = hashlib.sha256(machine.encode()).hexdigest()[:16]
    path = (folder or folders.cache_folder() / "attention") / f"{key}.json"
    known = _load(path)
    if known is None:
        known = measured(shape)
        folders.remember(known, path)
    return known


@torch.inference_mode()
def measured(shape: Shape, clock: Callable[[], float] = thread_time) -> Ways:
    """Return the same, from a few runs of each way on one thread: some 70 ms.

    By its processor time: where other programs hold a core, threads that wait for each other say nothing of any way.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return Ways(
            _least(_ROWS, lambda rows: _blocks_win(shape, rows, clock)),
            _least(_TEXTS, lambda tokens: _keys_win(shape, tokens, clock)),
        )
    finally:
        torch.set_num_threads(threads)


def _least(sizes: Sequence[int], wins: Callable[[int], bool]) -> int:
    """The last of sizes, which fall, up to which all win; `NEVER` where the first does not."""
    return min(takewhile(wins, sizes), default=NEVER)


def _blocks_win(shape: Shape, rows: int, clock: Callable[[], float]) -> bool:
    heads, kv_heads, width = shape
    group = heads // kv_heads
    q = torch.randn(kv_heads, group, rows, width).bfloat16()
    keys, values = torch.randn(2, kv_heads, _CACHED + rows, width).bfloat16()
    mask = torch.zeros(rows, _CACHED + rows, dtype=torch.bfloat16)
    repeated, own = mask.repeat(group, 1), mask[:, _CACHED:]
    return _is_faster(
        lambda: attention.in_blocks(q, keys, values, own, 1.0),
        lambda: attention.in_one(q, keys, values, repeated, 1.0),
        clock,
    )


def _keys_win(shape: Shape, tokens: int, clock: Callable[[], float]) -> bool:
    heads, kv_heads, width = shape
    q = torch.randn(kv_heads, heads // kv_heads, 1, width).bfloat16()
    keys, values = torch.randn(2, kv_heads, tokens, width).bfloat16()
    return _is_faster(
        lambda: attention.by_keys(q, keys, values, 1.0),
        lambda: attention.in_one(q, keys, values, None, 1.0),
        clock,
    )


def _is_faster(
    one: Callable[[], object], other: Callable[[], object], clock: Callable[[], float]
) -> bool:
    others, ours = least_seconds(other, one, _ROUNDS, clock)
    return ours <= others


def _load(path: Path) -> Ways | None:
    """Return what was remembered, or None if nothing of use is there."""
    try:
        rows, tokens = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    is_known = rows in (*_ROWS, NEVER) and tokens in (*_TEXTS, NEVER)
    return Ways(rows, tokens) if is_known else None
