"""The drafter of specedit-vllm, called as vLLM calls it."""

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import specedit_vllm._follower
from specedit_vllm import EditProposer, WorkerExtension
from specedit_vllm.suffix import LONGEST, longest_repeat
from tests import cycle

from specedit.drafters import _follower
from specedit.drafters._automaton import SuffixAutomaton

LENGTH = 2048
OPEN, CLOSE = 3, 4


def proposer(k: int = 64, length: int = LENGTH) -> EditProposer:
    return EditProposer(
        SimpleNamespace(
            speculative_config=SimpleNamespace(num_speculative_tokens=k),
            model_config=SimpleNamespace(max_model_len=length),
        )
    )


class Batch:
    """vLLM's side: rows of texts, of which the right next tokens are known."""

    def __init__(self, drafter: EditProposer, rows: int, k: int = 64) -> None:
        self.drafter, self.k = drafter, k
        self.texts = np.zeros((rows, LENGTH), np.int32)
        self.lengths = np.zeros(rows, np.int32)
        self.answers: list[list[int]] = [[] for _ in range(rows)]
        self.prompts = [0] * rows
        self.drafts: list[list[int]] = [[] for _ in range(rows)]
        self.steps = 0

    def admit(self, row: int, prompt: list[int], answer: list[int]) -> None:
        self.texts[row, : len(prompt)] = prompt
        self.lengths[row] = self.prompts[row] = len(prompt)
        self.answers[row], self.drafts[row] = answer, []

    def swap(self, one: int, other: int) -> None:
        self.texts[[one, other]] = self.texts[[other, one]]
        many: tuple[Any, ...] = (self.lengths, self.answers, self.prompts, self.drafts)
        for values in many:
            values[one], values[other] = values[other], values[one]

    def written(self, row: int) -> int:
        return int(self.lengths[row]) - self.prompts[row]

    def step(self) -> None:
        self.steps += 1
        sampled: list[list[int]] = []
        for row, draft in enumerate(self.drafts):
            wanted = self.answers[row][self.written(row) :]
            accepted = 0
            while (
                accepted < min(len(draft), len(wanted) - 1) and draft[accepted] == wanted[accepted]
            ):
                accepted += 1
            new = wanted[: accepted + 1]
            at = int(self.lengths[row])
            self.texts[row, at : at + len(new)] = new
            self.lengths[row] += len(new)
            sampled.append(new)
        self.drafts = self.drafter.propose(sampled, self.lengths, self.texts, slot_mappings={})
        assert len(self.drafts) == len(sampled)
        for draft, tokens in zip(self.drafts, sampled, strict=True):
            assert len(draft) <= self.k
            assert all(type(token_id) is int for token_id in draft)
            assert tokens or not draft


def request(seed: int, size: int = 300, share: float = 0.04) -> tuple[list[int], list[int]]:
    """A prompt with a file in it, and its answer, in which some tokens are others."""
    answer = cycle.following(100 + 37 * seed, size)
    source = cycle.edited(answer, share, seed)
    return [1, 9, 8, OPEN, *source, CLOSE, 7, 6, 8, OPEN], answer


def test_a_file_is_followed_in_few_steps() -> None:
    batch = Batch(proposer(), 1)
    batch.admit(0, *request(1))
    while batch.written(0) < 300:
        batch.step()
    assert batch.steps < 40
    assert batch.drafter.counts["failed"] == 0


def test_rows_that_move_keep_what_is_known_of_them() -> None:
    steps = []
    for is_moving in (False, True):
        batch, rng = Batch(proposer(), 4), random.Random(7)
        for row in range(4):
            batch.admit(row, *request(row))
        while min(batch.written(row) for row in range(4)) < 300:
            batch.step()
            if is_moving:
                batch.swap(*rng.sample(range(4), 2))
        steps.append(batch.steps)
    assert steps[0] == steps[1]


def test_a_row_that_is_another_request_now_is_seen() -> None:
    batch = Batch(proposer(), 1)
    for seed in range(3):
        batch.admit(0, *request(seed))
        while batch.written(0) < 300:
            batch.step()
    assert batch.drafter.counts["failed"] == 0
    assert batch.steps < 3 * 40


def test_equal_requests_side_by_side() -> None:
    batch = Batch(proposer(), 3)
    for row in range(3):
        batch.admit(row, *request(5))
    while batch.written(0) < 300:
        batch.step()
        assert batch.drafts[0] == batch.drafts[1] == batch.drafts[2]


