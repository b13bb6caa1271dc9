"""A target's answer to a prompt with one drafter, outside of any edit."""

from contextlib import closing

from specedit import drafters
from specedit.engine.copy_prior import with_copy_prior
from specedit.engine.copy_source import CopySource
from specedit.engine.decode import decode, prefill
from specedit.engine.draft import DraftContext
from specedit.engine.target import Sampling, Target, TargetSequence


def answer(
    target: Target,
    context: DraftContext,
    drafter: str,
    *,
    sampling: Sampling,
    max_tokens: int,
    near_tie: float | None = None,
    copied: CopySource | None = None,
) -> int:
    """Extend `context.output` by the answer to its prompt; return the passes that it took."""
    with closing(target.open()) as opened:
        sequence: TargetSequence = opened
        if copied is not None:
            sequence = with_copy_prior(sequence, copied, len(context.prompt), target.copy_prior)
        for _ in prefill(sequence, context.prompt):
            pass
        steps = decode(
            sequence,
            context,
            drafters.load(drafter)(context),
            stop_ids=target.stop_ids,
            sampling=sampling,
            max_tokens=max_tokens,
            near_tie=near_tie,
        )
        return sum(1 for _ in steps)
