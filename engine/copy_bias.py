"""What a model takes from the place which an answer has come to in its source.

Its attention leans there. Where a file repeats itself, the words around a place do not say which of its likes is being
copied; the answer so far does. A row that would choose the answer's next token adds -slope · log(1 + |j - cursor| / width) to the score of
source token j, in every layer and head, as ALiBi (Press et al. 2022) does for the near past; everything else it sees
as ever.

And the next token of the source is likelier, as is that of the update that the answer follows: their logits in that
row are higher by a constant. Copying is the rule in an edit, so the model has only to learn the exceptions (after
CopyNet, Gu et al. 2016, which learns how likely a copy is).

A model says in its `config.json` that it was trained to be read so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from specedit.engine.alignment import Alignment, Cursor
from specedit.engine.draft import Draft
from specedit.engine.model_files import COPY_PRIOR, COPY_SLOPE

_WIDTH = 8.0  # tokens; models are trained with it, as with what moves the cursor


class CopyBias(NamedTuple):
    """How much: the slope in attention, and what is added to the logits of the next tokens."""

    slope: float = 0.0
    prior: float = 0.0


NONE = CopyBias()


def copy_bias_of(config: Mapping[str, Any]) -> CopyBias:
    """Return what a model's `config.json` asks for."""
    return CopyBias(float(config.get(COPY_SLOPE, 0)), float(config.get(COPY_PRIOR, 0)))


def scores(source: int, cursors: Sequence[Cursor], slope: float) -> Tensor:
    """Return what is added to the scores of the `source` tokens, [cursors, source] in float32."""
    at = torch.tensor([cursor.at for cursor in cursors])
    distances = (torch.arange(source) - at[:, None]).abs()
    return -slope * torch.log1p(distances / _WIDTH)


def favour(logits: Tensor, likely: Sequence[Mapping[int, int]], prior: float) -> None:
    """Add the prior to logits [rows, vocabulary] of each row's likely tokens, as often as they say."""
    found = [(row, *pair) for row, tokens in enumerate(likely) for pair in tokens.items()]
    if found:
        rows, token_ids, strengths = torch.tensor(found, device=logits.device).T
        logits[rows, token_ids] += prior * strengths


@dataclass(frozen=True, slots=True)
class Bias:
    """What to add in the last rows of a pass.

    `scores` [rows, tokens] to those of the tokens from `start` on; `prior` to the logits of each row's `likely` tokens,
    as often as they say.
    """

    start: int
    scores: Tensor
    likely: tuple[dict[int, int], ...]
    prior: float

    def add_to(self, mask: Tensor) -> None:
        """Add the scores to a mask [rows, tokens]."""
        rows, tokens = self.scores.shape
        mask[len(mask) - rows :, self.start : self.start + tokens] += self.scores

    def favour(self, logits: Tensor, first: int) -> None:
        """Add the prior to logits [rows, vocabulary] of the rows from `first` on, all of them rows of this bias."""
        favour(logits, self.likely[first : first + len(logits)], self.prior)


class Follower:
    """Follows the answer of one sequence through its passes."""

    def __init__(self, copy_bias: CopyBias) -> None:
        self._copy_bias = copy_bias
        self._alignment: Alignment | None = None
        self._cursors: list[Cursor] = []  # from the prompt's last token on, and of some taken back

    def align(self, alignment: Alignment | None) -> None:
        """Follow another answer, or none. Before the last token of its prompt is cached."""
        self._alignment = alignment if any(self._copy_bias) else None
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
        slope = self._copy_bias.slope * self._alignment.leans
        likely = tuple(map(self._alignment.likely, found))
        leaning = scores(source, found, slope)
        return Bias(self._alignment.start, leaning, likely, self._copy_bias.prior)

    def keep(self, length: int, nodes: Sequence[int]) -> None:
        """Of a pass whose draft begins after `length` cached tokens, keep these nodes."""
        if self._alignment is not None:
            start = length - self._alignment.answer_start + 1
            self._cursors[start:] = [self._cursors[start + node] for node in nodes]

    def fork(self, length: int) -> "Follower":
        """Return one that follows a copy of the first `length` tokens."""
        copy = Follower(self._copy_bias)
        copy._alignment = self._alignment
        if self._alignment is not None:
            copy._cursors = self._cursors[: max(0, length - self._alignment.answer_start + 1)]
        return copy
