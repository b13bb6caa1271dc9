"""What a model writes by itself is held to the names in its instruction."""

import pytest

from specedit.edits import own_words
from specedit.edits.syntax.languages import named
from specedit.engine.errors import EditRefused

SOURCE = """\
import json


class Door:
    def close(self):
        return 1


class Lock:
    def turn(self):
        return Door().close()
"""
PYTHON = named("python")


@pytest.mark.parametrize(
    ("instruction", "before", "after"),
    [
        ("Rename Door.close to shut", SOURCE, SOURCE.replace("close", "shut")),
        ("add a docstring to `turn`", SOURCE, SOURCE.replace("turn(self):\n", "turn(self):\n        '''.'''\n")),
        ("make close() return 2", SOURCE, SOURCE.replace("return 1", "return 2")),
        ("say in a comment what Lock does", SOURCE, SOURCE.replace("class Lock", "# A lock.\nclass Lock")),
        ("return more", SOURCE, SOURCE.replace("return 1", "return 9")),
        ("use `pickle` for it", SOURCE, SOURCE.replace("json", "pickle")),
        ("import `pickle` too", SOURCE, SOURCE.replace("json", "json\nimport pickle")),
        ("rename `key` to lines", "key: 1\n# key\n", "lines: 1\n# key\n"),
    ],
)  # fmt: skip
def test_what_keeps_to_the_instruction(instruction: str, before: str, after: str) -> None:
    own_words.check(instruction, before, after, PYTHON)
    own_words.check(instruction, before, after, None)


@pytest.mark.parametrize(
    ("instruction", "after", "reason"),
    [
        ("do it", SOURCE, "not done: the model gave the text back"),
        ("rename Door.close to shut", SOURCE, "not done"),
        ("rename close to shut", SOURCE.replace("Door", "Gate"), "changes 'Door', 'Gate'"),
        ("please rename close to shut", SOURCE.replace("close", "close_it"), "'close_it'"),
        ("give `Door` a docstring", SOURCE.replace("import json", "import os"), "about 'Door'"),
        ("let `turn()` return 2", SOURCE.replace("return 1", "return 2"), "about 'turn'"),
    ],
)
def test_what_does_not(instruction: str, after: str, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason.replace("(", r"\(")):
        own_words.check(instruction, SOURCE, after, PYTHON)
