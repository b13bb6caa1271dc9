"""The command line where no model is needed: operations are certain, so that nothing is loaded."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specedit.cli.main import main
from specedit.editor import plan
from specedit.edits import files
from specedit.engine.errors import SymbolNotFound
from specedit.models import store

OPS = '[{"retain":4},{"delete":1},{"insert":"2"}]'


@pytest.fixture(autouse=True)
def page(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def fail(*_: object) -> None:
        raise AssertionError("no model is needed for this")

    monkeypatch.setattr(store, "resolve", fail)
    path = workspace / "a.py"
    path.write_text("x = 1\n")
    return path


def objects(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def usage(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("flag", ["--diff", "--dry-run", "-n"])
def test_three_names_of_a_look(flag: str, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "a.py", "--ops", OPS, flag]) == 1
    assert page.read_text() == "x = 1\n"
    shown = capsys.readouterr()
    assert "+x = 2" in shown.out and "a.py: would be changed" in shown.err


def test_words_may_stand_behind_options(page: Path) -> None:
    assert main(["apply", "--quiet", "a.py", "--ops", OPS, "set", "it", "--accept", "auto"]) == 0
    assert page.read_text() == "x = 2\n"


def test_unknown_flags_show_the_commands_own_usage(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = usage(capsys, "apply", "a.py", "do it", "--dryrun")
    assert first == "specedit apply: unknown option '--dryrun'; did you mean --dry-run?"
    assert second.startswith('usage: specedit apply [FILE...] "INSTRUCTION" [options]')
    assert len(usage(capsys, "apply", "a.py", "--accept", "maybe")) == 2
    assert len(usage(capsys, "apply")) == 2
    assert "specedit models: unknown option '--all'" in usage(capsys, "models", "--all")[0]
    assert "unexpected argument 'x'" in usage(capsys, "doctor", "x")[0]


@pytest.mark.parametrize(("kind", "text"), [
    ("ops", OPS),
    ("patch", "@@\n-x = 1\n+x = 2\n"),
    ("snippet", "x = 2\n"),
])  # fmt: skip
def test_an_input_from_stdin(
    kind: str, text: str, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    seen = []

    def make(request: Any, *_: object, **__: object) -> None:
        seen.append(request.given)
        raise SymbolNotFound("x", ())

    monkeypatch.setattr(plan, "make", make)
    assert main(["apply", "a.py", f"--{kind}", "-", "--quiet"]) == 3
    assert seen == [{kind: text}]


def test_stdin_is_one_thing_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "-", "--patch", "-"]) == 2
    assert main(["apply", "a.py", "--patch", "-", "--ops", "-"]) == 2
    assert "- (stdin) can be one thing only" in capsys.readouterr().err


def test_a_mistyped_file_among_several_edits_none(page: Path) -> None:
    assert main(["apply", "a.py", "aa.py", "--ops", OPS]) == 2
    assert page.read_text() == "x = 1\n"


def test_files_without_the_symbol_are_not_failures(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.py", "c.py"):
        (page.parent / name).write_text("y = 1\n")
    make = plan.make

    def lacking(request: Any, *given: Any, **named: Any) -> Any:
        if request.path != "a.py":
            raise SymbolNotFound("x", ())
        return make(request, *given, **named)

    monkeypatch.setattr(plan, "make", lacking)
    assert main(["apply", "*.py", "--ops", OPS, "--json", "--quiet"]) == 0
    told = {each["path"]: each for each in objects(capsys)}
    assert {path: each["status"] for path, each in told.items()} == {
        "a.py": "changed",
        "b.py": "unchanged",
        "c.py": "unchanged",
    }
    assert "no symbol 'x'" in told["b.py"]["reason"]
    assert main(["apply", "b.py", "c.py", "--ops", OPS, "--json", "--quiet"]) == 3
    assert {each["status"] for each in objects(capsys)} == {"refused"}
    assert main(["apply", "b.py", "--ops", OPS, "--quiet"]) == 3
    (page.parent / "b.py").write_text(
        "import a\n\nprint(a.x)\n"
    )  # the name is used: no file to skip
    assert main(["apply", "*.py", "--ops", OPS, "--check", "--quiet"]) == 4
    (page.parent / "b.py").write_text("y = 1  # x\n")
    assert main(["apply", "*.py", "--ops", OPS, "--check", "--quiet"]) in (0, 1)


def test_a_file_that_is_as_asked_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "a.py", "--ops", '[{"retain":6}]']) == 0
    assert "a.py: unchanged, the file already is as asked" in capsys.readouterr().err


def test_a_refusal_has_no_statistics(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "a.py", "rename y to z"]) == 3
    assert "tokens" not in capsys.readouterr().err


def test_json_and_emit_do_not_share_a_stream(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "a.py", "--ops", OPS, "--json", "--emit", "ops"]) == 2
    assert capsys.readouterr().out == ""


def test_what_breaks_for_one_file_is_told_and_the_others_go_on(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (page.parent / "b.py").write_text("x = 1\n")
    make = plan.make

    def broken(request: Any, *given: Any, **named: Any) -> Any:
        if request.path == "a.py":
            raise ZeroDivisionError("by zero")
        return make(request, *given, **named)

    monkeypatch.setattr(plan, "make", broken)
    assert main(["apply", "a.py", "b.py", "--ops", OPS, "--json"]) == 6
    shown = capsys.readouterr()
    first, second = map(json.loads, shown.out.splitlines())
    assert (first["status"], second["status"]) == ("error", "changed")
    assert "unexpected ZeroDivisionError: by zero" in first["reason"]
    assert "Traceback" not in shown.err
    assert page.with_name("b.py").read_text() == "x = 2\n"


def test_a_bug_has_no_trace_and_an_exit_code_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(store, "cached", fail)
    assert main(["models"]) == 6
    said = capsys.readouterr().err
    assert said == "specedit: unexpected ZeroDivisionError: by zero; SPECEDIT_DEBUG=1 shows where\n"
    monkeypatch.setenv("SPECEDIT_DEBUG", "1")
    assert main(["models"]) == 6
    assert "Traceback" in capsys.readouterr().err


def test_a_disk_that_fails_is_an_error_of_its_own(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files, "read", fail)
    assert main(["apply", "a.py", "--ops", OPS, "--check"]) == 6
    assert "a.py: error: cannot read: Input/output error" in capsys.readouterr().err


def test_a_full_disk_is_an_error_and_no_refusal(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert main(["apply", "a.py", "--ops", OPS, "--json"]) == 6
    assert objects(capsys)[0]["status"] == "error"
    assert page.read_text() == "x = 1\n"


def test_an_encoding_is_given_or_guessed_and_told(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page.write_bytes("x = 1  # æ\n".encode("cp865"))
    given = ["--ops", OPS, "--encoding", "cp865"]
    assert main(["apply", "a.py", *given]) == 0
    assert page.read_bytes() == "x = 2  # æ\n".encode("cp865")
    assert main(["apply", "a.py", *given[:-1], "no-such"]) in (2, 3)
    assert "no-such" in capsys.readouterr().err
    assert main(["apply", "a.py", *given, "--server", "local"]) == 2


def test_a_long_name(page: Path) -> None:
    """255 bytes, of 85 characters."""
    path = page.with_name("字" * 84 + ".py")
    page.rename(path)
    assert main(["apply", path.name, "--ops", OPS]) == 0
    assert path.read_text() == "x = 2\n"


def test_controls_of_a_file_do_not_reach_the_terminal(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page.write_text("x = 1  # \x1b]0;owned\x07 \x9b31m \u202e\tend\n")
    assert main(["apply", "a.py", "--ops", OPS, "-n"]) == 1
    shown = capsys.readouterr().out
    assert "# \\x1b]0;owned\\x07 \\x9b31m \\u202e\tend" in shown
    assert main(["apply", "a.py", "--ops", OPS, "--emit", "diff"]) == 0
    assert "\x1b]0;owned\x07" in capsys.readouterr().out  # data


def specedit(*arguments: str | bytes, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "specedit", *arguments], capture_output=True, check=False, **options
    )


def test_arguments_that_are_not_utf8(page: Path) -> None:
    done = specedit("apply", "a.py", b"rename x to \xff")
    assert done.returncode == 2 and b"not UTF-8" in done.stderr and b"Traceback" not in done.stderr
    name = os.fsencode(page.parent) + b"/\xff.py"
    os.rename(page, name)
    done = specedit("apply", b"\xff.py", "--ops", OPS)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr and b"\\xff.py: changed" in done.stderr
    with open(name) as file:
        assert file.read() == "x = 2\n"


def test_a_reader_that_leaves_does_not_stop_the_edits(page: Path) -> None:
    names = [f"f{i}.py" for i in range(5)]
    for name in names:
        page.with_name(name).write_text("x = 1\n")
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "specedit", "apply", *names, "--ops", OPS]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.returncode == 0, done.stderr
    assert b"BrokenPipe" not in done.stderr and b"Traceback" not in done.stderr
    assert {page.with_name(name).read_text() for name in names} == {"x = 2\n"}


@pytest.mark.parametrize("step", range(12))
def test_ctrl_c_at_any_moment(step: int, page: Path) -> None:
    """Where it is by then is chance: at its imports, most of the time."""
    script = f"""
