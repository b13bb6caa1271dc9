"""The block that drafts behind a Llama: what it guesses, and what it remembers of a text."""

from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from tests.tiny_models import COMMON, PROMPT, tiny
from tests.tiny_mtp import WIDTH, block_weights, random_layer, save_forgetful
from torch import Tensor
from transformers import LlamaModel

from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.self_drafting import heads
from specedit.engine.target import GREEDY, Sampling, TargetSequence
from specedit.engine.targets.llama import LlamaSequence, LlamaTarget
from specedit.engine.targets.prefix_cache import PrefixCache

SAMPLINGS = [GREEDY, Sampling(1.0, seed=4)]


@pytest.fixture
def model() -> Any:
    return tiny("llama")


@pytest.fixture
def layer() -> LlamaModel:
    return random_layer()


@pytest.fixture
def joined() -> Tensor:
    return torch.randn(WIDTH, 2 * WIDTH, generator=torch.Generator().manual_seed(5))


@pytest.fixture
def target(tmp_path: Path, model: Any, layer: LlamaModel, joined: Tensor) -> LlamaTarget:
    model.save_pretrained(tmp_path)
    save_file(block_weights(layer, joined), tmp_path / "mtp.safetensors")
    return LlamaTarget(tmp_path, "tiny", torch.float32)


def guessed(
    sequence: TargetSequence,
    last: int,
    count: int,
    *,
    after: Sequence[int] = (),
    sampling: Sampling = GREEDY,
) -> list[int]:
    drafting = heads(sequence)
    assert drafting is not None
    return [options[0][0] for options in islice(drafting.guesses(last, after, sampling), count)]


def opened(target: LlamaTarget, text: Sequence[int] = PROMPT) -> LlamaSequence:
    """A sequence that has read a text one token a pass, and shown each state to the block."""
    sequence = target.open()
    read_on(sequence, text)
    return sequence


def read_on(sequence: LlamaSequence, text: Sequence[int]) -> None:
    for token_id, following in pairwise(text):
        sequence.forward(token_id, NO_DRAFT, GREEDY)
        sequence.keep(())
        guessed(sequence, following, 1)


class Oracle:
    """The same by transformers, from whole texts."""

    def __init__(self, model: Any, layer: LlamaModel, joined: Tensor) -> None:
        self._model, self._layer, self._joined = model, layer, joined

    @torch.no_grad()
    def guesses(self, text: Sequence[int], count: int, start: int = 0) -> list[int]:
        """What follows a text, whose tokens from `start` on the block has read."""
        embed = self._model.get_input_embeddings()
        states = self._model.model(torch.tensor([text])).last_hidden_state[0, start:-1]
        following = list(text[start + 1 :])
        for _ in range(count):
            normed = [
                torch.nn.functional.rms_norm(x, (WIDTH,), eps=1e-6)
                for x in (embed(torch.tensor(following)), states)
            ]
            pairs = torch.cat(normed, -1) @ self._joined.T
            own = self._layer(inputs_embeds=pairs[None]).last_hidden_state[0, -1:]
            following.append(int(self._model.lm_head(own)[0].argmax()))
            states = torch.cat([states, own])
        return following[-count:]


@pytest.fixture
def oracle(model: Any, layer: LlamaModel, joined: Tensor) -> Oracle:
    return Oracle(model, layer, joined)


def test_it_guesses_what_the_weights_say(target: LlamaTarget, oracle: Oracle) -> None:
    assert guessed(opened(target), PROMPT[-1], 5) == oracle.guesses(PROMPT, 5)


def test_states_of_one_pass_are_read_at_once(target: LlamaTarget, oracle: Oracle) -> None:
    sequence = target.open()
    sequence.forward(PROMPT[0], Draft(tuple(PROMPT[1:-1])), GREEDY)
    sequence.keep(range(len(PROMPT) - 2))
    assert guessed(sequence, PROMPT[-1], 4) == oracle.guesses(PROMPT, 4)


def test_it_goes_on_behind_what_another_has_drafted(target: LlamaTarget) -> None:
    sequence = opened(target)
    first, second, third = guessed(sequence, PROMPT[-1], 3)
    assert guessed(sequence, PROMPT[-1], 1, after=[first, second]) == [third]


