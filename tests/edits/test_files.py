"""Writing is whole or not at all, and keeps what belongs to the file."""

import errno
import fcntl
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specedit.edits import _system, files
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


def fail_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the disk full after so many bytes; what it has taken it takes again."""
    left, taken = count, os.pwrite

    def pwrite(descriptor: int, data: bytes, offset: int) -> int:
        nonlocal left
        size = os.fstat(descriptor).st_size
        if offset + len(data) <= size:
            return taken(descriptor, data, offset)
        if left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = bytes(data)[:left]
        left -= len(part)
        return taken(descriptor, part, offset)

    monkeypatch.setattr(os, "pwrite", pwrite)


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, count: int, linked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old\n")
    if linked:
        (tmp_path / "g").hardlink_to(path)
    fail_after(count, monkeypatch)
    with pytest.raises(EditRefused, match="No space left"):
        files.write(path, b"a longer new text\n", base_sha256=sha256(b"old\n"))
    assert {p.read_bytes() for p in tmp_path.iterdir()} == {b"old\n"}


@pytest.mark.parametrize("call", ["ftruncate", "fsync"])
def test_a_disk_that_fails_in_place_gets_the_old_bytes_back(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"a longer old text\n")
    (tmp_path / "g").hardlink_to(path)
    works, calls = getattr(os, call), 0

    def fail_once(*arguments: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError(errno.EIO, "Input/output error")
        works(*arguments)

    monkeypatch.setattr(os, call, fail_once)
    with pytest.raises(EditRefused, match="Input/output error"):
        files.write(path, b"new\n", base_sha256=sha256(path.read_bytes()))
    assert path.read_bytes() == b"a longer old text\n"


def test_what_the_disk_does_not_hold_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old\n")
    monkeypatch.setattr(os, "pwrite", lambda file, data, offset: len(data))
    with pytest.raises(EditRefused, match="does not hold what was written"):
        files.write(path, b"new text\n", base_sha256=sha256(b"old\n"))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old\n"]


_LIMITED = """
import resource, sys
from pathlib import Path
from specedit.edits import files
from specedit.edits.document import sha256

path = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
files.write(path, b"new " * 3000, base_sha256=sha256(path.read_bytes()))
"""


@pytest.mark.parametrize("linked", [False, True])
def test_a_limit_of_the_system_leaves_the_old_file(tmp_path: Path, linked: bool) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old " * 1000)
    if linked:
        (tmp_path / "g").hardlink_to(path)
    command = [sys.executable, "-c", _LIMITED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "File too large" in done.stderr
    assert {p.read_bytes() for p in tmp_path.iterdir()} == {b"old " * 1000}


@pytest.mark.parametrize("linked", [False, True])
def test_a_file_system_that_is_full(tmp_path: Path, linked: bool) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs root to mount a small file system")
    try:
        path = disk / "f"
        path.write_bytes(b"old " * 5000)
        if linked:
            (disk / "g").hardlink_to(path)
        with pytest.raises(EditRefused, match="No space left"):
            files.write(path, b"new " * 20_000, base_sha256=sha256(path.read_bytes()))
        assert {p.read_bytes() for p in disk.iterdir()} == {b"old " * 5000}
        files.write(path, b"new " * 5000, base_sha256=sha256(path.read_bytes()))
        assert path.read_bytes() == b"new " * 5000
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_what_killed_runs_left_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old\n")
    ours, others = tmp_path / ".f.0123456789ab.specedit", tmp_path / ".f.notes.specedit"
    folder = tmp_path / ".g.0123456789ab.specedit"
    for left in (ours, others):
        left.write_bytes(b"half of it")
    folder.mkdir()
    files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    assert set(tmp_path.iterdir()) == {path, others, folder}


@pytest.fixture
def leases(tmp_path: Path) -> None:
    """A file system on which others can be made to wait."""
    (tmp_path / "leased").touch()
    with (
        _system.opened(str(tmp_path / "leased"), os.O_RDONLY) as file,
        _system.lease(file, _system.READERS_ONLY) as granted,
    ):
        if granted is None:
            pytest.skip("needs a file system with leases")
    (tmp_path / "leased").unlink()


_APPENDS = """
import sys, time
for number in range(int(sys.argv[2])):
    with open(sys.argv[1], "a") as file:
        file.write(f"{number}\\n")
    if number % 500 == 0:  # so that some writes between them succeed
        time.sleep(0.05)
