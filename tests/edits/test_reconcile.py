import pytest

from specedit.edits.languages.python import LANGUAGE as PYTHON
from specedit.edits.reconcile import check_syntax, ends_inside, new_body
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
        (f"{EDITED[:-13]}# ... existing code ...\n```", "a placeholder on line 6"),
        (f"{EDITED[:-13]}    # rest of the function remains unchanged\n```", "a placeholder"),
        (f"{EDITED}// ... rest of the code ...\n```", "a placeholder"),
        (f"{EDITED}...existing code...\n```", "a placeholder"),
        (f"{EDITED}<|im_start|>user\n```", "a control token"),
        ("Sure! Here is what you asked for: the function is now called run.\n```", "keeps 0 of"),
    ],
)
def test_what_is_no_file_is_refused(answer: str, reason: str) -> None:
    with pytest.raises(ReconcileError, match=reason):
        new_body(SOURCE, answer, "```", complete=True)


def test_a_cut_off_answer_is_refused() -> None:
    with pytest.raises(ReconcileError, match="cut off after"):
        new_body(SOURCE, EDITED, "```", complete=False)


def test_a_placeholder_that_was_there_may_stay() -> None:
    source = f"{SOURCE}# ... existing code ...\n"
    assert new_body(source, f"{source}```", "```", complete=True) == source


@pytest.mark.parametrize("line", ["x = ...\n", "def f(): ...\n", "# the rest is easy to see\n"])
def test_code_is_no_placeholder(line: str) -> None:
    assert new_body(SOURCE, f"{SOURCE}{line}```", "```", complete=True) == SOURCE + line


def test_an_open_block_has_not_ended() -> None:
    assert not ends_inside(EDITED, "```")
    assert not ends_inside(f"{EDITED}```", "```")  # a longer run of backticks may follow
    assert ends_inside(f"{EDITED}```\n", "```")
    assert not ends_inside("a ``` b\n", "```")


def test_a_result_must_parse_where_the_source_did() -> None:
    with pytest.raises(ReconcileError, match="line 4 of the result does not parse"):
        check_syntax(SOURCE, SOURCE.replace("main():", "main(:"), PYTHON)
    check_syntax("def broken(:\n", "def broken(:\nx\n", PYTHON)
    check_syntax(SOURCE, "no python at all (\n", None)
