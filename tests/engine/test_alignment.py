"""What a model takes from the place which an answer has come to in its source."""

import math
import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.fakes import RandomTrees
from tests.tiny_models import LENGTH, PROMPT, VOCABULARY, answer, tiny, uncached

from specedit.engine.alignment import GAP, Alignment
from specedit.engine.copy_bias import NONE, CopyBias, Follower, scores
from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.hf import HfTarget, open_model
from specedit.engine.load import open_target
from specedit.engine.model_files import COPY_PRIOR, COPY_SLOPE
from specedit.engine.prefix_cache import PrefixCache
from specedit.engine.target import GREEDY, Target

BIASES = [CopyBias(slope=2.0), CopyBias(prior=1.0), CopyBias(slope=2.0, prior=1.0)]
BOTH = BIASES[-1]
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


def test_what_stands_before_a_gap_does_not_lead_out_of_it() -> None:
    marks = {"?": GAP}
    source = [marks.get(c, ord(c)) for c in "check(?b) check(_aa) check(?c)"]
    cursors = Alignment(source, 0, 0).cursors(ord(c) for c in "check(_ab")
    assert [cursor.at for cursor in cursors][-4:] == [6, 6, 6, 8]


def following(source: str, update: list[str], answer: str) -> str:
    """What is next after `answer`."""
    alignment = Alignment([ord(c) for c in source], 0, 0, [[ord(c) for c in p] for p in update])
    cursor = alignment.cursors(ord(c) for c in answer)[-1]
    return "".join(chr(token_id) for token_id in alignment.likely(cursor))


def test_what_is_next_stands_in_the_source_or_in_the_update() -> None:
    source, update = "def f(a):\n    return a\n", ["    return a + 1\n", "x = f()\n"]
    assert following(source, update, "") == "d"
    assert following(source, update, "def f(a):\n    return a") == "\n "
    assert following(source, update, "def f(a):\n    return") == " "
    assert following(source, update, "def f(a):\n    return a +") == "\n "
    assert following(source, update, "def f(a):\n    return a + 1\n") == ""  # the end of both
    assert following(source, update, "other") == "d"


@pytest.mark.parametrize("seed", range(30))
def test_the_cursor_is_its_naive_twin(seed: int) -> None:
    rng = random.Random(seed)
    source, written = ([rng.randrange(3) for _ in range(30)] for _ in range(2))
    agree = 3
    if seed % 2:
        agree, source[7:9], source[20] = 6, [GAP, GAP], GAP
    update = [rng.choices(range(3), k=rng.randrange(40)) for _ in range(4)]
    shown = [token_id for part in update for token_id in (*part, -1)]
    at, place, follows, since = 0, 0, False, 0
    for n, cursor in enumerate(Alignment(source, 0, 0, update).cursors(written)):
        if n:
            behind = next((i for i in range(at, 30) if source[i] != GAP), 30)
            recent = written[since:n]
            ends = [
                end
                for end in range(agree, 31)
                if len(recent) >= agree and source[end - agree : end] == recent[-agree:]
            ]
            if source[behind : behind + 1] == written[n - 1 : n]:
                at = behind + 1
                if source[at : at + 1] == [GAP]:
                    since = n
            elif agree == 6:
                at = min((end for end in ends if end > at), default=at)
            elif ends:
                nearest = min(abs(end - at) for end in ends)
                at = max(end for end in ends if abs(end - at) == nearest)
            recent = written[since:n]
            if follows and shown[place] == written[n - 1]:
                place += 1
            else:
                ends = [e for e in range(6, len(shown)) if shown[e - 6 : e] == recent[-6:]]
                follows = bool(ends)
                place = min(ends, key=lambda end: (abs(end - place), -end), default=place)
            assert (cursor.shown, cursor.follows) == (place, follows)
        assert cursor.at == at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return saved(tmp_path, BOTH)


def saved(folder: Path, copy_bias: CopyBias) -> Path:
    model = tiny("llama")
    setattr(model.config, COPY_SLOPE, copy_bias.slope)
    setattr(model.config, COPY_PRIOR, copy_bias.prior)
    model.save_pretrained(folder)
    return folder


