"""Several files are written together, or none of them is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from specedit.editor.journal import Journal
from specedit.editor.transaction import Change, write_all
from specedit.edits import files
from specedit.engine.errors import EditRefused

COUNT = 4


@pytest.fixture
def changes(tmp_path: Path) -> list[Change]:
    made = []
    for i in range(COUNT):
        path = tmp_path / f"{i}.txt"
        path.write_bytes(b"old %d\n" % i)
        made.append(Change(path, path.read_bytes(), b"new %d\n" % i))
    return made


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def contents(changes: list[Change]) -> list[bytes]:
    return [change.path.read_bytes() for change in changes]


def test_one_undo_takes_all_back(changes: list[Change], journal: Journal, tmp_path: Path) -> None:
    assert write_all(changes, journal) == []
    assert contents(changes) == [change.after for change in changes]
    assert len(Journal(tmp_path / "journal").undo()) == COUNT
    assert contents(changes) == [change.before for change in changes]


def test_a_file_that_has_changed_keeps_all_from_being_written(
    changes: list[Change], journal: Journal
) -> None:
    changes[-1].path.write_bytes(b"mine\n")
    with pytest.raises(EditRefused, match=r"3\.txt has changed since it was read; nothing was"):
        write_all(changes, journal)
    assert contents(changes) == [*(change.before for change in changes[:-1]), b"mine\n"]
    assert not journal.runs()


def test_a_file_that_is_gone_keeps_all_from_being_written(
    changes: list[Change], journal: Journal
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
    changes: list[Change],
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "write", failing_at(changes[at].path, error))
    with pytest.raises(type(error)):
        write_all(changes, journal)
    assert contents(changes) == [change.before for change in changes]
    assert not journal.runs()


def test_what_cannot_be_taken_back_is_told(
    changes: list[Change], journal: Journal, monkeypatch: pytest.MonkeyPatch
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