@pytest.mark.parametrize("rows", [1, 8, 64, 200, 600])
def test_drafts_shrink_as_the_batch_fills(rows: int) -> None:
    drafter = proposer(128)
    texts = np.zeros((rows, LENGTH), np.int32)
    prompt, answer = request(1, share=0)
    sampled: list[list[int]] = [[] for _ in range(rows)]
    lengths = np.full(rows, len(prompt), np.int32)
    texts[:, : len(prompt)] = prompt
    most = 0
    for token_id in answer[:20]:
        for row in range(rows):
            texts[row, lengths[row]] = token_id
            sampled[row] = [token_id]
        lengths += 1
        most = max(most, sum(map(len, drafter.propose(sampled, lengths, texts))))
    assert most <= 512
    assert (most == 0) == (rows > 512)
    sampled[0] = []  # a prompt that is still being read waits for what is drafted
    assert sum(map(len, drafter.propose(sampled, lengths, texts))) <= 256


def test_the_end_of_the_context_is_respected() -> None:
    prompt, answer = request(1, share=0)
    drafter = proposer(64, length=len(prompt) + 10)
    batch = Batch(drafter, 1)
    batch.admit(0, prompt, answer)
    for _ in range(9):
        batch.step()
        assert batch.lengths[0] + len(batch.drafts[0]) < len(prompt) + 10
        batch.drafts = [[]]


@pytest.mark.parametrize(
    ("sampled", "lengths", "texts"),
    [
        ([[1]], None, None),
        ([[1], [2]], np.array([5], np.int32), np.zeros((1, 8), np.int32)),
        ([["x"]], np.array([1], np.int32), np.zeros((1, 8), np.int32)),
        ([[1]], np.array([-3], np.int32), np.zeros((1, 8), np.int32)),
    ],
)
def test_it_never_raises(sampled: Any, lengths: Any, texts: Any) -> None:
    drafter = proposer()
    assert all(len(draft) <= 64 for draft in drafter.propose(sampled, lengths, texts))
    assert len(drafter.propose(sampled, lengths, texts)) == len(sampled)


def test_any_rows_give_drafts_of_allowed_length() -> None:
    rng = np.random.default_rng(3)
    drafter = proposer(8)
    for _ in range(300):
        rows = int(rng.integers(1, 5))
        texts = rng.integers(0, 4, (rows, 64)).astype(np.int32)
        lengths = rng.integers(1, 60, rows).astype(np.int32)
        sampled = [
            texts[row, int(n) - int(rng.integers(0, min(4, n + 1))) : int(n)].tolist()
            for row, n in enumerate(lengths)
        ]
        drafts = drafter.propose(sampled, lengths, texts)
        assert [len(draft) <= (8 if s else 0) for draft, s in zip(drafts, sampled, strict=True)]
    assert drafter.counts["failed"] == 0


def test_two_ranks_propose_the_same() -> None:
    batches = [Batch(proposer(), 2) for _ in range(2)]
    for batch in batches:
        for row in range(2):
            batch.admit(row, *request(row, share=0.1))
    for _ in range(60):
        for batch in batches:
            batch.step()
        assert batches[0].drafts == batches[1].drafts


def test_attached_it_follows_what_the_request_names() -> None:
    prompt, answer = [1, 9, 8], cycle.following(200, 200)
    drafter = proposer()
    params = SimpleNamespace(extra_args={"specedit_predictions": [5, 6, 7, -1, *answer]})
    worker = type("Worker", (WorkerExtension,), {})()
    worker.model_runner = SimpleNamespace(
        drafter=drafter,
        input_batch=SimpleNamespace(num_prompt_tokens=[3], req_ids=["a"]),
        requests={"a": SimpleNamespace(sampling_params=params)},
    )
    assert worker.specedit_attach()
    batch = Batch(drafter, 1)
    batch.admit(0, prompt, answer)
    while batch.written(0) < 200:
        batch.step()
    assert batch.steps < 12
    counts = worker.specedit_counts()
    assert counts is not None and counts["failed"] == 0 and counts["steps"] == batch.steps


def test_another_drafter_is_left_alone() -> None:
    worker = type("Worker", (WorkerExtension,), {})()
    worker.model_runner = SimpleNamespace()
    assert not worker.specedit_attach()
    assert worker.specedit_counts() is None


def test_the_follower_is_the_engines_own() -> None:
    ours, theirs = Path(_follower.__file__), Path(specedit_vllm._follower.__file__)
    assert ours.read_bytes() == theirs.read_bytes()


def test_the_longest_repeat_is_the_automatons() -> None:
    rng = random.Random(11)
    for size in (2, 3, 8, 400):
        automaton, text = SuffixAutomaton(), list[int]()
        for _ in range(300):
            again = text and rng.random() < 0.1
            start = rng.randrange(len(text)) if again else 0
            for token_id in text[start : start + 9] if again else [rng.randrange(size)]:
                automaton.append(token_id)
                text.append(token_id)
                length, end = automaton.repeated()
                found, place = longest_repeat(np.array(text, np.int32))
                assert found == min(length, LONGEST)
                if length <= 16:  # the automaton may name an older end of a run of one token
                    assert text[place - found : place] == text[end - found : end]
                assert place >= end or found == LONGEST
