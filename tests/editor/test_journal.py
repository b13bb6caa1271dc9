import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from specedit.editor.journal import Journal, Run
from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import EditRefused, StaleBase


def change(journal: Journal, path: Path, after: bytes) -> None:
    with journal.recording(path, path.read_bytes(), after):
        path.write_bytes(after)


def test_undo_goes_back_run_by_run(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1\n")
    two.write_bytes(b"2\n")
    first = Journal(tmp_path / "journal")
    change(first, one, b"1 first\n")
    second = Journal(tmp_path / "journal")
    change(second, one, b"1 second\n")
    change(second, two, b"2 second\n")
    assert {entry.path for entry in Journal(tmp_path / "journal").undo()} == {one, two}
    assert (one.read_bytes(), two.read_bytes()) == (b"1 first\n", b"2\n")
    Journal(tmp_path / "journal").undo()
    assert one.read_bytes() == b"1\n"
    with pytest.raises(EditRefused, match="nothing to undo"):
        Journal(tmp_path / "journal").undo()


def test_a_file_changed_since_is_not_overwritten(tmp_path: Path) -> None:
    path, other = tmp_path / "f", tmp_path / "g"
    path.write_bytes(b"old\n")
    other.write_bytes(b"old\n")
    journal = Journal(tmp_path / "journal")
    change(journal, other, b"new\n")
    change(journal, path, b"new\n")
    path.write_bytes(b"newer\n")
    with pytest.raises(EditRefused, match="changed after specedit wrote it"):
        journal.undo()
    assert (path.read_bytes(), other.read_bytes()) == (b"newer\n", b"new\n")


def test_a_failed_write_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old\n")
    journal = Journal(tmp_path / "journal")
    with pytest.raises(EditRefused, match="disk"), journal.recording(path, b"old\n", b"new\n"):
        raise EditRefused("disk full")
    assert journal.runs() == []


def test_a_write_that_never_came_is_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old\n")
    journal = Journal(tmp_path / "journal")
    with journal.recording(path, b"old\n", b"new\n"):
        pass  # killed here
    assert journal.undo() == []
    assert path.read_bytes() == b"old\n"


def test_old_runs_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "f"
    for number in range(55):
        path.write_bytes(b"%d\n" % number)
        change(Journal(tmp_path / "journal"), path, b"%d\n" % (number + 1))
    assert len(list((tmp_path / "journal").iterdir())) <= 51


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def edit(folder: Path, path: Path, after: bytes) -> Run:
    """Change a file as a process of its own does."""
    journal, before = Journal(folder / "journal"), path.read_bytes()
    with journal.recording(path, before, after):
        files.write(path, after, base_sha256=sha256(before))
    return journal.runs()[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "f").write_bytes(b"0\n")
    return tmp_path / "f"


def test_what_is_noted_is_private(tmp_path: Path, path: Path) -> None:
    (tmp_path / "journal").mkdir(mode=0o755)
    run = edit(tmp_path, path, b"1\n")
    for folder in (tmp_path / "journal", run.folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in [tmp_path / "journal" / "lock", *run.folder.iterdir()]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_no_run_hides_none(tmp_path: Path, path: Path, journal: Journal) -> None:
    run = edit(tmp_path, path, b"1\n")
    folder, late = run.folder.parent, "99999999999999999999-"
    (folder / f"{late}aaaaaa").mkdir()
    (folder / f"{late}bbbbbb").write_text("a file")
    (folder / "notes").mkdir()
    (folder / f"{late}cccccc").mkdir()
    (folder / f"{late}cccccc" / "0.before").write_bytes(b"0\n")
    for number, note in enumerate((b"", b"[]", b"{}", b'{"path": 3}', b"\xff", b'{"path": "x"}')):
        broken = folder / f"{late}d{number:05}"
        broken.mkdir()
        (broken / "0.json").write_bytes(note)
        (broken / "0.before").write_bytes(b"0\n")
        (broken / "x.json").write_bytes(note)
    assert [r.name for r in journal.runs()] == [run.name]
    assert [entry.path for entry in journal.undo()] == [path]
    assert path.read_bytes() == b"0\n"


def test_what_is_not_ours_is_not_removed(tmp_path: Path, path: Path, journal: Journal) -> None:
    edit(tmp_path, path, b"1\n")
    private, link = tmp_path / "private", tmp_path / "journal" / "01764469000000000000-abcdef"
    private.mkdir()
    (private / "0.before").write_text("mine")
    link.symlink_to(private)
    other = tmp_path / "journal" / "01764469000000000000-bbbbbb"
    other.mkdir()
    (other / "letter").write_text("mine")
    edit(tmp_path, path, b"2\n")
    assert (private / "0.before").read_text() == (other / "letter").read_text() == "mine"


def test_a_clock_that_was_set_back(
    tmp_path: Path, path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "journal" / "99999999999999999999-aaaaaa").mkdir(parents=True)
    edit(tmp_path, path, b"1\n")
    monkeypatch.setattr(time, "time_ns", lambda now=time.time_ns: now() - 3600 * 10**9)
    second = edit(tmp_path, path, b"2\n")
    assert journal.runs()[0].name == second.name
    journal.undo()
    assert path.read_bytes() == b"1\n"


def test_what_is_left_of_a_note_is_removed(
    tmp_path: Path, path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk, pytest.raises(EditRefused, match="cannot note in"):
        disk.setattr(os, "fsync", fail)
        with journal.recording(path, b"0\n", b"1\n"):
            pytest.fail("it must not be written")
    assert len(list(tmp_path.glob("journal/*/*"))) > 0
    run = edit(tmp_path, path, b"1\n")
    assert list(tmp_path.glob("journal/*/")) == [run.folder]


def test_a_copy_that_is_damaged_is_not_put_back(
    tmp_path: Path, path: Path, journal: Journal
) -> None:
    edit(tmp_path, path, b"1\n")
    other = tmp_path / "other"
    other.write_bytes(b"0\n")
    run = edit(tmp_path, other, b"1\n")
    (run.folder / "0.before").write_bytes(b"garbage\n")
    assert [entry.path for entry in journal.undo()] == [path]
    assert other.read_bytes() == b"1\n"
    with pytest.raises(EditRefused, match="nothing to undo"):
        journal.undo()


@pytest.mark.parametrize("name", ["0.json", "0.before"])
def test_a_journal_does_not_hang(tmp_path: Path, path: Path, journal: Journal, name: str) -> None:
    run = edit(tmp_path, path, b"1\n")
    (run.folder / name).unlink()
    os.mkfifo(run.folder / name)
    with pytest.raises(EditRefused, match="nothing to undo"):
        journal.undo()


def test_a_file_that_became_a_pipe(tmp_path: Path, path: Path, journal: Journal) -> None:
    edit(tmp_path, path, b"1\n")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(EditRefused, match="not a regular file"):
        journal.undo()


def test_an_edit_saved_while_undoing_is_kept(
    tmp_path: Path, path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(tmp_path, path, b"1\n")
    write = files.write

    def late(path: Path, data: bytes, *, base_sha256: str) -> bool:
        path.write_bytes(b"saved\n")
        return write(path, data, base_sha256=base_sha256)

    monkeypatch.setattr(files, "write", late)
    with pytest.raises(StaleBase):
        journal.undo()
    assert path.read_bytes() == b"saved\n"
    assert len(journal.runs()) == 1


def test_a_run_by_name_forgets_itself(tmp_path: Path, path: Path, journal: Journal) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"0\n")
    first, second = edit(tmp_path, path, b"1\n"), edit(tmp_path, other, b"1\n")
    assert [entry.path for entry in journal.undo(first.name)] == [path]
    assert [run.name for run in journal.runs()] == [second.name]
    with pytest.raises(EditRefused, match=f"no run '{first.name}'; specedit undo --list"):
        journal.undo(first.name)


def test_a_run_with_later_changes_names_its_copy(
    tmp_path: Path, path: Path, journal: Journal
) -> None:
    first, _ = edit(tmp_path, path, b"1\n"), edit(tmp_path, path, b"2\n")
    with pytest.raises(EditRefused, match="was changed after specedit wrote it") as refusal:
        journal.undo(first.name)
    assert Path(str(refusal.value).rpartition(" ")[2]).read_bytes() == b"0\n"
    assert path.read_bytes() == b"2\n"


def test_a_file_changed_twice_in_a_run(path: Path, journal: Journal) -> None:
    for after in (b"1\n", b"2\n"):
        before = path.read_bytes()
        with journal.recording(path, before, after):
            files.write(path, after, base_sha256=sha256(before))
    assert len(journal.undo()) == 1
    assert path.read_bytes() == b"0\n" and journal.runs() == []


def test_what_is_gone_is_passed_over(tmp_path: Path, path: Path, journal: Journal) -> None:
    edit(tmp_path, path, b"1\n")
    gone, left, told = tmp_path / "gone", tmp_path / "left", list[str]()
    both = Journal(tmp_path / "journal")
    for file in (gone, left):
        file.write_bytes(b"0\n")
        with both.recording(file, b"0\n", b"1\n"):
            files.write(file, b"1\n", base_sha256=sha256(b"0\n"))
    gone.unlink()
    assert [entry.path for entry in journal.undo(tell=told.append)] == [left]
    [message] = told
    assert str(gone) in message
    assert Path(message.rpartition(" ")[2]).read_bytes() == b"0\n"  # still there
    assert [entry.path for entry in journal.undo()] == [path]
    gone.write_bytes(b"1\n")
    assert [entry.path for entry in journal.undo()] == [gone]


def test_workspaces(tmp_path: Path, journal: Journal) -> None:
    one, two = tmp_path / "one" / "f", tmp_path / "two" / "f"
    for file in (one, two):
        file.parent.mkdir()
        file.write_bytes(b"0\n")
    first, second = edit(tmp_path, one, b"1\n"), edit(tmp_path, two, b"1\n")
    assert [run.name for run in journal.runs(one.parent)] == [first.name]
    with pytest.raises(EditRefused, match=r"changed nothing below .*one; undo it there"):
        journal.undo(second.name, one.parent)
    assert [entry.path for entry in journal.undo(workspace=one.parent)] == [one]
    with pytest.raises(EditRefused, match="nothing to undo"):
        journal.undo(workspace=one.parent)
    assert two.read_bytes() == b"1\n"


def test_a_stale_write_is_not_noted(path: Path, journal: Journal) -> None:
    with pytest.raises(StaleBase), journal.recording(path, b"other\n", b"1\n"):
        files.write(path, b"1\n", base_sha256=sha256(b"other\n"))
    assert journal.runs() == [] and path.read_bytes() == b"0\n"


_HOLDS = """
import sys, time
from pathlib import Path
from specedit.editor.journal import Journal

with Journal(Path(sys.argv[1])).recording(Path(sys.argv[2]), b"0\\n", b"1\\n"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path, path: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """A process that is about to write `path`."""
    command = [sys.executable, "-c", _HOLDS, str(tmp_path / "journal"), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_there_is_one_lock(
    path: Path,
    journal: Journal,
    holder: "subprocess.Popen[bytes]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("specedit.editor.journal._LOCK_SECONDS", 0.1)
    for use in (journal.undo, journal.recording(path, b"0\n", b"2\n").__enter__):
        with pytest.raises(EditRefused, match="another specedit is writing"):
            use()
    holder.kill()
    holder.wait()
    with pytest.raises(EditRefused, match="nothing to undo"):
        journal.undo()


@pytest.mark.parametrize("now", [b"0\n", b"1\n", b"edited since\n"])
def test_a_kill_between_the_note_and_the_write(
    path: Path, journal: Journal, holder: "subprocess.Popen[bytes]", now: bytes
) -> None:
    """Nothing was written; or all, and only the end not noted; or somebody has edited the file since."""
    path.write_bytes(now)
    holder.kill()
    holder.wait()
    assert journal.repair() == []
    assert path.read_bytes() == now
    assert len(journal.runs()) == (0 if now == b"0\n" else 1)
    assert not list(path.parent.glob("journal/*/*.started"))


_IN_PLACE = """
import os, sys
from pathlib import Path
from specedit.editor.journal import Journal
from specedit.edits import files
from specedit.edits.document import sha256

folder, path, steps = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
before = path.read_bytes()
after = b"new " * int(sys.argv[4])
pwrite, ftruncate = os.pwrite, os.ftruncate

def step():
    global steps
    steps -= 1
    return steps < 0

def write(descriptor, data, offset):
    if step():
        pwrite(descriptor, bytes(data)[: len(data) // 2], offset)
        os._exit(9)
    return pwrite(descriptor, bytes(data)[:1000], offset)

def truncate(descriptor, size):
    if step():
        os._exit(9)
    ftruncate(descriptor, size)

os.pwrite, os.ftruncate = write, truncate
if len(sys.argv) > 5:
    Journal(folder).undo()
else:
    with Journal(folder).recording(path, before, after):
        files.write(path, after, base_sha256=sha256(before))
"""


@pytest.mark.parametrize("words", [200, 1000, 1800])
def test_a_kill_in_the_middle_of_a_write_in_place(
    tmp_path: Path, path: Path, journal: Journal, words: int
) -> None:
    """A shorter text, one as long, a longer one: the next run puts the old one back."""
    old, new = b"old " * 1000, b"new " * words
    (tmp_path / "link").hardlink_to(path)
    torn = 0
    for steps in range(30):
        path.write_bytes(old)
        arguments = map(str, (tmp_path / "journal", path, steps, words))
        done = subprocess.run([sys.executable, "-c", _IN_PLACE, *arguments])
        if done.returncode == 0:
            break
        was_whole = path.read_bytes() == new
        torn += path.read_bytes() not in (old, new)
        assert journal.repair() == []
        assert path.read_bytes() == (tmp_path / "link").read_bytes() == (new if was_whole else old)
    else:
        pytest.fail("the write never came to its end")
    assert torn > 1
    assert path.read_bytes() == new
    assert [entry.path for entry in journal.undo()] == [path]
    assert path.read_bytes() == old


def test_a_kill_in_the_middle_of_undoing_in_place(
    tmp_path: Path, path: Path, journal: Journal
) -> None:
    """The next run brings it to its end, or to where it began."""
    old, new = b"old " * 1000, b"new " * 1500
    (tmp_path / "link").hardlink_to(path)
    for steps in range(30):
        path.write_bytes(old)
        edit(tmp_path, path, new)
        arguments = map(str, (tmp_path / "journal", path, steps, 0, "undo"))
        done = subprocess.run([sys.executable, "-c", _IN_PLACE, *arguments])
        if done.returncode == 0:
            break
        assert journal.repair() == []
        assert path.read_bytes() in (old, new)
        assert len(journal.runs()) == (path.read_bytes() == new)
        for run in journal.runs():
            journal.undo(run.name)
    else:
        pytest.fail("it never came to its end")
    assert steps > 2 and path.read_bytes() == old


@pytest.mark.parametrize(
    ("now", "seconds"),
    [(b"new old old ", 100), (b"old ", 0), (b"old new old ", 0), (b"", 0), (b"new old old\n", 0)],
)
def test_what_somebody_has_edited_since_a_kill_is_left_alone(
    tmp_path: Path, path: Path, journal: Journal, now: bytes, seconds: float
) -> None:
    """Though it looks like a write that went half way: later, or not as we write."""
    path.write_bytes(b"old old old ")
    (tmp_path / "link").hardlink_to(path)
    with journal.recording(path, b"old old old ", b"new new new "):
        [note] = tmp_path.glob("journal/*/0.started")
        kept = tmp_path / "kept"
        shutil.copytree(note.parent, kept)
    shutil.rmtree(note.parent)
    kept.rename(note.parent)
    path.write_bytes(now)
    os.utime(path, (time.time() + seconds,) * 2)
    assert journal.repair() == []
    assert path.read_bytes() == now
    [entry] = journal.runs()[0].entries
    assert entry.before == b"old old old "


def test_random_kills_in_place(tmp_path: Path, path: Path, journal: Journal) -> None:
    old, new = b"old " * 500_000, b"new " * 500_000
    (tmp_path / "link").hardlink_to(path)
    for number in range(6):
        path.write_bytes(old)
        arguments = map(str, (tmp_path / "journal", path, 1 << 30, 500_000))
        with subprocess.Popen([sys.executable, "-c", _IN_PLACE, *arguments]) as process:
            while not list(tmp_path.glob("journal/*/0.started")) and process.poll() is None:
                time.sleep(0.001)
            time.sleep(0.002 * number)
            process.send_signal(signal.SIGKILL)
        journal.repair()
        assert path.read_bytes() in (old, new)
        assert (path.read_bytes() == new) == bool(journal.runs())
        for run in journal.runs():
            journal.undo(run.name)


def test_what_cannot_be_put_back_stays_noted(
    tmp_path: Path, path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails for good in the middle; when it works again, `undo` puts the file back."""
    path.write_bytes(b"old text, too\n")
    (tmp_path / "link").hardlink_to(path)
    pwrite, calls = os.pwrite, 0

    def fail(descriptor: int, data: bytes, offset: int) -> int:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(5, "Input/output error")
        return pwrite(descriptor, bytes(data)[:3], offset)

    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", fail)
        with (
            pytest.raises(EditRefused, match="half written, and cannot be put back: Input/output"),
            journal.recording(path, b"old text, too\n", b"new, and more\n"),
        ):
            files.write(path, b"new, and more\n", base_sha256=sha256(b"old text, too\n"))
        assert path.read_bytes() == b"new, and more\n"[:3] + b"old text, too\n"[3:]
        with pytest.raises(EditRefused, match="half written"):
            journal.undo()
    with pytest.raises(EditRefused, match="nothing to undo"):
        journal.undo()
    assert path.read_bytes() == b"old text, too\n"


def test_notes_of_earlier_versions_are_read(tmp_path: Path, path: Path, journal: Journal) -> None:
    run = tmp_path / "journal" / "01764469000000000000-abcdef"
    run.mkdir(parents=True)
    (run / "0.before").write_bytes(b"before\n")
    fields = {"path": str(path), "base_sha256": sha256(b"before\n")}
    (run / "0.json").write_text(json.dumps(fields | {"result_sha256": sha256(b"0\n")}))
    journal.undo("abcdef")
    assert path.read_bytes() == b"before\n"


def put_beside(run: Run, kind: str, note: bytes) -> None:
    """Another note in the folder of a run, with a copy to which its hash fits."""
    (run.folder / f"7{kind}").write_bytes(note)
    shutil.copy(run.folder / "0.before", run.folder / "7.before")


@pytest.mark.parametrize("kind", [".started", ".json"])
@pytest.mark.parametrize("name", ["/tmp/a\0b", "/tmp/\ud800", "/" + "x" * 5000, 10**400])
def test_a_path_that_none_can_be(
    tmp_path: Path, path: Path, journal: Journal, kind: str, name: object
) -> None:
    run = edit(tmp_path, path, b"1\n")
    fields = json.loads((run.folder / "0.json").read_bytes())
    put_beside(run, kind, json.dumps(fields | {"path": name}).encode())
    edit(tmp_path, path, b"2\n")
    journal.undo()
    journal.undo()
    assert path.read_bytes() == b"0\n"


@pytest.mark.parametrize("kind", [".started", ".json"])
def test_notes_that_are_nested_deep(
    tmp_path: Path, path: Path, journal: Journal, kind: str
) -> None:
    put_beside(edit(tmp_path, path, b"1\n"), kind, b"[" * 200_000)
    edit(tmp_path, path, b"2\n")
    journal.undo()
    journal.undo()
    assert path.read_bytes() == b"0\n"


@pytest.mark.parametrize("kind", [".started", ".json"])
def test_notes_that_are_folders(tmp_path: Path, path: Path, journal: Journal, kind: str) -> None:
    run = edit(tmp_path, path, b"1\n")
    (run.folder / f"7{kind}").mkdir()
    edit(tmp_path, path, b"2\n")
    journal.undo()
    journal.undo()
    assert path.read_bytes() == b"0\n"


def test_a_run_of_a_clock_that_was_far_ahead(tmp_path: Path, path: Path, journal: Journal) -> None:
    """Its files have changed since, but what was done later can be undone."""
    run = edit(tmp_path, path, b"1\n")
    run.folder.rename(tmp_path / "journal" / "99999999999999999999-ffffff")
    edit(tmp_path, path, b"2\n")
    journal.undo()
    assert path.read_bytes() == b"1\n"
    journal.undo()
    assert path.read_bytes() == b"0\n"
