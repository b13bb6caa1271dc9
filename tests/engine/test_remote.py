"""Engines elsewhere: a server that knows the answer, over real HTTP, and everything that can go wrong with it."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests import cycle
from tests.cycle import generated

from specedit.editor.generate import GenerateRequest
from specedit.engine.completions import Completions
from specedit.engine.decode import judge, prefill
from specedit.engine.errors import InvalidRequest, TargetError, Unavailable
from specedit.engine.remote import Kind, Rates, RemoteTarget
from specedit.engine.target import GREEDY

ANSWER = cycle.following(99, 300)
SOURCE = cycle.edited(ANSWER, 0.04, seed=3)
PROMPT = (1, 9, 3, *SOURCE, 4, 99)


@dataclass
class Faults:
    """What goes wrong, each so many times."""

    unready: int = 0  # 503
    cut: int = 0  # a stream that ends after two pieces
    refuse: int = 0  # 400
    garbage: int = 0  # 200, but no JSON
    asked: list[dict[str, Any]] = field(default_factory=list)

    def strikes(self, name: str) -> bool:
        left = getattr(self, name)
        setattr(self, name, left - 1)
        return bool(left > 0)


class Handler(BaseHTTPRequestHandler):
    """Serves the `cycle` model as vLLM would."""

    faults: Faults
    models = ("cycle",)
    is_sglang = False
    tokenizer: Any

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            data = [{"id": name, "max_model_len": 1024} for name in self.models]
            self.answer({"data": data})
        elif self.path == "/get_model_info" and self.is_sglang:
            self.answer({})
        else:
            self.answer({"error": {"message": "no such path"}}, 404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.faults.asked.append(body)
        if self.faults.strikes("unready"):
            self.answer({"error": {"message": "loading"}}, 503)
        elif self.faults.strikes("refuse"):
            self.answer({"error": {"message": "prompt is too long"}}, 400)
        elif self.faults.strikes("garbage"):
            self.answer(None)
        elif self.path == "/tokenize":
            ids = self.tokenizer.encode(body["prompt"], add_special_tokens=False).ids
            self.answer({"tokens": ids})
        elif self.path == "/generate":
            self.generate(body)
        elif body.get("stream"):
            self.stream(body)
        else:
            self.verify(body)

    def verify(self, body: dict[str, Any]) -> None:
        prompt, scores = body["prompt"], []
        for before, token_id in pairwise(prompt):
            best = cycle.following(before, 1)[0]
            row = {str(best): {"logprob": -0.1, "rank": 1}}
            if token_id != best:
                row[str(token_id)] = {"logprob": -9.0, "rank": 7}
            scores.append(row)
        last = cycle.following(prompt[-1], 1)
        self.answer({"choices": [{"prompt_logprobs": [None, *scores], "token_ids": last}]})

    def generate(self, body: dict[str, Any]) -> None:
        """SGLang's own interface."""
        text, asked = body["input_ids"], body["sampling_params"]
        own: list[list[Any]] = []
        best: list[Any] = []
        start = body.get("logprob_start_len", len(text))
        for place in range(start, len(text)):
            top = cycle.following(text[place - 1], 1)[0]
            is_top = text[place] == top
            own.append([-0.1 if is_top else -9.0, text[place], None])
            best.append([[-0.1, top, None]])
        self.answer(
            {
                "output_ids": cycle.following(text[-1], asked["max_new_tokens"]),
                "meta_info": {"input_token_logprobs": own, "input_top_logprobs": best},
            }
        )

    def stream(self, body: dict[str, Any]) -> None:
        prompt = body["prompt"]
        if isinstance(prompt, str):
            prompt = self.tokenizer.encode(prompt, add_special_tokens=False).ids
        is_cut = self.faults.strikes("cut")
        rest = cycle.following(prompt[-1], body["max_tokens"])
        self.send_response(200)
        self.end_headers()
        pieces = [rest[i : i + 7] for i in range(0, len(rest), 7)]
        for number, piece in enumerate(pieces[:2] if is_cut else pieces):
            end = "length" if number == len(pieces) - 1 else None
            choice = {"token_ids": piece, "text": self.text(piece), "finish_reason": end}
            self.wfile.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
        if not is_cut:
            self.wfile.write(b'data: {"choices": [], "usage": {}}\n\ndata: [DONE]\n\n')

    def text(self, token_ids: list[int]) -> str:
        return " ".join(f"w{token_id}" for token_id in token_ids) + " "

    def answer(self, body: Any, status: int = 200) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"<html>" if body is None else json.dumps(body).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return cycle.tokenizer_folder(tmp_path / "model")


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def url(folder: Path, faults: Faults) -> Iterator[str]:
    from tokenizers import Tokenizer

    known = {"faults": faults, "tokenizer": Tokenizer.from_file(str(folder / "tokenizer.json"))}
    handler = type("Known", (Handler,), known)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def target(url: str, kind: Kind, folder: Path) -> RemoteTarget:
    return RemoteTarget(Completions(url, silence=5), kind, folder, "cycle")


REQUEST = GenerateRequest(PROMPT, source=tuple(SOURCE), max_tokens=200)


@pytest.mark.parametrize("kind", ["vllm", "remote-verify", "openai"])
def test_every_kind_writes_the_models_answer(url: str, kind: Kind, folder: Path) -> None:
    output, _ = generated(target(url, kind, folder), REQUEST)
    assert output == ANSWER[:200]


