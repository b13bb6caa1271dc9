"""A rename from a place, as editors ask for it: what stands there, in all files, or a refusal."""

import pytest

from specedit.edits.workspace import at
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

HOME = "def f(limit=1):\n    return limit\n\n\nclass C:\n    def m(self):\n        return f()\n"
KEYWORD = "from a import f\nf(limit=2)\n"


def renamed(files: dict[str, str], new: str = "zz") -> dict[str, str]:
    """What becomes of files, one of which has a `|` where the cursor is; without it where nothing changes."""
    [(path, byte)] = [(p, len(t.partition("|")[0].encode())) for p, t in files.items() if "|" in t]
    texts = {p: t.replace("|", "") for p, t in files.items()}
    workspace = Workspace(texts, texts.__getitem__)
    predictions = at.predict(path, byte, new, workspace)
    return {p: each.body for p, each in predictions.items() if each.body != texts[p]}


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "def g():\n    |x = 1\n    return x\n\n\nx = 2\n", "b.py": "from a import x\n"},
        {"a.py": HOME.replace("limit=", "|limit="), "b.py": KEYWORD},
        {"a.py": HOME, "b.py": KEYWORD.replace("limit", "|limit")},
        {"a.py": HOME, "b.py": "from a import C\nc = C()\nc.|m()\n"},
        {"a.py": HOME, "b.py": "from a import f as q\n|q()\n"},
        {"a.py": HOME, "b.py": "from a import |f as q\nq()\n"},
        {"a.py": HOME, "b.py": "import a\na.f|()\n"},
        {"a.py": HOME.replace("def f", "def |f"), "b.py": "def f():\n    pass\n\n\nf()\n"},
        {
            "p/__init__.py": "from .q import f\n",
            "p/q.py": "def f(): 'é'\n",
            "c.py": "from p import |f\nf()\n",
        },
        {"a.js": "export function f() {}\n", "b.js": "import { |f } from './a.js'\nf()\n"},
    ],
)
def test_what_stands_there_is_renamed_in_all_files_and_back(files: dict[str, str]) -> None:
    old = {"|limit": "limit", "|x": "x", "|q": "q", "|m": "m"}
    [text] = [text for text in files.values() if "|" in text]
    name = next((name for mark, name in old.items() if mark in text), "f")
    texts = {path: text.replace("|", "") for path, text in files.items()}
    once = renamed(files)
    assert once and all("zz" in body for body in once.values())
    path = next(path for path, text in files.items() if "|" in text)
    at_new = once[path].index("zz")
    back = {**texts, **once, path: f"{once[path][:at_new]}|{once[path][at_new:]}"}
    assert {**texts, **once, **renamed(back, name)} == texts


def test_only_that_symbol_is_renamed() -> None:
    files = {"a.py": "def g():\n    |x = 1\n    return x\n\n\nx = 2\n", "b.py": "from a import x\n"}
    assert renamed(files) == {"a.py": "def g():\n    zz = 1\n    return zz\n\n\nx = 2\n"}
    files = {"a.py": "def f(): pass\n\n\nf()\n", "b.py": "def |f(): pass\n\n\nf()\n"}
    assert renamed(files) == {"b.py": "def zz(): pass\n\n\nzz()\n"}
    files = {"a.py": HOME, "b.py": "from a import f as |q\nq()\n"}
    assert renamed(files) == {"b.py": "from a import f as zz\nzz()\n"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.py": HOME, "b.py": "def h(o):\n    o.|m()\n"}, "rename it where it is declared"),
        ({"a.py": "import os\n|os.x()\n"}, "declared by no file of the workspace"),
        ({"a.py": "print(|len('x'))\n"}, "no symbol 'len'"),
        ({"a.py": "x = 'a|b'\n"}, "there is no name to rename"),
        ({"a.py": "zz = 1\n|f = 2\n"}, "already used on line 1"),
    ],
)
def test_what_cannot_be_renamed_is_refused(files: dict[str, str], message: str) -> None:
    with pytest.raises(EditRefused, match=message):
        renamed(files)


def test_a_workspace_renewed_parses_only_what_has_changed() -> None:
    texts = {"a.py": "def f(): pass\n", "b.py": "from a import f\nf()\n", "c.py": "f = 1\n"}
    first = Workspace(texts, texts.__getitem__)
    at.predict("a.py", 4, "g", first)
    assert first.parsed == {"a.py", "b.py", "c.py"}
    texts |= {"b.py": "from a import f\nf(); f()\n", "d.py": "import a\na.f()\n"}
    del texts["c.py"]
    second = first.renewed(texts, texts.__getitem__, {"b.py"})
    assert second.parsed == {"a.py"}
    bodies = {path: each.body for path, each in at.predict("a.py", 4, "g", second).items()}
    assert bodies["b.py"] == "from a import g\ng(); g()\n" and bodies["d.py"] == "import a\na.g()\n"
    assert "c.py" not in bodies and first.parsed == {"a.py", "b.py", "c.py"}
