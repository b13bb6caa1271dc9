"""The stretches of a file that are most like a text: what a refusal shows, to be quoted instead."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from specedit.edits.patch.block import folded

_LIKE = 45.0  # of 100: lines that are less alike count as nothing
_LEAST = 0.4  # of a perfect match: what a stretch must reach to be shown
_CLOSE = 0.8  # of the best one's: what another must reach to be shown beside it
_MOST_LINES = 60  # of the text that are looked for
_MOST_CELLS = 5_000_000


def nearest(text: str, body: str, most: int = 3) -> list[tuple[int, int]]:
    """Return up to `most` stretches of lines, counted from 0 and [first, last), that are most like a text, best first."""
    rows = body.split("\n")
    rows = rows[:-1] if not rows[-1] else rows
    lines = [folded(line) for line in text.strip("\n").split("\n")][:_MOST_LINES]
    bare = [folded(row) for row in rows]
    if not any(lines) or not any(bare) or len(lines) * len(bare) > _MOST_CELLS:
        return []
    scores = _scores(lines, bare)
    best = float(scores.max())
    if best < _LEAST:
        return []
    return [*_chosen(scores, len(lines), len(rows), max(_LEAST, best * _CLOSE), most)]


def _scores(lines: list[str], bare: list[str]) -> NDArray[np.float64]:
    """How much of the text stands from each row on, from 0 to 1. Long lines count more than short ones."""
    alike = process.cdist(lines, bare, scorer=fuzz.ratio, score_cutoff=_LIKE).astype(np.float64)
    weights = np.array([min(len(line), 40) for line in lines], dtype=np.float64)
    alike[:, [not row for row in bare]] = 0.0
    total = np.zeros(
        len(bare) + len(lines) - 1
    )  # entry i: the text's first line stands len(lines) - 1 rows before row i
    for i, weight in enumerate(weights):
        start = len(lines) - 1 - i
        total[start : start + len(bare)] += weight * alike[i]
    share: NDArray[np.float64] = total / (100.0 * weights.sum())
    return share


def _chosen(
    scores: NDArray[np.float64], size: int, rows: int, least: float, most: int
) -> Iterator[tuple[int, int]]:
    """The best starts, none of which touches another's lines."""
    left = scores.copy()
    for _ in range(most):
        at = int(left.argmax())
        if left[at] < least:
            return
        first = at - (size - 1)
        yield max(0, first), min(rows, first + size)
        left[max(0, at - size + 1) : at + size] = 0.0
