from pathlib import Path

import pytest

from specedit.editor.journal import Journal
from specedit.engine.errors import EditRefused


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
    assert journal.last() == ()


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
