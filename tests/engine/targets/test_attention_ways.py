"""Which way attention takes is measured once, and remembered."""

from itertools import chain, count, repeat
from pathlib import Path

import pytest
import torch

from specedit.engine.targets import attention_ways, devices
from specedit.engine.targets.attention_ways import NEVER, Shape, blocks_from, measured

SHAPE = Shape(4, 2, 8)
FASTER, SLOWER = (0.0, 2.0, 3.0), (0.0, 2.0, 5.0)  # in one takes 2, in blocks 1 or 3


@pytest.mark.parametrize(
    ("long", "short", "least"),
    [
        (FASTER, FASTER, 8),
        (FASTER, SLOWER, 64),
        (SLOWER, FASTER, NEVER),
        (SLOWER, SLOWER, NEVER),
    ],
)
def test_the_faster_one_is_taken(
    long: tuple[float, ...], short: tuple[float, ...], least: int
) -> None:
    rounds = chain(repeat(long, 5), repeat(short, 5))
    ticks = chain.from_iterable(rounds)
    threads = torch.get_num_threads()
    assert measured(SHAPE, lambda: next(ticks)) == least
    assert torch.get_num_threads() == threads


def test_it_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "has_bfloat16", lambda: True)
    answers = chain([64], repeat(8))
    monkeypatch.setattr(attention_ways, "measured", lambda _: next(answers))
    assert blocks_from(SHAPE, torch.bfloat16, tmp_path) == 64
    assert blocks_from(SHAPE, torch.bfloat16, tmp_path) == 64
    assert blocks_from(Shape(4, 4, 8), torch.bfloat16, tmp_path) == 8  # of another model
    for file, text in zip(tmp_path.iterdir(), ("[", '"x"'), strict=True):
        file.write_text(text)
    assert blocks_from(SHAPE, torch.bfloat16, tmp_path) == 8


def test_nothing_is_measured_where_it_cannot_be_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count()
    monkeypatch.setattr(attention_ways, "measured", lambda _: next(calls))
    assert blocks_from(SHAPE, torch.float32, tmp_path) == NEVER
    monkeypatch.setattr(devices, "has_bfloat16", lambda: False)
    assert blocks_from(SHAPE, torch.bfloat16, tmp_path) == NEVER
    assert next(calls) == 0 and not any(tmp_path.iterdir())
