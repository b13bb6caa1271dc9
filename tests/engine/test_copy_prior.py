"""Copies are likelier for a model that was trained so: in every pass as in one over the whole text."""

import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.fakes import RandomTrees
from tests.tiny_models import LENGTH, PROMPT, VOCABULARY, answer, tiny, uncached

from specedit.engine.copy_prior import CopyPriorSequence, with_copy_prior
from specedit.engine.copy_source import CopySource
from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.target import GREEDY, Target
from specedit.engine.targets.hf import open_model
from specedit.engine.targets.load import open_target
from specedit.engine.targets.model_files import COPY_PRIOR
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.targets.scripted import ScriptedSequence

PRIOR = 1.0
SOURCE = CopySource(PROMPT[3:-2])


def target(folder: Path, kind: str, prior: float = PRIOR) -> Target:
    model = tiny("llama")
    setattr(model.config, COPY_PRIOR, prior)
    model.save_pretrained(folder)
    if kind == "hf":
        return open_model(folder, "tiny", "float32")
    return open_target(folder, "tiny", "float32")


def copying(model: Any, length: int) -> list[int]:
    """The greedy answer, every token from a pass over the whole text."""
    text = list(PROMPT)
    while len(text) < len(PROMPT) + length and (text[-1] != 0 or len(text) == len(PROMPT)):
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1]
        at = SOURCE.cursors(text[len(PROMPT) :])[-1].at
        if at < len(SOURCE.source_ids):
            logits[SOURCE.source_ids[at]] += PRIOR
        text.append(int(logits.argmax()))
    return text[len(PROMPT) :]


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_answers_are_those_of_passes_without_a_cache(kind: str, tmp_path: Path) -> None:
    model, engine = tiny("llama"), target(tmp_path, kind)
    own = copying(model, LENGTH)
    assert own != uncached(model, LENGTH)
    assert len(set(SOURCE.cursors(own))) > 3
    assert answer(engine, RandomTrees([], seed=0), source=SOURCE) == own
    for seed in range(8):
        trees = RandomTrees(own, seed=seed, vocabulary=VOCABULARY)
        assert answer(engine, trees, source=SOURCE) == own


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_only_a_model_that_asks_for_it_is_read_so(kind: str, tmp_path: Path) -> None:
    own = uncached(tiny("llama"), LENGTH)
    trees = RandomTrees(own, seed=1, vocabulary=VOCABULARY)
    assert answer(target(tmp_path, kind, prior=0.0), trees, source=SOURCE) == own
    sequence = ScriptedSequence(1, (), 0)
    assert with_copy_prior(sequence, SOURCE, 1, 0.0) is sequence


def test_near_ties_are_decided_alike(tmp_path: Path) -> None:
    target(tmp_path, "llama")
    engine = open_target(tmp_path, "tiny", "bfloat16")
    plain = answer(engine, RandomTrees([], seed=0), near_tie=engine.near_tie, source=SOURCE)
    for seed in range(4):
        trees = RandomTrees(plain, seed=seed, vocabulary=VOCABULARY)
        assert answer(engine, trees, near_tie=engine.near_tie, source=SOURCE) == plain


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_a_fork_follows_on_and_leaves_the_sequence_alone(kind: str, tmp_path: Path) -> None:
    own = copying(tiny("llama"), LENGTH)
    sequence = with_copy_prior(target(tmp_path, kind).open(), SOURCE, len(PROMPT), PRIOR)
    list(prefill(sequence, PROMPT))
    text = [*PROMPT, *own]
    sequence.prefill(text[sequence.length : len(PROMPT) + 19])
    fork = sequence.fork(len(PROMPT) + 9)
    assert fork.forward(own[9], NO_DRAFT, GREEDY).token_ids == (own[10],)
    assert sequence.forward(own[19], NO_DRAFT, GREEDY).token_ids == (own[20],)


def test_a_prompt_that_was_read_for_a_copy_is_shared_with_other_texts(tmp_path: Path) -> None:
    prompt = 4 * PROMPT
    cache = PrefixCache(target(tmp_path, "llama"), 1 << 30)
    answers = []
    for copies in (False, True, False, True):
        with closing(cache.open(prompt)) as opened:
            source = CopySource(prompt[:-2])
            sequence = with_copy_prior(opened, source, len(prompt), PRIOR if copies else 0.0)
            list(prefill(sequence, prompt))
            token_ids = [prompt[-1]]
            for _ in range(12):
                token_ids += sequence.forward(token_ids[-1], NO_DRAFT, GREEDY).token_ids
            answers.append(token_ids[1:])
    assert answers[0] == answers[2] != answers[1] == answers[3]


class Recording(ScriptedSequence):
    """Keeps the logit bias of its last pass."""

    bias: tuple[dict[int, float], ...] = ()

    def forward(self, last: int, draft: Draft, *_: Any, **named: Any) -> Any:
        self.bias = tuple(named["logit_bias"])
        self._pass_start, self._draft = len(self._cached), draft
        self._cached += [last, *draft.token_ids]

    def fork(self, length: int) -> "Recording":
        copy = Recording(self._prompt_length, (), 0)
        copy._cached = self._cached[:length]
        return copy


@pytest.mark.parametrize("seed", range(40))
def test_it_follows_trees_forks_and_what_is_taken_back(seed: int) -> None:
    """The bias of every row is the one that its text alone gives it."""
    rng = random.Random(seed)
    source = CopySource([rng.randrange(4) for _ in range(25)])
    text = [rng.randrange(4) for _ in range(12)]  # what is cached; the answer begins behind it
    inner = Recording(12, (), 0)
    sequence = CopyPriorSequence(inner, source, 12, PRIOR)
    split = rng.randrange(12)
    sequence.prefill(text[:split])
    sequence.prefill(text[split:])
    for _ in range(12):
        size = rng.randrange(6)
        parents = tuple(rng.randrange(-1, node) for node in range(size))
        draft = Draft(tuple(rng.randrange(4) for _ in range(size)), parents)
        last = rng.randrange(4)
        sequence.forward(last, draft, GREEDY)
        paths = [[*text, last]]
        for node in range(size):
            paths.append([*paths[draft.parent(node) + 1], draft.token_ids[node]])
        rows = [source.cursors(path[12:])[-1] for path in paths]
        assert inner.bias == tuple(dict.fromkeys(source.next_ids(row), PRIOR) for row in rows)
        nodes: list[int] = []
        for node in range(size):
            if draft.parent(node) == (nodes[-1] if nodes else -1) and rng.random() < 0.7:
                nodes.append(node)
        sequence.keep(nodes)
        text = [*text, last, *(draft.token_ids[node] for node in nodes)]
        if rng.random() < 0.3:
            text = text[: rng.randrange(12, len(text) + 1)]
            if rng.random() < 0.5:
                sequence = sequence.fork(len(text))
                inner = sequence.inner  # type: ignore[assignment]
            else:
                sequence.rollback(len(text))
