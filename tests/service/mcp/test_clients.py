"""Clients that others have written: the inspector, the conformance suite, the SDK for Node, and a whole agent."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.chat_server import Says, Script, serving
from tests.node import NODE, install
from tests.service.mcp.test_http import HttpServer

pytestmark = pytest.mark.clients
FOLDER = Path(__file__).parent / "clients"
MCP = [str(Path(sys.executable).with_name("specedit")), "mcp"]
TEXT = "def fetch(page):\n    return page\n\n\nprint(fetch(1))\n"
EDITED = TEXT.replace("fetch(1)", "fetch(2)")
EDITS = [{"old": "fetch(1)", "new": "fetch(2)"}]
_DOWNLOADS = ("MODELS_FETCH", "AUTOUPDATE", "LSP_DOWNLOAD")  # of the agent, without a network
TOOLS = {"edit_file", "replace_in_file", "apply_patch", "rename_symbol", "refactor", "undo"}
# What the conformance suite finds in any server. Its other scenarios call tools, prompts and resources of its own, which only a
# server made for it has, or ask for what an editor has no use for: sampling, elicitation, log levels, completion.
SCENARIOS = (
    "server-initialize",
    "ping",
    "tools-list",
    "tools-call-simple-text",
    "tools-call-error",
    "server-sse-multiple-streams",
    "resources-list",
    "prompts-list",
    "dns-rebinding-protection",
)


@pytest.fixture(scope="session")
def packages() -> Path:
    installed = install(FOLDER)
    # The inspector looks for its version one folder too high, where it was when it was built.
    (installed / "@modelcontextprotocol" / "package.json").write_text(
        '{"name": "inspector", "version": "1"}\n'
    )
    return installed


@pytest.fixture
def file(workspace: Path) -> Path:
    (workspace / "a.py").write_text(TEXT)
    return workspace / "a.py"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "SPECEDIT_STATE": str(tmp_path / "state"), "HOME": str(tmp_path)}


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    """A server for programs of this machine, without a token."""
    started = HttpServer(tmp_path_factory.mktemp("http"), token="")
    yield started
    started.end()


def node(*arguments: str, said: str = "", **options: Any) -> str:
    done = subprocess.run(
        [str(NODE), *arguments], input=said, capture_output=True, text=True, timeout=120, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def test_the_inspector(packages: Path, file: Path, environment: dict[str, str]) -> None:
    inspector = str(packages / "@modelcontextprotocol" / "inspector-cli" / "build" / "cli.js")
    command = [inspector, "--cli", *MCP, "--root", str(file.parent)]
    listed = json.loads(node(*command, "--method", "tools/list", env=environment))
    assert {tool["name"] for tool in listed["tools"]} >= TOOLS
    call = ["--method", "tools/call", "--tool-name", "replace_in_file"]
    given = ["--tool-arg", "path=a.py", f"edits={json.dumps(EDITS)}"]
    answer = json.loads(node(*command, *call, *given, env=environment))
    assert answer["structuredContent"]["status"] == "written"
    assert file.read_text() == EDITED


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_conformance(
    scenario: str, packages: Path, open_server: HttpServer, tmp_path: Path
) -> None:
    suite = str(packages / "@modelcontextprotocol" / "conformance" / "dist" / "index.js")
    node(suite, "server", "--url", open_server.at, "--scenario", scenario, "-o", str(tmp_path))
    (checks,) = tmp_path.glob("*/checks.json")
    outcomes = {check["id"]: check["status"] for check in json.loads(checks.read_text())}
    assert "SUCCESS" in outcomes.values()
    assert "FAILURE" not in outcomes.values(), outcomes


@pytest.mark.parametrize("over_http", [False, True])
def test_the_sdk_for_node(
    over_http: bool,
    packages: Path,
    file: Path,
    environment: dict[str, str],
    open_server: HttpServer,
) -> None:
    folder = open_server.root if over_http else file.parent
    copy = folder / "b.py"
    shutil.copy(file, copy)
    calls = [
        ["replace_in_file", {"path": "b.py", "edits": EDITS}],
        ["rename_symbol", {"path": "b.py", "name": "fetch", "new_name": "load", "dry_run": True}],
        ["replace_in_file", {"path": "b.py", "edits": [{"old": "missing(9)", "new": "x"}]}],
        ["edit_file", {"path": "../b.py", "instruction": "", "code_edit": "x = 1\n"}],
    ]
    server = {"url": open_server.at} if over_http else {"command": MCP, "environment": environment}
    said = json.dumps({**server, "folder": str(folder), "calls": calls})
    got = json.loads(node("sdk.mjs", said=said, cwd=FOLDER))
    assert {tool["name"] for tool in got["tools"]} >= TOOLS
    answers = [answer["structuredContent"] for answer in got["answers"]]
    assert [each["status"] for each in answers] == ["written", "dry_run", "refused", "refused"]
    assert [each.get("isError", False) for each in got["answers"]] == [False, False, True, True]
    assert [each["refusals"][0]["code"] for each in answers[2:]] == ["not_found", "outside_roots"]
    assert got["answers"][0]["progress"]
    assert copy.read_text() == EDITED


def test_a_whole_agent_mends_its_call(
    packages: Path, file: Path, environment: dict[str, str]
) -> None:
    """opencode, at a model that says what a script has: its call is refused once, and mended from what the refusal shows."""
    program = packages / "opencode-linux-x64-baseline" / "bin" / "opencode"
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the program is for Linux on x86-64")
    wrong = {"path": "a.py", "edits": [{"old": "answer = fetched(1)\nshow(answer)", "new": "x"}]}
    shown: list[str] = []

    def reply(request: dict[str, Any]) -> Says:
        last = request["messages"][-1]
        if not request.get("tools"):  # it wants a title
            return Says("A call")
        if last["role"] != "tool":
            return Says(tool=("specedit_replace_in_file", wrong))
        shown.append(last["content"])
        if len(shown) > 1:
            return Says("It is done.")
        quoted = re.search(r"print\(fetch\(1\)\)", last["content"])
        assert quoted is not None, last["content"]
        edits = [{"old": quoted[0], "new": "print(fetch(2))"}]
        return Says(tool=("specedit_replace_in_file", {"path": "a.py", "edits": edits}))

    installing = [*MCP, "--install", "opencode", "--write"]
    subprocess.run(installing, cwd=file.parent, env=environment, check=True, capture_output=True)
    config = file.parent / "opencode.json"
    entry = json.loads(config.read_text())
    entry["mcp"]["specedit"]["command"] = MCP  # not by the name that this shell may not know
    with serving(Script([], reply=reply)) as script:
        options = {"baseURL": script.url, "apiKey": "any"}
        models = {"coder": {"name": "coder"}}
        provider = {"npm": "@ai-sdk/openai-compatible", "name": "s", "options": options}
        entry |= {"provider": {"s": {**provider, "models": models}}, "autoupdate": False}
        config.write_text(json.dumps(entry | {"model": "s/coder", "small_model": "s/coder"}))
        offline = {f"OPENCODE_DISABLE_{name}": "1" for name in _DOWNLOADS}
        run = [str(program), "run", "--format", "json", "change the call"]
        done = subprocess.run(
            run,
            cwd=file.parent,
            env={**environment, **offline, "PWD": str(file.parent)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert file.read_text() == EDITED, shown
    assert len(shown) == 2 and "Wrote a.py" in shown[1]
