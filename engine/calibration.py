"""What passes cost on this machine: measured when a model is first opened, and remembered."""

import atexit
import hashlib
import json
import platform
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter

from specedit.engine import folders, machine
from specedit.engine.draft import Draft
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import GREEDY, Target

_FIRST, _LENGTHS = 8, (2, 4, 16, 64, 256)
_SECONDS = 0.3  # what measuring may take, beyond the passes of 1 and 8 rows that it always makes
# Where 8 rows take as long as 4 passes of one, what longer passes take is no matter of belief: so many passes of one row may
# be spent on measuring it.
_STEEP, _STEEP_PASSES = 4, 24


def remembered(target: Target, folder: Path) -> PassCost:
    """Return what passes cost when `target` was last open here, else what a few cost now; written down at exit."""
    kind = target.dtype if target.device == "cpu" else f"{target.dtype} on {target.device}"
    key = f"{target.name}, {kind}, {platform.processor()}, {machine.threads()}"
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
    cost = load(path) or measured(target)
    atexit.register(save, cost, path)
    return cost


def measured(target: Target, clock: Callable[[], float] = perf_counter) -> PassCost:
    """Return what a few short passes cost: 1 and 8 rows, and as many lengths more as can be measured in a moment."""
    cost = PassCost()
    with closing(target.open()) as sequence:
        most = 1 + sequence.rollback_limit  # a cache that cannot go back verifies nothing
    _pass(target, 1, clock)  # the very first pass takes longer
    cost.observe(1, _pass(target, 1, clock))
    if most < _FIRST:
        return cost
    cost.observe(_FIRST, _pass(target, _FIRST, clock))
    one = cost.seconds(1)
    is_steep = cost.seconds(_FIRST) > _STEEP * one
    end = clock() + (max(_SECONDS, _STEEP_PASSES * one) if is_steep else _SECONDS)
    for rows in _LENGTHS:
        if rows > most or clock() + cost.seconds(rows) > end:
            break
        cost.observe(rows, _pass(target, rows, clock))
    return cost


def load(path: Path) -> PassCost | None:
    """Return what `save` has written, or None if nothing of use is there."""
    try:
        known = {
            int(rows): float(seconds) for rows, seconds in json.loads(path.read_text()).items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return None
    return PassCost(known) if known.keys() and min(known.values()) > 0 else None


def save(cost: PassCost, path: Path) -> None:
    """Write down what was learned; a file that cannot be written is done without."""
    folders.remember(cost.known, path)


def _pass(target: Target, rows: int, clock: Callable[[], float]) -> float:
    with closing(target.open()) as sequence:
        began = clock()
        sequence.forward(0, Draft((0,) * (rows - 1)), GREEDY)
        return clock() - began
