"""What a change of a function asks of other files' callers: refused with their lines, where there are any or may be."""

from pathlib import Path

import pytest

from specedit.editor.workspace import refuse_used
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


def check(files: dict[str, str], folder: Path, path: str, instruction: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
    language = language_of(path)
    assert language is not None
    made = operations.predict(instruction, Source(files[path], language))
    assert made is not None and made.body != files[path]
    refuse_used(folder, folder / path, made, 1 << 20)


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
