"""`specedit mcp --install`: what a client needs is shown, or put into its file without harm to anything else there."""

import json
import tomllib
from pathlib import Path

import pytest

from specedit.cli.main import main
from specedit.service.mcp.clients import CLIENTS

FILES = {
    "claude": ".mcp.json",
    "cursor": ".cursor/mcp.json",
    "codex": "home/config.toml",
    "opencode": "opencode.json",
    "vscode": ".vscode/mcp.json",
    "zed": "home/zed/settings.json",
}


@pytest.fixture
def project(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CODEX_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(workspace / "home"))
    return workspace


def command_of(client: str, text: str) -> list[str]:
    """The command line that a client would run."""
    loaded = tomllib.loads(text) if client == "codex" else json.loads(text)
    entry = loaded[CLIENTS[client].inside]["specedit"]
    command = entry["command"]
    return [*command] if isinstance(command, list) else [command, *entry["args"]]


@pytest.mark.parametrize("client", FILES)
def test_what_is_shown_is_what_is_written_and_undo_takes_it_out(
    client: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mcp", "--install", client]) == 0
    first, _, text = capsys.readouterr().out.partition("\n")
    file = project / FILES[client]
    assert first == f"# {file}" and not file.exists()
    assert main(["mcp", "--install", client, "--write"]) == 0
    assert file.read_text() == text
    program, *rest = command_of(client, text)
    assert Path(program).name and rest == ["mcp"]
    assert main(["mcp", "--install", client, "--write"]) == 0  # has it
    assert file.read_text() == text
    assert main(["undo", "--all"]) == 0
    assert not file.exists()


def test_the_options_go_along(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--allow", ".github", "--allow", "ci", "--max-bytes", "9", "--accept", "syntax"]
    given += ["--author", "http://localhost:1/v1", "--no-author-prediction"]
    assert main(["mcp", "--install", "cursor", "--root", ".", *given]) == 0
    text = capsys.readouterr().out.partition("\n")[2]
    assert command_of("cursor", text)[1:] == ["mcp", "--root", str(project), *given]
    assert main(["mcp", *given, "--install", "cursor", "--root", "."]) == 0
    assert capsys.readouterr().out.partition("\n")[2] == text


@pytest.mark.parametrize(
    "options", [["--root", "nowhere"], ["--http", "127.0.0.1:0"], ["--token-file", "t"]]
)
def test_what_would_not_start_is_not_installed(options: list[str], project: Path) -> None:
    assert main(["mcp", "--install", "claude", "--write", *options]) == 2
    assert not (project / ".mcp.json").exists()


@pytest.mark.parametrize(
    "before",
    [
        '{\n    "mcpServers": {\n        "other": {"command": "o"}\n    },\n    "x": [1, 2]\n}\n',
        '{"a":1}',
        '{"mcpServers": {}}',
        '{\r\n\t"a": 1\r\n}\r\n',
        "\ufeff{ }",
        "",
    ],
)
def test_everything_else_stays(before: str, project: Path) -> None:
    file = project / ".mcp.json"
    file.write_bytes(before.encode())
    assert main(["mcp", "--install", "claude", "--write"]) == 0
    after = file.read_bytes().decode()
    bare = after.removeprefix("\ufeff")
    assert command_of("claude", bare)[1:] == ["mcp"]
    loaded = json.loads(bare)
    del loaded["mcpServers"]["specedit"]
    wanted = json.loads(before.removeprefix("\ufeff") or "{}")
    assert loaded == {"mcpServers": {}, **wanted}
    assert ("\r\n" in before) == ("\r\n" in after) and after.startswith(
        "\ufeff"
    ) == before.startswith("\ufeff")


def test_comments_stay(project: Path) -> None:
    file = project / ".vscode" / "mcp.json"
    file.parent.mkdir()
    file.write_text('// ours\n{\n  "servers": {\n    // none yet\n  },\n}\n')
    assert main(["mcp", "--install", "vscode", "--write"]) == 0
    text = file.read_text()
    assert text.startswith('// ours\n{\n  "servers": {\n    "specedit": {\n')
    assert "    // none yet\n  },\n}\n" in text


def test_another_table_is_put_at_the_end(project: Path) -> None:
    file = project / "home" / "config.toml"
    file.parent.mkdir()
    before = '# mine\nmodel = "m"\n\n[mcp_servers.other]\ncommand = "o"\n'
    file.write_text(before)
    assert main(["mcp", "--install", "codex", "--write"]) == 0
    assert file.read_text().startswith(before)
    assert [*tomllib.loads(file.read_text())["mcp_servers"]] == ["other", "specedit"]


@pytest.mark.parametrize(
    ("client", "text"),
    [
        ("claude", "[1]"),
        ("claude", '{"mcpServers": 3}'),
        ("claude", '{"mcpServers": '),
        ("claude", '{"mcpServers": {"specedit": {"command": "other"}}}'),
        ("claude", '{"mcpServers": {}, "mcpServers": {}}'),
        ("codex", "mcp_servers = {}\n"),
        ("codex", '[mcp_servers.specedit]\ncommand = "other"\n'),
        ("codex", "a ="),
    ],
)
def test_what_is_not_understood_or_taken_is_left_alone(
    client: str, text: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / FILES[client]
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    assert main(["mcp", "--install", client, "--write"]) == 3
    assert "nothing was written" in capsys.readouterr().err
    assert file.read_text() == text


def test_a_file_that_is_a_link_stays_one(project: Path) -> None:
    (project / "dotfiles").mkdir()
    (project / "dotfiles" / "mcp.json").write_text("{}")
    (project / ".mcp.json").symlink_to("dotfiles/mcp.json")
    assert main(["mcp", "--install", "claude", "--write"]) == 0
    assert (project / ".mcp.json").is_symlink()
    assert "specedit" in (project / "dotfiles" / "mcp.json").read_text()


@pytest.mark.parametrize("arguments", [["--install", "vi"], ["--write"], ["--root", "nowhere"]])
def test_wrong_use(arguments: list[str], project: Path) -> None:
    assert main(["mcp", *arguments]) == 2
