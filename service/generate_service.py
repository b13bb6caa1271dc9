"""GenerateService: the engine itself, for callers that bring their own prompt."""

from contextlib import aclosing

from specedit.editor.generate import MOST_HINTS, Finished, GenerateRequest, Span
from specedit.editor.result import Progress
from specedit.engine.errors import InvalidRequest
from specedit.engine.target import Sampling
from specedit.engine.tokenizer import Tokenizer, exceeds
from specedit.service import convert, settings
from specedit.service.calls import Calls, Context
from specedit.service.host import Host, Queued
from specedit.service.outbox import Outbox
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import generate_pb2, generate_pb2_grpc


class GenerateService(generate_pb2_grpc.GenerateServiceServicer):
    """Generates with the engine of `host`."""

    def __init__(self, host: Host, calls: Calls) -> None:
        self._host, self._calls = host, calls

    async def Generate(self, request: generate_pb2.GenerateRequest, context: Context) -> None:
        """Continue a prompt, span by span."""
        seconds = self._host.limits.reading
        async with (
            self._calls.around("Generate", context) as call,
            Outbox(context.write, seconds) as outbox,
        ):
            loaded = await self._host.loaded()
            most = (1 + MOST_HINTS) * loaded.target.max_length
            generation = await self._host.work(lambda: _request(request, loaded.tokenizer, most))
            call.facts["prompt_tokens"] = len(generation.prompt)
            with self._calls.metrics.generation() as tally:
                async with aclosing(self._host.generate(generation, call.client, tally)) as events:
                    async for event in events:
                        outbox.put(_message(event))
                        if isinstance(event, Finished):
                            call.facts["output_tokens"] = event.stats.output_tokens


def _request(
    message: generate_pb2.GenerateRequest, tokenizer: Tokenizer, most: int
) -> GenerateRequest:
    """The request of a message. Texts of more than `most` tokens are refused before they are read to their end."""
    left = most

    def tokens(given: generate_pb2.Tokens, *, markup: bool = False) -> tuple[int, ...]:
        nonlocal left
        if given.WhichOneof("form") == "token_ids":
            return tuple(given.token_ids.ids)
        if exceeds(given.text, tokenizer, left):
            raise InvalidRequest(f"the texts have more than {most} tokens; give less of them")
        encode = tokenizer.encode_markup if markup else tokenizer.encode
        token_ids = tuple(encode(given.text))
        left -= len(token_ids)
        return token_ids

    return GenerateRequest(
        tokens(message.prompt, markup=True),
        tuple(tokens(given) for given in message.predictions),
        tokens(message.source),
        Sampling(**settings.sampling_of(message.sampling)),
        message.max_tokens or None,
    )


def _message(event: Queued | Progress | Span | Finished) -> generate_pb2.GenerateResponse:
    if isinstance(event, Queued):
        return generate_pb2.GenerateResponse(queued=pb.Queued(ahead=event.ahead))
    if isinstance(event, Progress):
        return generate_pb2.GenerateResponse(progress=convert.progress_message(event))
    if isinstance(event, Span):
        span = generate_pb2.Span(
            token_ids=event.token_ids,
            text=event.text,
            drafted=event.drafted,
            accepted=event.accepted,
            drafter=event.drafter,
        )
        return generate_pb2.GenerateResponse(span=span)
    stop, length = generate_pb2.FINISH_REASON_STOP, generate_pb2.FINISH_REASON_LENGTH
    finished = generate_pb2.Finished(
        reason=stop if event.stopped else length, stats=convert.stats_message(event.stats)
    )
    return generate_pb2.GenerateResponse(finished=finished)
