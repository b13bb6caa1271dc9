"""`specedit apply --patch` without a file: files that a patch creates, deletes and moves."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from specedit.cli.main import main

FILES = {
    "a.py": b"a = 1\n",
    "lib/b.py": b"def b():\n    return 1\n",
    "lib/crlf.txt": b"one\r\ntwo\r\n",
    "data.bin": bytes(range(256)),
    "open.txt": b"no end",
}


@pytest.fixture
def repository(workspace: Path) -> Path:
    (workspace / ".git").mkdir()
    for name, data in FILES.items():
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_bytes(data)
    return workspace


def files_of(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "fix.diff"
    }


def patched(repository: Path, text: str, *options: str) -> int:
    (repository / "fix.diff").write_bytes(text.encode())
    return main(["apply", "--patch", str(repository / "fix.diff"), *options])


V4A = """\
*** Begin Patch
*** Add File: new/n.py
+import os
+
+print(os.sep)
*** Delete File: data.bin
*** Update File: lib/b.py
*** Move to: moved/c.py
@@ def b():
-    return 1
+    return 2
*** End Patch
"""
AFTER = {
    **{name: data for name, data in FILES.items() if name not in ("data.bin", "lib/b.py")},
    "new/n.py": b"import os\n\nprint(os.sep)\n",
    "moved/c.py": b"def b():\n    return 2\n",
}


def test_files_are_created_deleted_and_moved_with_one_undo(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert patched(repository, V4A) == 0
    assert files_of(repository) == AFTER
    told = capsys.readouterr().err
    assert "new/n.py: created" in told and "data.bin: deleted" in told
    assert "lib/b.py: moved to moved/c.py and changed" in told
    assert main(["undo"]) == 0
    assert files_of(repository) == FILES and not (repository / "new").exists()
    told = capsys.readouterr().err
    assert f"removed {repository / 'new/n.py'}" in told
    assert f"moved {repository / 'moved/c.py'} back to {repository / 'lib/b.py'}" in told


def test_to_look_shows_what_git_would_apply(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patch = V4A.replace("data.bin", "open.txt")
    for how in (["-n"], ["--emit", "diff"]):
        assert patched(repository, patch, *how) in (0, 1)
        assert files_of(repository) == FILES
        (tmp_path / "shown.diff").write_text(capsys.readouterr().out)
        copy = tmp_path / how[0]
        copy.mkdir()
        subprocess.run(["git", "init", "-q", str(copy)], check=True)
        for name, data in FILES.items():
            (copy / name).parent.mkdir(exist_ok=True)
            (copy / name).write_bytes(data)
        subprocess.run(["git", "apply", "../shown.diff"], check=True, cwd=copy)
        assert (copy / "moved/c.py").read_bytes() == AFTER["moved/c.py"]
        assert (copy / "new/n.py").exists() and not (copy / "open.txt").exists()


def test_as_json(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert patched(repository, V4A, "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [(x["path"], x["action"], x["moved_to"], x["written"]) for x in lines]
    assert told == [
        ("new/n.py", "create", None, True),
        ("data.bin", "delete", None, True),
        ("lib/b.py", "move", os.path.join("moved", "c.py"), True),
    ]
    assert lines[0]["base_sha256"] is None and lines[1]["result_sha256"] is None


DIFF = "diff --git a/{0} b/{0}\n"


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        ("*** Begin Patch\n*** Add File: a.py\n+x\n*** End Patch\n", "a.py exists already"),
        ("*** Begin Patch\n*** Add File: lib/b.py/c\n+x\n*** End Patch\n", "b.py is no folder"),
        ("*** Begin Patch\n*** Add File: ../x\n+x\n*** End Patch\n", "not a path below"),
        ("*** Begin Patch\n*** Add File: /tmp/x\n+x\n*** End Patch\n", "not a path below"),
        ("*** Begin Patch\n*** Add File: .git/hooks/x\n+x\n*** End Patch\n", "git's own folder"),
        ("*** Begin Patch\n*** Add File: sub/.GIT/x\n+x\n*** End Patch\n", "git's own folder"),
        ("*** Begin Patch\n*** Add File: link/x\n+x\n*** End Patch\n", "is a link"),
        ("*** Begin Patch\n*** Add File: n.py\nx = 1\n*** End Patch\n", "is not marked with +"),
        ("*** Begin Patch\n*** Add File: n.py\n+def f(:\n*** End Patch\n", "--force"),
        ("*** Begin Patch\n*** Delete File: none\n*** End Patch\n", "which is not in"),
        ("*** Begin Patch\n*** Delete File: to_a.py\n*** End Patch\n", "is a link"),
        ("*** Begin Patch\n*** Delete File: lib\n*** End Patch\n", "which is not in"),
        (
            "*** Begin Patch\n*** Delete File: a.py\n*** Add File: a.py\n+x\n*** End Patch\n",
            "2 parts for 'a.py'",
        ),
        (
            "*** Begin Patch\n*** Delete File: a.py\n*** Delete File: ./a.py\n*** End Patch\n",
            "are one file",
        ),
        (
            "*** Begin Patch\n*** Update File: a.py\n*** Move to: lib/b.py\n*** End Patch\n",
            "exists already",
        ),
        (
            f"{DIFF.format('a.py')}deleted file mode 100644\n--- a/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a = 2\n",
            "line 1 is another",
        ),
        (
            f"{DIFF.format('lib/b.py')}deleted file mode 100644\n--- a/lib/b.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-def b():\n",
            "the file has 2",
        ),
        (f"{DIFF.format('a.py')}deleted file mode 100644\nindex 1..0\n", "shows 0 lines"),
        (f"{DIFF.format('l')}new file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+a.py\n", "a link"),
        (f"{DIFF.format('x.bin')}new file mode 100644\nGIT binary patch\nliteral 1\nIcmZ\n", "git apply"),
        ("Binary files old/x and new/x differ\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n", "changes the bytes of"),
        (f"{DIFF.format('a.py')}copy from a.py\ncopy to c.py\n", "copies"),
        ("diff --git a/a.py b/.git/x\nsimilarity index 100%\nrename from a.py\nrename to .git/x\n", "git's own"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_leaves_all_as_it_was(
    patch: str, reason: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "link").symlink_to("lib")
    (repository / "to_a.py").symlink_to("a.py")
    before = files_of(repository)
    edit = "--- a/lib/crlf.txt\n+++ b/lib/crlf.txt\n@@ -1 +1 @@\n-one\n+1\n"
    for whole in (patch, edit + patch):
        assert patched(repository, whole) == 3
        assert reason in capsys.readouterr().err
        assert files_of(repository) == before
    assert main(["undo"]) == 3


def test_line_endings_and_last_lines_of_new_files_are_kept(repository: Path) -> None:
    head = "--- /dev/null\n+++ b/{0}\n@@ -0,0 +1,2 @@\n"
    patch = head.format("crlf.txt") + "+one\r\n+two\r\n"
    patch += head.format("open.txt2") + "+one\n+two\n\\ No newline at end of file\n"
    patch += f"{DIFF.format('empty')}new file mode 100755\nindex 0000000..e69de29\n"
    assert patched(repository, patch) == 0
    made = files_of(repository)
    assert made["crlf.txt"] == b"one\r\ntwo\r\n" and made["open.txt2"] == b"one\ntwo"
    assert made["empty"] == b"" and (repository / "empty").stat().st_mode & 0o111


def test_a_patch_that_was_sent_with_other_line_endings(repository: Path) -> None:
    patch = "--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n".replace("\n", "\r\n")
    assert patched(repository, patch) == 0
    assert (repository / "n.txt").read_bytes() == b"one\ntwo\n"


def test_what_gnu_diff_writes_of_two_folders(repository: Path) -> None:
    """Without `/dev/null`: a file that is not there is of the beginning of time."""
    never, now = "1970-01-01 00:00:00.000000000 +0000", "2024-05-06 07:08:09.000000000 +0200"
    patch = f"--- old/n.txt\t{never}\n+++ new/n.txt\t{now}\n@@ -0,0 +1 @@\n+x\n"
    patch += "diff -ruN old/a.py new/a.py\n"
    patch += f"--- old/a.py\t{now}\n+++ new/a.py\t{never}\n@@ -1 +0,0 @@\n-a = 1\n"
    assert patched(repository, patch) == 0
    made = files_of(repository)
    assert made["n.txt"] == b"x\n" and "a.py" not in made


def test_only_the_mode_and_only_the_case(repository: Path) -> None:
    patch = f"{DIFF.format('data.bin')}old mode 100644\nnew mode 100755\n"
    patch += "diff --git a/a.py b/A.py\nsimilarity index 100%\nrename from a.py\nrename to A.py\n"
    assert patched(repository, patch) == 0
    made = files_of(repository)
    assert made["A.py"] == b"a = 1\n" and "a.py" not in made
    assert (repository / "data.bin").stat().st_mode & 0o111
    assert main(["undo"]) == 0
    assert not (repository / "data.bin").stat().st_mode & 0o111
    assert files_of(repository) == FILES


def test_a_move_onto_a_file_that_is_deleted(repository: Path) -> None:
    patch = "*** Begin Patch\n*** Delete File: a.py\n*** Update File: lib/b.py\n*** Move to: a.py\n*** End Patch\n"
    assert patched(repository, patch) == 0
    assert files_of(repository)["a.py"] == FILES["lib/b.py"]
    assert main(["undo"]) == 0
    assert files_of(repository) == FILES


def test_names_are_from_the_root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "lib")
    assert patched(repository, V4A) == 0
    assert files_of(repository) == AFTER


def test_a_new_file_by_blocks_that_search_for_nothing(repository: Path) -> None:
    patch = (
        "new.py\n```\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n```\n\n"
        "a.py\n```\n<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n```\n"
    )
    assert patched(repository, patch) == 0
    made = files_of(repository)
    assert made["new.py"] == b"x = 1\n" and made["a.py"] == b"a = 2\n"


def test_a_part_for_a_file_that_is_not_named_is_told_or_refused(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = "--- a/lib/crlf.txt\n+++ b/lib/crlf.txt\n@@ -1 +1 @@\n-one\n+1\n"
    (repository / "fix.diff").write_text(f"{edit}{V4A}")
    assert main(["apply", "lib/crlf.txt", "open.txt", "--patch", "fix.diff"]) == 3
    assert "too, " in capsys.readouterr().err
    assert files_of(repository) == FILES
    assert main(["apply", "lib/crlf.txt", "--patch", "fix.diff"]) == 0
    assert "lib/crlf.txt: left out: what the patch says of" in capsys.readouterr().err
    assert main(["undo"]) == 0
    assert files_of(repository) == FILES


IMPORTERS = {
    "shop/__init__.py": "",
    "shop/tax.py": "RATE = 0.2\n",
    "shop/cart.py": "import os\nfrom shop.tax import RATE\n\nprint(os.sep, RATE)\n",
    "web/money.ts": "export const cents = 100;\n",
    "web/app.ts": 'import { cents } from "./money";\n\nconsole.log(cents);\n',
    "c/util.h": "int twice(int x);\n",
    "c/main.c": '#include <stdio.h>\n#include "util.h"\n\nint main(void) { return twice(1); }\n',
}


@pytest.mark.parametrize(
    ("gone", "where"),
    [
        ("shop/tax.py", "shop/cart.py on line 2"),
        ("web/money.ts", "web/app.ts on line 1"),
        ("c/util.h", "c/main.c on line 2"),
    ],
)
def test_a_file_that_others_import_is_not_deleted(
    repository: Path, capsys: pytest.CaptureFixture[str], gone: str, where: str
) -> None:
    for name, text in IMPORTERS.items():
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text)
    delete = f"*** Begin Patch\n*** Delete File: {gone}\n*** End Patch\n"
    assert patched(repository, delete) == 3
    told = capsys.readouterr().err
    assert where in told and "--force uses" in told and (repository / gone).exists()
    assert patched(repository, delete, "--force", "uses") == 0
    assert not (repository / gone).exists()


def test_a_file_whose_last_import_goes_too_is_deleted(repository: Path) -> None:
    for name, text in IMPORTERS.items():
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text)
    patch = """\
*** Begin Patch
*** Delete File: shop/tax.py
*** Update File: shop/cart.py
@@
 import os
-from shop.tax import RATE

-print(os.sep, RATE)
+print(os.sep)
*** End Patch
"""
    assert patched(repository, patch) == 0
    assert not (repository / "shop/tax.py").exists()
