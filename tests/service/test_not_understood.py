"""An instruction that nothing understands, asked of a server whose model cannot write: refused, with no pass."""

import json
from pathlib import Path

import pytest
from tests.service.conftest import Serve
from tests.service.test_edit_service import REQUESTS, failure, request

from specedit.engine.errors import EditRefused
from specedit.service import convert
from specedit.service.client import AsyncClient
from specedit.v1 import edit_pb2 as pb


@pytest.fixture
def judge(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers' model says that it does not write."""
    from specedit.engine.targets import model_files

    config = {**json.loads((tiny_folder / "config.json").read_text()), model_files.WRITES: False}
    monkeypatch.setattr(model_files, "config", lambda _: config)


@pytest.mark.usefixtures("judge")
async def test_it_is_refused_before_any_pass(serve: Serve) -> None:
    served = await serve()
    asked = request("make it faster")
    async with AsyncClient(served.address) as client:
        result = await client.apply(asked)
        assert result.status == "refused"
        assert type(result.refusal) is EditRefused
        assert "no operation understands 'make it faster'" in result.reason
        assert served.gate.started == 0
        assert (await client.apply(REQUESTS["rename"])).status == "changed"
    _, details = await failure(served, pb.ApplyRequest(edit=convert.edit_message(asked)))
    assert details["ErrorInfo"].reason == "REFUSED"
