"""What a snippet without a marker leaves out at its ends stays, and that is told where the snippet may be all of the file."""

import pytest

from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of

PYTHON = """import os
import sys


def name():
    return os.name


def path():
    return sys.path


class Door:
    def open(self):
        return 1

    def lock(self):
        return 2

    def shut(self):
        return 3
"""
TYPESCRIPT = """import { x } from "./x";
import { y } from "./y";

export function first() {
  return x;
}

export function second() {
  return y;
}

export const third = () => 3;
"""


@pytest.mark.parametrize(
    ("path", "text", "out", "old", "kept"),
    [
        ("a.py", PYTHON, "import os\n", "return 2", "`import os`"),
        ("a.py", PYTHON, PYTHON[PYTHON.index("\n\nclass") :], "os.name", "`Door`"),
        ("a.py", PYTHON, "\n    def shut(self):\n        return 3\n", "os.name", "`shut`"),
        (
            "a.ts",
            TYPESCRIPT,
            'import { x } from "./x";\n',
            "return y",
            '`import { x } from "./x";`',
        ),
        ("a.ts", TYPESCRIPT, "\nexport const third = () => 3;\n", "return y", "`third`"),
    ],
)
def test_what_a_snippet_without_markers_does_not_show_is_told(
    path: str, text: str, out: str, old: str, kept: str
) -> None:
    snippet = text.replace(out, "").replace(old, "None")
    made = place(text, snippet, language_of(path))
    assert made.body == text.replace(old, "None")
    assert made.remarks == (f"kept {kept}, which the snippet does not show",)


@pytest.mark.parametrize(
    "snippet",
    [
        PYTHON.replace("return 2", "return 5"),
        "def path():\n    return 5\n",
        "class Door:\n    def lock(self):\n        return 5\n",
        "# ... existing code ...\n"
        + PYTHON[PYTHON.index("def name") :].replace("return 2", "return 5"),
    ],
)
def test_what_says_nothing_of_the_rest_tells_nothing(snippet: str) -> None:
    made = place(PYTHON, snippet, language_of("a.py"))
    assert made.body != PYTHON
    assert not made.remarks
