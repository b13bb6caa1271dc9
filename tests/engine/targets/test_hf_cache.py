"""Keys and values written in place give what transformers' own cache gives, to the last bit."""

import random
from typing import Any

import pytest
import torch
from tests.tiny_models import ATTENTION, VOCABULARY, tiny
from torch import Tensor
from transformers import DynamicCache

from specedit.engine.targets.hf import HfTarget
from specedit.engine.targets.hf_cache import RoomCache, capacity, decoder


def hidden(model: Any, cache: Any, token_ids: list[int]) -> Tensor:
    states: Tensor = decoder(model)(
        input_ids=torch.tensor([token_ids]), past_key_values=cache, use_cache=True
    ).last_hidden_state
    return states


@pytest.mark.parametrize("kind", ATTENTION)
@torch.inference_mode()
def test_hidden_states_are_equal_to_the_last_bit(kind: str) -> None:
    """Over passes of all lengths, the growth of the room, going back and forks."""
    model, rng = tiny(kind), random.Random(1)
    own, room = DynamicCache(), RoomCache()
    length = 0
    for rows in (5, 1, 250, 1, 9, 256, 1, 1, 40):
        text = [rng.randrange(1, VOCABULARY) for _ in range(rows)]
        assert torch.equal(hidden(model, own, text), hidden(model, room, text))
        rejected = rng.randrange(rows)
        length += rows - rejected
        own.crop(-rejected)
        room.crop(-rejected)
        assert own.get_seq_length() == room.get_seq_length() == length
        if rows == 9:
            left, room = room, room.fork(length)
            left.crop(-length)  # and is written over
            hidden(model, left, [1] * 30)


@torch.inference_mode()
def test_what_a_tree_keeps_moves_behind_the_rest() -> None:
    room = RoomCache()
    hidden(tiny("llama"), room, [5, 6, 7, 8, 9])
    keys = [layer.states[0].clone() for layer in room.rooms]
    room.select(2, [3, 4])
    for layer, before in zip(room.rooms, keys, strict=True):
        assert torch.equal(layer.states[0], before[:, :, [0, 1, 3, 4]])


def test_room_is_taken_in_steps_and_counted() -> None:
    for tokens in range(20_000):
        room = capacity(tokens)
        assert tokens <= room <= max(tokens * 5 // 4, tokens + 256)
        assert room >= capacity(max(tokens - 1, 0)) and room % 256 == 0
    with torch.inference_mode():
        sequence = HfTarget(tiny("qwen2"), "tiny").open()
        assert sequence.nbytes == 0
        sequence.prefill([1] * 300)
        # 2 layers of keys and values, 2 heads of width 8, in 4 bytes
        assert sequence.nbytes == 2 * 2 * 2 * 8 * 4 * capacity(300)
        sequence.rollback(10)
        assert sequence.nbytes == 2 * 2 * 2 * 8 * 4 * capacity(300)
        assert sequence.fork(10).nbytes == 2 * 2 * 2 * 8 * 4 * capacity(10)


def test_passes_write_where_they_wrote_before() -> None:
    """No pass copies what is cached: its first key stays where it is."""
    with torch.inference_mode():
        sequence, model = RoomCache(), tiny("llama")
        hidden(model, sequence, [1] * 100)
        places = [layer.states[0].data_ptr() for layer in sequence.rooms]
        for rows in (1, 100, 7):
            hidden(model, sequence, [1] * rows)
        sequence.crop(-50)
        hidden(model, sequence, [2] * 60)
        assert [layer.states[0].data_ptr() for layer in sequence.rooms] == places
