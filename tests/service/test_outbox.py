"""The outbox: in order, without waiting, and only the newest progress."""

import asyncio

import pytest

from specedit.engine.errors import EditRefused
from specedit.service.outbox import Outbox
from specedit.v1 import edit_pb2 as pb


class Reader:
    """Takes messages when it may."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.may = asyncio.Event()

    async def take(self, message: pb.ApplyResponse) -> None:
        await self.may.wait()
        kind = str(message.WhichOneof("event"))
        self.taken.append(f"{kind} {message.progress.done}" if kind == "progress" else kind)


def progress(done: int) -> pb.ApplyResponse:
    return pb.ApplyResponse(progress=pb.Progress(done=done))


async def test_progress_gives_way_to_newer() -> None:
    reader = Reader()
    async with Outbox(reader.take, 60) as outbox:
        outbox.put(pb.ApplyResponse(queued=pb.Queued()))
        for done in range(1000):
            outbox.put(progress(done))
        outbox.put(pb.ApplyResponse(settled=pb.Settled()))
        outbox.put(progress(1000))
        reader.may.set()
    assert reader.taken == ["queued", "progress 999", "settled", "progress 1000"]


async def test_who_does_not_read_in_time_is_given_up() -> None:
    reader = Reader()
    with pytest.raises(TimeoutError, match="was not read within"):
        async with Outbox(reader.take, 0.01) as outbox:
            outbox.put(progress(1))
    with pytest.raises(TimeoutError, match="was not read within"):
        async with Outbox(reader.take, 0.01) as outbox:
            while True:  # also before the end of an answer
                outbox.put(progress(1))
                await asyncio.sleep(0.001)


async def test_what_was_said_before_an_error_is_sent() -> None:
    reader = Reader()
    reader.may.set()
    with pytest.raises(EditRefused):
        async with Outbox(reader.take, 60) as outbox:
            outbox.put(pb.ApplyResponse(current=pb.Current()))
            raise EditRefused("it changed")
    assert reader.taken == ["current"]
