"""Passes of fixed shapes say what passes of their own length say, but for what rounding changes."""

import random

import pytest
import torch
from tests.fakes import RandomTrees
from tests.tiny_models import ATTENTION, LENGTH, VOCABULARY, answer, tiny, uncached
from torch import Tensor

from specedit.engine.draft import Draft
from specedit.engine.targets.hf import HfTarget
from specedit.engine.targets.hf_cache import RoomCache, decoder
from specedit.engine.targets.hf_fixed import FixedPasses

TOLERANCE = 2e-6  # in float32, of the largest number; 6e-7 was measured


@pytest.mark.parametrize("kind", ATTENTION)
@torch.inference_mode()
def test_hidden_states_are_those_of_passes_of_their_own_length(kind: str) -> None:
    """Rows that are no power of two, a room that grows in between, and going back."""
    model, rng = tiny(kind), random.Random(1)
    own, room = RoomCache(), RoomCache()
    fixed = FixedPasses(model, room)

    def some(rows: int) -> list[int]:
        return [rng.randrange(1, VOCABULARY) for _ in range(rows)]

    def hidden(cache: RoomCache, text: list[int]) -> Tensor:
        states: Tensor = decoder(model)(
            input_ids=torch.tensor([text]), past_key_values=cache, use_cache=True
        ).last_hidden_state[0]
        return states

    text = some(230)
    hidden(own, text), hidden(room, text)
    for rows in (1, 5, 16, 1, 33, 3):
        text = some(rows)
        length = own.get_seq_length()
        right = hidden(own, text)
        states = fixed.run(text, Draft(tuple(text[1:])), length)
        assert states.shape == right.shape
        assert (states - right).abs().max() <= TOLERANCE * right.abs().max()
        rejected = rng.randrange(rows)
        own.crop(-rejected)
        room.crop(-rejected)


@pytest.mark.parametrize("kind", ["llama", "gemma2 (sliding window)", "llama4 (chunks)"])
@torch.inference_mode()
def test_trees_do_not_change_the_answer(kind: str) -> None:
    model = tiny(kind)
    own = uncached(model, LENGTH)
    target = HfTarget(model, kind, fixed_shapes=True)
    for seed in range(3):
        assert answer(target, RandomTrees(own, seed=seed, vocabulary=VOCABULARY)) == own
