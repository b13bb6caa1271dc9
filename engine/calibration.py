"""What passes cost on this machine: measured when a model is first opened, and remembered."""

import atexit
import hashlib
import json
import os
import platform
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from time import perf_counter

from specedit.engine.budget import PassCost
from specedit.engine.draft import Draft
from specedit.engine.target import GREEDY, Target

_LENGTHS = (1, 16, 64, 256)
_SECONDS = 0.3  # what measuring may take, beyond the two passes of one row that it always makes


def remembered(target: Target, folder: Path) -> PassCost:
    """Return what passes cost when `target` was last open here, else what a few cost now; written down at exit."""
    threads = f"{os.environ.get('OMP_NUM_THREADS', 'all')} threads of {os.cpu_count()}"
    machine = f"{target.name}, {target.dtype}, {platform.processor()}, {threads}"
    path = folder / f"{hashlib.sha256(machine.encode()).hexdigest()[:16]}.json"
    cost = load(path) or measured(target)
    atexit.register(save, cost, path)
    return cost


def measured(target: Target, clock: Callable[[], float] = perf_counter) -> PassCost:
    """Return what a few short passes cost: as many lengths as can be measured in 0.3 seconds."""
    cost = PassCost()
    end = clock() + _SECONDS
    with closing(target.open()) as sequence:
        most = 1 + sequence.rollback_limit  # a cache that cannot go back verifies nothing
    _pass(target, 1, clock)  # the very first pass takes longer
    for rows in _LENGTHS:
        if rows > 1 and (rows > most or clock() + cost.seconds(rows) > end):
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
    new = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(cost.known))
        new.replace(path)


def _pass(target: Target, rows: int, clock: Callable[[], float]) -> float:
    with closing(target.open()) as sequence:
        began = clock()
        sequence.forward(0, Draft((0,) * (rows - 1)), GREEDY)
        return clock() - began
