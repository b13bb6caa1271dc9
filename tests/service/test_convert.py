"""Results as messages and back."""

import grpc
import pytest
from grpc import aio

from specedit.editor.result import EditResult
from specedit.editor.stats import DrafterStats, Tally
from specedit.edits.document import decode_document
from specedit.engine.errors import Unavailable
from specedit.engine.step import Share, Step
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


def test_statistics_of_drafters_come_through() -> None:
    tally = Tally()
    shares = (Share("cursor", 3, 3), Share("draft_model", 2, 1, 0.25))
    tally.add(Step((1, 2, 3, 4, 5), shares, 0.26, 1.0, plain_seconds=0.5, expected_seconds=0.9))
    tally.add(Step((6,), (Share("suffix", 2, 0), Share("draft_model", 1, 0, 0.25)), 0.25, 1.0))
    stats = tally.stats()
    by_name = stats.drafters
    assert by_name["draft_model"] == DrafterStats(3, 1, acceptance=0.5, cost=1 / 3, seconds=0.5)
    assert by_name["suffix"] == DrafterStats(2, 0, acceptance=0.0)
    assert stats.speedup == pytest.approx(5 * 0.5 / 1.26)
    assert stats.speedup_by_theorem > stats.speedup_by_length > 1
    assert convert.stats_of(convert.stats_message(stats)) == stats


@pytest.mark.parametrize("code", [grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE])
def test_a_call_that_the_server_gave_up_can_be_made_again(code: grpc.StatusCode) -> None:
    """Where there are too many at once, gRPC cancels some before the server hears of them."""
    error = aio.AioRpcError(code, aio.Metadata(), aio.Metadata(), details=str(code))
    assert isinstance(error_of(error), Unavailable)