import os, signal, sys, threading, time
from specedit.cli import entry

def interrupt():
    while signal.getsignal(signal.SIGINT) is not entry._interrupted:
        time.sleep(0.001)
    time.sleep({step} * 0.04)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt, daemon=True).start()
sys.argv = ["specedit", "apply", "a.py", "rename x to y", "--model", "nowhere"]
sys.exit(entry.main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode in (130, 5, 0, -2), done.stderr
    assert b"Traceback" not in done.stderr and b"Exception ignored" not in done.stderr
    if done.returncode == 130:
        assert b"interrupted" in done.stderr
        assert page.read_text() == "x = 1\n"


_ON_WINDOWS = """
import sys
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None  # importing it fails, as there
sys.platform = "win32"
from specedit.cli.entry import main
sys.exit(main())
"""


def test_windows_is_told_of_wsl_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ON_WINDOWS, "apply"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (6, "", 1)
    assert "inside WSL" in done.stderr


@pytest.mark.parametrize("option", ["--snippet", "--patch", "--prediction", "--ops"])
def test_an_input_without_an_end(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "a.py", option, "/dev/zero"]) == 2
    assert "holds more than" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--threshold", "--timeout", "--temperature"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1"])
def test_numbers_that_are_none(
    option: str, value: str, capsys: pytest.CaptureFixture[str], page: Path
) -> None:
    """Nothing is less than `nan`, so that no objection of a model would count."""
    assert main(["apply", "a.py", "rename x to y", f"{option}={value}"]) == 2
    assert "or no number" in capsys.readouterr().err
    assert page.read_text() == "x = 1\n"


