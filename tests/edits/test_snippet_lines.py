"""Lines of lazy snippets that read like something else: comments like markers, white space, text in strings."""

import pytest

from specedit.edits.markers import is_marker
from specedit.edits.snippet import place
from specedit.edits.syntax.languages import language_of


def placed(path: str, body: str, snippet: str) -> str:
    return place(body, snippet, language_of(path)).body


@pytest.mark.parametrize(
    "line",
    [
        "# ... but only half of it",
        "// ... and we keep the code of both",
        "/* ... because the other one is slow */",
        "# ... which the rest does not need",
    ],
)
def test_a_sentence_that_goes_on_is_no_marker(line: str) -> None:
    assert not is_marker(line)


@pytest.mark.parametrize(
    "line", ["# ... and the rest", "// ... same checks", "... existing text ...", "# ... keep it"]
)
def test_a_remark_about_the_rest_is_a_marker(line: str) -> None:
    assert is_marker(line)


def test_a_comment_with_dots_between_changed_lines_is_written() -> None:
    body = "def pour(cup):\n    fill(cup)\n    drink(cup)\n    return cup\n"
    new = "    fill(cup, 5)\n    # ... but only half of it\n    drink(cup)\n"
    snippet = f"def pour(cup):\n{new}    return cup\n"
    assert placed("cup.py", body, snippet) == snippet
    marked = f"def pour(cup):\n{new}    # ... existing code ...\n"
    assert placed("cup.py", body, marked) == snippet


def test_spaces_at_the_ends_of_lines_are_a_habit_where_lines_of_the_file_have_them_too() -> None:
    body = "def pour(cup):\n    fill(cup)\n    return cup\n"
    snippet = "def pour(cup): \n    fill(cup, 5)  \n    return cup  \n"
    assert placed("cup.py", body, snippet) == body.replace("(cup)\n    r", "(cup, 5)\n    r")


def test_line_breaks_of_markdown_stay() -> None:
    body = "# Cup\n\nFill.\nDrink.\n\n## More\n\nText.\n"
    snippet = "# Cup\n\nFill.\nStir.  \nWait.  \nDrink.\n\n<!-- ... existing text ... -->\n"
    assert placed("cup.md", body, snippet) == body.replace("Fill.\n", "Fill.\nStir.  \nWait.  \n")


def test_text_in_a_string_moves_with_a_dedented_snippet_where_the_file_has_it_so() -> None:
    body = 'class Db:\n    def rows(self):\n        return run("""\n            SELECT a\n            FROM t\n        """)\n\n    def end(self):\n        pass\n'
    snippet = 'def rows(self):\n    return run("""\n        SELECT a, b\n        FROM t\n    """)\n'
    assert placed("db.py", body, snippet) == body.replace("SELECT a", "SELECT a, b")


def test_the_outermost_lines_of_a_dedented_part_tell_how_it_is_indented() -> None:
    body = (
        "func load() error {\n\tif err := open(); err != nil {\n\t\treturn err\n\t}\n\tadd(first)\n\n"
        "\tif ok := find(); ok {\n\t\tadd(second)\n\t}\n\n\treturn nil\n}\n"
    )
    snippet = (
        "// ... existing code ...\n}\nadd(first)\n\nif !has() {\n\tif ok := find(); ok {\n\t\tadd(second)\n\t}\n}\n\n"
        "return nil\n// ... existing code ...\n"
    )
    deeper = "\tif !has() {\n\t\tif ok := find(); ok {\n\t\t\tadd(second)\n\t\t}\n\t}\n"
    expected = body.replace("\tif ok := find(); ok {\n\t\tadd(second)\n\t}\n", deeper)
    assert placed("load.go", f"package p\n\n{body}", snippet) == f"package p\n\n{expected}"


def test_three_blank_lines_beside_a_marker_take_nothing_away() -> None:
    body = "import a\n\n\ndef one():\n    x = a.one()\n    return x\n\n\ndef two():\n    return 2\n"
    marker = "# ... existing code ...\n"
    snippet = f"{marker}\n\n\ndef two():\n    return 3\n\n\n\n{marker}"
    assert placed("a.py", body, snippet) == body.replace("return 2", "return 3")


def test_a_title_above_a_new_definition_is_no_marker() -> None:
    body = "def a():\n    return 1\n"
    new = "# Other helpers\ndef c():\n    return 3\n"
    snippet = f"# ... existing code ...\n\n\n{new}"
    assert placed("a.py", body, snippet) == f"{body}\n\n{new}"


STEPS = """\
class Queue:
    def put(self, job):
        self.jobs.append(job)

    def take(self):
        if not self.jobs:
            return None
        return self.jobs.pop(0)
"""


@pytest.mark.parametrize("unit", ["  ", "\t", "   "])
def test_a_snippet_in_other_steps_than_the_file_is_brought_to_the_files(unit: str) -> None:
    code = "class Queue:\n    # ...\n    def take(self):\n        if not self.jobs:\n            return None\n        self.count -= 1\n        return self.jobs.pop(0)\n"
    wanted = STEPS.replace(
        "        return self.jobs", "        self.count -= 1\n        return self.jobs"
    )
    assert placed("queue.py", STEPS, code.replace("    ", unit)) == wanted


@pytest.mark.parametrize(
    "label", ["# queue.py", "# src/queue.py", "// File: jobs/queue.py", "`queue.py`:", "queue.py"]
)
def test_a_first_line_that_names_the_file_is_no_code(label: str) -> None:
    code = "    def take(self):\n        if not self.jobs:\n            return None\n        return self.jobs.pop()\n"
    snippet = f"{label}\n# ... existing code ...\n{code}"
    made = place(STEPS, snippet, language_of("queue.py"), path="/home/me/src/queue.py").body
    assert made == STEPS.replace("pop(0)", "pop()")
