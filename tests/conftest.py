"""Fixtures that many tests share: a folder to work in, and the real embedded model."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.processes import Process

from specedit.engine.target import Target
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.load import open_target
from specedit.models import store

# How fast inputs come, and are tried, says something of the machine only.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder, and a journal of its own."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SPECEDIT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SPECEDIT_CONFIG", str(tmp_path / "config"))
    yield folder


@pytest.fixture(scope="session")
def embedded_folder() -> Path:
    """The embedded model, converted into the user's cache."""
    return store.resolve(store.EMBEDDED, print)


@pytest.fixture(scope="session")
def embedded(embedded_folder: Path) -> Target:
    """The embedded model in float32, in which passes of any length choose alike."""
    return open_target(embedded_folder, store.EMBEDDED, "float32")


@pytest.fixture(scope="session")
def tokenizer(embedded_folder: Path) -> HfTokenizer:
    """The embedded model's tokenizer."""
    return HfTokenizer(embedded_folder)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, embedded_folder: Path) -> "Iterator[Process]":
    """A `specedit serve` with the embedded model, for all who use one from outside."""
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    process = Process(folder, "--accept", "trust")
    process.wait_until("serving on")
    yield process
    process.process.terminate()
    process.process.wait()
