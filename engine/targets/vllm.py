"""vLLM, which drafts and verifies by itself: by its own means, or with our drafter in it (`extensions/vllm`)."""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.step import Share, Step
from specedit.engine.target import Sampling, Target
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.remote import Piece
from specedit.engine.targets.token_server import TokenSequence, TokenTarget

_SEPARATOR = -1  # between documents in `specedit_predictions`
_COUNTERS = {
    "generated": "vllm:generation_tokens_total",
    "drafted": "vllm:spec_decode_num_draft_tokens_total",
}


def target(context: TargetContext) -> Target:
    """Return the model on a vLLM server."""
    return VllmTarget(context, context.server())


class VllmTarget(TokenTarget):
    """A model on a vLLM server."""

    def __init__(self, context: TargetContext, server: Completions) -> None:
        super().__init__(context, server)
        self.drafts = bool(self.counters())

    def open(self, prompt: Sequence[int] = ()) -> "VllmSequence":
        """Return a new, empty sequence."""
        return VllmSequence(self)

    def counters(self) -> dict[str, float]:
        """Return what vLLM has counted since it started, over all requests; nothing where nothing drafts."""
        text = self.get("/metrics") or ""
        counted = {name: _sum_of(metric, text) for name, metric in _COUNTERS.items()}
        return {} if None in counted.values() else {n: v or 0.0 for n, v in counted.items()}


class VllmSequence(TokenSequence):
    """One text, by its tokens."""

    _target: VllmTarget

    def write(
        self,
        context: DraftContext,
        drafter_for: DrafterFactory,
        *,
        sampling: Sampling,
        max_tokens: int,
    ) -> Generator[Step]:
        """Extend `context.output` by vLLM's decoding, a step for each piece of its stream."""
        before = self._target.counters()
        held: Step | None = None  # the last waits for the end, when what was drafted is known
        written = accepted = 0
        steps = super().write(context, drafter_for, sampling=sampling, max_tokens=max_tokens)
        with closing(steps):
            for step in steps:
                if held is not None:
                    yield held
                held, written = step, written + len(step.token_ids)
                accepted += step.accepted
        if held is not None:
            drafted = held.drafted + self._missed(before, written, accepted)
            yield replace(held, shares=(Share("engine", drafted, held.accepted),))

    def _step(self, piece: Piece, seconds: float) -> Step:
        """What came at once: where the server drafts, all but one of the tokens were drafted."""
        accepted = len(piece.token_ids) - 1 if self._target.drafts else 0
        shares = (Share("engine", accepted, accepted),)
        return Step(tuple(piece.token_ids), shares, 0.0, seconds)

    def _missed(self, before: Mapping[str, float], written: int, accepted: int) -> int:
        """Drafted tokens that were not accepted, where the server's counters moved for this request alone.

        What a busy server writes in two steps may come as one piece: a token more counts as accepted then.
        """
        after = self._target.counters() if before else {}
        moved = {name: after[name] - before[name] for name in before if name in after}
        if not moved or moved["generated"] != written:
            return 0
        return max(0, int(moved["drafted"]) - accepted)

    def _hints(self, context: DraftContext) -> dict[str, Any]:
        """Where the file stands in the prompt, and what else the answer may follow."""
        hints = {}
        begin = _place(context.prompt, context.source)
        if begin is not None:
            hints["specedit_span"] = [begin, begin + len(context.source)]
        flat = [t for document in context.predictions for t in (*document, _SEPARATOR)]
        if flat:
            hints["specedit_predictions"] = flat[:-1]
        return {"vllm_xargs": hints}


def _sum_of(metric: str, text: str) -> float | None:
    """The sum of a metric's values; None where there is none, or one is no count."""
    values = re.findall(rf"^{metric}(?:{{[^}}\n]*}})? (\S+)$", text, re.MULTILINE)
    try:
        counts = [float(value) for value in values]
    except ValueError:
        return None
    return sum(counts) if counts and all(0 <= count < 1e15 for count in counts) else None


def _place(prompt: Sequence[int], source: Sequence[int]) -> int | None:
    """Where `source` stands in `prompt`; None where it does not, or is all of it."""
    first, size = list(source), len(source)
    if not size or size >= len(prompt):
        return None
    places = (i for i in range(len(prompt) - size + 1) if prompt[i] == first[0])
    return next((i for i in places if list(prompt[i : i + size]) == first), None)
