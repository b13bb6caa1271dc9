"""A target's answer to a prompt with one drafter, outside of any edit."""

from collections.abc import Sequence

from specedit import drafters
from specedit.engine.budget import Budget
from specedit.engine.copy_prior import with_copy_prior
from specedit.engine.copy_source import CopySource
from specedit.engine.decode import decode, prefill
from specedit.engine.draft import DraftContext
from specedit.engine.target import Sampling, Target
from specedit.engine.tokenizer import Tokenizer


def answer(
    target: Target,
    tokenizer: Tokenizer,
    prompt: Sequence[int],
    source: Sequence[int],
    drafter: str,
    *,
    budget: Budget,
    sampling: Sampling,
    max_tokens: int,
    near_tie: float | None = None,
    copied: CopySource | None = None,
) -> tuple[list[int], int]:
    """Return the answer's tokens and the passes they took."""
    sequence = target.open()
    if copied is not None:
        sequence = with_copy_prior(sequence, copied, len(prompt), target.copy_prior)
    for _ in prefill(sequence, prompt):
        pass
    output: list[int] = []
    context = DraftContext(prompt, source, output, (), budget, tokenizer)
    steps = decode(
        sequence,
        prompt,
        output,
        drafters.load(drafter)(context),
        budget=budget,
        stop_ids=target.stop_ids,
        sampling=sampling,
        max_tokens=max_tokens,
        near_tie=near_tie,
    )
    return output, sum(1 for _ in steps)
