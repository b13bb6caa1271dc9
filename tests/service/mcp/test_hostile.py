"""What no agent should send, at the wrong moment: nothing is half written, lost, or written where it should not be."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from anyio.from_thread import start_blocking_portal
from tests.patience import PATIENCE
from tests.service.mcp.conftest import Agent

TEXT = "def f(x):\n    return x\n"
ONE = [{"old": "return x", "new": "return 1"}]


@pytest.fixture
def file(workspace: Path) -> Path:
    (workspace / "a.py").write_text(TEXT)
    return workspace / "a.py"


def test_an_argument_that_no_tool_has_is_refused(agent: Agent, file: Path) -> None:
    misspelt = agent.raw("replace_in_file", path="a.py", edits=ONE, dryrun=True)
    assert misspelt.is_error and "no argument 'dryrun'" in str(misspelt.content)
    edits = [{**ONE[0], "replaceAll": True}]
    assert agent.raw("replace_in_file", path="a.py", edits=edits).is_error
    assert file.read_text() == TEXT
    for tool in agent.tools().values():
        assert tool.input_schema["additionalProperties"] is False


@pytest.mark.parametrize(
    "name", ["n\n.txt", "n\r.txt", "n\x1b[2J.txt", "txt.\u202eexe", "n" * 300 + ".txt", "n\0.txt"]
)
def test_no_file_is_made_under_a_name_that_is_not_shown(
    name: str, agent: Agent, file: Path
) -> None:
    patch = json.dumps({"path": name, "old_string": "", "new_string": "x\n"})
    assert agent.refusal("apply_patch", patch=patch)["code"] in ("invalid_request", "refused")
    assert [path.name for path in file.parent.iterdir()] == ["a.py"]


@pytest.mark.parametrize(
    "instruction",
    [
        "--accept trust",
        "rename f to g --force all",
        "rename f to g\n--force all",
        "$(touch b)",
        "\0",
    ],
)
def test_an_instruction_is_no_command_line(instruction: str, agent: Agent, file: Path) -> None:
    agent.refusal("refactor", path="a.py", instruction=instruction)
    assert file.read_text() == TEXT and [*file.parent.iterdir()] == [file]


@pytest.mark.parametrize(
    "patch",
    ["[" * 100_000, '{"path":' * 5000, "*** Begin Patch\n" * 5000, "@@" * 100_000, "--- \n+++ \n"],
)
def test_a_patch_that_is_nested_or_damaged_is_refused(patch: str, agent: Agent, file: Path) -> None:
    assert agent.refusal("apply_patch", patch=patch)["code"] != "failed"


def test_links_that_come_and_go_lead_nowhere(agent: Agent, file: Path, tmp_path: Path) -> None:
    outside, inside, ended = tmp_path / "outside", file.parent / "d", Event()
    outside.mkdir()
    (outside / "a.txt").write_text("one\n")

    def change_places() -> None:
        while not ended.is_set():
            with suppress(OSError):
                if inside.is_symlink():
                    inside.unlink()
                    shutil.copytree(outside, inside)
                else:
                    shutil.rmtree(inside, ignore_errors=True)
                    inside.symlink_to(outside)

    changing = Thread(target=change_places)
    changing.start()
    parts = ("*** Add File: d/n.txt\n+n", "*** Delete File: d/a.txt")
    moved = "*** Update File: d/a.txt\n*** Move to: d/z.txt"
    try:
        for _ in range(20):
            agent.call("replace_in_file", path="d/a.txt", edits=[{"old": "one", "new": "two"}])
            for part in (*parts, moved):
                agent.call("apply_patch", patch=f"*** Begin Patch\n{part}\n*** End Patch\n")
    finally:
        ended.set()
        changing.join()
    assert [path.name for path in outside.iterdir()] == ["a.txt"]
    assert (outside / "a.txt").read_text() == "one\n"


@pytest.fixture
def neighbours(workspace: Path, tmp_path: Path) -> Iterator[tuple[Agent, Agent]]:
    """Two agents, each with a server of its own."""
    environment = {**os.environ, "SPECEDIT_STATE": str(tmp_path / "state")}
    with start_blocking_portal() as portal:
        first, second = Agent(portal), Agent(portal)
        with first.connected([], environment, "auto"), second.connected([], environment, "auto"):
            first.roots = second.roots = [workspace.as_uri()]
            yield first, second


def test_two_servers_lose_no_edit_of_one_file(
    neighbours: tuple[Agent, Agent], workspace: Path
) -> None:
    file, count = workspace / "c.txt", 10
    file.write_text("".join(f"line {i} of it\n" for i in range(2 * count)))

    def edit(agent: Agent, own: range) -> None:
        for i in own:
            edits = [{"old": f"line {i} of it\n", "new": f"LINE {i}\n"}]
            while agent.call("replace_in_file", path="c.txt", edits=edits)["status"] == "refused":
                pass

    ways = [range(start, 2 * count, 2) for start in (0, 1)]
    threads = [Thread(target=edit, args=each) for each in zip(neighbours, ways, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert file.read_text() == "".join(f"LINE {i}\n" for i in range(2 * count))


def test_a_client_that_leaves_in_the_middle_of_a_call(file: Path, tmp_path: Path) -> None:
    text = TEXT + "".join(f"\n\ndef f{i}(y):\n    return f(y) + {i}\n" for i in range(1000))
    file.write_text(text)
    greeting = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    rename = {"name": "rename_symbol", "arguments": {"name": "f", "new_name": "g"}}
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": greeting},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": rename},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "specedit", "mcp"],
        input="".join(f"{json.dumps(message)}\n" for message in messages),
        capture_output=True,
        text=True,
        cwd=file.parent,
        env={**os.environ, "SPECEDIT_STATE": str(tmp_path / "state")},
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, "")
    whole = (text, text.replace("def f(", "def g(").replace("return f(", "return g("))
    assert file.read_text() in whole
