"""`specedit undo`, in the workspaces that edits were made in."""

from pathlib import Path

import pytest

from specedit.cli.main import main

SOURCE = "def fetch(n):\n    return n\n"
RENAMED = SOURCE.replace("fetch", "load")


@pytest.fixture
def page(workspace: Path) -> Path:
    """A file of a git repository that was edited."""
    (workspace / ".git").mkdir()
    file = workspace / "sub" / "page.py"
    file.parent.mkdir()
    file.write_text(SOURCE)
    assert main(["apply", "sub/page.py", "rename fetch to load"]) == 0
    assert file.read_text() == RENAMED
    return file


def test_from_another_folder_of_the_repository(
    page: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "other").mkdir()
    monkeypatch.chdir(workspace / "other")
    assert main(["undo"]) == 0
    assert page.read_text() == SOURCE


def test_other_workspaces_are_left_alone(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    capsys.readouterr()
    assert main(["undo"]) == 3
    assert "nothing to undo; specedit undo --list --all" in capsys.readouterr().err
    assert main(["undo", "--list"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["undo", "--list", "--all"]) == 0
    name, _, line = capsys.readouterr().out.strip().partition("  ")
    assert line.endswith(str(page))
    assert main(["undo", name]) == 3
    assert "undo it there, or with --all" in capsys.readouterr().err
    assert page.read_text() == RENAMED
    assert main(["undo", "--all", name]) == 0
    assert page.read_text() == SOURCE


def test_a_name_that_no_run_has(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["undo", "abcdef"]) == 3
    assert "no run 'abcdef'; specedit undo --list shows them" in capsys.readouterr().err
    assert page.read_text() == RENAMED


def test_a_name_is_shown_without_what_steers_a_terminal(
    page: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = workspace / "a\x1b[31m.py"
    file.write_text(SOURCE)
    assert main(["apply", file.name, "rename fetch to load"]) == 0
    capsys.readouterr()
    assert main(["undo", "--list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert r"a\x1b[31m.py" in first and str(page) in second
