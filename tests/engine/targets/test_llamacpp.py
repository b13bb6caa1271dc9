"""llama.cpp in this process, with the embedded model's weights as they come; `make test-llama` installs it."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import torch

pytest.importorskip(
    "llama_cpp", reason="llama.cpp is not installed: make test-llama", exc_type=ImportError
)

from tests.fakes import Chains, new_context

from specedit.cli.main import main
from specedit.engine.decode import decode, judge, prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.errors import InvalidRequest, NoRoom, TargetError
from specedit.engine.target import GREEDY, Target
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.llamacpp import context
from specedit.engine.targets.llamacpp.bindings import library
from specedit.engine.targets.llamacpp.target import LlamaCppTarget
from specedit.engine.targets.llamacpp.tokenizer import GgufTokenizer
from specedit.engine.targets.load import open_target
from specedit.engine.targets.registry import TargetContext
from specedit.engine.tokenizer import ByteTokenizer
from specedit.models import gguf_files, store

CODE = Path(__file__).read_text("utf-8")


@pytest.fixture(scope="module")
def path() -> Path:
    return gguf_files.find(store.EMBEDDED_BASE, print)


@pytest.fixture(scope="module")
def tokenizer(path: Path) -> GgufTokenizer:
    return GgufTokenizer(path)


@pytest.fixture(scope="module")
def folder() -> Path:
    return store.resolve(store.EMBEDDED_BASE, print)


@pytest.fixture(scope="module")
def target(path: Path) -> Iterator[LlamaCppTarget]:
    yield opened(path)


def opened(path: Path, **given: object) -> LlamaCppTarget:
    return LlamaCppTarget(TargetContext(path, "base", ByteTokenizer(), **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        "",
        "é ≠ 漢字 🙂\r\n\t\x00\x0c  x",
        "<|im_start|>user\n<|im_end|>",
        "a  b\n\n\n   c",
        "1234567",
    ],
)
def test_tokens_are_those_of_our_tokenizer(
    text: str, tokenizer: GgufTokenizer, folder: Path
) -> None:
    ours = HfTokenizer(folder)
    assert tokenizer.encode(text) == ours.encode(text)
    assert tokenizer.encode_markup(text) == ours.encode_markup(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.decode(tokenizer.encode_markup(text)) == ours.decode(ours.encode_markup(text))


@pytest.mark.parametrize("roles", [("user",), ("system", "user"), ("user", "assistant", "user")])
def test_conversations_are_those_of_our_tokenizer(
    roles: tuple[str, ...], tokenizer: GgufTokenizer, folder: Path
) -> None:
    assert tokenizer.conversation(roles) == HfTokenizer(folder).conversation(roles)


def test_it_stops_where_the_model_stops(target: LlamaCppTarget, folder: Path) -> None:
    assert open_target(folder, "base", "float32").stop_ids <= target.stop_ids
    assert (target.max_length, target.vocab_size, target.dtype) == (8192, 49152, "Q4_1")


def test_it_says_what_our_own_passes_say(
    target: LlamaCppTarget, folder: Path, tokenizer: GgufTokenizer
) -> None:
    """The same quantised weights; llama.cpp rounds what it multiplies them with, so that close choices may differ."""
    text = tokenizer.encode(CODE)[:400]
    draft = Draft(tuple(text[201:]))
    said = []
    for each in (target, open_target(folder, "base", "float32")):
        with closing(each.open()) as sequence:
            sequence.prefill(text[:200])
            said.append(sequence.forward(text[200], draft, GREEDY, margins=True))
    theirs, ours = said
    differs = [
        i
        for i, pair in enumerate(zip(theirs.token_ids, ours.token_ids, strict=True))
        if len({*pair}) > 1
    ]
    assert len(differs) < 12 and all(ours.margins[i] < 1 for i in differs)
    assert [r == 1 for r in theirs.ratios] == [
        a == b for a, b in zip(theirs.token_ids, text[201:], strict=False)
    ]


def answer(target: Target, prompt: list[int], predicted: list[int], most: int) -> list[int]:
    output: list[int] = []
    with closing(target.open()) as sequence:
        for _ in prefill(sequence, prompt):
            pass
        for _ in decode(
            sequence,
            new_context(prompt, output),
            Chains(predicted, seed=1),
            stop_ids=target.stop_ids,
            sampling=GREEDY,
            max_tokens=most,
        ):
            assert sequence.length == len(prompt) + len(output) - 1
    return output


def test_a_sequence_is_none_of_another_and_goes_back_anywhere(
    target: LlamaCppTarget, tokenizer: GgufTokenizer
) -> None:
    text = tokenizer.encode(CODE)[:300]
    with closing(target.open()) as alone:
        alone.prefill(text[:-1])
        expected = alone.forward(text[-1], NO_DRAFT, GREEDY).token_ids
    with closing(target.open()) as first, closing(target.open()) as second:
        second.prefill(text[100:200])
        first.prefill(text[:250])
        with closing(first.fork(200)) as fork:
            first.rollback(100)
            first.forward(5, Draft(tuple(range(30, 90))), GREEDY)
            fork.prefill(text[200:-1])
            assert fork.forward(text[-1], NO_DRAFT, GREEDY).token_ids == expected
        first.rollback(100)
        first.prefill(text[100:-1])
        assert first.forward(text[-1], NO_DRAFT, GREEDY).token_ids == expected
        assert first.length == 300 and second.length == 100


def test_the_judge_passes_its_own_words_and_objects_to_others(
    target: LlamaCppTarget, tokenizer: GgufTokenizer
) -> None:
    prompt = tokenizer.encode(CODE)[:200]
    own = answer(target, prompt, [], 30)
    for text, passes in ((own, 30), ([*own[:12], 77, *own[13:]], 12)):
        output: list[int] = []
        with closing(target.open()) as sequence:
            for _ in prefill(sequence, prompt):
                pass
            steps = [
                *judge(sequence, prompt, output, text, threshold=lambda *_: 1e-3, sampling=GREEDY)
            ]
        assert len(output) == passes and steps[-1].vetoed == (passes < 30)


@pytest.fixture(scope="module")
def strict(path: Path) -> context.Context:
    return context.Context(path, gpu_layers=None, texts=1, fixed_shapes=True)


@pytest.mark.parametrize("seed", range(4))
def test_strict_passes_of_any_length_give_equal_scores(
    strict: context.Context, tokenizer: GgufTokenizer, seed: int
) -> None:
    """To the last bit: so that nothing that was drafted can change a choice."""
    rng, text = random.Random(seed), tokenizer.encode(CODE)[:90]
    number, scores = strict.take(), []
    for lengths in ([90], [rng.randrange(1, 30) for _ in range(90)]):
        rows, start = [], 0
        for length in lengths:
            part = text[start : start + length]
            if part:
                rows += [block.clone() for block in strict.scores(number, start, part)]
            start += len(part)
        scores.append(torch.cat(rows))
        strict.cut(number, 0)
    strict.give_back(number)
    assert torch.equal(*scores)


def test_trees_are_refused(target: LlamaCppTarget) -> None:
    with closing(target.open()) as sequence, pytest.raises(InvalidRequest, match="chains"):
        sequence.forward(5, Draft((6, 7), (-1, -1)), GREEDY)


def test_memory_that_is_full_says_so_and_harms_nobody(
    path: Path, tokenizer: GgufTokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "_MOST_LENGTH", 256)
    target = opened(path)
    assert target.max_length == 256
    text = tokenizer.encode(CODE)[:50]
    with closing(target.open()) as first, closing(target.open()) as second:
        first.prefill(text[:-1])
        expected = first.forward(text[-1], NO_DRAFT, GREEDY).token_ids
        first.rollback(49)
        second.prefill([5] * 20)
        with pytest.raises(NoRoom, match="no room for"):
            second.prefill([5] * 200)
        assert second.length == 20
        assert first.forward(text[-1], NO_DRAFT, GREEDY).token_ids == expected


def test_texts_are_as_many_as_llama_cpp_takes(target: LlamaCppTarget) -> None:
    texts = [target.open() for _ in range(64)]
    with pytest.raises(NoRoom, match="64 texts"):
        target.open()
    for text in texts:
        text.close()
    target.open().close()


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x03\x00\x00\x00" + bytes(40), b"x" * 100])
def test_what_is_no_gguf_is_one_clear_error(content: bytes, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(content)
    with pytest.raises(TargetError, match=r"cannot read '.*broken\.gguf'"):
        GgufTokenizer(broken)


def test_layers_for_a_gpu_need_a_build_for_one(path: Path) -> None:
    if library().llama_supports_gpu_offload():
        pytest.skip("this one is")
    with pytest.raises(TargetError, match=r"--gpu-layers: .* built for processors alone"):
        opened(path, gpu_layers=3)
    opened(path, gpu_layers=0)


def test_a_model_that_no_memory_holds_is_not_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "available_bytes", lambda: 1 << 20)
    if not library().llama_supports_gpu_offload():
        with pytest.raises(
            TargetError, match=r"has 0\.1 GiB of weights, and 0\.0 GiB of memory are free"
        ):
            opened(path)
    monkeypatch.setattr(context, "available_bytes", lambda: None)  # a system that does not tell
    opened(path)


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "m-00002-of-00003.gguf").write_bytes(b"GGUF")
    with pytest.raises(TargetError, match=r"missing: m-00001-of-00003\.gguf, m-00003"):
        GgufTokenizer(tmp_path / "m-00002-of-00003.gguf")


@pytest.mark.parametrize(("new", "status"), [("load", 0), ("class_", 0)])
def test_a_command_edits_with_a_gguf_file(
    new: str, status: int, path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = workspace / "page.py"
    page.write_text("def fetch(url):\n    return url\n\n\nprint(fetch(1))\n")
    command = [
        "apply",
        str(page),
        f"rename fetch to {new}",
        "--engine",
        "llama",
        "--model",
        str(path),
    ]
    assert main([*command, "--accept", "trust"]) == status
    assert page.read_text().count(new) == 2
    assert "by predicted" in capsys.readouterr().err
