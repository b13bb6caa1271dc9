"""A server that verifies what we draft: one request for each draft, and bursts that it writes plainly between them.

`engine.decode` asks for one pass after the other. Over a network, to a server that may read the whole text for each, that is
the slowest way to write: so what is not drafted is written there, some tokens at a time.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from specedit.engine.acceptance import AcceptanceRate
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.errors import Unavailable
from specedit.engine.step import Share, Step
from specedit.engine.target import GREEDY, Sampling, Target
from specedit.engine.targets import sglang
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.token_server import Row, TokenSequence, TokenTarget
from specedit.engine.verify import accepted_nodes, until_stop

_BURST = 8  # plain tokens between two looks at the drafts: enough to find the place again
_LONGEST = 2048  # draft tokens that one request verifies
_SMOOTHING = 0.3


def target(context: TargetContext) -> Target:
    """Return the model on a server that only verifies."""
    return VerifyTarget(context, context.server())


@dataclass(slots=True)
class Rates:
    """What the server was seen to do in a second: tokens that it reads, and that it writes plainly."""

    reads: float = 5000.0
    writes: float = 40.0

    def learn(self, name: Literal["reads", "writes"], tokens: int, seconds: float) -> None:
        """Learn from one request."""
        known = getattr(self, name)
        setattr(self, name, known + _SMOOTHING * (tokens / max(seconds, 1e-6) - known))


class VerifyTarget(TokenTarget):
    """A model on a server that verifies."""

    drafts = True

    def __init__(self, context: TargetContext, server: Completions) -> None:
        super().__init__(context, server)
        self.rates, self.acceptance = Rates(), AcceptanceRate()
        self._is_sglang = sglang.is_sglang(self)

    def open(self, prompt: Sequence[int] = ()) -> "VerifySequence":
        """Return a new, empty sequence."""
        return VerifySequence(self)

    def scores(self, text: Sequence[int], draft: Sequence[int]) -> tuple[list[Row], int]:
        """Return the scores of `draft`, which the text ends with, and the token that follows."""
        began = perf_counter()
        if self._is_sglang:
            scored = sglang.scores(self, text, draft)
        else:
            scored = super().scores(text, draft)
        self.rates.learn("reads", len(text), perf_counter() - began)
        return scored

    def burst(self, text: Sequence[int], most: int) -> list[int]:
        """Return a few tokens that the server writes."""
        began = perf_counter()
        if self._is_sglang:
            tokens = sglang.written(self, text, most)
        else:
            tokens = [t for piece in self.stream(text, most, GREEDY) for t in piece.token_ids]
        if not tokens:
            raise Unavailable(f"{self.server.url} ended an answer with nothing")
        self.rates.learn("writes", len(tokens), perf_counter() - began)
        return tokens

    def pays(self, draft: Draft, text_tokens: int) -> bool:
        """Whether reading text and draft again takes less time than writing what the draft promises."""
        if not len(draft):
            return False
        [expected] = self.acceptance.expected(draft, [len(draft)])
        read = (text_tokens + len(draft)) / self.rates.reads
        return read < (1 + expected) / self.rates.writes


class VerifySequence(TokenSequence):
    """One text, by its tokens."""

    _target: VerifyTarget

    def write(
        self,
        context: DraftContext,
        drafter_for: DrafterFactory,
        *,
        sampling: Sampling,
        max_tokens: int,
    ) -> Generator[Step]:
        """Extend `context.output` by what the server verifies of our drafts, where that is faster than having it write.

        Only what is greedy is verified.
        """
        if sampling.temperature > 0:
            yield from super().write(context, drafter_for, sampling=sampling, max_tokens=max_tokens)
            return
        output, drafter = context.output, drafter_for(context)
        while not self._is_done(output, max_tokens):
            began = perf_counter()
            left, text = max_tokens - len(output), [*context.prompt, *output]
            draft = drafter.propose(min(_LONGEST, left - 1)) if left > 1 else NO_DRAFT
            if self._target.pays(draft, len(text)):
                tokens, accepted = self._verified(text, draft)
            else:
                draft, accepted = NO_DRAFT, 0
                tokens = self._target.burst(text, min(_BURST, left))
            output += tokens
            drafter.observe(tokens)
            seconds = perf_counter() - began
            shares = (Share(draft.drafter, len(draft), accepted),) if len(draft) else ()
            yield Step(tuple(tokens), shares, 0.0, seconds)

    def _verified(self, text: Sequence[int], draft: Draft) -> tuple[list[int], int]:
        """The tokens that come of a draft, and how many of them are its own."""
        self.rollback(0)
        self.prefill(text[:-1])
        choices = self.forward(text[-1], draft, GREEDY).token_ids
        accepted = len(accepted_nodes(draft, choices))
        self._target.acceptance.observe(draft, len(draft), accepted)
        tokens = until_stop([*draft.token_ids[:accepted], choices[accepted]], self._target.stop_ids)
        return tokens, min(accepted, len(tokens))
