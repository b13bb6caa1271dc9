"""llama.cpp with the formats that people have, made of the embedded model's own weights; `make test-llama` installs it.

Of its 30 layers the first few: all others are of the same shapes.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

pytest.importorskip(
    "llama_cpp", reason="llama.cpp is not installed: make test-llama", exc_type=ImportError
)

import gguf
import transformers
from tests import tiny_gguf
from tests.fakes import Chains, new_budget, new_context

from specedit import drafters
from specedit.benchmarks.development import formats
from specedit.benchmarks.development.gguf_models import Size, cut, quantise, write_counting
from specedit.benchmarks.development.interleaved import Extent, compare
from specedit.benchmarks.development.workloads import Workload
from specedit.editor.generate import Finished, GenerateRequest, generate
from specedit.engine.decode import decode, prefill
from specedit.engine.draft import NO_DRAFT
from specedit.engine.target import GREEDY, Target
from specedit.engine.targets.llamacpp import threads
from specedit.engine.targets.llamacpp.context import Context
from specedit.engine.targets.llamacpp.target import LlamaCppTarget
from specedit.engine.targets.llamacpp.tokenizer import GgufTokenizer
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.targets.registry import TargetContext
from specedit.engine.tokenizer import ByteTokenizer
from specedit.models import gguf_files, store
from specedit.models.gguf import convert, hugging_face_name

LAYERS = 6
TEXT = Path(__file__).read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Format:
    """A file, and how far its scores may be from those of transformers with the very same weights in float32.

    llama.cpp rounds what weights are multiplied with: to 16 bits beside F16, to 8 bits beside the others. Scores of this model
    have a standard deviation of 8.4.
    """

    name: str
    largest: float
    mean: float


FORMATS = (Format("F16", 0.15, 0.015), Format("Q8_0", 3.0, 0.2), Format("Q4_K_M", 6.0, 0.5))


@pytest.fixture(scope="module", params=FORMATS, ids=lambda each: each.name)
def form(request: pytest.FixtureRequest) -> Format:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


@pytest.fixture(scope="module")
def base(folder: Path) -> Path:
    return cut(gguf_files.find(store.EMBEDDED_BASE, print), folder / "base.gguf", LAYERS)


@pytest.fixture(scope="module")
def path(form: Format, base: Path, folder: Path) -> Path:
    return formats.in_format(base, folder, form.name, print)


@pytest.fixture(scope="module")
def text(path: Path) -> list[int]:
    return GgufTokenizer(path).encode(TEXT)[:120]


@pytest.fixture(scope="module")
def strict(path: Path) -> Context:
    return Context(path, gpu_layers=None, texts=1, fixed_shapes=True)


def reference(path: Path, folder: Path) -> Any:
    """The model in transformers, with the weights that the file holds, in float32."""
    folder.mkdir()
    convert(path, folder)
    model: Any = transformers.LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    weights, config = model.state_dict(), model.config
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    for tensor in gguf.GGUFReader(path).tensors:
        values = np.array(gguf.dequantize(tensor.data, tensor.tensor_type), np.float32)
        part = tensor.name.split(".")[-2]
        if part in heads:  # pairs side by side are the halves of a head
            pairs = values.reshape(heads[part], -1, 2, values.shape[-1])
            values = pairs.swapaxes(1, 2).reshape(values.shape)
        weights[hugging_face_name(tensor.name)].copy_(torch.from_numpy(values))
    return model


def test_scores_are_those_of_transformers(
    form: Format, path: Path, folder: Path, strict: Context, text: list[int]
) -> None:
    with torch.inference_mode():
        theirs = reference(path, folder / f"{form.name}-reference")(
            input_ids=torch.tensor([text])
        ).logits[0]
    ours = scores(strict, text, [len(text)])
    difference = (ours - theirs).abs()
    assert difference.max() < form.largest and difference.mean() < form.mean
    best = theirs.topk(2).values
    differs = ours.argmax(-1) != theirs.argmax(-1)
    assert differs.sum() <= 0.15 * len(text) and all((best[:, 0] - best[:, 1])[differs] < 1)


def scores(
    context: Context, text: list[int], lengths: list[int], beside: tuple[int, ...] = ()
) -> torch.Tensor:
    """Scores of a text that is read in passes of these lengths, and then of what is left.

    Texts that are open `beside` it are given up one after the other, while it is read.
    """
    others = [context.take() for _ in beside]
    for number, length in zip(others, beside, strict=True):
        context.read(number, 0, text[:length])
    rows, start, number = list[torch.Tensor](), 0, context.take()
    for length in (*lengths, len(text)):
        part = text[start : start + length]
        rows += [block.clone() for block in context.scores(number, start, part)] if part else []
        start += len(part)
        if others:
            context.give_back(others.pop())
    for other in (number, *others):
        context.give_back(other)
    return torch.cat(rows)


@example(lengths=[40], beside=(30, 5, 30), count=1)  # its last part lies before its first
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    lengths=st.lists(st.integers(1, 70), max_size=40),
    beside=st.tuples(*[st.integers(1, 40)] * 3),
    count=st.integers(1, 3),
)
def test_strict_passes_of_any_shape_give_equal_scores(
    strict: Context, text: list[int], lengths: list[int], beside: tuple[int, ...], count: int
) -> None:
    """To the last bit, whatever else lies in the memory, in as many threads as there happen to be."""
    alone = scores(strict, text, [])
    strict.threads = threads.ThreadCount(count)
    assert torch.equal(scores(strict, text, lengths, beside), alone)


def answer(target: Target, prompt: list[int], predicted: list[int], seed: int) -> list[int]:
    output: list[int] = []
    with closing(target.open()) as sequence:
        for _ in prefill(sequence, prompt):
            pass
        drafter = Chains(predicted, seed=seed, vocabulary=target.vocab_size)
        context = new_context(prompt, output)
        for _ in decode(
            sequence,
            context,
            drafter,
            stop_ids=target.stop_ids,
            sampling=GREEDY,
            max_tokens=32,
            near_tie=target.near_tie,
        ):
            pass
    return output


def test_strict_answers_do_not_depend_on_drafts(path: Path, text: list[int]) -> None:
    target = LlamaCppTarget(TargetContext(path, "strict", ByteTokenizer(), strict=True))
    plain = answer(target, text, [], 0)
    assert all(answer(target, text, plain, seed) == plain for seed in range(2))


def test_the_benchmark_measures_a_model_whose_answer_is_known(folder: Path) -> None:
    """In 4 bits, whose widths K-quants take: what it counts is what it is asked for, plain and drafted."""
    size = Size(vocabulary=49_152, width=256, inner=512, layers=1, heads=4, kv_heads=2)
    base = gguf_files.find(store.EMBEDDED_BASE, print)
    file = quantise(
        write_counting(folder / "counting.gguf", base, size), folder / "q4.gguf", "Q4_K_M"
    )
    words, source = GgufTokenizer(file), list(range(1000, 1100))
    target = LlamaCppTarget(TargetContext(file, "counting", words))
    assert answer(target, [7, 999], [], 0) == source[:32]
    workloads = {"copy": Workload("copy", 0, [9, *source, 8, 999], source)}
    extent = Extent(rounds=1, tokens=40)
    [(entry, rates)] = compare({"4 bits": lambda: target}, workloads, words, extent, print)
    assert all(len(seconds) == 1 for seconds in entry.passes.values())
    assert rates["copy, same"] and rates.keys() == {
        f"copy, {key}" for key in ("plain", "drafted", "same")
    }


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[LlamaCppTarget]:
    tiny_gguf.write(tmp_path / "tiny.gguf", "qwen2")
    yield LlamaCppTarget(TargetContext(tmp_path / "tiny.gguf", "tiny", ByteTokenizer()))


@pytest.mark.parametrize("spans", [0, 1, 3])
def test_answers_that_are_given_up_leave_their_room_to_others(
    tiny: LlamaCppTarget, spans: int
) -> None:
    """In the prompt, or in the answer: more of them than there may be texts."""
    cache = PrefixCache(tiny, 1 << 30)
    request = GenerateRequest(tuple(range(2, 62)), max_tokens=20)

    def events() -> Any:
        return generate(cache, ByteTokenizer(), drafters.load("cascade"), new_budget(), request)

    [*_, whole] = events()
    assert isinstance(whole, Finished)
    for _ in range(70):
        with closing(events()) as one:
            for _ in range(1 + spans):
                next(one)
    assert cache.in_use == 0
    [*_, again] = events()
    assert again.stats.output_tokens == whole.stats.output_tokens
    texts = [tiny.open() for _ in range(60)]
    assert texts[-1].forward(5, NO_DRAFT, GREEDY).token_ids
