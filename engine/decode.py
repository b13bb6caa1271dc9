"""The loop: propose, verify, roll back, observe. One pass of the target at a time."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Protocol, runtime_checkable

from specedit.engine.budget import MAX_DRAFT
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import Closable, DraftContext, Drafter, DrafterFactory
from specedit.engine.step import Share, Step, shares
from specedit.engine.target import ANYWHERE, Choices, Sampling, TargetSequence
from specedit.engine.verify import accepted_alternative, accepted_nodes, objections, until_stop

PREFILL_CHUNK = 256
PREDICTED = "predicted"  # what statistics call a drafter whose tokens are judged
_CANONICAL_BLOCK = 64


def prefill(sequence: TargetSequence, token_ids: Sequence[int]) -> Generator[int]:
    """Cache `token_ids` but the last, a chunk a pass; yield how many are cached."""
    end = len(token_ids) - 1
    while sequence.length < end:
        sequence.prefill(token_ids[sequence.length : min(sequence.length + PREFILL_CHUNK, end)])
        yield sequence.length


@runtime_checkable
class Writer(Protocol):
    """A sequence whose engine decodes, and may speculate, by itself."""

    @property
    def speculation(self) -> str:
        """Say "on", or why nothing is drafted."""

    def write(
        self,
        context: DraftContext,
        drafter_for: DrafterFactory,
        *,
        sampling: Sampling,
        max_tokens: int,
    ) -> Generator[Step]:
        """Extend `context.output` until a stop token or `max_tokens`, yielding a step whenever some tokens came."""


def write(
    sequence: TargetSequence,
    context: DraftContext,
    drafter_for: DrafterFactory,
    *,
    stop_ids: frozenset[int],
    sampling: Sampling,
    max_tokens: int,
    near_tie: float | None = None,
) -> Generator[Step]:
    """Extend `context.output` as the sequence's engine does it, or else by `decode`."""
    if isinstance(sequence, Writer):
        yield from sequence.write(context, drafter_for, sampling=sampling, max_tokens=max_tokens)
        return
    drafter = drafter_for(replace(context, sampling=sampling, sequence=sequence))
    try:
        yield from decode(
            sequence,
            context,
            drafter,
            stop_ids=stop_ids,
            sampling=sampling,
            max_tokens=max_tokens,
            near_tie=near_tie,
        )
    finally:
        if isinstance(drafter, Closable):
            drafter.close()


def decode(
    sequence: TargetSequence,
    context: DraftContext,
    drafter: Drafter,
    *,
    stop_ids: frozenset[int],
    sampling: Sampling,
    max_tokens: int,
    near_tie: float | None = None,
) -> Generator[Step]:
    """Extend `context.output` until a stop token or `max_tokens`, yielding a step a pass.

    The prompt and what the output already holds are cached but for the last token. With `near_tie`, a choice between
    two scores closer than that is made again in a pass whose shape depends on the text alone, so that the
    output does not depend on the drafts. A cache that cannot go back far enough for that is not drafted for.
    """
    prompt, output, budget = context.prompt, context.output, context.budget
    can_decide_again = sequence.rollback_limit >= ANYWHERE
    is_strict = near_tie is not None
    decide = (
        _Canonical(sequence, prompt, output, sampling) if is_strict and can_decide_again else None
    )
    most = 0 if is_strict and not can_decide_again else min(sequence.rollback_limit, MAX_DRAFT)
    while len(output) < max_tokens and not (output and output[-1] in stop_ids):
        # The cache holds everything accepted except `last`.
        last = output[-1] if output else prompt[-1]
        began = perf_counter()
        limit = min(max_tokens - len(output) - 1, most)
        proposed = drafter.propose(limit) if limit > 0 else NO_DRAFT
        draft = proposed.first(budget.best(proposed, limit)[0])
        drafted = perf_counter()
        choices = sequence.forward(last, draft, sampling, margins=decide is not None)
        passed = perf_counter()
        seconds = passed - drafted if choices.seconds is None else choices.seconds
        nodes = accepted_nodes(draft, choices.token_ids)
        budget.observe(draft, len(nodes), seconds, accepted_alternative(draft, nodes))
        tie = _first_tie(nodes, choices, near_tie) if decide else None
        nodes = nodes if tie is None else nodes[:tie]
        added = until_stop([draft.token_ids[node] for node in nodes], stop_ids)
        if added and added[-1] in stop_ids:  # it is `last` of a next pass that never comes
            sequence.keep(nodes[: len(added) - 1])
        else:
            sequence.keep(nodes)
            extra = choices.token_ids[nodes[-1] + 1 if nodes else 0]
            added.append(extra if tie is None or decide is None else decide(added))
        began_observing = perf_counter()
        if len(proposed) and not len(draft):
            budget.observe_unverified(proposed, added[0])
        output += added
        drafter.observe(added)
        spent = drafted - began + perf_counter() - began_observing
        yield Step(
            tuple(added),
            shares(draft, min(len(nodes), len(added))),
            spent,
            seconds,
            plain_seconds=budget.seconds(0),
            expected_seconds=budget.seconds(len(draft)),
        )


