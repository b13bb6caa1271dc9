"""Several files in one answer: whole, with lines left out, or as search/replace blocks, each under its name."""

from pathlib import Path

import pytest

from specedit.cli.main import main

A = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
B = "import os\n\nX = os.sep\n"
LAZY = "def a():\n    return 10\n\n\n# ... existing code ...\n"
WHOLE = "import os\n\nX = os.linesep\n"


@pytest.fixture
def repository(workspace: Path) -> Path:
    (workspace / ".git").mkdir()
    (workspace / "lib").mkdir()
    (workspace / "lib/a.py").write_text(A)
    (workspace / "b.py").write_text(B)
    return workspace


def answered(repository: Path, text: str, how: str = "--patch") -> int:
    (repository / "answer").write_text(text)
    return main(["apply", how, "answer", "--accept", "trust", "--quiet"])


@pytest.mark.parametrize("how", ["--patch", "--snippet"])
def test_each_file_under_its_name(how: str, repository: Path) -> None:
    parts = (("lib/a.py", LAZY), ("b.py", WHOLE), ("lib/new.py", "y = 1\n"))
    fences = "\n".join(f"### `{name}`\n\n```python\n{text}```\n" for name, text in parts)
    assert answered(repository, f"Here it is.\n\n{fences}\nDone!\n", how) == 0
    assert (repository / "lib/a.py").read_text() == A.replace("1", "10")
    assert (repository / "b.py").read_text() == WHOLE
    assert (repository / "lib/new.py").read_text() == "y = 1\n"
    assert main(["undo"]) == 0
    assert (repository / "lib/a.py").read_text() == A and not (repository / "lib/new.py").exists()


GOOD = f"b.py\n```python\n{WHOLE}```\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{GOOD}\nAnd:\n\n```python\nz = 1\n```\n", "names no file, and others do"),
        (f"{GOOD}{GOOD}", "two blocks are for 'b.py'"),
        (f"{GOOD}new.py\n```python\n# ... existing code ...\nz = 1\n```\n", "'new.py', which is not"),
        (f"{GOOD}lib/a.py\n```python b.py\nz = 1\n```\n", "is for 'lib/a.py' or 'b.py'"),
        (f"{GOOD}README.md\n```markdown\n# x\n```sh\nmake\n```\nmore\n```\n", "has no end"),
        (f"{GOOD}../x.py\n```python\nz = 1\n```\n", "not a path below"),
        (
            f"{GOOD}lib/a.py\n```python\n<<<<<<< SEARCH\n    return 1\n=======\n    return 3\n>>>>>>> REPLACE\n```\n",
            "'b.py' is given whole",
        ),
        (f"{GOOD}```diff\n--- a/lib/a.py\n+++ b/lib/a.py\n@@ -2 +2 @@\n-    return 1\n+    return 3\n```\n", "given whole"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_refused(
    text: str, reason: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(repository, text) == 3
    assert reason in capsys.readouterr().err
    assert (repository / "b.py").read_text() == B and (repository / "lib/a.py").read_text() == A


def test_a_snippet_without_a_name_needs_a_file(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(repository, LAZY, "--snippet") == 2
    assert "the snippet names none" in capsys.readouterr().err
