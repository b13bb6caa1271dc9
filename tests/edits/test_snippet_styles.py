"""The ways to write a recorded edit as a snippet, of which the benchmark makes a table."""

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development.snippet_styles import STYLES, written

OLD = "import os\n\n\ndef f(x):\n    a = 1\n    b = 2\n    c = 3\n    return a\n\n\ndef g():\n    return 2\n"
CASE = Case("a/1", "a.py", "python", "", OLD, OLD.replace("b = 2", "b = 3"))
MARK = "# ... existing code ...\n"


def test_lines_of_context_between_markers() -> None:
    assert written(CASE, STYLES["one line"]) == f"{MARK}    a = 1\n    b = 3\n    c = 3\n{MARK}"


def test_without_markers_at_the_ends_and_dedented() -> None:
    plain = written(CASE, STYLES["no markers at the ends"])
    assert plain == "\ndef f(x):\n    a = 1\n    b = 3\n    c = 3\n    return a\n\n"
    dedented = written(CASE, STYLES["dedented"])
    assert dedented is not None and "\ndef f(x):\n" in dedented


def test_a_whole_definition_with_blank_lines_beside_the_markers() -> None:
    body = "def f(x):\n    a = 1\n    b = 3\n    c = 3\n    return a\n"
    assert written(CASE, STYLES["whole definitions, blank lines"]) == f"{MARK}\n{body}\n{MARK}"


def test_what_a_style_cannot_tell_is_none() -> None:
    gone = Case("a/2", "a.py", "python", "", OLD, OLD[: OLD.index("\n\ndef g")])
    assert written(gone, STYLES["whole definitions"]) is None
