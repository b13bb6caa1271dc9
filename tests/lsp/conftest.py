"""An engine that all tests of the Language Server share: a server with the embedded model, in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.service.test_serve import Process


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, embedded_folder: Path) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    process = Process(folder, "--accept", "trust")
    process.wait_until("serving on")
    yield process
    process.process.terminate()
    process.process.wait()
