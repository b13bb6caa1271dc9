"""What a change of a function asks of other files' callers: refused with their lines, where there are any or may be."""

from pathlib import Path

import pytest

from specedit.editor.uses import refuse_used
from specedit.edits import operations
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import UnsafeEdit

PYTHON = {
    "net.py": "__all__ = ['fetch', 'Client']\n\n\ndef fetch(url, limit, *rest):\n    return url\n\n\n"
    "def idle(a, b):\n    return a\n\n\n"
    "class Client:\n    def __init__(self, host, port):\n        self.host = host\n\n"
    "    def close(self, hard, why):\n        return why\n",
    "api.py": "from net import fetch as fetch, idle\n",
    "again.py": "from net import Client\n\n__all__ = ['Client']\n",
    "use.py": "from api import fetch\n\nfetch('a', 1)\n",
    "made.py": "import again\n\n\nclass Own(again.Client):\n    pass\n",
    "shut.py": "def shut(client):\n    client.close(True, 'x')\n",
}
SCRIPTS = {
    "net.js": "export function fetch(url, limit) {\n  return url;\n}\nexport function idle(a, b) {\n  return a;\n}\n"
    "export function log(text, ...rest) {\n  return text;\n}\n",
    "index.js": 'export { fetch, idle } from "./net.js";\n',
    "use.js": 'import { fetch } from "./index.js";\n\nfetch("a", 1);\n',
}
GO = {
    "net.go": "package net\n\nfunc fetch(url string, limit int) string {\n\treturn url\n}\n",
    "use.go": 'package net\n\nvar page = fetch("a", 1)\n',
}
C = {
    "net.c": "int fetch(int url, int limit) {\n    return url;\n}\n",
    "net.h": "int fetch(int url, int limit);\n",
}


JAVA = {
    "net/Client.java": "package net;\n\npublic class Client {\n    public void close() {}\n\n    private void idle() {}\n}\n",
    "app/Main.java": "package app;\n\nimport net.Client;\n\nclass Main {\n    void run(Client client) {\n        client.close();\n    }\n}\n",
}


KEYWORDS = {
    "net.py": "def fetch(url, timeout=3): ...\n\n\nclass Client:\n    def get(self, path, deep=False): ...\n\n\ndef idle(wait): ...\n",
    "use.py": "from net import Client, fetch, idle\n\nfetch('a', timeout=4)\nClient().get('a', deep=True)\nidle(1)\n",
}


def check(files: dict[str, str], folder: Path, path: str, instruction: str) -> tuple[str, ...]:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    language = language_of(path)
    assert language is not None
    made = operations.predict(instruction, Source(files[path], language))
    assert made is not None and made.body != files[path]
    return refuse_used(folder, folder / path, made, 1 << 20)