"""


@pytest.mark.parametrize("linked", [False, True])
def test_what_others_append_is_never_lost(tmp_path: Path, leases: None, linked: bool) -> None:
    path, count = tmp_path / "f", 10_000
    path.write_bytes(b"0\n")
    if linked:
        (tmp_path / "g").hardlink_to(path)
    written = 0
    with subprocess.Popen([sys.executable, "-c", _APPENDS, str(path), str(count)]) as process:
        while process.poll() is None:
            base = path.read_bytes()
            first, _, rest = base.partition(b"\n")
            try:
                files.write(path, b"%d\n%s" % (int(first) + 1, rest), base_sha256=sha256(base))
                written += 1
            except EditRefused:
                pass
    counted, *lines = path.read_text().splitlines()
    assert [int(line) for line in lines] == list(range(count))
    assert int(counted) == written > 0


@pytest.mark.parametrize("linked", [False, True])
def test_a_file_that_somebody_writes_is_left_alone(
    tmp_path: Path, leases: None, linked: bool
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old\n")
    if linked:
        (tmp_path / "g").hardlink_to(path)
    with path.open("ab"), pytest.raises(EditRefused, match="open for writing"):
        files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    with path.open("rb"):
        files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    assert {p.read_bytes() for p in tmp_path.iterdir()} == {b"new\n"}


@pytest.mark.parametrize("more", [b"", b"and more\n"])
@pytest.mark.parametrize("has_leases", [True, False])
def test_a_save_at_the_moment_of_the_exchange(
    tmp_path: Path, more: bytes, has_leases: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor gives the name to another file; somebody else appends to ours before it is taken back."""
    path, calls = tmp_path / "f", 0
    path.write_bytes(b"old\n")
    exchange = _system.exchange

    def slow(*arguments: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == 1:
            (tmp_path / "saved").write_bytes(b"theirs\n")
            (tmp_path / "saved").rename(path)
        done = exchange(*arguments)
        if calls == 1 and more:
            path.write_bytes(path.read_bytes() + more)
        return done

    monkeypatch.setattr(_system, "exchange", slow)
    if not has_leases:
        monkeypatch.delattr("fcntl.F_SETLEASE")
    with pytest.raises(EditRefused, match="others wrote it twice" if more else "run again"):
        files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    kept = {b"new\n" + more} if more else set()
    assert {p.read_bytes() for p in tmp_path.iterdir() if p != path} == kept
    assert path.read_bytes() == b"theirs\n"


def test_who_reads_waits_for_a_write_in_place(tmp_path: Path, leases: None) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"text\n")
    with path.open("r+b") as file:
        alone = _system.lease(file.fileno(), _system.ALONE)
        assert alone.__enter__()
        threading.Timer(0.2, alone.__exit__, (None, None, None)).start()
        assert read(path, tmp_path) == b"text\n"


def test_a_folder_that_somebody_keeps_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_system, "_LOCK_SECONDS", 0.1)
    path = tmp_path / "f"
    path.write_bytes(b"old\n")
    with _system.opened(str(tmp_path), os.O_RDONLY) as folder:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(EditRefused, match="holds the folder's lock"):
            files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    files.write(path, b"new\n", base_sha256=sha256(b"old\n"))


def test_an_overlay_of_file_systems(tmp_path: Path) -> None:
    """As in a container: a file of the image is another one after its first change."""
    small, merged = tmp_path / "small", tmp_path / "merged"
    for folder in (tmp_path / "image", small, merged):
        folder.mkdir()
    path = tmp_path / "image" / "f"
    path.write_bytes(b"old\n")
    if subprocess.run(["mount", "-t", "tmpfs", "none", small], capture_output=True).returncode:
        pytest.skip("needs root to mount file systems")
    try:
        (small / "upper").mkdir()
        (small / "work").mkdir()
        options = f"lowerdir={tmp_path}/image,upperdir={small}/upper,workdir={small}/work"
        mount = ["mount", "-t", "overlay", "none", "-o", options, str(merged)]
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("needs overlays")
        for new in (b"new\n", b"newer\n"):
            base = sha256((merged / "f").read_bytes())
            assert files.write(merged / "f", new, base_sha256=base)
            assert (merged / "f").read_bytes() == new
        assert path.read_bytes() == b"old\n"
    finally:
        subprocess.run(["umount", merged], capture_output=True)
        subprocess.run(["umount", small], check=True)


def test_names_that_cannot_be_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system of the network, and without leases."""
    monkeypatch.setattr(_system, "exchange", lambda *_: False)
    monkeypatch.delattr("fcntl.F_SETLEASE")
    path = tmp_path / "f"
    path.write_bytes(b"old\n")
    assert files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    (tmp_path / "g").hardlink_to(path)
    assert not files.write(path, b"newer\n", base_sha256=sha256(b"new\n"))
    assert {p.read_bytes() for p in tmp_path.iterdir()} == {b"newer\n"}


def test_long_names(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 120 + ".py")
    path.write_bytes(b"old\n")
    assert files.write(path, b"new\n", base_sha256=sha256(b"old\n"))


@pytest.fixture
def passable() -> Iterator[Path]:
    """A folder below one that can be passed, but not listed; as no superuser, who may do both."""
    above, user = Path(tempfile.mkdtemp()), os.geteuid()
    folder = above / "folder"
    folder.mkdir()
    os.chown(folder, user or 65534, -1)
    above.chmod(0o711 if user == 0 else 0o311)
    if user == 0:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        os.seteuid(user)
        above.chmod(0o700)
        shutil.rmtree(above)


@pytest.mark.parametrize("mode", [0o700, 0o300])
def test_folders_that_cannot_be_listed(passable: Path, mode: int) -> None:
    path = passable / "f"
    path.write_bytes(b"old\n")
    passable.chmod(mode)
    assert read(path, passable) == b"old\n"
    assert files.write(path, b"new\n", base_sha256=sha256(b"old\n"))
    assert path.read_bytes() == b"new\n"


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
    for calls in range(400):
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
