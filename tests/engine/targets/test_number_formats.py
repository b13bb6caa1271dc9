"""Which number format is faster is measured once, and remembered."""

from itertools import chain, repeat
from pathlib import Path

import pytest
import torch

from specedit.engine.targets import devices, number_formats
from specedit.engine.targets.number_formats import ROWS, measured, ratios, wins

pytestmark = pytest.mark.skipif(
    "fbgemm" not in torch.backends.quantized.supported_engines, reason="no FBGEMM here"
)


def test_both_formats_are_measured_by_length() -> None:
    threads = torch.get_num_threads()
    rounds = [(0.0, took, took + 2.0) for took in (1.0, 2.0, 4.0, 3.0)]  # in float32 each takes 2
    ticks = chain.from_iterable(chain.from_iterable(repeat(each, 6) for each in rounds))
    assert measured(lambda: next(ticks)) == (0.5, 1.0, 2.0, 1.5)
    assert torch.get_num_threads() == threads
    assert all(ratio > 0 for ratio in measured())


@pytest.mark.parametrize(
    ("times", "is_taken"),
    [
        ((0.5, 0.5, 0.5, 0.5), True),
        ((2.0, 2.0, 0.9, 1.1), True),
        ((2.0, 2.0, 1.1, 0.9), True),
        ((0.5, 0.5, 1.1, 1.1), False),
    ],
)
def test_long_passes_decide(
    times: tuple[float, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_taken: bool
) -> None:
    monkeypatch.setattr(number_formats, "measured", lambda: times)
    assert wins(tmp_path) is is_taken
    monkeypatch.setattr(devices, "has_bfloat16", lambda: True)
    monkeypatch.setattr(number_formats, "wins", lambda: is_taken)
    assert devices.fastest_dtype("cpu") == ("bfloat16" if is_taken else "float32")
    monkeypatch.setattr(devices, "has_bfloat16", lambda: False)
    assert devices.fastest_dtype("cpu") == "float32"


def test_it_is_measured_once_and_what_is_no_measurement_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = chain([(1.0,) * len(ROWS)], repeat((2.0,) * len(ROWS)))
    monkeypatch.setattr(number_formats, "measured", lambda: next(answers))
    assert ratios(tmp_path) == ratios(tmp_path) == (1.0,) * len(ROWS)
    (file,) = tmp_path.iterdir()
    for text in ("[", "3", "[1.0]", '["x", 1, 1, 1]', "[0, 1, 1, 1]", "[null, 1, 1, 1]"):
        file.write_text(text)
        assert ratios(tmp_path) == (2.0,) * len(ROWS)
