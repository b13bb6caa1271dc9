"""Engines elsewhere: a server that knows the answer, over real HTTP, and everything that can go wrong with it."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import pytest
from tests import cycle
from tests.cycle import Kind, generated

from specedit.editor.generate import GenerateRequest
from specedit.engine.decode import judge, prefill
from specedit.engine.draft import Draft
from specedit.engine.errors import EditRefused, InvalidRequest, TargetError, Unavailable
from specedit.engine.target import GREEDY
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.remote import RemoteTarget
from specedit.engine.targets.remote_verify import Rates, VerifyTarget

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
    says: Callable[[dict[str, Any]], "Said"] | None = (
        None  # to what it is asked by POST, but /tokenize
    )
    asked: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[tuple[float, float]] = field(default_factory=list)

    def strikes(self, name: str) -> bool:
        left = getattr(self, name)
        setattr(self, name, left - 1)
        return bool(left > 0)


@dataclass
class Said:
    """What a server sends: its parts one after the other, with a pause before each."""

    parts: Iterable[bytes]
    kind: str | None = "text/event-stream"
    status: int = 200
    pause: float = 0.0
    length: int | None = None
    location: str | None = None


class Handler(BaseHTTPRequestHandler):
    """Serves the `cycle` model as vLLM would."""

    faults: Faults
    models = ("cycle",)
    is_sglang = False
    has_tokenize = True
    metrics: list[tuple[float, float]]  # generated and drafted, for each time that it is asked
    length: Any = 1024
    tokenizer: Any

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            data = [{"id": name, "max_model_len": self.length} for name in self.models]
            self.answer({"data": data})
        elif self.path == "/metrics" and self.metrics:
            generated, drafted = self.metrics.pop(0)
            self.text_answer(
                f'vllm:generation_tokens_total{{engine="0"}} {generated}\n'
                f'vllm:spec_decode_num_draft_tokens_total{{engine="0"}} {drafted}\n'
            )
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
        elif self.path == "/tokenize" and not self.has_tokenize:
            self.answer({"error": "no such path"}, 404)
        elif self.path == "/tokenize":
            ids = self.tokenizer.encode(body["prompt"], add_special_tokens=False).ids
            self.answer({"tokens": ids})
        elif self.faults.says:
            self.say(self.faults.says(body))
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

    def text_answer(self, text: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def answer(self, body: Any, status: int = 200) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"<html>" if body is None else json.dumps(body).encode())

    def say(self, said: Said) -> None:
        self.send_response(said.status)
        fields = {
            "Content-Type": said.kind,
            "Content-Length": said.length,
            "Location": said.location,
        }
        for name, value in fields.items():
            if value is not None:
                self.send_header(name, str(value))
        self.end_headers()
        with suppress(OSError):  # the other end has had enough
            for part in said.parts:
                time.sleep(said.pause)
                self.wfile.write(part)

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

    known: dict[str, Any] = {"faults": faults, "metrics": faults.metrics}
    known |= {"tokenizer": Tokenizer.from_file(str(folder / "tokenizer.json"))}
    handler = type("Known", (Handler,), known)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def target(url: str, kind: Kind, folder: Path) -> RemoteTarget:
    return cycle.remote(url, kind, folder, silence=5)


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


@pytest.mark.parametrize(
    ("after", "drafted"),
    [((300, 260), 250), ((300, 100), 171), ((301, 260), 171)],
    ids=["by its counters", "fewer than came at once", "another request beside it"],
)
def test_what_vllm_drafted(
    after: tuple[float, float], drafted: int, url: str, folder: Path, faults: Faults
) -> None:
    """200 tokens in 29 pieces: all but one of a piece were drafted, and what its counters tell beyond that."""
    faults.metrics += [(0, 0), (100, 10), after]
    stats = generated(target(url, "vllm", folder), REQUEST)[1].stats
    assert (stats.accepted, stats.drafted) == (171, drafted)


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
    assert isinstance(remote, VerifyTarget)
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


@pytest.mark.parametrize(
    "answer",
    [
        Said([b'{"error": {"message": "no key sk-7"}}'], status=401),
        Said([b'data: {"error": {"message": "no key sk-7"}}\n\n']),
    ],
)
def test_a_key_that_a_server_repeats_is_not_shown(answer: Said, url: str, faults: Faults) -> None:
    faults.says = lambda _: answer
    with pytest.raises(TargetError, match="no key …"):
        list(Completions(url, "sk-7").stream("/v1/completions", {}))


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
        cycle.remote(url, "vllm", folder, name="embedded")


def event(**choice: Any) -> bytes:
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


MALFORMED = {
    "no JSON": ([b"data: {oops\n\n"], "not JSON"),
    "HTML": ([b"data: <html>\n\n"], "not JSON"),
    "cut JSON": ([b'data: {"choices": [{"text": "a\n\n'], "not JSON"),
    "not UTF-8": ([b"data: \xff\xfe\n\n"], "makes no sense"),
    "NaN": ([b'data: {"choices": [{"token_ids": [NaN]}]}\n\n'], "NaN is no number"),
    "a list": ([b"data: []\n\n"], "the answer is"),
    "null": ([b"data: null\n\n"], "the answer is None"),
    "no choices": ([b"data: {}\n\n"], "'choices' is missing"),
    "empty choices": ([b'data: {"choices": []}\n\n'], "'choices' is empty"),
    "two choices": ([b'data: {"choices": [{}, {}]}\n\n'], "2 choices"),
    "choices of text": ([b'data: {"choices": ["a"]}\n\n'], "the choice is 'a'"),
    "a text that is a number": ([event(text=7, token_ids=[9])], "text is 7"),
    "a reason that is a list": ([event(token_ids=[9], finish_reason=[])], "finish_reason is"),
    "tokens of text": ([event(token_ids=["9"])], "token_ids is '9'"),
    "a token too many": ([event(token_ids=[cycle.VOCABULARY])], "not in the vocabulary"),
    "a negative token": ([event(token_ids=[-1])], "out of range"),
    "a fraction of a token": ([event(token_ids=[1.5])], "not a whole number"),
    "a truth for a token": ([event(token_ids=[True])], "not a whole number"),
    "a huge token": ([b'data: {"choices": [{"token_ids": [1' + b"0" * 9000 + b"]}]}\n\n"], "JSON"),
    "no tokens": ([event(text="w9 ")], "token_ids are missing"),
    "nested": ([b"data: " + b"[" * 500_000 + b"\n\n"], "nested"),
    "an error": ([b'data: {"error": {"message": "out of memory"}}\n\n'], "reports: out of memory"),
    "a line without end": (repeat(b"x" * 65536, 1000), "more than an answer can be"),
    "lines without end": (repeat(b":" * 65535 + b"\n", 2000), "more than an answer can be"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_is_one_clear_error(
    name: str, url: str, folder: Path, faults: Faults
) -> None:
    parts, said = MALFORMED[name]
    remote = target(url, "vllm", folder)
    faults.says = lambda _: Said(parts)
    with pytest.raises(TargetError, match=said) as caught:
        generated(remote, REQUEST)
    assert url in str(caught.value)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Said([b"<html>Sign in</html>"], "text/html"), "answers text/html.*Sign in"),
        (Said([b'{"choices": []}'], "application/json"), "answers application/json"),
        (Said([], status=302, location="http://evil.org/"), "leads elsewhere.*evil.org"),
        (Said([b"x" * 1_000_000], status=500), r"refuses \(500\)"),
        (Said([b"[" * 60_000], status=400), r"refuses \(400\)"),
    ],
)
def test_what_is_no_stream(answer: Said, said: str, url: str, folder: Path, faults: Faults) -> None:
    remote = target(url, "vllm", folder)
    faults.says = lambda _: answer
    with pytest.raises(TargetError, match=said) as caught:
        generated(remote, REQUEST)
    assert len(str(caught.value)) < 600


ROW = {"9": {"logprob": -0.1}}
UNSCORED: dict[str, Any] = {
    "no choices": {},
    "no scores": {"choices": [{"token_ids": [9]}]},
    "null": {"choices": [{"prompt_logprobs": None, "token_ids": [9]}]},
    "too few rows": {"choices": [{"prompt_logprobs": [ROW], "token_ids": [9]}]},
    "a row without the draft": {"choices": [{"prompt_logprobs": [ROW] * 99, "token_ids": [9]}]},
    "a row of nothing": {"choices": [{"prompt_logprobs": [{}] * 99, "token_ids": [9]}]},
    "null rows": {"choices": [{"prompt_logprobs": [None] * 99, "token_ids": [9]}]},
    "a score of text": {
        "choices": [{"prompt_logprobs": [{"9": {"logprob": "a"}}] * 99, "token_ids": [9]}]
    },
    "no token after": {"choices": [{"prompt_logprobs": [{"7": ROW["9"]}] * 99}]},
    "a list": [],
}


@pytest.mark.parametrize("name", UNSCORED)
def test_scores_that_are_missing_or_malformed(
    name: str, url: str, folder: Path, faults: Faults
) -> None:
    sequence = target(url, "vllm", folder).open()
    sequence.prefill(PROMPT)
    faults.says = lambda _: Said([json.dumps(UNSCORED[name]).encode()], "application/json")
    with pytest.raises(TargetError, match="makes no sense") as caught:
        sequence.forward(7, Draft((7, 7)), GREEDY)
    assert url in str(caught.value)


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (("cycle", "cycle"), "there twice"),
        ((7,), "no model's name"),
        (("",), "no model's name"),
    ],
)
def test_models_that_make_no_sense(
    models: Any, said: str, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "models", models)
    with pytest.raises(TargetError, match=said):
        target(url, "vllm", folder)


@pytest.mark.parametrize("length", [-1, 0, 1.5, "8192", True, 1 << 40])
def test_a_length_that_makes_no_sense(
    length: Any, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "length", length)
    with pytest.raises(TargetError, match="max_model_len"):
        target(url, "vllm", folder)


def test_no_more_tokens_are_taken_than_were_asked_for(
    url: str, folder: Path, faults: Faults
) -> None:
    remote = target(url, "vllm", folder)
    faults.says = lambda _: Said(repeat(event(token_ids=[9] * 1000), 1000))
    output, _ = generated(remote, REQUEST)
    assert output == [9] * 200


@pytest.mark.parametrize("part", [b":\n", b"x", event(token_ids=[9])])
def test_time_is_bounded_however_little_comes_of_it(
    part: bytes, url: str, folder: Path, faults: Faults
) -> None:
    """A server that is never silent for long, and never done."""
    remote = target(url, "vllm", folder).with_deadline(time.monotonic() + 1)
    faults.says = lambda _: Said(repeat(part, 300), pause=0.1)
    with pytest.raises(EditRefused, match="raise --timeout"):
        generated(remote, REQUEST)


def test_an_answer_that_is_shorter_than_its_length(url: str, folder: Path, faults: Faults) -> None:
    sequence = target(url, "vllm", folder).open()
    sequence.prefill(PROMPT)
    faults.says = lambda _: Said([b"{}"], "application/json", length=100)
    with pytest.raises(Unavailable, match="in the middle"):
        sequence.forward(7, Draft((7, 7)), GREEDY)


@pytest.fixture
def characters(folder: Path) -> None:
    """A tokenizer of characters, with control tokens, one of which begins each text by itself."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors

    known = ["<unk>", "<s>", "</s>", *map(chr, range(32, 127)), "é", "\n", "\t"]
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(known)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("[\\s\\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def with_control_text(remote: RemoteTarget) -> tuple[int, ...]:
    """A prompt that has a control token, and the text of one."""
    text = remote.tokenizer.encode("a</s>b")
    assert len(text) == 6
    return (1, *text, 2, *remote.tokenizer.encode("x"))


@pytest.mark.usefixtures("characters")
def test_text_stays_text(url: str, folder: Path, faults: Faults) -> None:
    """It goes as tokens, if the server reads text as we do."""
    remote = target(url, "openai", folder)
    prompt = with_control_text(remote)
    generated(remote, GenerateRequest(prompt, max_tokens=5))
    assert tuple(faults.asked[-1]["prompt"]) == prompt


@pytest.mark.usefixtures("characters")
def test_a_server_that_begins_a_text_by_itself_is_not_told_to(
    url: str, folder: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens go as they are, whatever the tokenizer begins with; in text, what it begins with is left out."""
    remote = target(url, "openai", folder)
    prompt = (1, *remote.tokenizer.encode("a"), 2, *remote.tokenizer.encode("x"))
    generated(remote, GenerateRequest(prompt, max_tokens=5))
    assert faults.asked[-1]["prompt"] == list(prompt)
    monkeypatch.setattr(Handler, "has_tokenize", False)
    generated(target(url, "openai", folder), GenerateRequest(prompt, max_tokens=5))
    assert faults.asked[-1]["prompt"] == "a</s>x"


@pytest.mark.usefixtures("characters")
def test_text_that_could_not_stay_text_is_refused(
    url: str, folder: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "has_tokenize", False)
    remote = target(url, "openai", folder)
    with pytest.raises(EditRefused, match="'</s>' in the text would be a control token"):
        generated(remote, GenerateRequest(with_control_text(remote), max_tokens=5))
    assert all("max_tokens" not in body for body in faults.asked)
