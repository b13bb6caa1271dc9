"""What a client may edit: files below its roots, as they really lie, and none that steers tools or holds secrets."""

from pathlib import Path
from typing import Any

import pytest
from tests.service.mcp.conftest import Agent

from specedit.engine.errors import OutsideRoot
from specedit.service.mcp.bounds import bounds_of
from specedit.service.mcp.limits import Limits

TEXT = "one\ntwo\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "o.txt").write_text(TEXT)
    return folder / "o.txt"


def edit(agent: Agent, path: str | Path) -> dict[str, Any]:
    edits = [{"old": "one", "new": "1"}]
    return agent.call("replace_in_file", path=str(path), edits=edits)


def refusal_of(agent: Agent, path: str | Path) -> dict[str, Any]:
    return agent.refusal("replace_in_file", path=str(path), edits=[{"old": "one", "new": "1"}])


def test_whole_paths_and_links_within_are_as_good(agent: Agent, workspace: Path) -> None:
    (workspace / "sub").mkdir()
    for name in ("a.txt", "sub/b.txt", "c.txt", "d.txt"):
        (workspace / name).write_text(TEXT)
    (workspace / "link.txt").symlink_to("c.txt")
    assert edit(agent, workspace / "a.txt")["status"] == "written"
    assert edit(agent, "sub/../sub/b.txt")["status"] == "written"
    answer = edit(agent, "link.txt")
    assert answer["files"][0]["path"] == "c.txt"
    assert (workspace / "link.txt").is_symlink()


def test_nothing_outside_is_edited(agent: Agent, workspace: Path, outside: Path) -> None:
    (workspace / "link.txt").symlink_to(outside)
    (workspace / "folder").symlink_to(outside.parent)
    for path in (outside, "../outside/o.txt", "link.txt", "folder/o.txt", "/etc/hostname"):
        assert refusal_of(agent, path)["code"] == "outside_roots", path
    patch = "--- a/../outside/o.txt\n+++ b/../outside/o.txt\n@@ -1 +1 @@\n-one\n+1\n"
    assert agent.call("apply_patch", patch=patch)["status"] == "refused"
    assert outside.read_text() == TEXT


@pytest.mark.parametrize(
    "name", [".env", ".git/config", "id_rsa", "secrets.yaml", ".github/ci.yml"]
)
def test_what_steers_tools_or_holds_secrets_is_not(
    name: str, agent: Agent, workspace: Path
) -> None:
    file = workspace / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(TEXT)
    refusal = refusal_of(agent, name)
    assert refusal["code"] == "outside_roots" and "--allow" in str(refusal["reason"])
    assert file.read_text() == TEXT


@pytest.mark.parametrize("path", ["", " ", "a\0b", "nothing.txt", "."])
def test_what_is_no_file(path: str, agent: Agent, workspace: Path) -> None:
    assert refusal_of(agent, path)["code"] in ("invalid_request", "refused")


def test_a_file_that_is_not_there_is_named_where_it_is(agent: Agent, workspace: Path) -> None:
    (workspace / "src").mkdir()
    (workspace / "src" / "app.txt").write_text(TEXT)
    assert "there is src/app.txt" in str(refusal_of(agent, "lib/app.txt")["reason"])


def test_among_several_roots_the_one_that_has_the_file(agent: Agent, tmp_path: Path) -> None:
    roots = [tmp_path / "a b", tmp_path / "c"]
    for root in roots:
        root.mkdir()
        (root / "both.txt").write_text(TEXT)
    (roots[0] / "only.txt").write_text(TEXT)
    agent.roots = [root.as_uri() for root in roots]
    assert edit(agent, "only.txt")["status"] == "written"
    refusal = refusal_of(agent, "both.txt")
    assert refusal["code"] == "ambiguous" and str(roots[1]) in str(refusal["reason"])
    assert edit(agent, roots[1] / "both.txt")["status"] == "written"
    assert refusal_of(agent, "none.txt")["code"] == "invalid_request"
    assert agent.refusal("rename_symbol", name="f", new_name="g")["code"] == "ambiguous"


def test_undo_stays_within_the_roots(agent: Agent, workspace: Path, tmp_path: Path) -> None:
    (workspace / "a.txt").write_text(TEXT)
    edit_id = edit(agent, "a.txt")["edit_id"]
    (tmp_path / "other").mkdir()
    agent.roots = [(tmp_path / "other").as_uri()]
    assert agent.refusal("undo", edit_id=edit_id)["code"] == "outside_roots"
    assert (workspace / "a.txt").read_text() == "1\ntwo\n"


def test_an_edit_that_is_not_known(agent: Agent) -> None:
    assert agent.refusal("undo", edit_id="zzzzzz")["code"] == "refused"


def folders(roots: list[str] | None, folder: Path | None) -> list[Path]:
    return [root.folder for root in bounds_of(roots, folder, Limits()).roots]


def test_the_servers_folder_narrows_the_clients_roots(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    outer, within = [tmp_path.as_uri()], [inner.as_uri()]
    assert (
        folders(outer, inner)
        == folders(within, tmp_path)
        == folders([*outer, *within], inner)
        == [inner]
    )
    assert folders([*within, *outer], None) == [tmp_path]
    with pytest.raises(OutsideRoot):
        folders([Path("/usr").as_uri()], tmp_path)


def test_a_client_without_roots_edits_where_the_server_was_started(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folders(None, None) == [workspace]
    for too_much in ("/", Path.home()):
        monkeypatch.chdir(too_much)
        with pytest.raises(OutsideRoot, match="--root"):
            folders(None, None)


@pytest.mark.parametrize(
    "uris",
    [
        [],
        ["https://example.org/"],
        ["file://elsewhere/tmp"],
        ["file:///no/such/folder"],
        ["file:///tmp%00x"],
    ],
)
def test_roots_that_are_no_folders_allow_nothing(uris: list[str]) -> None:
    with pytest.raises(OutsideRoot):
        folders(uris, None)
