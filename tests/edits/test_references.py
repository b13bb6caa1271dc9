"""The places that a rename is about."""

import pytest

from specedit.edits.references import references, with_references


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("x = x\n", "y = y\n", ["«x» = «x»\n"]),
        ("self.x = x\nx2 = 1\n", "self.x = y\nx2 = 1\n", ["self.x = «x»\n"]),
        ("a(x)\nb\na(x)\n", "a(y)\nb\na(y)\n", ["a(«x»)\n"]),  # each once
        ("import x\n", "import x as y\n", ["import «x»\n"]),
        ("const {x} = o;\n", "const {x: y} = o;\n", ["const {«x»} = o;\n"]),
        ("f({x});\n", "f({y: x});\n", ["f({«x»});\n"]),
        ("é = 'é'", "ü = 'é'", ["«é» = 'é'\n"]),
        ("x\n", "x\n", []),
    ],
)
def test_changed_words_are_marked_in_their_lines(before: str, after: str, shown: list[str]) -> None:
    assert references(before, after) == shown


def test_a_place_where_nothing_is_meant_says_so() -> None:
    assert with_references("rename x to y", "x\n", "x\n").endswith("not meant anywhere here.")


def test_marked_lines_stand_in_a_fence_of_their_own() -> None:
    asked = with_references("rename x to y", "x = '```'\n", "y = '```'\n")
    assert asked.endswith("\n````\n«x» = '```'\n````")
