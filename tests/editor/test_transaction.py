"""Several files are written together, or none of them is."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specedit.editor import _journal_entries as entries
from specedit.editor.journal import FileStep, Journal
from specedit.editor.transaction import Create, Delete, FileChange, Move, Write, write_all
from specedit.edits import files
from specedit.engine.errors import EditRefused

COUNT = 4


@pytest.fixture
def changes(tmp_path: Path) -> list[Write]:
    made = []
    for i in range(COUNT):
        path = tmp_path / f"{i}.txt"
        path.write_bytes(b"old %d\n" % i)
        made.append(Write(path, path.read_bytes(), b"new %d\n" % i))
    return made


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def contents(changes: list[Write]) -> list[bytes]:
    return [change.path.read_bytes() for change in changes]


def test_one_undo_takes_all_back(changes: list[Write], journal: Journal, tmp_path: Path) -> None:
    assert write_all(changes, journal) == []
    assert contents(changes) == [change.after for change in changes]
    assert len(Journal(tmp_path / "journal").undo()) == COUNT
    assert contents(changes) == [change.before for change in changes]


def test_a_file_that_has_changed_keeps_all_from_being_written(
    changes: list[Write], journal: Journal
) -> None:
    changes[-1].path.write_bytes(b"mine\n")
    with pytest.raises(EditRefused, match=r"3\.txt has changed since it was read; nothing was"):
        write_all(changes, journal)
    assert contents(changes) == [*(change.before for change in changes[:-1]), b"mine\n"]
    assert not journal.runs()


def test_a_file_that_is_gone_keeps_all_from_being_written(
    changes: list[Write], journal: Journal
) -> None:
    changes[1].path.unlink()
    with pytest.raises(EditRefused, match=r"cannot read .*1\.txt"):
        write_all(changes, journal)
    assert changes[0].path.read_bytes() == changes[0].before


@pytest.mark.parametrize("at", range(COUNT))
@pytest.mark.parametrize("error", [EditRefused("no space"), KeyboardInterrupt()])
def test_what_fails_in_the_middle_is_taken_back(
    at: int,
    error: BaseException,
    changes: list[Write],
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "write", failing_at(changes[at].path, error))
    with pytest.raises(type(error)):
        write_all(changes, journal)
    assert contents(changes) == [change.before for change in changes]
    assert not journal.runs()


def test_what_cannot_be_taken_back_is_told(
    changes: list[Write], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meddle() -> None:
        changes[0].path.write_bytes(b"mine\n")

    monkeypatch.setattr(files, "write", failing_at(changes[2].path, EditRefused("full"), meddle))
    with pytest.raises(EditRefused, match="full; some files are written already, and cannot be"):
        write_all(changes, journal)
    assert changes[0].path.read_bytes() == b"mine\n"
    assert changes[3].path.read_bytes() == changes[3].before


def failing_at(
    path: Path, error: BaseException, first: Callable[[], None] = lambda: None
) -> Callable[..., bool]:
    write = files.write

    def failing(target: Path, data: bytes, *, base_sha256: str) -> bool:
        if target == path and data.startswith(b"new"):
            first()
            raise error
        return write(target, data, base_sha256=base_sha256)

    return failing


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with files of different modes."""
    root = tmp_path / "tree"
    for name, data, mode in (
        ("a.py", b"a = 1\n", 0o644),
        ("b.sh", b"#!/bin/sh\r\necho b\r\n", 0o750),
        ("sub/c.bin", bytes(range(256)), 0o600),
        ("sub/d", b"", 0o664),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
    return root


def snapshot(root: Path) -> dict[str, tuple[int, bytes | None]]:
    """All files and folders, with modes and bytes."""
    return {
        str(path.relative_to(root)): (
            stat.S_IMODE(path.lstat().st_mode),
            None if path.is_dir() else path.read_bytes(),
        )
        for path in root.rglob("*")
    }


def all_kinds(root: Path) -> list[FileChange]:
    a, b, c, d = (root / name for name in ("a.py", "b.sh", "sub/c.bin", "sub/d"))
    return [
        Create(root / "new/deep/x.py", b"x = 1\n"),
        Create(root / "new/run", b"#!/bin/sh\n", executable=True),
        Delete(b, b.read_bytes()),
        Move(c, root / "moved/c", c.read_bytes(), c.read_bytes() + b"more"),
        Move(d, b, b"", b"", executable=True),
        Write(a, a.read_bytes(), b"a = 2\n", executable=True),
    ]


def test_files_are_created_deleted_and_moved(tree: Path, journal: Journal) -> None:
    before = snapshot(tree)
    write_all(all_kinds(tree), journal)
    after = snapshot(tree)
    assert {name for name, (_, data) in after.items() if data is not None} == {
        *("a.py", "b.sh", "new/deep/x.py", "new/run", "moved/c")
    }
    assert after["a.py"] == (0o755, b"a = 2\n") and after["b.sh"] == (0o775, b"")
    assert after["moved/c"] == (0o600, bytes(range(256)) + b"more")
    assert after["new/run"][0] & 0o111 and not after["new/deep/x.py"][0] & 0o111
    undone = journal.undo()
    assert {entry.kind for entry in undone} == {"create", "delete", "move", "edit"}
    assert snapshot(tree) == before and not journal.runs()


def test_what_was_put_into_new_folders_stays(tree: Path, journal: Journal) -> None:
    write_all([Create(tree / "new/deep/x.py", b"")], journal)
    (tree / "new/mine").write_bytes(b"mine")
    journal.undo()
    assert (tree / "new/mine").read_bytes() == b"mine" and not (tree / "new/deep").exists()


def test_a_created_file_that_was_edited_is_not_removed(tree: Path, journal: Journal) -> None:
    write_all([Create(tree / "x", b"x"), Delete(tree / "sub/d", b"")], journal)
    (tree / "x").write_bytes(b"mine")
    with pytest.raises(EditRefused, match="x: it was changed after specedit wrote it"):
        journal.undo()
    assert (tree / "x").read_bytes() == b"mine" and not (tree / "sub/d").exists()
    (tree / "x").unlink()
    journal.undo()
    assert (tree / "sub/d").exists() and not journal.runs()


def test_a_deleted_file_that_was_made_again_is_kept(tree: Path, journal: Journal) -> None:
    write_all([Delete(tree / "sub/d", b"")], journal)
    (tree / "sub/d").write_bytes(b"mine")
    with pytest.raises(EditRefused, match="it was deleted, and there is another now"):
        journal.undo()
    assert (tree / "sub/d").read_bytes() == b"mine"


def test_a_moved_file_that_was_edited_is_not_moved_back(tree: Path, journal: Journal) -> None:
    a = tree / "a.py"
    write_all([Move(a, tree / "z.py", a.read_bytes(), a.read_bytes())], journal)
    (tree / "z.py").write_bytes(b"mine")
    with pytest.raises(EditRefused, match=r"it was moved to .*z.py, and one of them was changed"):
        journal.undo()
    assert (tree / "z.py").read_bytes() == b"mine" and not a.exists()


def test_files_change_places(tree: Path, journal: Journal) -> None:
    before = snapshot(tree)
    paths = [tree / name for name in ("a.py", "b.sh", "sub/c.bin")]
    data = [path.read_bytes() for path in paths]
    modes = [stat.S_IMODE(path.stat().st_mode) & 0o100 for path in paths]
    around = zip(paths, [*paths[1:], paths[0]], data, strict=True)
    write_all([Move(path, to, held, held + b"!") for path, to, held in around], journal)
    assert [path.read_bytes() for path in paths] == [x + b"!" for x in (data[2], *data[:2])]
    assert [path.stat().st_mode & 0o100 for path in paths] == [modes[2], *modes[:2]]
    journal.undo()
    assert snapshot(tree) == before


def test_a_chain_of_moves_and_a_file_that_becomes_a_folder(tree: Path, journal: Journal) -> None:
    before = snapshot(tree)
    a, b, d = tree / "a.py", tree / "b.sh", tree / "sub/d"
    changes: list[FileChange] = [
        Move(a, b, a.read_bytes(), a.read_bytes()),
        Move(b, tree / "c.sh", b.read_bytes(), b.read_bytes()),
        Delete(d, b""),
        Create(d / "inside", b"in\n"),
        Create(a, b"new\n"),
    ]
    write_all(changes, journal)
    assert (d / "inside").read_bytes() == b"in\n" and a.read_bytes() == b"new\n"
    assert b.read_bytes() == b"a = 1\n" and (tree / "c.sh").stat().st_mode & 0o777 == 0o750
    journal.undo()
    assert snapshot(tree) == before


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda r: [Create(r / "a.py", b"")], "exists already; nothing was written"),
        (lambda r: [Move(r / "sub/d", r / "a.py", b"", b"")], "exists already"),
        (lambda r: [Create(r / "sub", b"")], "exists already"),
        (lambda r: [Create(r / "a.py/x", b"")], "a.py is no folder"),
        (
            lambda r: [Create(r / "x", b""), Create(r / "x/y", b"")],
            "is to be a file and the folder",
        ),
        (lambda r: [Create(r / "x", b""), Create(r / "x", b"")], "x is changed twice"),
        (lambda r: [Delete(r / "sub/d", b""), Write(r / "sub/d", b"", b"x")], "changed twice"),
        (lambda r: [Delete(r / "sub/d", b"other")], "has changed since it was read"),
        (lambda r: [Delete(r / "none", b"")], "cannot read"),
        (lambda r: [Delete(r / "link", b"a = 1\n")], "cannot read"),
        (lambda r: [Create(r / "folder/x", b"")], "is a link"),
        (lambda r: [Create(r / "link", b"")], "exists already"),
        (lambda r: [Move(r / "sub/d", r / "sub/d", b"", b"")], "moved to itself"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tree: Path, journal: Journal, made: Callable[[Path], list[FileChange]], message: str
) -> None:
    (tree / "link").symlink_to("a.py")
    (tree / "folder").symlink_to("sub")
    before = snapshot(tree)
    with pytest.raises(EditRefused, match=message):
        write_all([Create(tree / "first", b""), *made(tree)], journal)
    assert snapshot(tree) == before and not journal.runs()


