"""llama.cpp's own server: what it is asked, and what is made of its answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cycle import generated
from tests.llama_server import BEGIN, END, LlamaServer, serving, tokenizer

from specedit.editor.config import Accept, Config
from specedit.editor.editor import Editor, finish
from specedit.editor.generate import GenerateRequest
from specedit.editor.result import EditRequest, EditResult
from specedit.edits.document import decode_document
from specedit.engine.errors import TargetError, Unavailable
from specedit.engine.target import Sampling
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.llama_server import LlamaServerTarget
from specedit.engine.targets.registry import TargetContext

ANSWER = "def load(path):\n    return path  # naïve 漢字 🙂\n"
PROMPT = (BEGIN, *b"write it", END, BEGIN)


@pytest.fixture
def server() -> Iterator[LlamaServer]:
    with serving(LlamaServer(ANSWER)) as script:
        yield script


def target(server: LlamaServer) -> LlamaServerTarget:
    context = TargetContext(Path("any"), "any", tokenizer(server), url=server.url)
    return LlamaServerTarget(context, Completions(server.url, silence=5))


def test_nothing_but_the_server_says_what_it_is(server: LlamaServer) -> None:
    opened = target(server)
    assert (opened.name, opened.max_length) == ("/models/coder.gguf", 4096)
    assert opened.stop_ids == {END} and opened.can_write
    assert opened.open().speculation == "on" and opened.open().rollback_limit == 0


def test_its_answer_comes_as_tokens(server: LlamaServer) -> None:
    output, end = generated(target(server), GenerateRequest(PROMPT, max_tokens=500))
    assert output == [*ANSWER.encode(), END] and end.stopped
    [asked] = server.asked
    assert asked["prompt"] == list(PROMPT)
    assert asked["samplers"] == ["temperature"] and asked["temperature"] == 0


def test_no_more_is_taken_than_was_asked_for(server: LlamaServer) -> None:
    output, end = generated(target(server), GenerateRequest(PROMPT, max_tokens=7))
    assert output == list(ANSWER.encode()[:7]) and not end.stopped


def test_tokens_of_a_pass_come_together(server: LlamaServer) -> None:
    """Of 20 and 10 tokens 19 and 9 were drafted and accepted, and as many drafted in vain."""
    server.passes = (1, 20, 1, 1, 10)
    output, end = generated(target(server), GenerateRequest(PROMPT, max_tokens=500))
    assert output == [*ANSWER.encode(), END]
    assert (end.stats.drafted, end.stats.accepted) == (2 * 28, 28)
    assert end.stats.passes == len(output) - 28


def test_a_pass_that_is_cut_has_no_more_accepted_than_came(server: LlamaServer) -> None:
    server.passes = (20,)
    output, end = generated(target(server), GenerateRequest(PROMPT, max_tokens=5))
    assert len(output) == 5 and end.stats.accepted == 5


def test_what_is_expected_is_read_first_in_another_slot(server: LlamaServer) -> None:
    request = GenerateRequest(PROMPT, predictions=(tuple(b"abc"), tuple(b"de")), max_tokens=9)
    generated(target(server), request)
    first, second = server.asked
    assert first["prompt"] == [*PROMPT, *b"abcde"]
    assert (first["n_predict"], first["id_slot"]) == (1, 1)
    assert second["prompt"] == list(PROMPT) and "id_slot" not in second


@pytest.mark.parametrize("change", [{"slots": 1}, {"has_pool": False}])
def test_where_it_would_not_help_it_is_not_read(
    server: LlamaServer, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(server, name, value)
    generated(target(server), GenerateRequest(PROMPT, predictions=(tuple(b"abc"),), max_tokens=9))
    assert server.primed() == []


def test_what_is_expected_and_too_long_is_cut(server: LlamaServer) -> None:
    server.length = 100
    request = GenerateRequest(PROMPT, predictions=(tuple(b"x" * 200),), max_tokens=9)
    generated(target(server), request)
    assert len(server.primed()[0]["prompt"]) == 99


def test_an_answer_goes_on_though_nothing_was_primed(server: LlamaServer) -> None:
    server.statuses = [400]
    request = GenerateRequest(PROMPT, predictions=(tuple(b"abc"),), max_tokens=500)
    assert generated(target(server), request)[0] == [*ANSWER.encode(), END]


def test_a_server_that_still_loads_is_asked_again(server: LlamaServer) -> None:
    opened = target(server)
    server.statuses = [503, 503]
    assert generated(opened, GenerateRequest(PROMPT, max_tokens=500))[1].stopped


def test_a_sampled_answer_that_is_cut_is_told(server: LlamaServer) -> None:
    server.is_cut = True
    request = GenerateRequest(PROMPT, max_tokens=500, sampling=Sampling(1.0, 7))
    with pytest.raises(Unavailable, match="in the middle"):
        generated(target(server), request)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (b'data: {"tokens": ["a"]}\n\n', "not a whole number"),
        (b'data: {"tokens": 7}\n\n', "not a list"),
        (b'data: {"stop": "no"}\n\n', "not true or false"),
        (b'data: {"tokens": [97], "timings": {"draft_n": -1}}\n\n', "out of range"),
        (b'data: {"tokens": [97], "timings": 7}\n\n', "makes no sense"),
        (b'data: {"error": {"message": "out of memory"}}\n\n', "reports: out of memory"),
        (b"data: []\n\n", "the answer is"),
    ],
)
def test_a_malformed_event_is_one_clear_error(
    server: LlamaServer, event: bytes, problem: str
) -> None:
    server.events = [event]
    with pytest.raises(TargetError, match=problem):
        generated(target(server), GenerateRequest(PROMPT, max_tokens=500))


def test_texts_come_back_as_they_were(server: LlamaServer) -> None:
    vocabulary = tokenizer(server)
    for text in ("", "a", ANSWER, "é", "<end> in a text", "\x00\r\n", "a\ufffdb"):
        assert vocabulary.decode(vocabulary.encode(text)) == text
    assert vocabulary.encode("<end>") == list(b"<end>")
    assert vocabulary.encode_markup("a<end>") == [*b"a", END]


def test_tokens_that_no_text_has_shown_are_asked_for(server: LlamaServer) -> None:
    vocabulary = tokenizer(server)
    assert vocabulary.decode([*b"ab", END, *b"c", BEGIN]) == "abc"
    assert vocabulary.decode(list("漢字".encode())) == "漢字"
    assert vocabulary.decode(list("漢".encode())[:2]).strip("\ufffd") == ""


def test_its_own_template_poses_a_message(server: LlamaServer) -> None:
    vocabulary = tokenizer(server)
    assert vocabulary.chat("hello") == "<begin>hello<end><begin>"
    assert vocabulary.encode_markup(vocabulary.chat("x")) == [BEGIN, *b"x", END, BEGIN]


SOURCE = "def fetch(page):\n    return page + 1\n\n\nprint(fetch(1))\n"
RENAMED = SOURCE.replace("fetch", "load")


def edited(server: LlamaServer, accept: Accept) -> EditResult:
    opened = target(server)
    editor = Editor(opened, opened.tokenizer, Config(accept=accept))
    document = decode_document(SOURCE.encode())
    return finish(editor.edit(EditRequest(document, "rename fetch to load", "x.py", scope="file")))


def test_it_cannot_judge_and_says_so(server: LlamaServer) -> None:
    result = edited(server, "guided")
    assert (result.status, result.hunks) == ("refused", ())
    assert "cannot judge" in result.reason and "--accept trust" in result.reason
    assert server.asked == []


def test_what_is_trusted_is_not_written_anew(server: LlamaServer) -> None:
    result = edited(server, "trust")
    assert (result.status, result.body) == ("changed", RENAMED)
    assert server.asked == []


def test_what_it_writes_is_primed_with_what_syntax_expects(server: LlamaServer) -> None:
    server.answer = f"{RENAMED}```"
    result = edited(server, "exact")
    assert (result.status, result.body) == ("changed", RENAMED)
    [primed] = server.primed()
    read = bytes(each for each in primed["prompt"] if each < 256)  # but for control tokens
    assert read.endswith(f"\n{RENAMED}```".encode())
    assert result.stats.speculation == "on"
