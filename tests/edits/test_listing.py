"""Which files a workspace has, where somebody has laid something in the way."""

import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

from specedit.edits.workspace.listing import list_files


def _listed(root: Path) -> list[str]:
    """In a child, which can be ended if it hangs."""
    code = (
        "import sys; from pathlib import Path; from specedit.edits.workspace.listing import list_files; "
        "print(*list_files(Path(sys.argv[1])), sep='\\n')"
    )
    command = [sys.executable, "-c", code, str(root)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout.split()


def test_an_ignore_file_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".gitignore")
    (tmp_path / "a.py").touch()
    assert _listed(tmp_path) == ["a.py"]


def test_an_ignore_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").symlink_to("/dev/zero")
    (tmp_path / "a.py").touch()
    assert _listed(tmp_path) == ["a.py"]


def test_a_pattern_that_takes_long_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*a" * 20 + "b\n*.log\n")
    (tmp_path / ("a" * 200)).touch()
    (tmp_path / "x.log").touch()
    assert _listed(tmp_path) == [".gitignore", "a" * 200]


def test_folders_nested_deeper_than_calls(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("a.py", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=here))
    os.close(here)
    try:
        assert list(list_files(tmp_path)) == ["d/" * 1_500 + "a.py"]
    finally:  # deeper than pytest can clean up
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
