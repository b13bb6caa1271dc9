"""Plain generation: the target's own answer to a conversation or a prompt, its text cut at what ends it."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace

from specedit.editor.config import Config
from specedit.editor.generate import MOST_HINTS, Finished, GenerateRequest, Span
from specedit.engine.errors import InvalidRequest, TargetError
from specedit.engine.target import Sampling
from specedit.engine.tokenizer import Tokenizer, exceeds
from specedit.service.calls import Call
from specedit.service.host import Host
from specedit.service.http.answers import FinishReason, Usage, usage_of
from specedit.service.http.conversation import Conversation
from specedit.service.http.wire import ChatRequest, CompletionRequest
from specedit.service.loaded import Loaded
from specedit.service.metrics import Metrics

_MOST_SEED = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class End:
    """The end of an answer, and what it cost."""

    reason: FinishReason
    usage: Usage


def chat_request(
    payload: ChatRequest, conversation: Conversation, loaded: Loaded, config: Config
) -> GenerateRequest:
    """Return the request that continues a conversation. What was said is never read as control tokens.

    Raises:
        InvalidRequest: it is too long, or the model's template has no place for a role.
    """
    tokenizer, length = loaded.tokenizer, loaded.target.max_length
    texts = [turn.text for turn in conversation.turns]
    _check_length([*texts, conversation.prefill or ""], tokenizer, length)
    roles = ["system" if turn.role == "developer" else turn.role for turn in conversation.turns]
    try:
        first, *pieces = tokenizer.conversation(roles)
    except TargetError as error:
        raise InvalidRequest(f"messages: {error}") from error
    prompt = tokenizer.encode_markup(first)
    for text, piece in zip(texts, pieces, strict=True):
        prompt += tokenizer.encode(text) + tokenizer.encode_markup(piece)
    prompt += tokenizer.encode(conversation.prefill or "")
    predictions: tuple[tuple[int, ...], ...] = ()
    if conversation.prediction:
        _check_length([conversation.prediction], tokenizer, MOST_HINTS * length)
        predictions = (tuple(tokenizer.encode(conversation.prediction)),)
    return GenerateRequest(
        tuple(prompt), predictions, (), _sampling(payload, config), payload.most_tokens
    )


def completion_request(
    payload: CompletionRequest, loaded: Loaded, config: Config
) -> GenerateRequest:
    """Return the request that continues a prompt, in which control tokens are themselves.

    Raises:
        InvalidRequest: it is too long.
    """
    _check_length([payload.text], loaded.tokenizer, loaded.target.max_length)
    prompt = tuple(loaded.tokenizer.encode_markup(payload.text))
    return GenerateRequest(prompt, (), (), _sampling(payload, config), payload.max_tokens)


async def pieces(
    host: Host, metrics: Metrics, call: Call, request: GenerateRequest, stops: tuple[str, ...]
) -> AsyncGenerator[str | End]:
    """Yield the answer's text, piece by piece, then its end. Closed or cancelled, it runs no other pass.

    Raises:
        SpeceditError: as of `Host.generate`.
    """
    cut = _Cut(stops)
    call.facts["prompt_tokens"] = len(request.prompt)
    with metrics.generation() as tally:
        async with aclosing(host.generate(request, call.client, tally)) as events:
            async for event in events:
                usage = _as_predicted(usage_of(tally.stats()), request)
                call.facts["output_tokens"] = usage.output
                if isinstance(event, Span):
                    text = cut.add(event.text)
                    if text:
                        yield text
                    if cut.is_reached:
                        yield End("stop", usage)
                        return
                elif isinstance(event, Finished):
                    if cut.held:
                        yield cut.held
                    yield End("stop" if event.stopped else "length", usage)


def _as_predicted(usage: Usage, request: GenerateRequest) -> Usage:
    """The usage for who has predicted the answer; what was drafted for others is in our own statistics alone."""
    return usage if request.predictions else replace(usage, drafted=0, accepted=0)


class _Cut:
    """Holds back what may be the beginning of a text that ends the answer, and what comes after one."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self._stops = stops
        self.held = ""
        self.is_reached = False

    def add(self, text: str) -> str:
        """Return what can be told by now."""
        text = self.held + text
        ends = [end for end in (text.find(stop) for stop in self._stops) if end >= 0]
        if ends:
            self.is_reached, self.held = True, ""
            return text[: min(ends)]
        keep = max((_length_of_start(text, stop) for stop in self._stops), default=0)
        self.held = text[len(text) - keep :]
        return text[: len(text) - keep]


def _length_of_start(text: str, stop: str) -> int:
    """The length of the longest end of `text` with which `stop` begins."""
    sizes = range(min(len(stop) - 1, len(text)), 0, -1)
    return next((size for size in sizes if stop.startswith(text[-size:])), 0)


def _sampling(payload: ChatRequest | CompletionRequest, config: Config) -> Sampling:
    temperature = config.temperature if payload.temperature is None else payload.temperature
    seed = config.seed if payload.seed is None else payload.seed & _MOST_SEED
    return Sampling(temperature, seed)


def _check_length(texts: Iterable[str], tokenizer: Tokenizer, most: int) -> None:
    if any(exceeds(text, tokenizer, most) for text in texts):
        raise InvalidRequest(f"the texts have more than {most} tokens; give less of them")
