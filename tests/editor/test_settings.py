"""Settings: which of several that say one counts, what no workspace may choose, and how a mistake is told."""

import os
from pathlib import Path

import pytest

from specedit.editor.config import Config
from specedit.editor.settings import SETTINGS
from specedit.editor.settings_files import COMMAND_LINE, gather
from specedit.engine.errors import InvalidRequest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SPECEDIT_CONFIG", str(folder))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "src" / "deep").mkdir(parents=True)
    (folder / ".git").mkdir()
    return folder


def test_the_first_that_says_a_setting_counts(
    home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, project = home / "specedit.toml", root / "pyproject.toml"
    deep = root / "src" / "deep"
    assert gather({}, deep).settings["threshold"].by == "default"
    user.write_text("threshold = 1\n")
    project.write_text("[tool.other]\nthreshold = 8\n\n[tool.specedit]\nthreshold = 0.25\n")
    in_force = gather({}, deep)
    assert in_force.settings["threshold"].by == f"{project}:5"
    assert in_force.config.threshold == 0.25
    assert gather({}, None).config.threshold == 1.0
    (root / "src" / "specedit.toml").write_text("# nearer\nthreshold = 0.5\n")
    assert gather({}, deep).config.threshold == 0.5
    monkeypatch.setenv("SPECEDIT_THRESHOLD", "0.75")
    assert gather({}, deep).settings["threshold"].by == "$SPECEDIT_THRESHOLD"
    given = gather({"threshold": 0.9, "accept": None}, deep)
    assert (given.config.threshold, given.config.accept) == (0.9, "auto")
    assert given.settings["threshold"].by == COMMAND_LINE


def test_the_search_ends_at_the_top_of_the_repository(home: Path, root: Path) -> None:
    (root.parent / "specedit.toml").write_text("accept = 'trust'\n")
    assert gather({}, root / "src").config == Config()


def test_without_files_everything_is_as_by_default(home: Path, root: Path) -> None:
    assert gather({}, root).config == Config()
    (root / "pyproject.toml").write_text("[tool.specedit\n[")  # is meant to be ours
    with pytest.raises(InvalidRequest, match=r"pyproject.toml: .*line 1"):
        gather({}, root)
    (root / "pyproject.toml").write_text("[tool.black\n[")  # is not
    assert gather({}, root).config == Config()


def test_what_runs_or_sends_is_not_for_a_workspace_to_choose(home: Path, root: Path) -> None:
    ours = [setting for setting in SETTINGS if setting.is_users]
    assert {"model", "engine", "engine_url", "drafter", "server"} <= {s.name for s in ours}
    values = {
        "engine": "vllm",
        "drafter": "none",
        "dtype": "float32",
        "device": "cuda",
        "gpu_layers": 3,
    }
    lines = [f"{s.key} = {values.get(s.name, 'http://evil')!r}\n" for s in ours]
    (root / "specedit.toml").write_text("".join([*lines, "accept = 'syntax'\n"]))
    in_force = gather({}, root)
    assert in_force.config == Config(accept="syntax")
    assert len(in_force.warnings) == len(ours)
    assert "specedit.toml:1: model is for the user to choose" in in_force.warnings[0]
    (root / "specedit.toml").rename(home / "specedit.toml")
    assert gather({}, root).config.engine_url == "http://evil"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("accept = 'sintax'", "no accept 'sintax'; known: auto, syntax"),
        ("max_tokens = 3", "no setting 'max_tokens'; did you mean max-tokens?"),
        ("acept = 'auto'", "did you mean accept?"),
        ("zzz = 1", "there are accept, threshold"),
        ("threshold = 'a'", "threshold is 'a'; give a number"),
        ("threshold = nan", "threshold nan is less than 0, or no number"),
        ("timeout = inf", "timeout inf is less than 0, or no number"),
        ("max-tokens = true", "max-tokens is True; give a whole number"),
        ("max-tokens = 1.0", "give a whole number"),
        (f"max-tokens = {'9' * 400}", "is more than 2147483647"),
        ("max-tokens.x = 4", "give a whole number"),
        ("strict = 1", "strict is 1; give true or false"),
        ("accept = ['auto']", "give a string"),
        ("accept = ", "line 3"),
        ("x = 1\0", "NUL"),
    ],
)
def test_a_mistake_is_told_with_its_place(home: Path, root: Path, line: str, message: str) -> None:
    for file, head in (
        (home / "specedit.toml", "# a\n# b\n"),
        (root / "pyproject.toml", "#\n[tool.specedit]\n"),
    ):
        file.write_text(f"{head}{line}\n")
        with pytest.raises(InvalidRequest) as error:
            gather({}, root)
        told = str(error.value)
        assert told.startswith(f"{file}:") and message in told
        assert "\0" in line or "line 3" in told or told.startswith(f"{file}:3: ")
        file.unlink()


def test_the_users_file_may_be_a_link_and_a_pipe_is_none(home: Path, root: Path) -> None:
    (root / "dotfile").write_text("strict = true\n")
    (home / "specedit.toml").symlink_to(root / "dotfile")
    os.mkfifo(root / "specedit.toml")
    assert gather({}, root).config.strict


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("STRICT", "yes", True), ("MAX_TOKENS", "12", 12), ("TEMPERATURE", "1", 1.0), ("SEED", "", 0)],
)
def test_the_environment(
    home: Path, name: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SPECEDIT_{name}", text)
    assert gather({}, None).value(name.lower()) == value


@pytest.mark.parametrize(
    ("name", "text"), [("STRICT", "perhaps"), ("SEED", "1.5"), ("ENGINE", "x")]
)
def test_a_mistake_in_the_environment(
    home: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SPECEDIT_{name}", text)
    with pytest.raises(InvalidRequest, match=rf"^\$SPECEDIT_{name}\b"):
        gather({}, None)