@pytest.mark.parametrize(
    ("files", "path", "instruction", "complaint"),
    [
        (PYTHON, "net.py", "remove the parameter limit from fetch", "'fetch' must change in api.py on line 1; use.py on line 3; --force"),
        (PYTHON, "net.py", "swap the parameters url and limit of fetch", "'fetch' must change in"),
        (PYTHON, "net.py", "add the parameter retries to fetch, passing 3", "'fetch' must change in"),
        (PYTHON, "net.py", "add the parameter retries=3 to fetch, passing 4", "'fetch' must change in"),
        (PYTHON, "net.py", "swap the parameters host and port of Client", "'Client' must change in made.py on line 4; --force"),
        (PYTHON, "net.py", "remove the parameter hard from Client.close", "'Client.close' must change in shut.py on line 2; --force"),
        (SCRIPTS, "net.js", "swap the parameters url and limit of fetch", "'fetch' must change in use.js on line 3; --force"),
        (GO, "net.go", "swap the parameters url and limit of fetch", "'fetch' must change in use.go on line 3; --force"),
        (C, "net.c", "swap the parameters url and limit of fetch", "'fetch' may be called in net.h on line 1; --force"),
    ],
)  # fmt: skip
def test_what_others_call_is_refused(
    files: dict[str, str], path: str, instruction: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(UnsafeEdit, match=complaint):
        check(files, tmp_path, path, instruction)


@pytest.mark.parametrize(
    ("files", "path", "instruction"),
    [
        (PYTHON, "net.py", "add the parameter retries=3 to fetch"),
        (PYTHON, "net.py", "swap the parameters a and b of idle"),
        (PYTHON, "net.py", "remove the parameter b from idle"),
        (SCRIPTS, "net.js", "swap the parameters a and b of idle"),
        (SCRIPTS, "net.js", "add the parameter retries=3 to fetch"),
    ],
)
def test_what_others_only_hand_on_is_done(
    files: dict[str, str], path: str, instruction: str, tmp_path: Path
) -> None:
    check(files, tmp_path, path, instruction)


@pytest.mark.parametrize(
    ("files", "path", "instruction", "complaint"),
    [
        (PYTHON, "net.py", "rename fetch to load", "'fetch': api.py on line 1; use.py on lines 1, 3; give no file"),
        (PYTHON, "net.py", "rename Client to Peer and idle to rest", "'Client': again.py on lines 1, 3; made.py on line 4;"),
        (PYTHON, "net.py", "rename idle to rest", "'idle': api.py on line 1"),
        (KEYWORDS, "net.py", "rename the parameter timeout of fetch to seconds", "'timeout': use.py on line 3; give no file"),
        (KEYWORDS, "net.py", "rename deep to far in Client.get", "'deep': use.py on line 4; give no file"),
        (SCRIPTS, "net.js", "rename fetch to load", "'fetch': index.js on line 1; use.js on lines 1, 3"),
        (GO, "net.go", "rename fetch to load", "'fetch': use.go on line 3"),
        (C, "net.c", "rename fetch to load", "'fetch': net.h on line 1"),
        (JAVA, "net/Client.java", "rename the method close of Client to shut", "'close': app/Main.java on line 7"),
    ],
)  # fmt: skip
def test_a_rename_that_others_must_follow_is_refused(
    files: dict[str, str], path: str, instruction: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(UnsafeEdit, match=complaint):
        check(files, tmp_path, path, instruction)


@pytest.mark.parametrize(
    ("files", "path", "instruction", "remarks"),
    [
        (PYTHON, "net.py", "rename the parameter url of fetch to address", ()),
        (PYTHON, "net.py", "rename the method close of Client to shut", ("line 2 of shut.py may mean it, too",)),
        (PYTHON, "use.py", "rename fetch to load", ()),  # only what the file calls it
        (SCRIPTS, "net.js", "rename the parameter url of fetch to address", ()),
        (C | {"own.c": "static int fetch(void) { return 0; }\n"}, "own.c", "rename fetch to load", ()),
        (JAVA, "net/Client.java", "rename the method idle of Client to rest", ()),
    ],
)  # fmt: skip
def test_a_rename_that_others_need_not_follow(
    files: dict[str, str],
    path: str,
    instruction: str,
    remarks: tuple[str, ...],
    tmp_path: Path,
) -> None:
    assert check(files, tmp_path, path, instruction) == remarks


def test_a_folder_of_very_many_files_that_is_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specedit.editor.uses._MOST_UNBOUND", 5)
    far = {f"far/file{n}.py": "from net import idle\n" for n in range(5)}
    near = {"net.py": PYTHON["net.py"], "use.py": "from net import fetch\n"}
    assert check(far | near, tmp_path, "net.py", "rename idle to rest") == ()
    with pytest.raises(UnsafeEdit, match=r"'fetch': use\.py on line 1"):
        check(far | near, tmp_path, "net.py", "rename fetch to load")
    (tmp_path / ".git").mkdir()
    with pytest.raises(UnsafeEdit, match=r"far/file0\.py on line 1"):
        check(far | near, tmp_path, "net.py", "rename idle to rest")


@pytest.mark.parametrize(
    "instruction",
    ["make timeout keyword-only in fetch", "inline the function fetch", "make fetch async"],
)
def test_a_refusal_says_where_others_are_changed_too(instruction: str, tmp_path: Path) -> None:
    files = KEYWORDS | {"net.py": "def fetch(url, timeout=3):\n    return url\n"}
    with pytest.raises(
        UnsafeEdit, match=r"use.py on line.*; give no file, and these change, too; --force"
    ):
        check(files, tmp_path, "net.py", instruction)


def test_a_parameter_that_nobody_names_elsewhere_is_renamed(tmp_path: Path) -> None:
    assert check(KEYWORDS, tmp_path, "net.py", "rename the parameter wait of idle to pause") == ()
