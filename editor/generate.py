"""The engine for callers that bring their own prompt: tokens in, spans of the model's own output out."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

from specedit.editor.result import Progress
from specedit.editor.stats import Stats, Tally
from specedit.engine.budget import Budget
from specedit.engine.decode import prefill, write
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.errors import InvalidRequest
from specedit.engine.step import Step
from specedit.engine.target import GREEDY, Sampling, Target
from specedit.engine.tokenizer import Tokenizer

# Tokens that drafters index, in contexts of the model: it is done between two passes.
MOST_HINTS = 4
_MOST_PREDICTIONS = 16


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """A prompt, what the answer may look like, and what much of it is copied from. `max_tokens` None: all that fit."""

    prompt: tuple[int, ...]
    predictions: tuple[tuple[int, ...], ...] = ()
    source: tuple[int, ...] = ()
    sampling: Sampling = GREEDY
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """What one pass added. `text` holds whole characters; what is left of one comes with a later span."""

    token_ids: tuple[int, ...]
    text: str
    drafted: int
    accepted: int
    drafter: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an answer. `stopped`: the model ended it; else it was cut."""

    stopped: bool
    stats: Stats


def generate(
    target: Target,
    tokenizer: Tokenizer,
    drafter_for: DrafterFactory,
    budget: Budget,
    request: GenerateRequest,
    tally: Tally | None = None,
) -> Generator[Progress | Span | Finished]:
    """Yield progress, then spans, then the end. `tally` is told of each pass, for who may not hear the end.

    Raises:
        InvalidRequest: the prompt is empty or longer than the context, or a token is not in the vocabulary.
    """
    prompt, output = request.prompt, list[int]()
    hints = len(request.source) + sum(map(len, request.predictions))
    if hints > MOST_HINTS * target.max_length or len(request.predictions) > _MOST_PREDICTIONS:
        raise InvalidRequest(
            f"{len(request.predictions)} predictions and a source of {hints} tokens are too much; give at most "
            f"{_MOST_PREDICTIONS}, and {MOST_HINTS * target.max_length} tokens in all"
        )
    for token_id in chain(prompt, request.source, *request.predictions):
        if not 0 <= token_id < target.vocab_size:
            raise InvalidRequest(f"token {token_id} is not in the vocabulary of {target.name}")
    room = target.max_length - len(prompt)
    if not prompt or room < 1:
        raise InvalidRequest(
            f"the prompt has {len(prompt)} tokens; give 1 to {target.max_length - 1}"
        )
    tally, text = tally or Tally(), _Text(tokenizer)
    tally.begin()
    with closing(target.open(prompt)) as sequence:
        with tally.reading(len(prompt), known=sequence.length):
            for done in prefill(sequence, prompt):
                yield Progress("prompt", done, len(prompt))
        budget.expect(len(request.source))
        context = DraftContext(
            prompt,
            request.source,
            output,
            request.predictions,
            budget,
            tokenizer,
            draft_model=target.draft_model,
        )
        for step in write(
            sequence,
            context,
            drafter_for,
            stop_ids=target.stop_ids,
            sampling=request.sampling,
            max_tokens=min(room, request.max_tokens or room),
        ):
            tally.add(step)
            yield _span(step, text.of(step.token_ids))
    stopped = output[-1] in target.stop_ids
    yield Finished(stopped, tally.stats())


def _span(step: Step, text: str) -> Span:
    by = "+".join(share.drafter for share in step.shares if share.accepted)
    return Span(step.token_ids, text, step.drafted, step.accepted, by)


class _Text:
    """Tokens as text, a span at a time: bytes of a character that is not whole yet wait for the rest."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._before: list[int] = []  # some tokenizers drop a space where a text begins
        self._waiting: list[int] = []
        self._sent = 0  # characters of what waits

    def of(self, token_ids: tuple[int, ...]) -> str:
        self._waiting += token_ids
        before = self._tokenizer.decode(self._before)
        text = self._tokenizer.decode([*self._before, *self._waiting])[len(before) :]
        whole = text.removesuffix("\ufffd")
        new = whole[self._sent :]
        self._sent = len(whole)
        if whole == text:
            self._before, self._waiting, self._sent = self._waiting, [], 0
        return new
