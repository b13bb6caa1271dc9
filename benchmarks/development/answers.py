"""A target's answer to a prompt with one drafter, outside of any edit."""

from specedit import drafters
from specedit.engine.decode import prefill, write
from specedit.engine.drafter import DraftContext
from specedit.engine.target import Sampling, TargetSequence


def answer(
    sequence: TargetSequence,
    context: DraftContext,
    drafter: str,
    *,
    stop_ids: frozenset[int],
    sampling: Sampling,
    max_tokens: int,
    near_tie: float | None = None,
) -> int:
    """Extend `context.output` by the answer to its prompt, of which `sequence` may have read some; return the passes made."""
    for _ in prefill(sequence, context.prompt):
        pass
    steps = write(
        sequence,
        context,
        drafters.load(drafter),
        stop_ids=stop_ids,
        sampling=sampling,
        max_tokens=max_tokens,
        near_tie=near_tie,
    )
    return sum(1 for _ in steps)
