"""The ways to say an edit, and the forms to get one in, with the real embedded model."""

import json
import subprocess
from pathlib import Path

import pytest

from specedit.cli.main import main

SOURCE = """\
def fetch_page(url):
    return open(url).read()


def main():
    print(fetch_page("index.html"))
"""
LIMITED = SOURCE.replace(".read()", ".read(1000)")
SNIPPET = "def fetch_page(url):\n    return open(url).read(1000)\n# ... existing code ...\n"
RENAME = "rename fetch_page to get_page"
RENAMED = SOURCE.replace("fetch_page", "get_page")

pytestmark = pytest.mark.usefixtures("embedded_folder")


@pytest.fixture
def page(workspace: Path) -> Path:
    path = workspace / "page.py"
    path.write_text(SOURCE)
    return path


def run(*arguments: str) -> int:
    # `trust` keeps these tests about the command: how well the model judges is measured, not tested.
    return main(["apply", *arguments, "--accept", "trust"])


def test_a_snippet(page: Path) -> None:
    Path("snippet.py").write_text(SNIPPET)
    assert run("page.py", "--snippet", "snippet.py") == 0
    assert page.read_text() == LIMITED


def test_a_patch_with_an_instruction(page: Path) -> None:
    Path("x.patch").write_text(
        "@@ -2 +2 @@\n-    return open(url).read()\n+    return open(url).read(1000)\n"
    )
    assert run("page.py", "read at most 1000 characters", "--patch", "x.patch") == 0
    assert page.read_text() == LIMITED


def test_a_prediction(page: Path) -> None:
    Path("after.py").write_text(LIMITED)
    assert run("page.py", "read at most 1000 characters", "--prediction", "after.py") == 0
    assert page.read_text() == LIMITED


def test_operations_and_how_to_get_them(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("page.py", RENAME, "--emit", "ops") == 0
    ops = capsys.readouterr().out
    assert page.read_text() == SOURCE
    assert run("page.py", "--ops", ops) == 0
    assert page.read_text() == RENAMED


def test_text_edits_there_and_back(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("page.py", RENAME, "--emit", "text-edits") == 0
    edits = capsys.readouterr().out
    assert json.loads(edits)[0]["range"]["start"] == {"line": 0, "character": 4}
    assert run("page.py", "--ops", edits) == 0
    assert page.read_text() == RENAMED


def test_an_emitted_diff_is_one_that_git_applies(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("page.py", RENAME, "--emit", "diff") == 0
    Path("x.diff").write_text(capsys.readouterr().out)
    subprocess.run(["git", "apply", "--unsafe-paths", "x.diff"], check=True)
    assert page.read_text() == RENAMED


def test_explain(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("page.py", RENAME, "--explain") == 0
    shown = capsys.readouterr().err
    assert "hunk 1, line 1: 'fetch' → 'get'" in shown
    assert "predicted by rename, judged by the model" in shown


def test_a_scope(page: Path) -> None:
    assert run("page.py", "rename url to place", "--scope", "symbol:main") == 3
    assert page.read_text() == SOURCE
    assert run("page.py", "rename url to place", "--scope", "symbol:fetch_page") == 0
    assert page.read_text() == SOURCE.replace("url", "place")


def test_a_long_file_is_edited_where_it_is_meant(workspace: Path) -> None:
    filler = "".join(
        f"def filler_{i}(a):\n    b = a + {i}\n    return b\n\n\n" for i in range(1700)
    )
    path = workspace / "long.py"
    path.write_text(filler + SOURCE)
    assert path.read_text().count("\n") > 8000
    assert run("long.py", RENAME) == 0
    assert path.read_text() == filler + RENAMED


def test_the_gate_can_be_opened_by_name(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cut.py").write_text(SOURCE[: SOURCE.index("def main")])
    arguments = ("page.py", "shorten it", "--prediction", "cut.py")
    assert run(*arguments) == 3
    assert "say in the instruction what is to go" in capsys.readouterr().err
    assert page.read_text() == SOURCE
    assert run(*arguments, "--force", "definitions") == 0
    assert "main" not in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["page.py", "--snippet", "nope.txt"], 2, "--snippet: cannot read 'nope.txt'"),
        (["page.py", "--ops", "[3]"], 2, "no list"),
        (["page.py", "x", "--force", "everything"], 2, "no check 'everything'; checks: syntax"),
        (["page.py", "x", "--scope", "method:y"], 2, "no scope 'method:y'"),
        (["page.py", RENAME, "--scope", "symbol:mian"], 3, "no symbol 'mian'"),
    ],
)
def test_errors_say_what_to_do(
    page: Path, arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", *arguments]) == code
    assert message in capsys.readouterr().err
    assert page.read_text() == SOURCE
