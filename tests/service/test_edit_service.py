"""What a client gets is what the editor gives, for every kind of input; errors tell what to do."""

import json
from dataclasses import replace
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc import aio
from grpc_status import rpc_status
from tests.service.conftest import TRUST, Serve, Served

from specedit.editor.editor import Editor, finish
from specedit.editor.result import EditRequest, EditResult, Settled
from specedit.edits.document import apply_hunks, decode_document, sha256
from specedit.engine.errors import AmbiguousPlace, InvalidRequest, SymbolNotFound, UnsafeEdit
from specedit.engine.tokenizer import ByteTokenizer
from specedit.service import convert
from specedit.service.client import AsyncClient
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import edit_pb2_grpc

SOURCE = b"\xef\xbb\xbfdef fetch(page):\r\n    return page + 1\r\n\r\n\r\nprint(fetch(1))\r\n"
TWICE = b"a = 1\nx = 0\nb = 2\nx = 0\n"
PATCH = "@@\n def fetch(page):\n-    return page + 1\n+    return page + 2\n"


def request(instruction: str = "", source: bytes = SOURCE, **inputs: Any) -> EditRequest:
    return EditRequest(decode_document(source), instruction, "x.py", **inputs)


REQUESTS = {
    "rename": request("rename fetch to load"),
    "a given encoding": EditRequest(
        decode_document("fetch = 'да'\nprint(fetch)\n".encode("koi8-r"), "koi8-r"),
        "rename fetch to load",
        "x.py",
    ),
    "snippet": request(snippet="# ... existing code ...\nprint(fetch(2))\n"),
    "patch": request(patch=PATCH),
    "ops": request(ops=json.dumps([{"retain": 5}, {"insert": "re"}])),
    "prediction": request(prediction=SOURCE.decode("utf-8-sig").replace("+ 1", "+ 3")),
    "nothing to do": request(patch=PATCH.replace("+ 2", "+ 1")),
    "scope": request("rename page to p", scope="symbol:fetch"),
    "a part that is missing": request("rename foo to bar"),
    "two definitions": request(
        "delete the function f", b"def f():\n    pass\n\ndef f():\n    pass\n"
    ),
    "unsafe": request(patch=PATCH.replace("+ 2", "+ (")),
    "unsafe, but forced": request(patch=PATCH.replace("+ 2", "+ ("), force=frozenset({"syntax"})),
    "fits twice": request(patch="@@\n-x = 0\n+x = 1\n", source=TWICE),
}


def comparable(result: EditResult) -> EditResult:
    """Without what depends on time; of what was refused, the reason alone."""
    if result.refusal is not None:
        return replace(convert.refused(result.refusal, result.document), refusal=None)
    stats = replace(result.stats, seconds=0.0, tokens_per_second=0.0, known_tokens=0)
    return replace(result, stats=stats)


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_client_is_an_editor(name: str, serve: Serve) -> None:
    served = await serve()
    own = finish(Editor(served.gate, ByteTokenizer(), TRUST).edit(REQUESTS[name]))
    async with AsyncClient(served.address) as client:
        events = [event async for event in client.edit(REQUESTS[name])]
    result = events[-1]
    assert isinstance(result, EditResult)
    assert comparable(result) == comparable(own)
    assert type(result.refusal) is type(own.refusal)
    settled = [hunk for e in events if isinstance(e, Settled) for hunk in e.hunks]
    if result.status == "changed":
        assert tuple(settled) == result.hunks


async def test_refusals_keep_what_a_program_needs(serve: Serve) -> None:
    served = await serve()
    async with AsyncClient(served.address) as client:
        found = {name: (await client.apply(asked)).refusal for name, asked in REQUESTS.items()}
        with pytest.raises(InvalidRequest, match="the instruction is empty"):
            await client.apply(request(""))
        with pytest.raises(InvalidRequest, match="no check 'spelling'"):
            await client.apply(request("rename a to b", force=frozenset({"spelling"})))
    missing, twice = found["a part that is missing"], found["fits twice"]
    unsafe, several = found["unsafe"], found["two definitions"]
    assert isinstance(missing, SymbolNotFound)
    assert missing.name == "foo"
    assert isinstance(twice, AmbiguousPlace)
    assert twice.lines == (2, 4)
    assert isinstance(several, AmbiguousPlace)
    assert several.lines == (1, 4)
    assert isinstance(unsafe, UnsafeEdit)
    assert unsafe.check == "syntax"


async def failure(
    served: Served, message: Any, method: str = "Apply"
) -> tuple[Any, dict[str, Any]]:
    """The code of a call that fails, and its details by name."""
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = edit_pb2_grpc.EditServiceStub(channel)
        with pytest.raises(aio.AioRpcError) as caught:
            if method == "Apply":
                async for _ in stub.Apply(message):
                    pass
            else:
                await getattr(stub, method)(message)
    call: Any = caught.value
    status = rpc_status.from_call(call)
    details = {}
    for packed in status.details if status else ():
        kinds = (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest)
        for kind in (*kinds, error_details_pb2.RetryInfo, pb.Current, pb.Ambiguous, pb.Nearest):
            if packed.Is(kind.DESCRIPTOR):
                details[kind.__name__] = kind.FromString(packed.value)
    return caught.value.code(), details


