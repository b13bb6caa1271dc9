import pytest

from specedit.editor.reconcile import ends_inside, new_body
from specedit.engine.errors import ReconcileError

SOURCE = "import os\n\n\ndef main():\n    print(os.name)\n    return 0\n"
EDITED = SOURCE.replace("main", "run")


@pytest.mark.parametrize(
    "answer",
    [
        f"{EDITED}```",
        f"{EDITED}```\n",
        f"{EDITED}```\n\nI renamed the function.",
        f"```python\n{EDITED}```",
        EDITED.rstrip("\n"),
    ],
    ids=["plain", "newline", "chatter", "fence again", "no fence"],
)
def test_the_file_is_found_in_the_answer(answer: str) -> None:
    assert new_body(SOURCE, answer, "```", complete=True) == EDITED


def test_a_closed_block_needs_no_end_token() -> None:
    assert new_body(SOURCE, f"{EDITED}```", "```", complete=False) == EDITED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "empty file"),
        ("```", "empty file"),
        ("   \n\n```", "empty file"),
        ("Sure! Here is what you asked for: the function is now called run.\n```", "keeps 0 of"),
    ],
)
def test_what_is_no_file_is_refused(answer: str, reason: str) -> None:
    with pytest.raises(ReconcileError, match=reason):
        new_body(SOURCE, answer, "```", complete=True)


def test_a_cut_off_answer_is_refused() -> None:
    with pytest.raises(ReconcileError, match="cut off after"):
        new_body(SOURCE, EDITED, "```", complete=False)


def test_an_open_block_has_not_ended() -> None:
    assert not ends_inside(EDITED, "```")
    assert not ends_inside(f"{EDITED}```", "```")  # a longer run of backticks may follow
    assert ends_inside(f"{EDITED}```\n", "```")
    assert not ends_inside("a ``` b\n", "```")


def test_an_edit_may_change_every_line_but_not_every_word() -> None:
    body = "def run(self, it):\n    self.a = it\n    self.b = self.a\n    return self\n"
    renamed = body.replace("self", "this")
    assert new_body(body, f"{renamed}```", "```", complete=True) == renamed
    other = "def area(shape):\n    w, h = shape\n    total = w * h\n    return total / 2\n"
    with pytest.raises(ReconcileError, match="keeps 0 of the file's 4 lines"):
        new_body(body, f"{other}```", "```", complete=True)