def test_asking_again_changes_nothing(target: LlamaTarget) -> None:
    sequence = opened(target)
    assert guessed(sequence, PROMPT[-1], 4) == guessed(sequence, PROMPT[-1], 4)


def test_what_is_kept_of_a_tree_is_read(target: LlamaTarget, oracle: Oracle) -> None:
    sequence = opened(target)
    draft = Draft((3, 4, 5, 6), (-1, 0, -1, 2))
    guessed(sequence, PROMPT[-1], 3)
    sequence.forward(PROMPT[-1], draft, GREEDY)
    sequence.keep((2, 3))
    assert guessed(sequence, 8, 3) == oracle.guesses([*PROMPT, 5, 6, 8], 3)


def test_prompts_are_not_read(target: LlamaTarget, oracle: Oracle) -> None:
    sequence = target.open()
    for _ in prefill(sequence, PROMPT):
        pass
    assert guessed(sequence, PROMPT[-1], 1) == []
    sequence.forward(PROMPT[-1], NO_DRAFT, GREEDY)
    text = [*PROMPT, 3]
    assert guessed(sequence, 3, 3) == oracle.guesses(text, 3, start=len(PROMPT) - 1)


def test_it_follows_what_is_taken_back(target: LlamaTarget) -> None:
    sequence = opened(target)
    sequence.rollback(6)
    assert guessed(sequence, 3, 1) == []
    text = [*PROMPT[:6], 3, 8, 8]
    read_on(sequence, text[6:])
    again = opened(target, [*PROMPT[:6], 3])
    again.rollback(6)
    read_on(again, text[6:])
    assert guessed(sequence, 8, 4) == guessed(again, 8, 4)


def test_a_fork_has_read_what_it_begins_with(target: LlamaTarget) -> None:
    sequence = opened(target)
    fork = sequence.fork(6)
    text = [PROMPT[6], 3, 8]
    for each in (fork, sequence):
        each.rollback(6)
        read_on(each, text)
    assert guessed(fork, 8, 4) == guessed(sequence, 8, 4)
    assert fork.nbytes < sequence.nbytes


def test_what_it_remembers_is_counted(target: LlamaTarget) -> None:
    plain = target.open()
    for _ in prefill(plain, PROMPT):
        pass
    of_block = opened(target).nbytes - plain.nbytes
    a_row = 4 * 2 * COMMON["num_key_value_heads"] * COMMON["head_dim"]
    assert of_block == (len(PROMPT) - 1) * a_row


def test_it_drafts_within_what_is_wrapped_around_it(target: LlamaTarget) -> None:
    cache = PrefixCache(target, 1 << 20)
    sequence = cache.open(PROMPT)
    sequence.forward(PROMPT[0], NO_DRAFT, GREEDY)
    sequence.keep(())
    assert len(guessed(sequence, PROMPT[1], 3)) == 3


def test_a_model_without_a_block_drafts_nothing(tmp_path: Path, model: Any) -> None:
    model.save_pretrained(tmp_path)
    assert heads(LlamaTarget(tmp_path, "tiny", torch.float32).open()) is None


@pytest.mark.parametrize("sampling", SAMPLINGS, ids=["greedy", "sampled"])
@pytest.mark.parametrize("reduced", [False, True])
def test_who_knows_the_model_guesses_what_it_chooses(
    tmp_path: Path, sampling: Sampling, reduced: bool
) -> None:
    """A block that knows all there is to know, of a model that looks at its last token alone."""
    save_forgetful(tmp_path, reduced=reduced)
    sequence = LlamaTarget(tmp_path, "tiny", torch.float32).open()
    last = PROMPT[0]
    chosen: list[int] = []
    for _ in range(8):
        (last,) = sequence.forward(last, NO_DRAFT, sampling).token_ids
        sequence.keep(())
        chosen.append(last)
    sequence.rollback(1)
    (last,) = sequence.forward(chosen[0], NO_DRAFT, sampling).token_ids
    sequence.keep(())
    assert guessed(sequence, last, 5, sampling=sampling) == chosen[2:7]
