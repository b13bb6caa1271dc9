"""How a target would go on from a place of a text that is not its own: one line of it."""

from collections.abc import Generator
from contextlib import closing

from specedit.engine.decode import write
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.target import GREEDY, TargetSequence

_LOOK = 96  # tokens: most of a line that the target would write


def lines_begun(
    sequence: TargetSequence,
    context: DraftContext,
    drafter_for: DrafterFactory,
    stop_ids: frozenset[int],
    max_tokens: int,
) -> Generator[str]:
    """Extend `context.output` by what is left of a line, or by one more; yield after each pass what was added up to now."""
    output, start, decode = context.output, len(context.output), context.tokenizer.decode
    steps = write(
        sequence,
        context,
        drafter_for,
        stop_ids=stop_ids,
        sampling=GREEDY,
        max_tokens=min(start + _LOOK, max_tokens),
    )
    with closing(steps):
        for _ in steps:
            is_ended = output[-1] in stop_ids
            own = decode(output[start:-1]) + "\n" if is_ended else decode(output[start:])
            yield own
            if "\n" in own.lstrip():
                return
