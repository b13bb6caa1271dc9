"""Results that are checked together: a look at a package takes as long with many renames in it as with one.

Symbols of one batch have different names, so no rename can touch what another has left behind. A batch with which
nothing goes wrong settles all of its results; of any other each half is looked at, down to single results.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

Result = dict[str, Any]
Edits = list[tuple[int, int, str]]  # of one file: from, to, and what comes there

_MOST = 8

# What goes wrong with the edits of some results together; "" if nothing does.
Look = Callable[[Sequence[Result]], str]


def in_batches(results: Sequence[Result], look: Look) -> Iterator[tuple[Result, str]]:
    """Give each result with what goes wrong with it, "" if nothing does; those in front first.

    Batches get smaller where many go wrong, as halving costs more than it saves there.
    """
    waiting, size = list(results), _MOST
    while waiting:
        batch = _together(waiting, size)
        digests = {each["digest"] for each in batch}
        waiting = [each for each in waiting if each["digest"] not in digests]
        settled = list(_settle(batch, look))
        yield from settled
        size = max(size // 2, 1) if any(problem for _, problem in settled) else 2 * size
        size = min(size, _MOST)


def merged_edits(results: Sequence[Result]) -> dict[str, Edits]:
    """Return the edits of all results by file, in the order of their places."""
    merged: dict[str, Edits] = {}
    for result in results:
        for path, edits in result["edits"].items():
            merged.setdefault(path, []).extend((start, end, new) for start, end, new in edits)
    return {path: sorted(edits) for path, edits in merged.items()}


def _together(waiting: Sequence[Result], size: int) -> list[Result]:
    """The first of those that wait, with up to `size` - 1 that share no name and no place with it or each other."""
    batch: list[Result] = []
    names: set[str] = set()
    for each in waiting:
        own = {each["subject"]["name"], each["subject"]["new"]}
        if not names & own and (not batch or _are_apart([*batch, each])):
            batch.append(each)
            names |= own
        if len(batch) == size:
            break
    return batch


def _are_apart(results: Sequence[Result]) -> bool:
    return all(
        end < start
        for edits in merged_edits(results).values()
        for (_, end, _), (start, _, _) in pairwise(edits)
    )


def _settle(batch: Sequence[Result], look: Look) -> Iterator[tuple[Result, str]]:
    problem = look(batch)
    if not problem or len(batch) == 1:
        yield from ((each, problem) for each in batch)
        return
    half = len(batch) // 2
    yield from _settle(batch[:half], look)
    yield from _settle(batch[half:], look)
