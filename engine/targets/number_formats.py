"""Whether a processor with instructions for bfloat16 is faster in it: measured once, by the length of a pass, and remembered.

A model has one format, whatever the lengths of its passes: formats round differently, and what one chooses another may not.
Long passes decide, for edits are judged and verified in those.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import thread_time

import torch

from specedit.engine import folders
from specedit.engine.targets.in_turns import least_seconds
from specedit.engine.targets.llama_weights import linear

ROWS = (1, 16, 64, 256)
_LONG = slice(2, None)
_WIDTH = (
    1024  # of a square matrix, 2 MB in 16 bits: with two of them a core's cache is not all there is
)
_ROUNDS = 6  # the first finds how to compute

Ratios = tuple[float, ...]  # what bfloat16 takes over what float32 takes, for passes of `ROWS`


def wins(folder: Path | None = None) -> bool:
    """Return whether bfloat16 is the format to take: where long passes are faster in float32, all of them, it is not."""
    return any(ratio <= 1 for ratio in ratios(folder)[_LONG])


def ratios(folder: Path | None = None) -> Ratios:
    """Return how long a product takes in bfloat16, in those of float32 with weights in 16 bits."""
    vectors = torch.backends.cpu.get_cpu_capability()
    has_tiles = torch.cpu._is_amx_tile_supported()
    key = hashlib.sha256(f"{torch.__version__}, {vectors}, {has_tiles}".encode()).hexdigest()[:16]
    path = (folder or folders.cache_folder() / "formats") / f"{key}.json"
    known = _load(path)
    if known is None:
        known = measured()
        folders.remember(known, path)
    return known


def describe(folder: Path | None = None) -> str:
    """Say it, for people."""
    lengths, times = ", ".join(map(str, ROWS)), ", ".join(f"{r:.2f}" for r in ratios(folder))
    return f"products for {lengths} rows take {times} times as long in bfloat16 as in float32"


@torch.inference_mode()
def measured(clock: Callable[[], float] = thread_time) -> Ratios:
    """Return the same from a few products on one thread, by its processor time: some 100 ms."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        weights = [torch.randn(_WIDTH, _WIDTH).bfloat16() for _ in range(2)]
        narrow = [linear(weight, torch.bfloat16) for weight in weights]
        wide = [linear(weight, torch.float32) for weight in weights]
        times = list[float]()
        for rows in ROWS:
            x = torch.randn(rows, _WIDTH)
            in_narrow, in_wide = partial(_each, narrow, x.bfloat16()), partial(_each, wide, x)
            ours, others = least_seconds(in_narrow, in_wide, _ROUNDS, clock)
            times.append(ours / others)
        return tuple(times)
    finally:
        torch.set_num_threads(threads)


def _each(products: Sequence[Callable[[torch.Tensor], object]], x: torch.Tensor) -> None:
    for product in products:
        product(x)


def _load(path: Path) -> Ratios | None:
    """Return what was remembered, or None if nothing of use is there."""
    try:
        known = tuple(map(float, json.loads(path.read_text("utf-8"))))
    except (OSError, ValueError, TypeError):
        return None
    return known if len(known) == len(ROWS) and all(ratio > 0 for ratio in known) else None