def judge(
    sequence: TargetSequence,
    prompt: Sequence[int],
    output: list[int],
    answer: Sequence[int],
    *,
    threshold: Callable[[int, int], float],
    sampling: Sampling,
) -> Generator[Step]:
    """Let the target judge a whole `answer` that is not its own, extending `output` by what passes.

    The sequence must be able to go back by two tokens at least.
    A token passes unless its probability over the top one is under the `threshold` of its place in the answer, with the
    token that the target preferred there; the first that does not is vetoed and ends the judging. What passed without
    being the target's own choice is listed as an objection.
    """
    most = min(MAX_DRAFT, sequence.rollback_limit - 1)  # and `last`, where nothing passes
    while len(output) < len(answer):
        # The cache holds everything accepted except `last`.
        last = output[-1] if output else prompt[-1]
        start = len(output)
        draft = Draft(tuple(answer[start : start + most]), drafter=PREDICTED)
        began = perf_counter()
        choices = sequence.forward(last, draft, sampling)
        seconds = perf_counter() - began if choices.seconds is None else choices.seconds
        passed = next(
            (
                i
                for i, ratio in enumerate(choices.ratios)
                if ratio < 1 and ratio < threshold(start + i, choices.token_ids[i])
            ),
            len(draft),
        )
        vetoed = passed < len(draft)
        objected = objections(
            draft.token_ids[: passed + vetoed], choices.token_ids, choices.ratios, start
        )
        if passed:  # the last of them becomes `last`: the target never chose what follows it
            sequence.keep(range(passed - 1))
        else:
            sequence.rollback(sequence.length - 1 - len(draft))
        output += draft.token_ids[:passed]
        yield Step(
            draft.token_ids[:passed],
            (Share(draft.drafter, len(draft), passed),),
            0.0,
            seconds,
            tuple(objected),
            vetoed,
        )
        if vetoed:
            return


def _first_tie(nodes: Sequence[int], choices: Choices, near_tie: float | None) -> int | None:
    """How many nodes are accepted before the first row on the path that is too close to call."""
    assert near_tie is not None
    for i, row in enumerate([0, *(node + 1 for node in nodes)]):
        if choices.margins[row] < near_tie:
            return i
    return None


class _Canonical:
    """Decides near ties from a cache whose every pass has a shape given by the text alone.

    From the end of the prompt on, the text is cached again in blocks of 64 rows, then the rest in one pass, then `last`
    in a pass of one row. Each block is computed once: the cache stays canonical up to its end.
    """

    def __init__(
        self,
        sequence: TargetSequence,
        prompt: Sequence[int],
        output: list[int],
        sampling: Sampling,
    ) -> None:
        self._sequence, self._prompt, self._output = sequence, prompt, output
        self._sampling = sampling
        self._canonical_length = len(prompt) - 1

    def __call__(self, accepted: Sequence[int]) -> int:
        """Return the token that follows prompt, output and `accepted`."""
        text = [*self._prompt, *self._output, *accepted]
        self._sequence.rollback(self._canonical_length)
        end = len(text) - 1
        while end - self._canonical_length >= _CANONICAL_BLOCK:
            stop = self._canonical_length + _CANONICAL_BLOCK
            self._sequence.prefill(text[self._canonical_length : stop])
            self._canonical_length = stop
        if self._canonical_length < end:
            self._sequence.prefill(text[self._canonical_length : end])
        return self._sequence.forward(text[-1], NO_DRAFT, self._sampling).token_ids[0]