def target(folder: Path, kind: str) -> Target:
    if kind == "hf":
        return open_model(folder, "tiny", "float32")
    return open_target(folder, "tiny", "float32")


def aligned(model: Any, length: int, copy_bias: CopyBias = BOTH) -> list[int]:
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
                mask[row, START + j] -= copy_bias.slope * math.log(1 + abs(j - at) / 8)
        with torch.inference_mode():
            logits = model(
                input_ids=torch.tensor([text]), attention_mask=mask[None, None], use_cache=False
            ).logits[0, -1]
            at = ALIGNMENT.cursors(text[len(PROMPT) :])[-1].at
            if at < len(ALIGNMENT.source_ids):
                logits[ALIGNMENT.source_ids[at]] += copy_bias.prior
        text.append(int(logits.argmax()))
    return text[len(PROMPT) :]


@pytest.mark.parametrize("copy_bias", BIASES)
@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_answers_are_those_of_passes_without_a_cache(
    kind: str, copy_bias: CopyBias, tmp_path: Path
) -> None:
    model, engine = tiny("llama"), target(saved(tmp_path, copy_bias), kind)
    own = aligned(model, LENGTH, copy_bias)
    assert own != uncached(model, LENGTH)
    assert len(set(ALIGNMENT.cursors(own))) > 3
    assert answer(engine, RandomTrees([], seed=0), alignment=ALIGNMENT) == own
    for seed in range(8):
        trees = RandomTrees(own, seed=seed, vocabulary=VOCABULARY)
        assert answer(engine, trees, alignment=ALIGNMENT) == own


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_only_a_model_that_asks_for_it_is_read_so(kind: str, tmp_path: Path) -> None:
    own = uncached(tiny("llama"), LENGTH)
    without, biased = saved(tmp_path / "without", NONE), saved(tmp_path / "with", BOTH)
    drafter = RandomTrees(own, seed=1, vocabulary=VOCABULARY)
    assert answer(target(without, kind), drafter, alignment=ALIGNMENT) == own
    drafter = RandomTrees(own, seed=1, vocabulary=VOCABULARY)
    assert answer(target(biased, kind), drafter) == own
    assert (
        answer(HfTarget(tiny("llama"), "tiny"), RandomTrees([], seed=0), alignment=ALIGNMENT) == own
    )


@pytest.mark.parametrize("kind", ["llama", "hf"])
def test_an_alignment_may_leave_attention_alone(kind: str, folder: Path) -> None:
    upright = Alignment(ALIGNMENT.source_ids, ALIGNMENT.start, ALIGNMENT.answer_start)
    upright.leans = False
    own = aligned(tiny("llama"), LENGTH, CopyBias(prior=BOTH.prior))
    assert own != aligned(tiny("llama"), LENGTH)
    drafter = RandomTrees(own, seed=1, vocabulary=VOCABULARY)
    assert answer(target(folder, kind), drafter, alignment=upright) == own


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
            if alignment:
                sequence.align(alignment)
            list(prefill(sequence, prompt))
            token_ids = [prompt[-1]]
            for _ in range(12):
                token_ids += sequence.forward(token_ids[-1], NO_DRAFT, GREEDY).token_ids
            found.append(token_ids[1:])
    assert found[0] == found[2] != found[1] == found[3]


def test_rows_that_leaned_are_not_shared(folder: Path) -> None:
    prompt = 4 * PROMPT
    engine = open_target(folder, "tiny", "float32")
    cache = PrefixCache(engine, 1 << 30)
    leaning = cache.open(prompt)
    leaning.align(Alignment(prompt[:-2], 0, len(prompt)))
    list(prefill(leaning, prompt))
    written = [prompt[-1]]
    for _ in range(8):
        written += leaning.forward(written[-1], NO_DRAFT, GREEDY).token_ids
    longer = [*prompt, *written[1:], *prompt]
    for _ in range(2):  # while the other is in use, and when it has been given up
        with closing(cache.open(longer)) as sequence:
            assert sequence.length == len(prompt) - 1
            fresh = engine.open()
            for each in (sequence, fresh):
                list(prefill(each, longer))
            draft = Draft(tuple(prompt[:5]))
            one, other = (each.forward(longer[-1], draft, GREEDY) for each in (sequence, fresh))
            assert one.token_ids == other.token_ids
            assert one.ratios == pytest.approx(other.ratios, rel=1e-3)
            sequence.is_broken = True  # not kept: only the other may be found
        if leaning in cache._in_use:
            leaning.close()


