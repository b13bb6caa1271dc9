"""How a target would go on from a place of a text that is not its own: one line of it."""

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

from specedit.edits.copied import skips_ahead
from specedit.engine.decode import write
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.target import GREEDY, TargetSequence

T = TypeVar("T")
_LOOK = 96  # tokens: most of a line that the target would write


def only_skips(
    sequence: TargetSequence,
    place: int,
    context: DraftContext,
    drafter_for: DrafterFactory,
    stop_ids: frozenset[int],
    max_tokens: int,
    look: Callable[[], T],
) -> Generator[T, None, bool]:
    """Return whether a target that has come to a place of its text would only leave lines out; yield `look()` after each pass.

    `context.output` is the answer up to there, and the answer is the one of `context.predictions`.
    """
    (answer,), decode, own = context.predictions, context.tokenizer.decode, ""
    at = len(context.output)
    with (
        closing(sequence.fork(place)) as fork,
        closing(_lines(fork, context, drafter_for, stop_ids, max_tokens)) as lines,
    ):
        for line in lines:
            own = line
            yield look()
    return skips_ahead(decode(answer[:at]), decode(answer[at:]), own)


def _lines(
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
