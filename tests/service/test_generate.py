"""GenerateService: the model's own tokens, whatever is predicted."""

from typing import Any

import grpc
import pytest
from grpc import aio
from tests.fakes import RandomTrees, new_context
from tests.service.conftest import Serve, Served

from specedit.engine.decode import decode, prefill
from specedit.engine.target import GREEDY, Sampling, Target
from specedit.engine.tokenizer import ByteTokenizer
from specedit.v1 import edit_pb2, generate_pb2, generate_pb2_grpc

TEXT = "for i in range(10):\n    print('héllo', i)\n"
PROMPT = ByteTokenizer().encode(TEXT)


def plain(target: Target, sampling: Sampling, tokens: int) -> list[int]:
    sequence, output = target.open(), list[int]()
    for _ in prefill(sequence, PROMPT):
        pass
    for _ in decode(
        sequence,
        new_context(PROMPT, output),
        RandomTrees([], seed=0),
        stop_ids=target.stop_ids,
        sampling=sampling,
        max_tokens=tokens,
    ):
        pass
    return output


async def generate(served: Served, request: generate_pb2.GenerateRequest) -> list[Any]:
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = generate_pb2_grpc.GenerateServiceStub(channel)
        return [response async for response in stub.Generate(request)]


def ids(token_ids: list[int]) -> generate_pb2.Tokens:
    return generate_pb2.Tokens(token_ids=generate_pb2.TokenIds(ids=token_ids))


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(0.9, 3)])
async def test_the_output_is_the_targets_own(sampling: Sampling, serve: Serve) -> None:
    served = await serve()
    own = plain(served.gate, sampling, 60)
    sent = edit_pb2.Sampling(temperature=sampling.temperature, seed=sampling.seed)
    for prompt in (generate_pb2.Tokens(text=TEXT), ids(PROMPT)):
        for predictions in ([], [ids(own)], [ids([*own[:30], 1, 2, 3, *own[30:]]), ids([7] * 9)]):
            request = generate_pb2.GenerateRequest(
                prompt=prompt, predictions=predictions, sampling=sent, max_tokens=60
            )
            *events, last = await generate(served, request)
            spans = [event.span for event in events if event.WhichOneof("event") == "span"]
            assert [token_id for span in spans for token_id in span.token_ids] == own
            if own[-1] != ByteTokenizer.end_id:
                assert last.finished.reason == generate_pb2.FINISH_REASON_LENGTH
            assert last.finished.stats.output_tokens == len(own)


async def test_text_comes_in_whole_characters(serve: Serve) -> None:
    served = await serve()
    request = generate_pb2.GenerateRequest(
        prompt=ids(PROMPT), sampling=edit_pb2.Sampling(temperature=5, seed=2), max_tokens=200
    )
    events = await generate(served, request)
    spans = [event.span for event in events if event.WhichOneof("event") == "span"]
    tokens = [token_id for span in spans for token_id in span.token_ids]
    whole = ByteTokenizer().decode(tokens)
    assert "".join(span.text for span in spans).rstrip("\ufffd") == whole.rstrip("\ufffd")


@pytest.mark.parametrize(
    "request_",
    [
        generate_pb2.GenerateRequest(),
        generate_pb2.GenerateRequest(prompt=ids([1, 100_000])),
        generate_pb2.GenerateRequest(prompt=ids([1]), predictions=[ids([1, 4_000_000_000])]),
        generate_pb2.GenerateRequest(prompt=ids([1] * 40_000)),
        generate_pb2.GenerateRequest(
            prompt=ids([1]), sampling=edit_pb2.Sampling(temperature=float("nan"))
        ),
    ],
    ids=["no prompt", "no such token", "no such token predicted", "too long", "not a number"],
)
async def test_bad_requests(request_: generate_pb2.GenerateRequest, serve: Serve) -> None:
    served = await serve()
    with pytest.raises(aio.AioRpcError) as caught:
        await generate(served, request_)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    good = generate_pb2.GenerateRequest(prompt=ids(PROMPT), max_tokens=3)
    assert len(await generate(served, good)) > 1