def test_a_gap_in_the_source_is_left_by_what_stands_behind_it() -> None:
    alignment = Alignment([1, 2, GAP, GAP, 5, 6, 2, 7], 0, 0)
    cursors = alignment.cursors([1, 2, 9, 1, 2, 9, 5, 6])
    assert [alignment.likely(c) for c in cursors] == [
        {1: 3}, {2: 3}, {}, {5: 1}, {5: 1}, {5: 1}, {5: 1}, {6: 3}, {2: 3}
    ]  # fmt: skip


def test_a_gap_at_the_end_of_the_source_ends_with_nothing_that_is_known() -> None:
    alignment = Alignment([1, GAP], 0, 0)
    assert [alignment.likely(c) for c in alignment.cursors([1, 9])] == [{1: 3}, {}, {}]


def test_a_copy_is_likelier_where_changes_are_marked() -> None:
    follower, logits = Follower(BOTH), torch.zeros(2, 9)
    for source, times in (([1, 2, 3], 1), ([1, 2, GAP], 3)):
        follower.align(Alignment(source, 0, 3))
        bias = follower.of_pass(2, [0, 1], NO_DRAFT)
        assert bias is not None
        favoured = logits.clone()
        bias.favour(favoured, 0)
        assert favoured.nonzero().tolist() == [[0, 1], [1, 2]]
        assert favoured.max() == times * BOTH.prior


def test_a_judge_takes_no_notice_of_the_place() -> None:
    follower = Follower(BOTH)
    alignment = Alignment([1, 2, 3], 0, 3)
    alignment.leans = False
    follower.align(alignment)
    bias = follower.of_pass(2, [0], NO_DRAFT)
    assert bias is not None and not bias.scores.any() and bias.likely == ({1: 1},)


def test_it_follows_trees_forks_and_what_is_taken_back() -> None:
    """The bias of every row is the one that its text alone gives it."""
    for seed in range(40):
        rng = random.Random(seed)
        source = [rng.randrange(4) for _ in range(25)]
        text = [rng.randrange(4) for _ in range(12)]  # what is cached
        alignment = Alignment(source, 2, 12)
        follower = Follower(BOTH)
        follower.align(alignment)
        split = rng.randrange(12)
        follower.of_pass(0, text[:split], NO_DRAFT)
        follower.of_pass(split, text[split:], NO_DRAFT)
        for _ in range(12):
            size = rng.randrange(6)
            parents = tuple(rng.randrange(-1, node) for node in range(size))
            draft = Draft(tuple(rng.randrange(4) for _ in range(size)), parents)
            last = rng.randrange(4)
            bias = follower.of_pass(len(text), [last, *draft.token_ids], draft)
            paths = [[*text, last]]
            for node in range(size):
                paths.append([*paths[draft.parent(node) + 1], draft.token_ids[node]])
            expected = [alignment.cursors(path[12:])[-1] for path in paths]
            assert bias is not None
            assert torch.equal(bias.scores, scores(len(source), expected, BOTH.slope))
            assert list(bias.likely) == [alignment.likely(cursor) for cursor in expected]
            nodes: list[int] = []
            for node in range(size):
                if draft.parent(node) == (nodes[-1] if nodes else -1) and rng.random() < 0.7:
                    nodes.append(node)
            follower.keep(len(text) + 1, nodes)
            text = [*text, last, *(draft.token_ids[node] for node in nodes)]
            if rng.random() < 0.3:
                text = text[: rng.randrange(12, len(text) + 1)]
                follower = follower.fork(len(text)) if rng.random() < 0.5 else follower
