"""`specedit apply` with the real embedded model, as a user meets it."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest
from tests.patience import PATIENCE
from tests.processes import SPECEDIT

from specedit.cli.main import main

SOURCE = '''\
def fetch_page(url):
    """Return the page at url."""
    page = open(url).read()
    return page


def main():
    print(fetch_page("index.html"))
'''
RENAMED = SOURCE.replace("fetch_page", "get_page")
RENAME = "rename fetch_page to get_page"

pytestmark = pytest.mark.usefixtures("embedded_folder")


@pytest.fixture
def page(workspace: Path) -> Path:
    path = workspace / "page.py"
    path.write_text(SOURCE)
    return path


def run(*arguments: str) -> int:
    # `trust` keeps these tests about the command: how well the model judges is measured, not tested.
    return main(["apply", *arguments, "--accept", "trust"])


def objects(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_it_writes_and_shows_what_it_did(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("page.py", RENAME) == 0
    assert page.read_text() == RENAMED
    shown = capsys.readouterr()
    assert "-def fetch_page(url):\n+def get_page(url):\n" in shown.out
    assert "page.py: changed" in shown.err and "passes" in shown.err and "copied" in shown.err


def test_undo_puts_it_back(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("page.py", RENAME)
    assert main(["undo"]) == 0
    assert page.read_text() == SOURCE
    assert main(["undo"]) == 3
    assert "nothing to undo" in capsys.readouterr().err


@pytest.mark.parametrize(("flag", "shown"), [("--diff", True), ("--check", False)])
def test_looking_writes_nothing(
    page: Path, flag: str, shown: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("page.py", RENAME, flag) == 1
    assert page.read_text() == SOURCE
    assert ("+def get_page(url):" in capsys.readouterr().out) == shown


def test_json_is_one_object_a_file(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("page.py", RENAME, "--json") == 0
    (applied,) = objects(capsys)
    assert applied["path"] == "page.py" and applied["status"] == "changed" and applied["written"]
    assert applied["base_sha256"] != applied["result_sha256"]
    assert [hunk["line"] for hunk in applied["hunks"]] == [1, 8]
    stats = applied["stats"]
    assert stats["output_tokens"] > 0 and stats["passes"] >= 1 and stats["tokens_per_second"] > 0
    assert stats["drafters"]["predicted"]["accepted"] == stats["accepted"]
    assert applied["model"] == "embedded"


def test_files_that_are_renamed_together_are_all_told(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (page.parent / "other.py").write_text("x = 1\n")
    (page.parent / "binary.py").write_bytes(b"\0\1")
    assert run("*.py", RENAME, "--json") == 4
    told = {each["path"]: each for each in objects(capsys)}
    assert {path: each["status"] for path, each in told.items()} == {
        "page.py": "changed",
        "other.py": "unchanged",
        "binary.py": "refused",
    }
    assert "binary" in told["binary.py"]["reason"]
    assert "nothing of the symbol" in told["other.py"]["reason"]
    assert page.read_text() == RENAMED


def test_stdin_gives_the_result_on_stdout(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    raw = SOURCE.replace("\n", "\r\n").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert run("-", RENAME, "--stdin-filename", "page.py") == 0
    assert capfdbinary.readouterr().out == RENAMED.replace("\n", "\r\n").encode()


def test_quiet_says_nothing(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("page.py", RENAME, "--quiet") == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")
    assert page.read_text() == RENAMED


def test_the_model_may_be_asked_without_any_operation(page: Path) -> None:
    code = main(["apply", "page.py", "Change nothing.", "--accept", "exact", "--max-tokens", "9"])
    assert code == 3 and page.read_text() == SOURCE  # nine tokens are no file


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["page.py", " "], 2, "the instruction is empty"),
        (["page.py", RENAME, "--max-tokens", "0"], 2, "--max-tokens 0 is less than 1"),
        (["nothing*.py", RENAME], 2, "no file matches 'nothing*.py'"),
        (["-", "page.py", RENAME], 2, "stdin) goes alone"),
        (["page.py", RENAME, "--accept", "guided", "--model", "nowhere"], 5, "no model 'nowhere'"),
        (["page.py", "be quick", "--accept", "syntax", "--model", "nowhere"], 3, "no model writes"),
        (["/etc/hostname", RENAME], 3, "outside the workspace root"),
        (["page.py", "rename fetch_pag to get_page"], 3, "nearest: fetch_page"),
    ],
)
def test_errors_say_what_to_do(
    page: Path, arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", *arguments]) == code
    assert message in capsys.readouterr().err
    assert page.read_text() == SOURCE


def test_usage_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, code in ((["apply"], 2), (["--help"], 0), (["apply", "--help"], 0)):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == code
    assert "130  interrupted" in capsys.readouterr().out
    for shell in ("bash", "zsh"):
        with pytest.raises(SystemExit):
            main(["--print-completion", shell])
        assert "specedit" in capsys.readouterr().out


def test_hunks_are_asked_for_on_a_terminal(page: Path) -> None:
    terminal = spawn("apply", "page.py", RENAME, "-i", "--accept", "trust")
    terminal.expect("apply hunk 1 of 2")
    terminal.sendline("n")
    terminal.expect("apply hunk 2 of 2")
    terminal.sendline("y")
    terminal.expect(pexpect.EOF)
    assert page.read_text() == SOURCE.replace("print(fetch_page", "print(get_page")


def test_colours_follow_the_terminal_and_no_color(page: Path) -> None:
    for environment, coloured in ((os.environ, True), ({**os.environ, "NO_COLOR": "1"}, False)):
        terminal = spawn("apply", "page.py", RENAME, "--diff", "--accept", "trust", env=environment)
        terminal.expect(pexpect.EOF)
        assert ("\x1b[32m+def get_page" in terminal.before) == coloured


def test_interrupting_leaves_the_file(page: Path) -> None:
    page.write_text("".join(SOURCE.replace("fetch_page", f"fetch_page{n}") for n in range(12)))
    before = page.read_text()
    process = subprocess.Popen(
        [*SPECEDIT, "apply", "page.py", "rename fetch_page3 to third", "--accept", "guided"],
        stderr=subprocess.PIPE,
        # Of what a shell runs in the background SIGINT is ignored, and of its children too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(0.5)  # wherever it is by then: starting, loading or decoding
    while not _has_handler(process.pid):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and b"interrupted" in error
    assert page.read_text() == before


def _has_handler(pid: int) -> bool:
    """Whether Python has begun to listen for SIGINT, and our main to run."""
    try:
        maps = Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return True
    return "libtorch" in maps


def spawn(*arguments: str, env: Any = None) -> Any:
    return pexpect.spawn(
        sys.executable,
        ["-m", "specedit", *arguments],
        encoding="utf-8",
        timeout=PATIENCE,
        env={**(env or os.environ), "TERM": "xterm", "COLUMNS": "100"},
    )