def test_an_open_file_is_not_deleted(tree: Path, journal: Journal) -> None:
    with (tree / "sub/d").open("r+b") as file:
        with pytest.raises(EditRefused, match="another program has it open for writing"):
            write_all([Create(tree / "x", b""), Delete(tree / "sub/d", b"")], journal)
        file.write(b"saved")
    assert (tree / "sub/d").read_bytes() == b"saved" and not (tree / "x").exists()


def run_killed(tree: Path, journal: Path, steps: int, when: str) -> bool:
    """Write in a process of its own that ends at a step, as a kill ends it; return whether it came to its end."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    left = steps

    def killing(call: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if first and left < 0:
                os._exit(9)
            made = call(*arguments)
            if left < 0:
                os._exit(9)
            return made

        return wrapped

    try:
        if when == "noted":
            entries.finish = killing(entries.finish, first=False)
        else:
            FileStep.make = killing(FileStep.make, first=when == "before")  # type: ignore[method-assign]
        write_all(all_kinds(tree), Journal(journal))
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.parametrize("when", ["before", "made", "noted"])
def test_a_kill_at_each_step_is_taken_back_by_the_next_run(
    tree: Path, tmp_path: Path, when: str
) -> None:
    """Before the step is made, when it is made and not noted, and when it is noted."""
    before = snapshot(tree)
    for steps in range(30):
        folder = tmp_path / f"journal{steps}"
        if run_killed(tree, folder, steps, when):
            break
        was_touched = snapshot(tree) != before
        told = Journal(folder).repair()
        assert len(told) == was_touched
        assert not told or "was killed before all was written; what it had" in told[0]
        assert snapshot(tree) == before
        assert not Journal(folder).runs() and not Journal(folder).repair()
    assert steps == 12  # three folders, two files, a deletion, two moves, two edits, two modes


def test_what_somebody_has_edited_after_a_kill_is_told_and_left_alone(
    tree: Path, tmp_path: Path
) -> None:
    before, journal = snapshot(tree), Journal(tmp_path / "journal")
    assert not run_killed(tree, tmp_path / "journal", 3, "noted")
    path = tree / "a.py"
    assert snapshot(tree) != before and path.read_bytes() == b"a = 2\n"
    path.write_bytes(b"mine\n")
    [told] = journal.repair()
    assert "is not taken back" in told and "a.py: it was changed" in told
    assert path.read_bytes() == b"mine\n" and journal.repair() == []
    path.write_bytes(b"a = 2\n")
    assert told.endswith(f"specedit undo {journal.runs()[0].name} does when that is settled")
    journal.undo()
    assert snapshot(tree) == before


def test_undo_takes_a_killed_run_back(tree: Path, tmp_path: Path) -> None:
    before, journal = snapshot(tree), Journal(tmp_path / "journal")
    assert not run_killed(tree, tmp_path / "journal", 7, "noted")
    assert snapshot(tree) != before
    journal.undo()
    assert snapshot(tree) == before and journal.repair() == []
