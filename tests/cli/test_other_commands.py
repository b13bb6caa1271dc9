import json
from pathlib import Path

import pytest

from specedit.cli.main import main

pytestmark = pytest.mark.usefixtures("embedded_folder")


def test_doctor_measures_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert {"python", "torch", "threads", "bf16 in hardware", "pass of 64 tokens"} <= checks.keys()
    assert "tokens/s" in checks["pass of 64 tokens"]["value"]


def test_doctor_tells_what_to_do_about_a_missing_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--model", "nowhere"]) == 5
    assert "no model 'nowhere'" in capsys.readouterr().out


def test_models_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    assert "embedded\t" in capsys.readouterr().out
    assert main(["models", "remove", "nothing"]) == 2


@pytest.fixture
def data(tmp_path: Path) -> Path:
    original = "".join(f"def step{n}(x):\n    return x + {n}\n\n\n" for n in range(12))
    case = {
        "id": "made/one",
        "path": "steps.py",
        "language": "python",
        "instruction": "rename step3 to third",
        "original": original,
        "expected": original.replace("step3", "third"),
    }
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case) + "\n")
    return path


def test_replay_needs_no_model(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "replay", str(data), "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    passes = {row["drafter"]: row["passes"] for row in table["rows"]}
    assert passes["none"] > 150
    assert passes["cascade"] < 12 < passes["transformers prompt lookup (n≤2, K=10)"]
    assert len(passes) == 11 and table["oracle passes"] > 0


def test_quality_counts_what_is_right(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "quality", str(data), "--accepts", "trust", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["cases"], row["right"]) == (1, 1)


def test_witness_tells_what_passes(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = json.loads(data.read_text())
    marker = "# ... existing code ...\n"
    shown = [f"def step{n}(x):\n    return x + {n * 11}\n" for n in (3, 9)]
    row["expected"] = row["original"].replace("x + 3\n", "x + 33\n").replace("x + 9\n", "x + 99\n")
    row["update_snippet"] = marker + marker.join(shown) + marker
    data.write_text(f"{json.dumps(row)}\n")
    assert main(["bench", "witness", str(data), "--wrong", "6", "--json"]) == 0
    rows = {row["predictions"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["right"]["count"] == 1 and rows["wrong"]["count"] >= 4
    assert rows["right"]["≥ 0.05"] == 1
    # The place that was missed is shown, so that no threshold lets it pass.
    assert rows["missed"]["≥ 0.001"] == 0


def test_lossless_and_speed_run_on_the_real_model(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = [str(data), "--json", "--dtype", "float32", "--max-tokens", "40"]
    assert main(["bench", "lossless", *common]) == 0
    table = json.loads(capsys.readouterr().out)
    assert all(row["equal to plain"] == row["cases"] == 1 for row in table["rows"])
    assert main(["bench", "speed", *common]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 2


def test_wrong_data_is_one_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.jsonl").write_text("{}\n")
    assert main(["bench", "replay", str(tmp_path / "bad.jsonl")]) == 2
    assert "cannot read cases" in capsys.readouterr().err


def test_operations_lists_what_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["operations", "wrap"]) == 0
    assert "wrap\twrap lines 3-5 in `if debug`" in capsys.readouterr().out
    assert main(["operations", "magic"]) == 2
    assert "no operation 'magic'" in capsys.readouterr().err
