"""Which engine runs a model, where nobody says."""

from pathlib import Path

import pytest
from tests.models.test_gguf import reference, write_gguf

from specedit.cli.main import main
from specedit.cli.options import with_engine
from specedit.editor.config import Config
from specedit.engine.errors import TargetError
from specedit.engine.targets.llamacpp import bindings
from specedit.models import choice, gguf


@pytest.fixture(autouse=True)
def llama(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """llama.cpp is there, and memory for everything; nothing is remembered."""
    monkeypatch.setenv("SPECEDIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(bindings, "is_installed", lambda: True)
    monkeypatch.setattr(choice, "free_bytes", lambda: 1 << 40)


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bindings, "is_installed", lambda: False)


@pytest.fixture
def known(tmp_path: Path) -> str:
    """A file that our own passes run."""
    write_gguf(tmp_path / "known.gguf", reference())
    return str(tmp_path / "known.gguf")


@pytest.fixture
def foreign(tmp_path: Path) -> str:
    write_gguf(tmp_path / "foreign.gguf", reference(), architecture="mamba")
    return str(tmp_path / "foreign.gguf")


@pytest.mark.parametrize("model", ["embedded", "owner/name", "no/such/folder", "missing.gguf"])
def test_what_is_no_gguf_file_is_for_our_own(model: str) -> None:
    assert choice.choose(model) == "local"


def test_files_go_where_they_run(known: str, foreign: str) -> None:
    assert choice.choose(known) == "local"
    assert choice.choose(foreign) == "llama"


def test_a_file_in_parts_goes_to_llama(tmp_path: Path) -> None:
    write_gguf(tmp_path / "part.gguf", reference(), parts=2)
    assert choice.choose(str(tmp_path / "part.gguf")) == "llama"


def test_what_would_not_fit_in_16_bits_stays_quantised(
    known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "free_bytes", lambda: 1 << 30)
    assert choice.choose(known) == "llama"


def test_presets_and_folders_of_files_go_to_llama(known: str) -> None:
    assert choice.choose("qwen2.5-coder-7b") == "llama"
    assert choice.choose(str(Path(known).parent)) == "llama"


@pytest.mark.usefixtures("missing")
def test_without_llama_it_is_as_it_was(
    known: str, foreign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choice.choose(known) == choice.choose(foreign) == "local"
    assert main(["models", "fetch", foreign]) == 5
    assert bindings.INSTALL in capsys.readouterr().err
    with pytest.raises(TargetError, match=r"specedit\[llama\]"):
        choice.choose("qwen2.5-coder-7b")


def test_what_was_measured_counts(known: str) -> None:
    choice.remember(known, "llama", 0.1)
    assert choice.choose(known) == "local"  # of one alone nothing follows
    choice.remember(known, "local", 0.2)
    assert choice.choose(known) == "llama"
    choice.remember(known, "local", 0.05)
    assert choice.choose(known) == "local"


def test_another_file_of_that_name_was_not_measured(known: str) -> None:
    choice.remember(known, "llama", 0.1)
    choice.remember(known, "local", 0.2)
    write_gguf(Path(known), reference(), pre="qwen2")
    assert choice.choose(known) == "local"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"unknown": null}', '{"seconds": 7}'])
def test_damaged_notes_are_made_anew(known: str, damage: str) -> None:
    choice.remember(known, "llama", 0.1)
    choice.remember(known, "local", 0.2)
    [note] = (Path(known).parent / "cache" / "engines").iterdir()
    note.write_text(damage)
    assert choice.choose(known) == "local"


def test_a_file_is_read_once(known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    choice.choose(known)
    monkeypatch.delattr(gguf, "look")
    assert choice.choose(known) == "local"


def test_what_is_no_gguf_inside_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"no")
    with pytest.raises(TargetError, match="not a readable GGUF file"):
        choice.choose(str(tmp_path / "bad.gguf"))


def test_options_of_one_engine_choose_it(known: str, foreign: str) -> None:
    assert with_engine(Config(known, gpu_layers=0)).engine == "llama"
    assert with_engine(Config(known, dtype="float32")).engine == "local"
    assert with_engine(Config(foreign, dtype="float32")).engine == "llama"  # the only one
    assert with_engine(Config(known, engine="vllm")).engine == "vllm"
