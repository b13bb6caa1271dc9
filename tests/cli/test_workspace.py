"""`specedit apply` without a file, or with several for a rename: the whole workspace, all or none."""

import json
import os
from pathlib import Path

import pytest

from specedit.cli.main import main

NET = "class Client:\n    def close(self): ...\n\n\ndef fetch(url): ...\n"
USE = "from net import Client, fetch\n\n\ndef run(thing):\n    fetch(Client().close())\n    thing.close()\n"


@pytest.fixture
def repository(workspace: Path) -> Path:
    (workspace / ".git").mkdir()
    (workspace / "sub").mkdir()
    (workspace / "net.py").write_text(NET)
    (workspace / "use.py").write_text(USE)
    (workspace / "sub" / "fetch.txt").write_text("fetch\n")
    return workspace


def texts(folder: Path) -> tuple[str, str]:
    return (folder / "net.py").read_text(), (folder / "use.py").read_text()


@pytest.mark.parametrize("words", [["rename fetch to load"], ["rename", "fetch", "to", "load"]])
def test_all_files_of_the_repository(
    words: list[str],
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(repository / "sub")
    assert main(["apply", *words]) == 0
    assert texts(repository) == (NET.replace("fetch", "load"), USE.replace("fetch", "load"))
    told = capsys.readouterr()
    assert f"a/{os.path.join('..', 'use.py')}" in told.out and "no model asked" in told.err
    assert main(["undo"]) == 0
    assert texts(repository) == (NET, USE)


def test_what_is_left_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "rename Client.close to shut", "--json"]) == 0
    told = {line["path"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert told["net.py"]["status"] == told["use.py"]["status"] == "changed"
    assert told["use.py"]["written"] and told["use.py"]["operation"] == "rename"
    assert told["use.py"]["remarks"] == [
        "line 6 is left alone: the type of its object is not evident here"
    ]
    assert texts(repository)[1] == USE.replace("Client().close", "Client().shut")


@pytest.mark.parametrize("given", [["net.py"], ["net.py", "sub/own.py"]])
def test_what_files_that_are_not_given_use_is_not_renamed(
    given: list[str], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "sub" / "own.py").write_text("from net import fetch\n")
    assert main(["apply", *given, "rename fetch to load"]) == 3
    assert texts(repository) == (NET, USE)
    assert "use.py on lines 1, 5" in capsys.readouterr().err
    assert main(["apply", *given, "rename fetch to load", "--force", "uses"]) == 0
    assert texts(repository) == (NET.replace("fetch", "load"), USE)


def test_several_files_are_renamed_together(repository: Path) -> None:
    assert main(["apply", "net.py", "use.py", "rename fetch to load"]) == 0
    assert texts(repository) == (NET.replace("fetch", "load"), USE.replace("fetch", "load"))


@pytest.mark.parametrize("how", ["--diff", "--check", "--dry-run"])
def test_to_look_writes_nothing(how: str, repository: Path) -> None:
    assert main(["apply", "rename fetch to load", how]) == 1
    assert texts(repository) == (NET, USE)


def test_one_refusal_keeps_all_from_being_written(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "use.py").write_text(USE + "\n\ndef load(): ...\n")
    assert main(["apply", "rename fetch to load"]) == 3
    said = capsys.readouterr().err
    assert "use.py: 'load' is already used on line 9" in said and "nothing was written" in said
    assert (repository / "net.py").read_text() == NET


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["add a docstring to fetch"], "without one, a symbol or a file is renamed"),
        (["rename fetch to load", "--accept", "exact"], "for files that are given"),
        (["rename fetch to load", "-i"], "for files that are given"),
        (["gone.py", "rename fetch to load"], "no file 'gone.py'"),
        (["fetch"], "no file 'fetch'"),
    ],
)
def test_what_needs_a_file(
    words: list[str], reason: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", *words]) == 2
    assert reason in capsys.readouterr().err
    assert texts(repository) == (NET, USE)


PATCH = """\
--- a/net.py
+++ b/net.py
@@ -5 +5 @@
-def fetch(url): ...
+def fetch(url, limit=3): ...
--- a/use.py
+++ b/use.py
@@ -5 +5 @@
-    fetch(Client().close())
+    fetch(Client().close(), 4)
"""


def patched(repository: Path, text: str, *options: str) -> int:
    (repository / "fix.diff").write_text(text)
    return main(["apply", "--patch", "fix.diff", *options])


def test_a_patch_goes_to_the_files_that_it_names(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert patched(repository, PATCH) == 0
    assert texts(repository) == (
        NET.replace("(url)", "(url, limit=3)"),
        USE.replace("close())", "close(), 4)"),
    )
    assert "left out" not in capsys.readouterr().err
    assert main(["undo"]) == 0
    assert texts(repository) == (NET, USE)


def test_a_patch_from_a_folder_of_the_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "sub")
    (repository / "sub" / "fix.diff").write_text(PATCH)
    assert main(["apply", "--patch", "fix.diff"]) == 0
    assert texts(repository) != (NET, USE)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("-    fetch(Client().close())", "-    fetch(1)", "use.py: refused: block 1 of 1 removes"),
        ("use.py", "gone.py", "the patch is for 'gone.py', which is not in"),
        ("--- a/use.py", "--- /dev/null", "use.py"),
        ("--- a/use.py\n+++ b/use.py\n", "", "fix.diff"),
    ],
)
def test_a_part_that_does_not_fit_keeps_all_from_being_written(
    before: str,
    after: str,
    reason: str,
    repository: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert patched(repository, PATCH.replace(before, after)) in (3, 4)
    assert texts(repository) == (NET, USE)
    assert reason in capsys.readouterr().err or reason == "fix.diff"


def test_a_patch_without_names_needs_a_file(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = "<<<<<<< SEARCH\ndef fetch(url): ...\n=======\ndef fetch(): ...\n>>>>>>> REPLACE\n"
    assert patched(repository, block) == 3
    assert "names no file; give the file" in capsys.readouterr().err


def test_what_other_files_use_is_not_deleted(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", "net.py", "delete the function fetch"]) == 3
    assert "'fetch' is used in use.py on lines 1, 5" in capsys.readouterr().err
    assert texts(repository) == (NET, USE)
    assert main(["apply", "net.py", "delete the function fetch", "--force", "uses"]) == 0
    assert texts(repository) == (NET.partition("\n\n\ndef fetch")[0] + "\n", USE)


def test_what_other_files_call_is_not_made_async(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", "net.py", "make fetch async"]) == 3
    assert "'fetch' must change in use.py on line 5" in capsys.readouterr().err
    assert main(["apply", "net.py", "make Client.close async"]) == 3
    assert "'Client.close' must change in use.py on lines 5, 6" in capsys.readouterr().err
    assert texts(repository) == (NET, USE)


def test_a_module_is_renamed_by_the_file_that_is_given(repository: Path) -> None:
    assert main(["apply", "net.py", "rename module net to web"]) == 0
    assert (repository / "web.py").read_text() == NET
    assert (repository / "use.py").read_text() == USE.replace("net import", "web import")


@pytest.mark.parametrize("given", [[], ["net.py"]])
def test_a_function_is_moved_with_its_importers(given: list[str], repository: Path) -> None:
    (repository / "text.py").write_text("")
    assert main(["apply", *given, "move the function fetch to text.py"]) == 0
    assert (repository / "text.py").read_text() == "def fetch(url): ...\n"
    start = "from net import Client\nfrom text import fetch\n"
    assert texts(repository) == (
        NET.partition("\n\n\ndef")[0] + "\n",
        start + USE.partition("\n")[2],
    )
    assert main(["undo"]) == 0
    assert texts(repository) == (NET, USE)


def test_a_definition_is_moved_to_a_file_that_is_made_for_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net = NET.replace("class Client", "def get(): return fetch(1)\n\n\nclass Client").replace(
        "\n", "\r\n"
    )
    (repository / "net.py").write_text(net, newline="")
    assert main(["apply", "move the function fetch to a new file text.py", "--diff"]) == 1
    assert "--- /dev/null\n+++ b/text.py" in capsys.readouterr().out
    assert not (repository / "text.py").exists()
    assert main(["apply", "move the function fetch to a new file text.py"]) == 0
    assert (repository / "text.py").read_bytes() == b"def fetch(url): ...\r\n"
    assert texts(repository)[0].startswith("from text import fetch\n\n\ndef get(): return fetch(1)")
    assert main(["undo"]) == 0
    assert not (repository / "text.py").exists()
    assert (repository / "net.py").read_text() == net.replace("\r\n", "\n")


def test_what_settings_name_is_not_moved(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "text.py").write_text("")
    (repository / "pyproject.toml").write_text('[project.scripts]\nget = "net:fetch"\n')
    assert main(["apply", "move the function fetch to text.py"]) == 3
    assert "line 2 of pyproject.toml names 'net:fetch'" in capsys.readouterr().err
    assert main(["apply", "net.py", "use.py", "move fetch to text.py"]) == 2


@pytest.mark.parametrize(
    ("page", "text", "is_user"),
    [
        ("App.vue", "<script>\nimport { f } from './net'\n</script>\n", True),
        ("App.vue", "<script>\nimport { f } from './other'\n</script>\n", False),
        ("App.svelte", "<script>import { g } from './net.js'</script>\n", False),
        ("a.html", "<p>the f of net</p>\n", False),
    ],
)
def test_what_pages_import_is_not_moved(
    page: str, text: str, is_user: bool, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "net.js").write_text("export function f() {}\n\nexport function g() {}\n")
    (workspace / page).write_text(text)
    assert main(["apply", "move f from net.js to text.js"]) == (3 if is_user else 0)
    assert (f"line 2 of {page} names 'f'" in capsys.readouterr().err) == is_user


def test_a_file_that_a_class_is_called_after_is_moved_with_it(repository: Path) -> None:
    door, main_class = "public class Door {}\n", "class Main { Door door; }\n"
    (repository / "Door.java").write_text(door)
    (repository / "Main.java").write_text(main_class)
    assert main(["apply", "rename Door to Gate"]) == 0
    assert (repository / "Gate.java").read_text() == "public class Gate {}\n"
    assert (repository / "Main.java").read_text() == "class Main { Gate door; }\n"
    assert not (repository / "Door.java").exists()
    assert main(["undo"]) == 0
    assert (repository / "Door.java").read_text() == door
    assert (repository / "Main.java").read_text() == main_class
    assert not (repository / "Gate.java").exists()


def test_the_move_of_a_file_is_shown_and_not_made(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "Door.java").write_text("public class Door {}\n")
    assert main(["apply", "rename Door to Gate", "--diff"]) == 1
    assert "rename from Door.java\nrename to Gate.java\n" in capsys.readouterr().out
    assert (repository / "Door.java").read_text() == "public class Door {}\n"


def test_a_folder_is_renamed_with_its_importers(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "lib" / "art").mkdir(parents=True)
    (repository / "lib" / "__init__.py").touch()
    (repository / "lib" / "net.py").write_text(NET)
    (repository / "lib" / "art" / "a.png").write_bytes(b"\x89PNG\0\xff")
    (repository / "use.py").write_text(USE.replace("from net", "from lib.net"))
    (repository / "pyproject.toml").write_text('[project.scripts]\nrun = "lib.net:fetch"\n')
    before = {p: p.read_bytes() for p in repository.rglob("*") if p.is_file()}
    assert main(["apply", "rename folder lib to base"]) == 0
    assert "from base.net import" in texts(repository)[1]
    assert (repository / "base" / "art" / "a.png").read_bytes() == b"\x89PNG\0\xff"
    assert not (repository / "lib" / "net.py").exists()
    assert "pyproject.toml: line 2 is left alone: it names lib" in capsys.readouterr().err
    assert main(["undo"]) == 0
    assert {p: p.read_bytes() for p in repository.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("given", [[], ["net.py"]])
def test_a_file_is_renamed_from_a_folder_of_the_repository(
    given: list[str], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", *given, "rename file net.py to web.py", "--diff"]) == 1
    assert "rename to web.py" in capsys.readouterr().out
    assert texts(repository) == (NET, USE)
    assert main(["apply", *given, "rename file net.py to use.py"]) == 3
    assert main(["apply", "move sub/fetch.txt to fetch.md"]) == 3
    assert "say sub/fetch.md or ./fetch.md" in capsys.readouterr().err
    assert texts(repository) == (NET, USE)
