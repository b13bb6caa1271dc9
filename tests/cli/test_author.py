"""An author at the command line: asked for what nothing else understands, and for nothing else."""

import json
import shlex
from pathlib import Path

import pytest
from tests.chat_server import ASKED, BLOCK, EDITED, SOURCE, Says, Script, serving

from specedit.cli.main import main
from specedit.editor import chat_servers
from specedit.models import store


@pytest.fixture
def page(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def fail(*_: object) -> None:
        raise AssertionError("no model of ours is needed for this")

    monkeypatch.setattr(store, "resolve", fail)
    path = workspace / "page.py"
    path.write_text(SOURCE)
    return path


def test_it_writes_what_nothing_else_understands(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(Script([Says(BLOCK)])) as says:
        assert main(["apply", "page.py", ASKED, "--author", says.url]) == 0
    assert page.read_text() == EDITED
    assert f"written by coder at {says.url}, 3 tokens" in capsys.readouterr().err
    assert says.requests[0]["model"] == "coder"


def test_in_json(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Script([Says(BLOCK)])) as says:
        asked = ["--author", says.url, "--author-model", "big", "--author-form", "snippet"]
        assert main(["apply", "page.py", ASKED, "--json", "--diff", *asked]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["operation"], told["author"]["name"]) == ("author", f"big at {says.url}")
    assert told["author"]["answers"] == 1 and page.read_text() == SOURCE
    assert "fenced code block" in says.requests[0]["messages"][0]["content"]


def test_an_operation_comes_first(page: Path) -> None:
    with serving(Script([])) as says:
        asked = ["apply", "page.py", "rename fetch to get", "--author", says.url]
        assert main(asked) == 0
    assert not says.requests and page.read_text() == SOURCE.replace("fetch", "get")


def test_what_an_operation_refuses_is_not_asked_of_it(page: Path) -> None:
    with serving(Script([])) as says:
        asked = ["apply", "page.py", "rename fetsh to get", "--author", says.url]
        assert main(asked) == 3
    assert not says.requests


def test_syntax_asks_no_model(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Script([])) as says:
        asked = ["apply", "page.py", ASKED, "--author", says.url, "--accept", "syntax"]
        assert main(asked) == 3
    assert not says.requests and "under --accept syntax" in capsys.readouterr().err


def test_a_refusal_shows_what_it_said(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Script([Says("Use \x1b[31ma timeout.")] * 2)) as says:
        assert main(["apply", "page.py", ASKED, "--author", says.url]) == 3
    told = capsys.readouterr().err
    assert "wrote no edit that fits" in told and "a timeout." in told and "\x1b[31m" not in told
    assert page.read_text() == SOURCE


def test_a_server_that_refuses_is_an_error(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Script([Says("no such model", status=404)])) as says:
        assert main(["apply", "page.py", ASKED, "--author", says.url]) == 6
    assert "no such model" in capsys.readouterr().err
    assert main(["apply", "page.py", ASKED, "--author", "nowhere"]) == 2


def test_a_workspace_may_not_choose_it(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Script([Says(BLOCK)])) as says:
        (page.parent / "specedit.toml").write_text(f'author = "{says.url}"\n')
        assert main(["apply", "page.py", ASKED]) == 3
    told = capsys.readouterr().err
    assert not says.requests and "author is for the user to choose" in told
    assert "--author URL" in told  # what would do it


def test_the_environment_may(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Script([Says(BLOCK)])) as says:
        monkeypatch.setenv("SPECEDIT_AUTHOR", says.url)
        assert main(["apply", "page.py", ASKED]) == 0
    assert page.read_text() == EDITED


def test_the_bench_tells_right_from_other_edits(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = {"id": "a/1", "path": "page.py", "language": "python", "instruction": ASKED}
    case |= {"original": SOURCE, "expected": EDITED, "tests_kind": "append-to-file"}
    case |= {"tests": "import inspect\nassert 'timeout=10' in inspect.getsource(fetch)\n"}
    page.with_name("cases.jsonl").write_text(f"{json.dumps(case)}\n" * 3)
    says = Script([Says(BLOCK), Says(BLOCK.replace("10", "9")), Says("CANNOT: no")])
    with serving(says):
        more = ["--json", "--tests", "--out", "edits.jsonl"]
        assert main(["bench", "author", "cases.jsonl", *more, "--author", says.url]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["exact"], row["another"], row["refused"]) == (1, 1, 1)
    assert (row["with tests"], row["passed"], row["failed"]) == (3, 1, 1)
    lines = page.with_name("edits.jsonl").read_text().splitlines()
    assert [json.loads(line)["edited"] for line in lines][::2] == [EDITED, None]
    assert main(["bench", "author", "cases.jsonl"]) == 2


def test_running_servers_are_listed_with_the_line_to_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("qwen2.5-coder:7b", "$(reboot)", "a\x1b[31m", "x" * 999)
    with serving(Script([], models=names)) as says:
        port = int(says.url.split(":")[2].removesuffix("/v1"))
        servers = (("Ollama", port), ("vLLM", 9))
        assert [each.kind for each in chat_servers.running(servers)] == ["Ollama"]
        monkeypatch.setattr(chat_servers, "SERVERS", servers)
        assert main(["models"]) == 0
    told = capsys.readouterr().out
    line = f'specedit apply FILE "INSTRUCTION" --author {says.url} --author-model'
    assert f"qwen2.5-coder:7b\tOllama\t{line} qwen2.5-coder:7b\n" in told
    assert f"{line} '$(reboot)'\n" in told and "\x1b" not in told and "xxx" not in told


def model(name: str, owner: str, **more: object) -> dict[str, object]:
    return {"id": name, "object": "model", "owned_by": owner, **more}


@pytest.mark.parametrize(
    ("kind", "models"),
    [
        ("Ollama", [model("qwen2.5-coder:7b", "library", created=1730000000)]),
        ("LM Studio", [model("text-embedding-nomic-embed-text-v1.5", "organization_owner")]),
        ("llama.cpp", [model("/models/my coder.gguf", "llamacpp", meta={"n_ctx": 8192})]),
        ("vLLM", [model("Qwen/Qwen2.5-Coder-7B-Instruct", "vllm", max_model_len=32768)]),
    ],
)
def test_the_line_of_a_refusal_works(
    kind: str,
    models: list[dict[str, object]],
    page: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if kind == "LM Studio":  # models that embed are listed among those that chat
        models = [*models, model("qwen2.5-coder-7b-instruct", "organization_owner")]
    with serving(Script([Says(BLOCK)], models=models)) as says:
        port = int(says.url.split(":")[2].removesuffix("/v1"))
        at = kind if kind in ("Ollama", "LM Studio") else "Ollama"  # the others say what they are
        monkeypatch.setattr(chat_servers, "SERVERS", ((at, port), ("vLLM", 9)))
        assert [each.kind for each in chat_servers.running()] == [kind]
        assert main(["apply", "page.py", ASKED]) == 3
        line = capsys.readouterr().err.partition("is asked by: ")[2].strip()
        command, *arguments = shlex.split(line)
        assert command == "specedit" and not says.requests
        assert main(arguments) == 0
    assert page.read_text() == EDITED
    assert says.requests[0]["model"] == models[-1]["id"]
