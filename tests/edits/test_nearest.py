"""What of a file is shown to who quotes it wrongly, and when a refusal has it."""

import json

import pytest

from specedit.edits import patch
from specedit.edits.patch.nearest import nearest
from specedit.engine.errors import PlaceNotFound

BODY = """\
import os


def load(path, retries=3):
    with open(path) as file:
        return file.read()


def save(path, text):
    with open(path, "w") as file:
        file.write(text)
"""
LINES = BODY.split("\n")


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("def load(file, retry=3):\n    with open(file) as f:\n        return f.read()", 3),
        ("    with open(path, 'w') as out:\n        out.write(text)\n", 9),
        ("def safe(path, txt):", 8),
        ("import sys", 0),
    ],
)
def test_the_most_alike_stretch_comes_first(wanted: str, first: int) -> None:
    start, end = nearest(wanted, BODY)[0]
    assert (start, end - start) == (first, len(wanted.strip("\n").split("\n")))


def test_several_that_are_as_good_are_all_shown() -> None:
    body = "a = 1\nvalue = compute(a)\nb = 2\nvalue = compute(b)\n"
    assert sorted(nearest("value = compute(c)", body)) == [(1, 2), (3, 4)]


@pytest.mark.parametrize("wanted", ["", "\n\n", "%%%%", "class Zebra(Quagga): ...\n" * 3])
def test_nothing_is_shown_that_is_not_alike(wanted: str) -> None:
    assert nearest(wanted, BODY) == []


@pytest.mark.parametrize("body", ["", "\n", "\n\n\n"])
def test_of_an_empty_file_nothing_is(body: str) -> None:
    assert nearest("def load(path):", body) == []


def test_a_text_that_is_longer_than_the_file() -> None:
    assert nearest("q\n" * 5 + "def load(path, retries=3):", "def load(path, retries=3):\n") == [
        (0, 1)
    ]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"old_string": "def laod(path, tries=5):\n    pass", "new_string": "x = 1"}]),
        "--- a/f.py\n+++ b/f.py\n@@ -4,1 +4,1 @@\n-def laod(path, tries=5):\n+def load(path):\n",
        "f.py\n<<<<<<< SEARCH\ndef laod(path, tries=5):\n    pass\n=======\n1\n>>>>>>> REPLACE\n",
    ],
)
def test_a_refusal_knows_what_was_looked_for(text: str) -> None:
    with pytest.raises(PlaceNotFound) as refusal:
        patch.place(BODY, text, "f.py")
    assert "def laod(path, tries=5):" in refusal.value.text
    assert nearest(refusal.value.text, BODY)[0][0] == 3


def test_a_new_word_that_stands_in_the_file_does_not_show_that_it_is_done() -> None:
    text = json.dumps([{"old_string": "nowhere(1)", "new_string": "text"}])
    with pytest.raises(PlaceNotFound):
        patch.place(BODY.replace("text)", "t)", 1), text, "f.py")
