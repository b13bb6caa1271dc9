"""The places that a rename is about."""

import pytest

from specedit.edits.references import marked


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("x = x\n", "y = y\n", "«x» = «x»\n"),
        ("self.x = x\nx2 = 1\n", "self.x = y\nx2 = 1\n", "self.x = «x»\nx2 = 1\n"),
        ("a(x)\n# x\na(x)", "a(y)\n# x\na(y)", "a(«x»)\n# x\na(«x»)"),
        ("import x\n", "import x as y\n", "import «x»\n"),
        ("const {x} = o;\n", "const {x: y} = o;\n", "const {«x»} = o;\n"),
        ("f({x});\n", "f({y: x});\n", "f({«x»});\n"),
        ("é = 'é'", "ü = 'é'", "«é» = 'é'"),
        ("x\n", "x\n", "x\n"),
        ("", "", ""),
    ],
)
def test_changed_words_are_marked(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown
