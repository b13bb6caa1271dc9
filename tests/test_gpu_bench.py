"""The benchmark for machines with a GPU, on a processor and with a model of nearly no size."""

import json
from pathlib import Path

import pytest

from specedit.benchmarks.development import gpu
from specedit.engine.errors import TargetError
from specedit.engine.targets import devices


def test_it_measures_all_ways_and_no_draft_changes_an_answer(tmp_path: Path) -> None:
    out = tmp_path / "gpu.jsonl"
    options = ["--models", "tiny", "--device", "cpu", "--dtype", "float32", "--cached", "40"]
    gpu.main([*options, "--tokens", "30", "--out", str(out)])
    first, *rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert first["dtype"] == "float32"
    costs = [row for row in rows if "cached" in row]
    assert [row["rows"] for row in costs] == [1, 8, 32, 64, 256]
    assert all(row[way] > 0 for row in costs for way in (gpu.OWN, gpu.IN_PLACE, gpu.FIXED))
    answers = [row for row in rows if "drafts" in row]
    assert {(row["passes"], row["strict"], row["drafts"]) for row in answers} == {
        (way, strict, drafts)
        for way in (gpu.IN_PLACE, gpu.FIXED)
        for strict in (False, True)
        for drafts in ("none", "95% right")
    }
    assert all(row["as plain"] and row["tokens"] == 30 for row in answers)
    assert all(row["different tokens"] > 5 for row in answers)


def test_it_begins_nothing_after_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    gpu.main(["--models", "tiny", "--device", "cpu", "--cached", "40", "--minutes", "0"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and "left out" in lines[-1]


def test_a_device_that_is_not_here_is_named() -> None:
    if devices.present() == ("cpu",):
        with pytest.raises(TargetError, match="--device cuda"):
            gpu.main(["--device", "cuda"])
