"""Attention that leans toward the place which an answer has come to in its source."""

import math
import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.fakes import RandomTrees
from tests.tiny_models import LENGTH, PROMPT, VOCABULARY, answer, tiny, uncached

from specedit.engine.alignment import Alignment
from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT
from specedit.engine.hf import HfTarget, open_model
from specedit.engine.load import open_target
from specedit.engine.model_files import COPY_BIAS
from specedit.engine.prefix_cache import PrefixCache
from specedit.engine.target import GREEDY, Target

SLOPE = 2.0
START = 3
ALIGNMENT = Alignment(PROMPT[START:-2], START, len(PROMPT))


def places(source: str, answer: str) -> list[int]:
    cursors = Alignment([ord(c) for c in source], 0, 0).cursors(ord(c) for c in answer)
    return [cursor.at for cursor in cursors]


def test_the_cursor_goes_along_with_a_copy() -> None:
    assert places("abcabcabc", "abcabcabc") == list(range(10))


def test_it_waits_at_a_change_and_goes_on_after_it() -> None:
    assert places("def f(old):", "def f(newer):") == [0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6]
    assert places("x = old + 1\n", "x = new + 1\n")[-1] == len("x = old + 1\n")


def test_it_finds_its_place_behind_lines_that_were_lost_or_added() -> None:
    source = "first()\nsecond()\nthird()\n"
    assert places(source, "first()\nthird()\n")[-1] == len(source)
    assert places(source, "first()\nadded()\nsecond()\nthird()\n")[-1] == len(source)


def test_of_two_places_it_takes_the_nearer_and_of_equals_the_later() -> None:
    assert places("abc_____zabc", "zzzzzabc")[-1] == 3
    assert places("abcxxxxxabc", "abcxxxx?abc")[-1] == 11


@pytest.mark.parametrize("seed", range(30))
def test_the_cursor_is_its_naive_twin(seed: int) -> None:
    rng = random.Random(seed)
    source, written = ([rng.randrange(3) for _ in range(30)] for _ in range(2))
    at = 0
    for n, cursor in enumerate(Alignment(source, 0, 0).cursors(written)):
        if n:
            ends = [e for e in range(3, 31) if n > 2 and source[e - 3 : e] == written[n - 3 : n]]
            if source[at : at + 1] == written[n - 1 : n]:
                at += 1
            elif ends:
                nearest = min(abs(end - at) for end in ends)
                at = max(end for end in ends if abs(end - at) == nearest)
        assert cursor.at == at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return saved(tmp_path, SLOPE)


def saved(folder: Path, slope: float) -> Path:
    model = tiny("llama")
    setattr(model.config, COPY_BIAS, slope)
    model.save_pretrained(folder)
    return folder


def target(folder: Path, kind: str) -> Target:
    if kind == "hf":
        return open_model(folder, "tiny", "float32")
    return open_target(folder, "tiny", "float32")


def aligned(model: Any, length: int) -> list[int]:
    """The greedy answer, every token from a pass over the whole text with a mask made place by place."""
    text = list(PROMPT)
    while len(text) < len(PROMPT) + length and (text[-1] != 0 or len(text) == len(PROMPT)):
        size = len(text)
        mask = torch.full((size, size), -math.inf)
        for row in range(size):
            mask[row, : row + 1] = 0
            if row < len(PROMPT) - 1:
                continue
            at = ALIGNMENT.cursors(text[len(PROMPT) : row + 1])[-1].at
            for j in range(len(ALIGNMENT.source_ids)):
                mask[row, START + j] -= SLOPE * math.log(1 + abs(j - at) / 8)
        with torch.inference_mode():
            logits = model(
                input_ids=torch.tensor([text]), attention_mask=mask[None, None], use_cache=False
            ).logits[0, -1]
        text.append(int(logits.argmax()))
    return text[len(PROMPT) :]


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_answers_are_those_of_passes_without_a_cache(kind: str, folder: Path) -> None:
    model, engine = tiny("llama"), target(folder, kind)
    own = aligned(model, LENGTH)
    assert own != uncached(model, LENGTH)
    assert answer(engine, RandomTrees([], seed=0), alignment=ALIGNMENT) == own
    for seed in range(8):
        trees = RandomTrees(own, seed=seed, vocabulary=VOCABULARY)
        assert answer(engine, trees, alignment=ALIGNMENT) == own


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_only_a_model_that_asks_for_it_is_read_so(kind: str, tmp_path: Path) -> None:
    own = uncached(tiny("llama"), LENGTH)
    without, with_slope = saved(tmp_path / "without", 0.0), saved(tmp_path / "with", SLOPE)
    drafter = RandomTrees(own, seed=1, vocabulary=VOCABULARY)
    assert answer(target(without, kind), drafter, alignment=ALIGNMENT) == own
    drafter = RandomTrees(own, seed=1, vocabulary=VOCABULARY)
    assert answer(target(with_slope, kind), drafter) == own
    assert (
        answer(HfTarget(tiny("llama"), "tiny"), RandomTrees([], seed=0), alignment=ALIGNMENT) == own
    )


def test_near_ties_are_decided_alike(folder: Path) -> None:
    engine = open_target(folder, "tiny", "bfloat16")
    plain = answer(engine, RandomTrees([], seed=0), near_tie=engine.near_tie, alignment=ALIGNMENT)
    for seed in range(4):
        trees = RandomTrees(plain, seed=seed, vocabulary=VOCABULARY)
        assert answer(engine, trees, near_tie=engine.near_tie, alignment=ALIGNMENT) == plain


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_a_fork_follows_on_and_leaves_the_sequence_alone(kind: str, folder: Path) -> None:
    own = aligned(tiny("llama"), LENGTH)
    sequence = target(folder, kind).open()
    sequence.align(ALIGNMENT)
    list(prefill(sequence, PROMPT))
    text = [*PROMPT, *own]
    sequence.prefill(text[sequence.length : len(PROMPT) + 19])
    fork = sequence.fork(len(PROMPT) + 9)
    assert fork.forward(own[9], NO_DRAFT, GREEDY).token_ids == (own[10],)
    assert sequence.forward(own[19], NO_DRAFT, GREEDY).token_ids == (own[20],)


def test_a_kept_prefix_does_not_lean_for_the_next_text(folder: Path) -> None:
    prompt = 4 * PROMPT
    engine = open_target(folder, "tiny", "float32")
    cache = PrefixCache(engine, 1 << 30)
    leaning = Alignment(prompt[:-2], 0, len(prompt))
    found = []
    for alignment in (None, leaning, None, leaning):
        with closing(cache.open(prompt)) as sequence:
            sequence.align(alignment)
            list(prefill(sequence, prompt))
            token_ids = [prompt[-1]]
            for _ in range(12):
                token_ids += sequence.forward(token_ids[-1], NO_DRAFT, GREEDY).token_ids
            found.append(token_ids[1:])
    assert found[0] == found[2] != found[1] == found[3]
