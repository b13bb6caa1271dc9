"""Patches that make, remove and move files: all or nothing, within bounds, and undone as one."""

import os
from pathlib import Path

import pytest
from tests.service.mcp.conftest import Agent

FILES = {"a.py": "def one():\n    return 1\n", "old.txt": "gone\n", "sub/b.py": "x = 1\ny = 2\n"}
PATCH = """\
*** Begin Patch
*** Add File: new/c.py
+z = 3
*** Delete File: old.txt
*** Update File: sub/b.py
*** Move to: moved/b.py
@@
-x = 1
+x = 10
*** Update File: a.py
@@
-    return 1
+    return 2
*** End Patch
"""
AFTER = {
    "a.py": "def one():\n    return 2\n",
    "new/c.py": "z = 3\n",
    "moved/b.py": "x = 10\ny = 2\n",
}


@pytest.fixture
def root(workspace: Path) -> Path:
    for name, text in FILES.items():
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text(text)
    return workspace


def files_of(root: Path) -> dict[str, str]:
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def test_files_are_made_removed_and_moved_and_put_back(agent: Agent, root: Path) -> None:
    assert agent.call("apply_patch", patch=PATCH, dry_run=True)["status"] == "dry_run"
    assert files_of(root) == FILES
    answer = agent.call("apply_patch", patch=PATCH)
    assert files_of(root) == AFTER
    told = {file["path"]: (file["status"], file["moved_to"]) for file in answer["files"]}
    assert told == {
        "new/c.py": ("created", None),
        "old.txt": ("deleted", None),
        "sub/b.py": ("moved", "moved/b.py"),
        "a.py": ("changed", None),
    }
    hashes = {f["path"]: (f["sha256_before"], f["sha256_after"]) for f in answer["files"]}
    assert hashes["new/c.py"][0] is None and hashes["old.txt"][1] is None
    assert agent.call("undo")["status"] == "restored"
    assert files_of(root) == FILES


def test_the_text_says_which_file_is_what(agent: Agent, root: Path) -> None:
    text = str(agent.raw("apply_patch", patch=PATCH).content)
    for said in ("Created new/c.py", "Deleted old.txt", "Moved sub/b.py to moved/b.py", "Wrote a"):
        assert said in text
    assert "--- /dev/null" in text and "+++ /dev/null" in text


def test_one_part_that_does_not_fit_keeps_all_as_it_was(agent: Agent, root: Path) -> None:
    refusal = agent.refusal("apply_patch", patch=PATCH.replace("-    return 1", "-    yield 1"))
    assert refusal["path"] == "a.py"
    taken = agent.refusal("apply_patch", patch=PATCH.replace("new/c.py", "a.py"))
    assert "a.py" in taken["reason"]
    assert files_of(root) == FILES


def test_a_file_that_would_not_parse_is_not_made(agent: Agent, root: Path) -> None:
    patch = "*** Begin Patch\n*** Add File: bad.py\n+def f(:\n*** End Patch\n"
    assert agent.refusal("apply_patch", patch=patch)["code"] == "unsafe"
    assert files_of(root) == FILES


def test_a_file_that_another_imports_is_not_deleted(agent: Agent, root: Path) -> None:
    (root / "main.py").write_text("import a\n\nprint(a.one())\n")
    refusal = agent.refusal(
        "apply_patch", patch="*** Begin Patch\n*** Delete File: a.py\n*** End Patch\n"
    )
    assert refusal["code"] == "unsafe" and "main.py on line 1" in refusal["reason"]
    assert (root / "a.py").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../o.py",
        "sub/../../o.py",
        ".git/hooks/pre-commit",
        ".env",
        "sub/.npmrc",
        "id_rsa",
        "link/o.py",
        "/o.py",
        "sub\\..\\..\\o.py",
        "C:\\o.py",
    ],
)
def test_no_file_is_made_or_moved_out_of_bounds(
    name: str, agent: Agent, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(tmp_path / "outside")
    before = files_of(tmp_path)
    added = f"*** Begin Patch\n*** Add File: {name}\n+z = 3\n*** End Patch\n"
    moved = f"*** Begin Patch\n*** Update File: a.py\n*** Move to: {name}\n@@\n-def one():\n+def two():\n*** End Patch\n"
    for patch in (added, moved):
        assert agent.refusal("apply_patch", patch=patch)["code"] in ("outside_roots", "refused")
    assert files_of(tmp_path) == before


def test_what_is_protected_is_not_removed_or_moved_away(agent: Agent, root: Path) -> None:
    (root / ".env").write_text("SECRET=1\n")
    for part in ("*** Delete File: .env", "*** Update File: .env\n*** Move to: env.txt"):
        patch = f"*** Begin Patch\n{part}\n*** End Patch\n"
        refusal = agent.refusal("apply_patch", patch=patch)
        assert refusal["code"] in ("outside_roots", "refused") and "SECRET" not in str(refusal)
    assert (root / ".env").exists() and not (root / "env.txt").exists()


def test_a_whole_path_tells_which_root_is_meant(agent: Agent, tmp_path: Path) -> None:
    roots = [tmp_path / "c", tmp_path / "d"]
    for root in roots:
        root.mkdir()
        (root / "both.txt").write_text("one\n")
    agent.roots = [root.as_uri() for root in roots]
    made = f"*** Begin Patch\n*** Add File: {roots[1]}/sub/n.txt\n+n\n*** Delete File: {roots[0]}/both.txt\n*** End Patch\n"
    assert agent.call("apply_patch", patch=made)["status"] == "written"
    assert (roots[1] / "sub" / "n.txt").read_text() == "n\n"
    assert not (roots[0] / "both.txt").exists()
    refusal = agent.refusal("apply_patch", patch=made.replace(f"{roots[1]}/sub/", "other/"))
    assert "whole path" in refusal["reason"]


def test_a_file_that_is_no_text_can_be_moved_and_removed(agent: Agent, root: Path) -> None:
    (root / "p.bin").write_bytes(b"\0\1\2\xff")
    moved = (
        "diff --git a/p.bin b/q.bin\nsimilarity index 100%\nrename from p.bin\nrename to q.bin\n"
    )
    (file,) = agent.call("apply_patch", patch=moved)["files"]
    assert (file["status"], file["diff"]) == ("moved", "") and (root / "q.bin").exists()
    removed = "*** Begin Patch\n*** Delete File: q.bin\n*** End Patch\n"
    assert agent.call("apply_patch", patch=removed)["files"][0]["status"] == "deleted"
    assert agent.call("undo")["status"] == agent.call("undo")["status"] == "restored"
    assert (root / "p.bin").read_bytes() == b"\0\1\2\xff"


def test_a_patch_makes_a_file_executable(agent: Agent, root: Path) -> None:
    patch = "diff --git a/a.py b/a.py\nold mode 100644\nnew mode 100755\n"
    (file,) = agent.call("apply_patch", patch=patch)["files"]
    assert file["remarks"] == ["it may be executed now"] and os.access(root / "a.py", os.X_OK)
