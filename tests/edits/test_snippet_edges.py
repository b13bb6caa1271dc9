"""Where a part of a lazy snippet begins and ends beside a marker: what is hidden there stays, or is it replaced?"""

import pytest

from specedit.edits.languages import language_of
from specedit.edits.snippet import place
from specedit.engine.errors import EditRefused

PYTHON = language_of("a.py")
LOADER = """import os


def load(path):
    text = read(path)

    # Old files begin with a mark.
    mark = text[:1]
    rows = parse(text)
    return rows


def save(rows, path):
    write(path, dump(rows))
    os.sync()
"""


def test_a_blank_line_that_the_file_does_not_have_tells_that_lines_go_or_nothing() -> None:
    snippet = "# ...\n\n    rows = parse(text, strict=True)\n    return rows\n# ...\n"
    with pytest.raises(EditRefused, match="line 8, 'mark = text"):
        place(LOADER, snippet, PYTHON)
    told = place(LOADER, snippet.replace("...\n\n", "...\n"), PYTHON).body
    assert told == LOADER.replace("parse(text)", "parse(text, strict=True)")


def test_a_blank_line_beside_every_marker_tells_nothing() -> None:
    snippet = "# ...\n\n    rows = parse(text, strict=True)\n    return rows\n\n# ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace(
        "parse(text)", "parse(text, strict=True)"
    )


def test_fewer_blank_lines_than_the_file_has_tell_nothing() -> None:
    snippet = "# ...\n\ndef save(rows, path):\n    write(path, rows)\n    # ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace("dump(rows)", "rows")


@pytest.mark.parametrize("shown", [1, 2])
def test_new_lines_that_are_set_apart_leave_the_blank_lines_of_the_file_beyond(shown: int) -> None:
    gap = "\n" * shown
    snippet = f"# ...\n{gap}LIMIT = 10\n\n\ndef save(rows, path):\n    write(path, rows[:LIMIT])\n    os.sync()\n    # ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace(
        "def save", "LIMIT = 10\n\n\ndef save"
    ).replace("dump(rows)", "rows[:LIMIT]")


def test_new_lines_behind_others_are_set_apart_from_what_follows_as_those_were() -> None:
    snippet = "# ...\nimport os\n\nLIMIT = 10\n\n# ...\n    rows = parse(text)\n    return rows[:LIMIT]\n\n# ...\n"
    assert place(LOADER, snippet, PYTHON).body == LOADER.replace(
        "import os\n", "import os\n\nLIMIT = 10\n"
    ).replace("return rows", "return rows[:LIMIT]")
