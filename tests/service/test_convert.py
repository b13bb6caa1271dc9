"""Results as messages and back."""

import grpc
import pytest
from grpc import aio

from specedit.editor.result import EditResult
from specedit.editor.stats import Tally
from specedit.edits.document import decode_document
from specedit.engine.errors import Unavailable
from specedit.service import convert
from specedit.service.errors import error_of


def test_a_vetoed_text_is_in_no_certificate() -> None:
    document = decode_document(b"a = 1\n")
    result = EditResult(
        document=document,
        model="m",
        status="disagreed",
        reason="syntax and model disagree",
        operation="rename",
        body=document.body,
        data=document.data,
        hunks=(),
        stats=Tally().stats(),
        proposed="b = 1\n",
        remarks=("line 1 is left alone: its type is not evident",),
    )
    message = convert.result_message(result, content=True)
    assert (message.proposed, list(message.certificate.hunks)) == ("b = 1\n", [])
    assert message.content == document.data
    assert message.certificate.result_sha256 == message.certificate.base_sha256
    assert convert.result_of(message, document) == result


@pytest.mark.parametrize("code", [grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE])
def test_a_call_that_the_server_gave_up_can_be_made_again(code: grpc.StatusCode) -> None:
    """Where there are too many at once, gRPC cancels some before the server hears of them."""
    error = aio.AioRpcError(code, aio.Metadata(), aio.Metadata(), details=str(code))
    assert isinstance(error_of(error), Unavailable)
