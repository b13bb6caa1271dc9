"""The tools over real standard input and output: what is written, what is refused, and what is told of it."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mcp.types import TextContent
from tests.service.mcp.conftest import Agent

from specedit.edits import operations, plain_text
from specedit.edits.definition_moves import move
from specedit.service.mcp.answers import EditAnswer
from specedit.service.mcp.tools import REFACTORINGS

NET = "class Client:\n    def close(self): ...\n\n\ndef fetch(url):\n    return url\n"
USE = 'from net import Client, fetch\n\n\ndef run(thing):\n    fetch("a")\n    Client().close()\n'


@pytest.fixture
def net(workspace: Path) -> Path:
    (workspace / "net.py").write_text(NET)
    (workspace / "use.py").write_text(USE)
    return workspace / "net.py"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def replaced(agent: Agent, path: str, old: str, new: str, **more: object) -> dict[str, Any]:
    return agent.call("replace_in_file", path=path, edits=[{"old": old, "new": new}], **more)


def refused(agent: Agent, path: str, old: str, new: str, **more: object) -> dict[str, Any]:
    return agent.refusal("replace_in_file", path=path, edits=[{"old": old, "new": new}], **more)


def test_the_tools_say_what_they_are(agent: Agent) -> None:
    tools = agent.tools()
    assert [*tools] == [
        "edit_file",
        "replace_in_file",
        "apply_patch",
        "rename_symbol",
        "move_file",
        "refactor",
        "undo",
    ]
    for tool in tools.values():
        hints = tool.annotations
        assert not hints.read_only_hint and hints.destructive_hint
        assert not hints.idempotent_hint and not hints.open_world_hint
        assert tool.description and tool.output_schema["properties"]["status"]
        shown = tool.input_schema["properties"]
        assert not {"context", "roots"} & shown.keys()
    assert "... existing code ..." in json.dumps(tools["edit_file"].input_schema)


def test_the_refactorings_shown_are_understood() -> None:
    assert {*REFACTORINGS} <= {
        *operations.examples(),
        *plain_text.EXAMPLES,
        *move.EXAMPLES,
    }


def test_the_answer_says_what_was_written_and_undo_takes_it_back(agent: Agent, net: Path) -> None:
    before = sha256(net)
    result = agent.raw(
        "replace_in_file", path="net.py", edits=[{"old": "return url", "new": "return [url]"}]
    )
    answer = EditAnswer.model_validate(result.structured_content)
    (file,) = answer.files
    assert (answer.status, file.path, file.decided_by) == ("written", "net.py", "syntax")
    assert (file.sha256_before, file.sha256_after) == (before, sha256(net))
    assert net.read_text() == NET.replace("return url", "return [url]")
    assert [(h.old_start, h.old_lines, h.new_start, h.new_lines) for h in file.hunks] == [
        (3, 4, 3, 4)
    ]
    (content,) = result.content
    assert isinstance(content, TextContent)
    text = content.text
    assert f"Wrote net.py: 1 hunk, decided by syntax, sha256 {sha256(net)}" in text
    assert "-    return url\n+    return [url]" in text
    undone = agent.call("undo")
    assert (undone["status"], undone["edit_id"]) == ("restored", answer.edit_id)
    assert net.read_text() == NET


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_the_diff_is_one_that_git_applies(agent: Agent, net: Path) -> None:
    (net.parent / "no_end.txt").write_bytes(b"one\r\ntwo")
    answer = replaced(agent, "no_end.txt", "two", "three")
    after = (net.parent / "no_end.txt").read_bytes()
    assert after == b"one\r\nthree"
    (net.parent / "no_end.txt").write_bytes(b"one\r\ntwo")
    diff = f"{answer['files'][0]['diff']}\n"
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=net.parent, check=True)
    assert (net.parent / "no_end.txt").read_bytes() == after


def test_a_dry_run_writes_nothing(agent: Agent, net: Path) -> None:
    answer = replaced(agent, "net.py", "return url", "return 1", dry_run=True)
    assert answer["status"] == "dry_run" and answer["edit_id"] is None
    assert net.read_text() == NET


def test_who_quotes_wrongly_is_shown_the_text_and_can_quote_it(agent: Agent, net: Path) -> None:
    refusal = refused(agent, "net.py", "def fetsh(uri, tries):\n    return uri", "def fetch(): ...")
    assert (refusal["code"], refusal["path"]) == ("not_found", "net.py")
    (shown,) = refusal["current_text"]
    lines = NET.split("\n")
    assert shown["text"] == "\n".join(lines[shown["first_line"] - 1 : 6]) + "\n"
    assert net.read_text() == NET
    quoted = shown["text"][shown["text"].index("def fetch") :]
    assert replaced(agent, "net.py", quoted, "def fetch(): ...\n")["status"] == "written"


def test_who_quotes_what_nothing_is_like_is_shown_a_short_file_or_told_to_read(
    agent: Agent, net: Path
) -> None:
    refusal = refused(agent, "net.py", "%%% $$ @@@@ &&", "x")
    assert (refusal["code"], refusal["current_text"][0]["text"]) == ("not_found", NET)
    (net.parent / "long.txt").write_text("a = 1\n" * 100)
    refusal = refused(agent, "long.txt", "%%% $$ @@@@ &&", "x")
    assert refusal["current_text"] == [] and "current_text" not in refusal["next_step"]
    assert "read the file" in refusal["next_step"]


def test_a_text_in_two_places_is_refused_with_both(agent: Agent, workspace: Path) -> None:
    (workspace / "t.txt").write_text("a = 1\nend\n" + "-\n" * 9 + "a = 2\nend\n")
    refusal = refused(agent, "t.txt", "end\n", "stop\n")
    assert (refusal["code"], refusal["lines"]) == ("ambiguous", [2, 13])
    assert [each["first_line"] for each in refusal["current_text"]] == [1, 11]


def test_all_edits_or_none(agent: Agent, net: Path) -> None:
    edits = [{"old": "return url", "new": "return 1"}, {"old": "nowhere at all", "new": "x"}]
    assert agent.refusal("replace_in_file", path="net.py", edits=edits)["code"] == "not_found"
    assert net.read_text() == NET
    edits[1] = {"old": "return 1", "new": "return 2"}  # sees what the first has made
    assert agent.call("replace_in_file", path="net.py", edits=edits)["status"] == "written"
    assert net.read_text() == NET.replace("return url", "return 2")


def test_a_snippet_leaves_alone_what_it_leaves_out(agent: Agent, net: Path) -> None:
    snippet = "# ... existing code ...\n\n\ndef fetch(url):\n    return url\n\n\ndef load(url):\n    return fetch(url)\n"
    arguments = {"path": "net.py", "instruction": "add load", "code_edit": snippet}
    assert agent.call("edit_file", **arguments)["status"] == "written"
    assert net.read_text() == NET + "\n\ndef load(url):\n    return fetch(url)\n"


def test_a_snippet_that_would_lose_code_is_refused(agent: Agent, net: Path) -> None:
    arguments = {"instruction": "tidy", "code_edit": "class Client:\n    def open(self): ...\n"}
    answer = agent.call("edit_file", path="net.py", **arguments)
    assert answer["status"] == "refused" or "def fetch" in net.read_text()


def test_a_patch_goes_to_all_files_or_to_none(agent: Agent, net: Path) -> None:
    def patch(old: str) -> str:
        return (
            "--- a/net.py\n+++ b/net.py\n@@ -6 +6 @@\n-    return url\n+    return None\n"
            f"--- a/use.py\n+++ b/use.py\n@@ -5 +5 @@\n-    {old}\n+    fetch(1)\n"
        )

    refusal = agent.refusal("apply_patch", patch=patch('fetsh("b")'))
    assert (refusal["code"], refusal["path"]) == ("not_found", "use.py")
    assert 'fetch("a")' in refusal["current_text"][0]["text"]
    assert net.read_text() == NET
    answer = agent.call("apply_patch", patch=patch('fetch("a")'))
    assert [file["path"] for file in answer["files"]] == ["net.py", "use.py"]
    assert agent.call("undo", edit_id=answer["edit_id"])["status"] == "restored"
    assert (net.read_text(), (net.parent / "use.py").read_text()) == (NET, USE)


def test_a_symbol_is_renamed_in_the_whole_workspace(agent: Agent, net: Path) -> None:
    answer = agent.call("rename_symbol", name="fetch", new_name="load")
    assert [file["path"] for file in answer["files"]] == ["net.py", "use.py"]
    assert net.read_text() == NET.replace("fetch", "load")
    assert (net.parent / "use.py").read_text() == USE.replace("fetch", "load")


def test_a_symbol_may_be_named_by_its_line(agent: Agent, net: Path) -> None:
    answer = agent.call("rename_symbol", path="net.py", line=2, new_name="shut")
    assert answer["status"] == "written"
    assert net.read_text() == NET.replace("close", "shut")
    assert (net.parent / "use.py").read_text() == USE.replace("close", "shut")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"name": "nothing_like_it", "new_name": "load"}, "symbol_not_found"),
        ({"name": "fetch", "new_name": "2x"}, "name_refused"),
        ({"name": "fetch to load and run", "new_name": "go"}, "name_refused"),
        ({"name": "fetch", "new_name": "Client"}, "name_refused"),
        ({"path": "net.py", "line": 3, "new_name": "load"}, "refused"),
        ({"new_name": "load"}, "invalid_request"),
        ({"line": 1, "new_name": "load"}, "invalid_request"),
    ],
)
def test_renames_that_cannot_be(
    arguments: dict[str, object], code: str, agent: Agent, net: Path
) -> None:
    assert agent.refusal("rename_symbol", **arguments)["code"] == code
    assert net.read_text() == NET


def test_a_file_goes_elsewhere_with_its_importers(agent: Agent, net: Path) -> None:
    (net.parent / "lib").mkdir()
    (net.parent / "lib" / "__init__.py").touch()
    answer = agent.call("move_file", path="net.py", new_path="lib/web.py")
    told = {file["path"]: (file["status"], file["moved_to"]) for file in answer["files"]}
    assert told == {"net.py": ("moved", "lib/web.py"), "use.py": ("changed", None)}
    assert not net.exists() and (net.parent / "lib" / "web.py").read_text() == NET
    assert "from lib.web import" in (net.parent / "use.py").read_text()
    assert agent.call("undo", edit_id=answer["edit_id"])["status"] == "restored"
    assert (net.read_text(), (net.parent / "use.py").read_text()) == (NET, USE)


@pytest.mark.parametrize(
    ("path", "new_path", "code"),
    [
        ("net.py", "use.py", "refused"),
        ("net.py", "class.py", "name_refused"),
        ("net.py", "json.py", "name_refused"),
        ("net.py", "../net.py", "outside_roots"),
        ("net.py", ".git/hooks/net.py", "refused"),
        ("nowhere.py", "there.py", "refused"),
    ],
)
def test_files_that_cannot_go_there(
    path: str, new_path: str, code: str, agent: Agent, net: Path
) -> None:
    assert agent.refusal("move_file", path=path, new_path=new_path)["code"] == code
    assert net.read_text() == NET


def test_a_definition_goes_to_another_file(agent: Agent, net: Path) -> None:
    (net.parent / "web.py").touch()
    instruction = "move the function fetch to web.py"
    answer = agent.call("refactor", path="net.py", instruction=instruction)
    assert [file["path"] for file in answer["files"]] == ["net.py", "use.py", "web.py"]
    assert "def fetch" in (net.parent / "web.py").read_text()


def test_callers_in_other_files_are_changed_with_a_function(agent: Agent, net: Path) -> None:
    instruction = "make all parameters of fetch keyword-only"
    answer = agent.call("refactor", path="net.py", instruction=instruction)
    assert [file["path"] for file in answer["files"]] == ["net.py", "use.py"]
    assert "fetch(url=" in (net.parent / "use.py").read_text()


def test_an_instruction_is_carried_out_by_syntax(agent: Agent, net: Path) -> None:
    instruction = "add the return type str to fetch"
    assert agent.call("refactor", path="net.py", instruction=instruction)["status"] == "written"
    assert "def fetch(url) -> str:" in net.read_text()


def test_an_instruction_that_nothing_understands_is_told_what_would_be(
    agent: Agent, net: Path
) -> None:
    refusal = agent.refusal("refactor", path="net.py", instruction="make it much faster")
    assert refusal["code"] == "not_understood" and '"' in refusal["reason"]
    assert "--" not in refusal["reason"]  # the options of another door


def test_what_other_files_use_is_not_deleted(agent: Agent, net: Path) -> None:
    refusal = agent.refusal("refactor", path="net.py", instruction="delete the function fetch")
    assert refusal["code"] == "unsafe" and "use.py" in refusal["reason"]
    assert net.read_text() == NET


def test_a_result_that_would_not_parse_is_refused(agent: Agent, net: Path) -> None:
    refusal = refused(agent, "net.py", "def fetch(url):", "def fetch(url:")
    assert refusal["code"] == "unsafe" and "--force" not in str(refusal)
    assert net.read_text() == NET


def test_progress_only_grows(agent: Agent, net: Path) -> None:
    replaced(agent, "net.py", "return url", "return 5")
    steps = [progress for progress, _ in agent.progress]
    assert steps == sorted({*steps}) and len(steps) >= 2
    assert agent.progress[-1][1] == "writing"


def test_a_file_that_changed_since_it_was_read_is_refused_with_what_it_says_now(
    agent: Agent, net: Path
) -> None:
    answer = replaced(agent, "net.py", "return url", "return 1")
    known = answer["files"][0]["sha256_after"]
    net.write_text(net.read_text().replace("return 1", "return 'theirs'"))
    refusal = refused(agent, "net.py", "def fetch(url)", "def fetch(uri)", base_sha256=known)
    assert refusal["code"] == "changed_on_disk"
    (shown,) = refusal["current_text"]
    assert "return 'theirs'" in shown["text"] and "class Client" not in shown["text"]
    assert "theirs" in net.read_text() and "uri" not in net.read_text()
    written = replaced(agent, "net.py", "(url)", "(uri)", base_sha256=sha256(net).upper())
    assert written["status"] == "written"


def test_undo_leaves_alone_what_was_changed_since(agent: Agent, net: Path) -> None:
    answer = replaced(agent, "net.py", "return url", "return 1")
    net.write_text(net.read_text() + "# theirs\n")
    assert agent.refusal("undo", edit_id=answer["edit_id"])["code"] == "refused"
    assert net.read_text().endswith("return 1\n# theirs\n")
    net.write_text(net.read_text().removesuffix("# theirs\n"))
    assert agent.call("undo")["status"] == "restored"


def test_a_text_that_nobody_writes_is_refused(agent: Agent, net: Path) -> None:
    assert (
        refused(agent, "net.py", "return url", "a" * (1 << 24) + "b")["code"] == "invalid_request"
    )
