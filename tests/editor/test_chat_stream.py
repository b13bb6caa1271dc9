"""What servers stream that is no answer, or one in an unusual form: read rightly, or an error that says what came."""

import gzip
import json
import time
from typing import Any

import pytest
from tests.chat_server import BLOCK, Says, Script, serving
from tests.patience import PATIENCE

from specedit.editor.author import Answer
from specedit.editor.chat import ChatAuthor
from specedit.engine.errors import EditRefused, TargetError, Unavailable


def event(delta: Any, reason: str | None = None, **more: Any) -> bytes:
    return chunk({"index": 0, "delta": delta, "finish_reason": reason}, **more)


def chunk(*choices: Any, **more: Any) -> bytes:
    return f"data: {json.dumps({'choices': choices, **more})}\n\n".encode()


TEXT, END = event({"content": BLOCK}), event({}, "stop")


def answer(*says: Says) -> Answer:
    with serving(Script([*says])) as script:
        return ChatAuthor(script.url, "coder").answer((), "", time.monotonic() + PATIENCE)


@pytest.mark.parametrize(
    "raw",
    [
        TEXT + END,
        (TEXT + END).replace(b"\n", b"\r\n"),
        b": keep alive\n\n" + TEXT + END + b"data: [DONE]\n\n" + TEXT,
        b'data: {}\n\ndata: {"choices": null}\n\n' + event(None) + TEXT + END,
        chunk({"delta": {"content": BLOCK}}) + chunk({"finish_reason": "eos"}),
        TEXT + chunk({"index": 1, "delta": {"content": "other"}}) + END,
        event({"content": BLOCK, "reasoning_content": "hm", "refusal": None}) + END,
    ],
)
def test_an_answer_in_other_clothes_is_read(raw: bytes) -> None:
    assert answer(Says(raw=raw)) == Answer(BLOCK)


@pytest.mark.parametrize("count", ["many", -5, 1 << 80, None, True])
def test_a_count_that_is_none_is_not_known(count: Any) -> None:
    counted = event({}, "stop", usage={"completion_tokens": count})
    assert answer(Says(raw=TEXT + counted)).tokens is None
    assert answer(Says(raw=TEXT + END + chunk(usage={"completion_tokens": 7}))).tokens == 7


@pytest.mark.parametrize(
    ("raw", "kind", "reason"),
    [
        (b"<html>log in</html>", "text/html; charset=utf-8", "text/html .* <html>log in"),
        (b'{"error": {"message": "no quota"}}', "application/json", "application/json .*no quota"),
        (b'data: {"error": {"message": "no memory"}}\n\n', "text/event-stream", "no memory"),
        (b"data: hello\n\n", "text/event-stream", "no chat"),
        (b"data: [1]\n\n", "text/event-stream", "no chat"),
        (b"data: " + b"[" * 100_000 + b"\n\n", "text/event-stream", "no chat"),
        (
            b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n',
            "text/event-stream",
            "no chat",
        ),
        (event({"content": [{"text": BLOCK}]}) + END, "text/event-stream", "no chat"),
        (event({"content": f"{BLOCK}\ud800"}) + END, "text/event-stream", "half of a character"),
    ],
)
def test_what_is_no_answer_is_an_error_that_is_not_asked_for_again(
    raw: bytes, kind: str, reason: str
) -> None:
    with pytest.raises(TargetError, match=reason):
        answer(Says(raw=raw, kind=kind), Says(BLOCK))


@pytest.mark.parametrize(
    "says",
    [
        Says(raw=b""),
        Says(raw=TEXT + b"data: [DONE]\n\n"),  # it has not said that the answer is whole
        Says(raw=gzip.compress(TEXT + END), headers={"Content-Encoding": "gzip"}),
        Says(raw=b"data: " + b"x" * (17 << 20)),
    ],
)
def test_what_is_cut_off_or_without_bounds_is_asked_for_again(
    says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert answer(says, Says(BLOCK)).text == BLOCK
    with pytest.raises(Unavailable):
        answer(says, says, says)


@pytest.mark.parametrize("piece", ["0", "I wonder. ", BLOCK])
def test_who_repeats_one_piece_is_stopped(piece: str) -> None:
    with pytest.raises(EditRefused, match="repeats itself without end"):
        answer(Says(piece * (20_000 // len(piece))))
    with pytest.raises(EditRefused, match="repeats itself without end"):
        answer(Says("", thinks=piece * (20_000 // len(piece))))


def test_what_only_looks_alike_is_no_repetition() -> None:
    text = "".join(f"    {i}: 'value',\n" for i in range(2_000))
    assert answer(Says(text)).text == text


def test_a_refusal_is_shown() -> None:
    with pytest.raises(EditRefused, match='does not write it: "I can\'t"'):
        answer(Says(raw=event({"refusal": "I can't"}) + END))


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (Says(status=307, headers={"Location": "http://192.0.2.1/v1"}), "http://192.0.2.1/v1"),
        (Says("the context has 4096 tokens", status=413), "has 4096 tokens"),
    ],
)
def test_an_error_says_what_the_server_says(says: Says, reason: str) -> None:
    with pytest.raises(TargetError, match=reason):
        answer(says)
