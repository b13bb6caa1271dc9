"""Attention that leans toward the place which an answer has come to in its source.

Where a file repeats itself, the words around a place do not say which of its likes is being copied; the answer so far
does. A row that would choose the answer's next token adds -slope · log(1 + |j - cursor| / width) to the score of
source token j, in every layer and head, as ALiBi (Press et al. 2022) does for the near past; everything else it sees
as ever. A model says in its `config.json` that it was trained to be read so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from specedit.engine.alignment import Alignment, Cursor
from specedit.engine.draft import Draft
from specedit.engine.model_files import COPY_BIAS

_WIDTH = 8.0  # tokens; models are trained with it, as with what moves the cursor


def slope_of(config: Mapping[str, Any]) -> float:
    """Return the slope that a model's `config.json` asks for, or 0."""
    return float(config.get(COPY_BIAS, 0))


def scores(source: int, cursors: Sequence[Cursor], slope: float) -> Tensor:
    """Return what is added to the scores of the `source` tokens, [cursors, source] in float32."""
    at = torch.tensor([cursor.at for cursor in cursors])
    distances = (torch.arange(source) - at[:, None]).abs()
    return -slope * torch.log1p(distances / _WIDTH)


@dataclass(frozen=True, slots=True)
class Bias:
    """`scores` [rows, tokens] to add, in the last rows of a pass, to those of the tokens from `start` on."""

    start: int
    scores: Tensor

    def add_to(self, mask: Tensor) -> None:
        """Add the scores to a mask [rows, tokens]."""
        rows, tokens = self.scores.shape
        mask[len(mask) - rows :, self.start : self.start + tokens] += self.scores


class Follower:
    """Follows the answer of one sequence through its passes. `slope` 0: the model takes no notice of alignments."""

    def __init__(self, slope: float) -> None:
        self._slope = slope
        self._alignment: Alignment | None = None
        self._cursors: list[Cursor] = []  # from the prompt's last token on, and of some taken back

    def align(self, alignment: Alignment | None) -> None:
        """Follow another answer, or none. Before the last token of its prompt is cached."""
        self._alignment = alignment if self._slope else None
        self._cursors = []

    def of_pass(self, length: int, token_ids: Sequence[int], draft: Draft) -> Bias | None:
        """Return the bias of a pass over `token_ids` after `length` cached ones: [last, *draft], or any with no draft."""
        if self._alignment is None:
            return None
        first = length - self._alignment.answer_start + 1  # place among the cursors
        del self._cursors[max(0, first) :]
        assert len(self._cursors) == max(0, first), "aligned after the answer began"
        of_prompt = max(0, -first)  # rows that choose nothing of the answer
        found: list[Cursor] = []
        for row in range(of_prompt, len(token_ids)):
            if first + row == 0:
                found.append(Cursor())
                continue
            parent = draft.parent(row - 1) + 1 - of_prompt
            before = found[parent] if row else self._cursors[-1]
            found.append(self._alignment.after(before, token_ids[row]))
        self._cursors += found
        if not found:
            return None
        source = len(self._alignment.source_ids)
        return Bias(self._alignment.start, scores(source, found, self._slope))

    def keep(self, length: int, nodes: Sequence[int]) -> None:
        """Of a pass whose draft begins after `length` cached tokens, keep these nodes."""
        if self._alignment is not None:
            start = length - self._alignment.answer_start + 1
            self._cursors[start:] = [self._cursors[start + node] for node in nodes]

    def fork(self, length: int) -> "Follower":
        """Return one that follows a copy of the first `length` tokens."""
        copy = Follower(self._slope)
        copy._alignment = self._alignment
        if self._alignment is not None:
            copy._cursors = self._cursors[: max(0, length - self._alignment.answer_start + 1)]
        return copy