async def test_statuses_on_the_wire(serve: Serve) -> None:
    served = await serve()
    code, details = await failure(
        served, pb.ApplyRequest(edit=convert.edit_message(REQUESTS["fits twice"]))
    )
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert (details["ErrorInfo"].reason, details["ErrorInfo"].domain) == ("AMBIGUOUS", "specedit")
    assert list(details["Ambiguous"].lines) == [2, 4]

    stale = convert.edit_message(REQUESTS["rename"])
    stale.document.base_sha256 = "00"
    code, details = await failure(served, pb.PreviewRequest(edit=stale), "Preview")
    assert code == grpc.StatusCode.ABORTED
    assert details["ErrorInfo"].reason == "DOCUMENT_CHANGED"
    assert details["Current"].sha256 == sha256(SOURCE)

    empty = pb.Edit(document=pb.Document(path="x.py", content=b"a\n"))
    code, details = await failure(served, pb.ApplyRequest(edit=empty))
    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert "empty" in details["BadRequest"].field_violations[0].description


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (pb.Settings(threshold=-1), "threshold"),
        (pb.Settings(threshold=float("nan")), "threshold"),
        (pb.Settings(max_tokens=0), "max_tokens"),
        (pb.Settings(sampling=pb.Sampling(temperature=-0.1)), "temperature"),
        (pb.Settings(timeout_seconds=float("inf")), "timeout"),
        (pb.Settings(acceptance=99), "acceptance"),  # type: ignore[arg-type]
    ],
)
async def test_settings_out_of_range(settings: pb.Settings, named: str, serve: Serve) -> None:
    served = await serve()
    edit = convert.edit_message(REQUESTS["rename"], settings)
    code, details = await failure(served, pb.ApplyRequest(edit=edit))
    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert named in details["BadRequest"].field_violations[0].description


async def test_preview_verify_and_info(serve: Serve) -> None:
    served = await serve()
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = edit_pb2_grpc.EditServiceStub(channel)
        edit = convert.edit_message(REQUESTS["rename"])
        preview = await stub.Preview(pb.PreviewRequest(edit=edit, return_content=True))
        certificate = preview.result.certificate
        made = apply_hunks(SOURCE, convert.hunks_of(certificate.hunks))
        assert made == SOURCE.replace(b"fetch", b"load") == preview.result.content
        good = pb.VerifyRequest(base=SOURCE, certificate=certificate, result=made)
        assert (await stub.Verify(good)).valid
        for bad in (
            pb.VerifyRequest(base=SOURCE + b" ", certificate=certificate),
            pb.VerifyRequest(base=SOURCE, certificate=certificate, result=made + b" "),
        ):
            answer = await stub.Verify(bad)
            assert not answer.valid
            assert answer.problem
        certificate.hunks[0].start += 1
        moved = await stub.Verify(pb.VerifyRequest(base=SOURCE, certificate=certificate))
        assert moved.problem == "hunk at byte 8 does not fit the data"
        info = await stub.GetServerInfo(pb.GetServerInfoRequest())
    assert (info.model, info.dtype, info.edits_files) == ("tiny", "float32", False)
    assert info.defaults.acceptance == pb.ACCEPTANCE_TRUST
    assert info.limits.document_bytes == 1 << 20
    assert "cursor" in info.drafters


async def test_a_lying_server_is_found_out(serve: Serve) -> None:
    result = convert.result_message(
        finish(Editor((await serve()).gate, ByteTokenizer(), TRUST).edit(REQUESTS["rename"]))
    )
    result.certificate.hunks[0].new = b"lie"
    with pytest.raises(Exception, match="not to be trusted"):
        convert.result_of(result, decode_document(SOURCE))


async def test_a_repeated_request_is_answered_once(serve: Serve) -> None:
    served = await serve()
    message = pb.ApplyRequest(edit=convert.edit_message(REQUESTS["rename"]), request_id="r1")
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = edit_pb2_grpc.EditServiceStub(channel)
        first = [response async for response in stub.Apply(message)]
        passes = served.gate.started
        again = [response async for response in stub.Apply(message)]
    assert served.gate.started == passes
    assert [r.WhichOneof("event") for r in again] == ["result"]
    assert again[-1].result == first[-1].result
    message.edit.instruction = "rename fetch to get"
    code, _ = await failure(served, message)
    assert code == grpc.StatusCode.INVALID_ARGUMENT


async def test_a_document_that_is_too_large(serve: Serve, limits: Any) -> None:
    served = await serve(limits=limits(document_bytes=1000))
    async with AsyncClient(served.address) as client:
        with pytest.raises(InvalidRequest, match="1001 bytes are more than 1000"):
            await client.apply(request("rename a to b", b"a" * 1001))
        with pytest.raises(InvalidRequest, match="more than the server takes"):
            await client.apply(request("rename a to b", b"a" * (3 << 20)))
        assert (await client.apply(REQUESTS["rename"])).status == "changed"


@pytest.mark.parametrize(
    "asked",
    [
        request(patch="@@\n-x = 0\n+x = 1\n", source=b"x = 0\n" * 5000),
        request(f"rename {'a' * 12_000} to b"),
        request("rename a to b", scope="symbol:" + "é" * 20_000),
    ],
    ids=["lines", "a name", "a scope"],
)
async def test_long_details_do_not_lose_the_status(asked: EditRequest, serve: Serve) -> None:
    """Trailers of 8 KiB and more never arrive."""
    served = await serve()
    edit = convert.edit_message(asked)
    code, details = await failure(served, pb.ApplyRequest(edit=edit))
    assert code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION)
    assert details["ErrorInfo"].reason in ("AMBIGUOUS", "SYMBOL_NOT_FOUND")
