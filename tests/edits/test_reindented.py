"""Lines that an answer indents otherwise than the file, although nothing around them moves."""

import pytest

from specedit.edits import patch
from specedit.edits.reindented import lone_reindents
from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of
from specedit.engine.errors import EditRefused

LOOP = """def first(rows):
    for row in rows:
        check(row)
        if row.ok:
            return row
    return None
"""
SLIP = LOOP.replace("check(row)", "check(row, 1)").replace("    return None", "        return None")
SCRIPT = """function first(rows) {
  for (const row of rows) {
    check(row);
    log(row);
  }
  done();
}
"""


def test_a_line_of_python_that_a_snippet_indents_alone_is_refused() -> None:
    with pytest.raises(EditRefused, match=r"'return None' is indented by 8 spaces.*\(line 6\)"):
        place(LOOP, SLIP, language_of("a.py"))


def test_that_alone_is_an_edit() -> None:
    moved = LOOP.replace("    return None", "        return None")
    assert place(LOOP, moved, language_of("a.py")).body == moved


@pytest.mark.parametrize(
    ("old", "new"),
    [("    log(row);", "      log(row);"), ("    log(row);\n  }", "    log(row, 1);\n      }")],
    ids=["line", "bracket"],
)
def test_it_is_refused_where_indentation_means_nothing_too(old: str, new: str) -> None:
    slip = SCRIPT.replace("check(row)", "check(row, 1)").replace(old, new)
    with pytest.raises(EditRefused, match="though nothing around it moves"):
        place(SCRIPT, slip, language_of("a.js"))


def test_a_block_that_indents_a_line_alone_is_refused() -> None:
    block = f"<<<<<<< SEARCH\n{LOOP}=======\n{SLIP}>>>>>>> REPLACE\n"
    with pytest.raises(EditRefused, match="though nothing around it moves"):
        patch.place(LOOP, block, "a.py")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f():\n    a()\n    b()\n", "def f():\n    if x:\n        a()\n    b(1)\n"),
        ("def f():\n    if x:\n        a()\n    b()\n", "def f():\n    a()\n    b(1)\n"),
        ("f(a,\n  b)\nc()\n", "fetch(a,\n      b)\nc(1)\n"),
        ("a {\n  b();\n  c();\n}\n", "a {\n  if (d) {\n    b();\n    c();\n  }\n  e();\n}\n"),
    ],
    ids=["wrapped", "unwrapped", "aligned", "moved together"],
)
def test_lines_that_move_for_a_reason_are_no_slip(old: str, new: str) -> None:
    assert lone_reindents(old.split("\n"), new.split("\n")) == []
