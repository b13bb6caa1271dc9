"""Which way attention takes is measured once, and remembered."""

from itertools import chain, count, repeat
from pathlib import Path

import pytest
import torch

from specedit.engine.targets import attention_ways, devices
from specedit.engine.targets.attention_ways import NEVER, Shape, Ways, measured, ways

SHAPE = Shape(4, 2, 8)
FASTER, SLOWER = (0.0, 2.0, 3.0), (0.0, 2.0, 5.0)  # in one takes 2, the other way 1 or 3


@pytest.mark.parametrize(
    ("rounds", "taken"),
    [
        ((FASTER, FASTER, FASTER, FASTER, FASTER), Ways(8, 1000)),
        ((FASTER, SLOWER, FASTER, FASTER, SLOWER), Ways(64, 2000)),
        ((FASTER, SLOWER, FASTER, SLOWER), Ways(64, 4000)),
        ((SLOWER, SLOWER), Ways(NEVER, NEVER)),
        ((SLOWER, FASTER, FASTER, FASTER), Ways(NEVER, 1000)),
    ],
)
def test_the_faster_one_is_taken(rounds: tuple[tuple[float, ...], ...], taken: Ways) -> None:
    ticks = chain.from_iterable(chain.from_iterable(repeat(each, 5) for each in rounds))
    threads = torch.get_num_threads()
    assert measured(SHAPE, lambda: next(ticks)) == taken
    assert torch.get_num_threads() == threads


def test_it_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "has_bfloat16", lambda: True)
    answers = chain([Ways(64, NEVER)], repeat(Ways(8, 1000)))
    monkeypatch.setattr(attention_ways, "measured", lambda _: next(answers))
    assert ways(SHAPE, torch.bfloat16, tmp_path) == (64, NEVER)
    assert ways(SHAPE, torch.bfloat16, tmp_path) == (64, NEVER)
    assert ways(Shape(4, 4, 8), torch.bfloat16, tmp_path) == (8, 1000)  # of another model
    texts = ("[", "64", "[64]", "[65, 1000]", "[64, 3]")  # the second is of an earlier version
    for text in texts:
        for file in tmp_path.iterdir():
            file.write_text(text)
        assert ways(SHAPE, torch.bfloat16, tmp_path) == (8, 1000)


def test_nothing_is_measured_where_it_cannot_be_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count()
    monkeypatch.setattr(attention_ways, "measured", lambda _: next(calls))
    assert ways(SHAPE, torch.float32, tmp_path) == Ways()
    monkeypatch.setattr(devices, "has_bfloat16", lambda: False)
    assert ways(SHAPE, torch.bfloat16, tmp_path) == Ways()
    assert next(calls) == 0 and not any(tmp_path.iterdir())
