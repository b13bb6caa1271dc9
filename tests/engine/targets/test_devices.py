"""Which device a model is put on. What torch says of this machine is replaced: no GPU is needed to choose one."""

import atexit
from pathlib import Path

import pytest
import torch
from tests.tiny_models import tiny

from specedit.cli.main import main
from specedit.engine import calibration
from specedit.engine.errors import TargetError
from specedit.engine.target import LocalTarget
from specedit.engine.targets import devices, load
from specedit.engine.targets.hf import HfTarget
from specedit.engine.targets.llama import LlamaTarget
from specedit.engine.targets.scripted import ScriptedTarget


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny("llama").save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def has(monkeypatch: pytest.MonkeyPatch, *, cuda: bool = False, mps: bool = False) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"),
    [(False, False, "cpu"), (False, True, "mps"), (True, False, "cuda"), (True, True, "cuda")],
)
def test_a_gpu_goes_before_the_processor(
    monkeypatch: pytest.MonkeyPatch, *, cuda: bool, mps: bool, chosen: str
) -> None:
    has(monkeypatch, cuda=cuda, mps=mps)
    assert devices.choose("auto") == chosen == devices.choose(chosen)
    assert devices.choose("cpu") == "cpu"


@pytest.mark.parametrize(
    ("name", "built", "message"),
    [
        (
            "cuda",
            False,
            r"--device cuda: this torch \(.*\) is built without CUDA.*choose what is here: cpu",
        ),
        ("cuda", True, r"--device cuda: torch .* sees no GPU; look at the driver"),
        ("mps", False, "--device mps: .*built without MPS; .*torch for macOS alone"),
        ("mps", True, "--device mps: torch needs macOS 14"),
    ],
)
def test_a_device_that_is_absent_is_an_error_that_says_why(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, built: bool, message: str
) -> None:
    has(monkeypatch)
    monkeypatch.setattr(torch.version, "cuda", "13.0" if built else None)
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: built)
    with pytest.raises(TargetError, match=message):
        load.open_target(folder, "tiny", device=name)
    assert devices.describe()["cpu"]


def test_the_processor_can_be_chosen_where_there_is_a_gpu(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    has(monkeypatch, cuda=True)
    target = load.open_target(folder, "tiny", "float32", "cpu")
    assert isinstance(target, LlamaTarget) and target.device == "cpu"


def test_a_small_model_stays_on_the_processor_of_a_mac(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    has(monkeypatch, mps=True)
    assert isinstance(load.open_target(folder, "tiny", "float32"), LlamaTarget)
    monkeypatch.setattr(load, "_SMALL", 0)
    with pytest.raises(Exception, match=r"(?i)mps"):  # torch refuses: it is not really here
        load.open_target(folder, "tiny", "float32")


@pytest.mark.parametrize("message", ["CUDA out of memory", "MPS backend out of memory"])
def test_a_model_that_does_not_fit_names_the_device(
    monkeypatch: pytest.MonkeyPatch, folder: Path, message: str
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError(message)

    has(monkeypatch, cuda=True)
    monkeypatch.setattr(torch.nn.Module, "to", full)
    with pytest.raises(TargetError, match=r"does not fit the memory of cuda; .* or --device cpu"):
        load.open_target(folder, "tiny", "float32")


def test_the_general_path_says_where_it_runs() -> None:
    assert HfTarget(tiny("llama"), "tiny").device == "cpu" == LocalTarget.device


def test_what_passes_cost_is_remembered_of_each_device(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(atexit, "register", lambda save, *cost: save(*cost))
    target = ScriptedTarget(1000, (), frozenset({0}))
    for device, files in (("cpu", 1), ("cuda", 2), ("cpu", 2)):
        target.device = device
        calibration.remembered(target, tmp_path)
        assert len([*tmp_path.iterdir()]) == files


def test_the_command_line_tells_of_an_absent_device(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, embedded_folder: Path
) -> None:
    has(monkeypatch)
    assert main(["doctor", "--model", str(embedded_folder), "--device", "cuda"]) == 5
    printed = capsys.readouterr().out
    assert "--device cuda: this torch" in printed and "device cpu" in printed
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", "--device", "tpu"])
