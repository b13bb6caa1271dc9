"""What passes cost, measured at load and remembered."""

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from specedit.engine import calibration
from specedit.engine.pass_cost import PassCost
from specedit.engine.targets.scripted import ScriptedTarget

TARGET = ScriptedTarget(1000, (), frozenset({0}))


@pytest.mark.parametrize(
    ("seconds", "lengths"), [(1.0, [1, 8]), (0.05, [1, 2, 4, 8]), (0.01, [1, 2, 4, 8, 16, 64, 256])]
)
def test_it_measures_what_fits_the_time(seconds: float, lengths: list[int]) -> None:
    ticks = count(0.0, seconds)
    assert [*calibration.measured(TARGET, lambda: next(ticks)).known] == lengths


def test_what_was_learned_comes_back(tmp_path: Path) -> None:
    cost = PassCost()
    for rows in (1, 5, 70):
        cost.observe(rows, 0.05 + 0.002 * rows)
    path = tmp_path / "new" / "cost.json"
    calibration.save(cost, path)
    loaded = calibration.load(path)
    assert loaded is not None
    assert [loaded.seconds(n) for n in range(1, 600)] == [cost.seconds(n) for n in range(1, 600)]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"1": "x"}', '{"1": 0}', '{"a": 1}', "null"])
def test_a_file_of_no_use_is_measured_again(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cost.json"
    path.write_text(text)
    assert calibration.load(path) is None


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    calibration.save(PassCost({1: 0.1}), tmp_path / "file" / "cost.json")


def test_a_second_process_remembers_the_first(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from specedit.engine import calibration; from specedit.engine.targets.scripted import ScriptedTarget\n"
        "target = ScriptedTarget(1000, (), frozenset({0}))\n"
        "print(calibration.remembered(target, Path(sys.argv[1])).known)"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    )
    assert first == second
