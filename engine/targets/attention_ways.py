"""From how many rows of a pass attention is faster in blocks: measured when a model's shape is first met, and remembered.

Not only speed depends on it: the two ways round differently, so what is remembered keeps answers the same from day to day.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from time import thread_time
from typing import NamedTuple

import torch

from specedit.engine import folders
from specedit.engine.targets import attention, devices

NEVER = 1 << 30
# Fewer rows are as fast in torch's own kernel on every processor that was tried, and long passes are like those of 64.
_ROWS = (64, 8)
_CACHED = 1000  # tokens before the rows
_ROUNDS = 5


class Shape(NamedTuple):
    """Heads of a model's queries and of its keys, and their width."""

    heads: int
    kv_heads: int
    width: int


def blocks_from(shape: Shape, dtype: torch.dtype, folder: Path | None = None) -> int:
    """Return from how many rows on `attention.in_blocks` is faster than `in_one` here; `NEVER` where it is not.

    In float32 torch's own kernel is the faster one throughout, and without instructions for bfloat16 both are slow.
    """
    if dtype != torch.bfloat16 or not devices.has_bfloat16():
        return NEVER
    vectors = torch.backends.cpu.get_cpu_capability()
    machine = f"{torch.__version__}, {vectors}, {shape}"
    key = hashlib.sha256(machine.encode()).hexdigest()[:16]
    path = (folder or folders.cache_folder() / "attention") / f"{key}.json"
    rows = _load(path)
    if rows is None:
        rows = measured(shape)
        folders.remember(rows, path)
    return rows


@torch.inference_mode()
def measured(shape: Shape, clock: Callable[[], float] = thread_time) -> int:
    """Return the same, from a few runs of both ways on one thread: some 50 ms.

    By its processor time: where other programs hold a core, threads that wait for each other say nothing of either way.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        least = NEVER
        for rows in _ROWS:
            if not _blocks_win(shape, rows, clock):
                break
            least = rows
        return least
    finally:
        torch.set_num_threads(threads)


def _blocks_win(shape: Shape, rows: int, clock: Callable[[], float]) -> bool:
    heads, kv_heads, width = shape
    group = heads // kv_heads
    q = torch.randn(kv_heads, group, rows, width).bfloat16()
    keys, values = torch.randn(2, kv_heads, _CACHED + rows, width).bfloat16()
    mask = torch.zeros(rows, _CACHED + rows, dtype=torch.bfloat16)
    repeated, own = mask.repeat(group, 1), mask[:, _CACHED:]
    one: list[float] = []
    blocks: list[float] = []
    for _ in range(_ROUNDS):  # in turns, so that what else the machine does falls on both
        began = clock()
        attention.in_one(q, keys, values, repeated, 1.0)
        between = clock()
        attention.in_blocks(q, keys, values, own, 1.0)
        blocks.append(clock() - between)
        one.append(between - began)
    return min(blocks) <= min(one)


def _load(path: Path) -> int | None:
    """Return what was remembered, or None if nothing of use is there."""
    try:
        rows = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return rows if rows in (*_ROWS, NEVER) else None
