"""Writing is whole or not at all, and keeps what belongs to the file."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused


def read(path: Path, root: Path, max_bytes: int = 1000) -> bytes:
    return files.read(path, root=root, max_bytes=max_bytes).document.data


def test_mode_and_link_survive(tmp_path: Path) -> None:
    real = tmp_path / "real.py"
    real.write_bytes(b"old\n")
    real.chmod(0o751)
    link = tmp_path / "link.py"
    link.symlink_to("real.py")
    source = files.read(link, root=tmp_path, max_bytes=100)
    assert files.write(source.path, b"new\n", base_sha256=sha256(b"old\n"))
    assert link.is_symlink() and real.read_bytes() == b"new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o751
    assert [p.name for p in tmp_path.iterdir() if "specedit" in p.name] == []


def test_hard_links_are_written_through(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"a long old text\n")
    two.hardlink_to(one)
    assert not files.write(one, b"new\n", base_sha256=sha256(one.read_bytes()))
    assert two.read_bytes() == b"new\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a file away")
def test_the_owner_survives(tmp_path: Path) -> None:
    path = tmp_path / "theirs"
    path.write_bytes(b"old\n")
    os.chown(path, 4321, 1234)
    files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    assert (path.stat().st_uid, path.stat().st_gid) == (4321, 1234)


def test_a_file_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"theirs\n")
    with pytest.raises(EditRefused, match="changed since it was read"):
        files.write(path, b"ours\n", base_sha256=sha256(b"base\n"))
    assert path.read_bytes() == b"theirs\n" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("call", ["fsync", "fchmod"])
def test_a_failing_disk_leaves_the_old_file(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old\n")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(EditRefused, match="No space left"):
        files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    assert path.read_bytes() == b"old\n" and len(list(tmp_path.iterdir())) == 1


_KILLED = """
import os, sys
from pathlib import Path
from specedit.edits import files
from specedit.edits.document import sha256

left = int(sys.argv[2])
def trace(event, arguments):
    global left
    if event.startswith(("open", "os.", "shutil")):
        left -= 1
        if left < 0:
            os._exit(9)
path = Path(sys.argv[1])
base = sha256(path.read_bytes())
sys.addaudithook(trace)
files.write(path, b"new " * 100_000, base_sha256=base)
"""


def test_a_kill_at_any_point_leaves_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "f"
    old, new = b"old " * 100_000, b"new " * 100_000
    seen = set()
    for calls in range(40):
        path.write_bytes(old)
        done = subprocess.run([sys.executable, "-c", _KILLED, str(path), str(calls)], check=False)
        assert path.read_bytes() in (old, new)
        seen.add(path.read_bytes() == new)
        if done.returncode == 0:
            break
    else:
        pytest.fail("the write never came to its end")
    assert seen == {False, True}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.py", "No such file"),
        ("folder", "not a regular file|Is a directory"),
        ("pipe", "not a regular file"),
        ("large.py", "more than --max-bytes 1000"),
        ("../outside.py", "outside the workspace root"),
        ("way-out.py", "outside the workspace root"),
    ],
)
def test_what_is_not_read(tmp_path: Path, name: str, reason: str) -> None:
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "outside.py").write_bytes(b"x\n")
    (root / "way-out.py").symlink_to("../outside.py")
    (root / "large.py").write_bytes(b"x" * 1001)
    os.mkfifo(root / "pipe")
    with pytest.raises(EditRefused, match=reason):
        read(root / name, root)


def test_a_sibling_that_begins_like_the_root_is_outside(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work-other").mkdir()
    (tmp_path / "work-other" / "f").write_bytes(b"x\n")
    with pytest.raises(EditRefused, match="outside"):
        read(tmp_path / "work-other" / "f", tmp_path / "work")
