"""Where a socket may stand, and what is advised where it may not."""

import socket
from pathlib import Path

import pytest

from specedit.engine.errors import InvalidRequest
from specedit.service.address import address, is_served, make_private


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    make_private(tmp_path / "run" / "specedit")
    assert (tmp_path / "run" / "specedit").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("mode", "advised"), [(0o755, True), (0o1777, False)])
def test_one_that_others_can_enter(mode: int, advised: bool, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(InvalidRequest, match="--listen unix:FOLDER") as refused:
        make_private(folder)
    assert (f"chmod 700 {folder}" in str(refused.value)) == advised


def test_a_socket_is_served_as_long_as_somebody_listens(tmp_path: Path) -> None:
    path = tmp_path / "serve.sock"
    at = address(f"unix:{path}")
    assert not is_served(at)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        assert not is_served(at)
        listener.listen()
        assert is_served(at)
    assert path.exists()  # as a server that was killed leaves it
    assert not is_served(at)
    assert not is_served(address("localhost:1"))