@pytest.mark.parametrize("value", ["-5", "99999999999999999999"])
def test_sizes_that_are_none(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "a.py", "rename x to y", f"--max-bytes={value}"]) == 2
    assert "--max-bytes" in capsys.readouterr().err


def test_settings_of_a_workspace_are_in_force_and_can_be_seen(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECEDIT_CONFIG", str(page.parent / "none"))
    folder = page.parent / "sub"
    folder.mkdir()
    (folder / "b.py").write_text(
        "def f(x):\n    x.g()\n\n\nclass A:\n    def g(self):\n        pass\n"
    )
    (folder / "specedit.toml").write_text('accept = "syntax"\nmodel = "evil"\n')
    assert main(["apply", "sub/b.py", "rename A.g to h"]) == 3
    told = capsys.readouterr().err
    assert "sub/specedit.toml:2: model is for the user to choose" in told
    assert "syntax alone is not certain of this rename: line 2: " in told
    assert main(["config", "sub/b.py"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["accept", "=", '"syntax"', "#", f"{folder}/specedit.toml:1"]
    assert 'model = "embedded"' in lines[9] and lines[9].endswith("# default")
    assert main(["config", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accept"] == {"value": "auto", "from": "default"}
    (folder / "specedit.toml").write_text("acept = 1\n")
    assert main(["apply", "sub/b.py", "rename f to g"]) == 2
    assert "did you mean accept?" in capsys.readouterr().err
