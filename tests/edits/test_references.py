"""The places that a rename is about."""

import pytest

from specedit.edits.references import filled, marked


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("x = x\n", "y = y\n", "«x» = «x»\n"),
        ("self.x = x\nx2 = 1\n", "self.x = y\nx2 = 1\n", "self.x = «x»\nx2 = 1\n"),
        ("a(x)\n# x\na(x)", "a(y)\n# x\na(y)", "a(«x»)\n# x\na(«x»)"),
        ("import x\n", "import x as y\n", "import «x»\n"),
        ("const {x} = o;\n", "const {x: y} = o;\n", "const {«x»} = o;\n"),
        ("import { x } from y\n", "import { x as z } from y\n", "import { «x» } from y\n"),
        ("$x + x\n", "y + x\n", "«$x» + x\n"),
        ("f({x});\n", "f({y: x});\n", "f({«x»});\n"),
        ("é = 'é'", "ü = 'é'", "«é» = 'é'"),
        ("x\n", "x\n", "x\n"),
        ("", "", ""),
    ],
)
def test_changed_words_are_marked(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@pytest.mark.parametrize(
    ("shown", "after", "parts"),
    [
        ("a(«x»)\n", "a(y)\n", ["a(", "", "y", ")\n"]),
        ("a = «x»\n", "a = y2\n", ["a =", "", " y2", "\n"]),
        ("«x» = 1\n\t«x» = 2", "y = 1\n\ty = 2", ["", "", "y", " = 1\n", "\t", "y", " = 2"]),
        ("import «x»\n", "import x as y\n", ["import", "", " x as y", "\n"]),
        ("a(«x»)\n", "b(y)\n", ["b(y)\n"]),
    ],
)
def test_an_answer_is_read_in_the_parts_that_were_shown(
    shown: str, after: str, parts: list[str]
) -> None:
    assert filled(shown, after) == parts
    assert "".join(parts) == after


def test_an_answer_that_is_another_text_is_told_at_once() -> None:
    shown = 200 * "f(«x», " + "g"
    assert len(filled(shown, 200 * "f(y, " + "g")) == 601
    other = 200 * "f(y, " + "h"
    assert filled(shown, other) == [other]