def test_what_nobody_drafts_is_not_said_to_be_drafted(url: str, folder: Path) -> None:
    """This server has no counters of drafts, though it sends seven tokens at once."""
    kinds: tuple[Kind, ...] = ("vllm", "openai")
    for kind in kinds:
        remote = target(url, kind, folder)
        assert generated(remote, REQUEST)[1].stats.drafted == 0
        assert remote.open().speculation.startswith("off: ")


def test_vllm_is_told_where_the_file_is(url: str, folder: Path, faults: Faults) -> None:
    predicted = tuple(cycle.following(700, 5))
    request = GenerateRequest(
        PROMPT, source=tuple(SOURCE), predictions=(predicted, predicted), max_tokens=8
    )
    generated(target(url, "vllm", folder), request)
    assert faults.asked[-1]["vllm_xargs"] == {
        "specedit_span": [3, 3 + len(SOURCE)],
        "specedit_predictions": [*predicted, -1, *predicted],
    }


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server was seen to do in a second does not change."""
    monkeypatch.setattr(Rates, "learn", lambda *_: None)


@pytest.mark.usefixtures("steady")
def test_drafts_are_verified_in_few_requests(url: str, folder: Path, faults: Faults) -> None:
    remote = target(url, "remote-verify", folder)
    asked = len(faults.asked)
    output, end = generated(remote, REQUEST)
    edits = sum(a != b for a, b in zip(SOURCE[:200], ANSWER, strict=False))
    assert output == ANSWER[:200]
    assert len(faults.asked) - asked <= 3 * edits + 4
    assert end.stats.accepted > 100


@pytest.mark.usefixtures("steady")
def test_sglang_verifies_from_its_cache(
    url: str, folder: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "is_sglang", True)
    output, end = generated(target(url, "remote-verify", folder), REQUEST)
    assert output == ANSWER[:200]
    assert end.stats.accepted > 100
    scored = [body for body in faults.asked if body.get("return_logprob")]
    assert all(len(body["input_ids"]) - body["logprob_start_len"] < 210 for body in scored)


@pytest.mark.usefixtures("steady")
def test_reading_again_is_not_done_where_writing_is_faster(url: str, folder: Path) -> None:
    remote = target(url, "remote-verify", folder)
    remote.rates.reads, remote.rates.writes = 1.0, 1e9
    output, end = generated(remote, REQUEST)
    assert output == ANSWER[:200]
    assert end.stats.drafted == 0


def test_a_judge_hears_of_every_token(url: str, folder: Path) -> None:
    sequence = target(url, "vllm", folder).open()
    for _ in prefill(sequence, PROMPT):
        pass
    wrong = [*ANSWER[:20], 777, *ANSWER[21:40]]
    output: list[int] = []
    steps = list(judge(sequence, PROMPT, output, wrong, threshold=lambda *_: 0.1, sampling=GREEDY))
    assert steps[-1].vetoed
    assert [(o.position, o.token_id) for o in steps[-1].objections] == [(20, 777)]


def test_a_server_that_is_not_ready_is_asked_again(url: str, folder: Path, faults: Faults) -> None:
    remote = target(url, "vllm", folder)
    faults.unready = 2
    assert generated(remote, REQUEST)[0] == ANSWER[:200]


def test_a_greedy_answer_that_is_cut_goes_on(url: str, folder: Path, faults: Faults) -> None:
    remote = target(url, "vllm", folder)
    faults.cut = 2
    assert generated(remote, REQUEST)[0] == ANSWER[:200]


@pytest.mark.parametrize("fault", ["unready", "cut"])
def test_what_goes_on_failing_is_told(url: str, folder: Path, faults: Faults, fault: str) -> None:
    remote = target(url, "vllm", folder)
    setattr(faults, fault, 99)
    with pytest.raises(Unavailable, match=url):
        generated(remote, REQUEST)


def test_a_refusal_is_told_in_the_servers_words(url: str, folder: Path, faults: Faults) -> None:
    remote = target(url, "vllm", folder)
    faults.refuse = 1
    with pytest.raises(TargetError, match=r"refuses \(400\): prompt is too long"):
        generated(remote, REQUEST)


def test_what_is_not_json_is_told(url: str, folder: Path, faults: Faults) -> None:
    faults.garbage = 1
    with pytest.raises(TargetError, match="not JSON"):
        target(url, "vllm", folder)


def test_nobody_there(folder: Path) -> None:
    with pytest.raises(Unavailable, match=r"no engine answers at http://127\.0\.0\.1:1 "):
        target("http://127.0.0.1:1", "vllm", folder)


@pytest.mark.parametrize("address", ["", "localhost:8000", "ftp://x", "http://"])
def test_an_address_must_be_one(address: str) -> None:
    with pytest.raises(InvalidRequest, match="address"):
        Completions(address)


def test_another_tokenizer_is_found_out(url: str, folder: Path) -> None:
    path = folder / "tokenizer.json"
    other = json.loads(path.read_text())
    other["pre_tokenizer"] = {"type": "Whitespace"}
    path.write_text(json.dumps(other))
    with pytest.raises(TargetError, match="has another tokenizer"):
        target(url, "vllm", folder)
    target(url, "openai", folder)  # takes text, so that it does not matter


def test_one_of_several_models_must_be_named(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "models", ("one", "cycle", "two"))
    assert target(url, "vllm", folder).name == "cycle"
    with pytest.raises(TargetError, match="serves cycle, one, two; name one"):
        RemoteTarget(Completions(url), "vllm", folder, "embedded")
