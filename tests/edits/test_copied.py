"""What only leaves lines out."""

import pytest

from specedit.edits.copied import skips_ahead


@pytest.mark.parametrize(
    ("before", "rest", "own", "skips"),
    [
        ("a\n", "b\nc\nd\n", "d\n", True),
        ("a\nx = ", "1\nx = 2\n", "2\n", True),  # within a line
        ("a\nb", "\n\nc\nd\n", "\nd\n", True),  # where one ends
        ("a\n", "b\nc\n", "e\n", False),  # something of its own
        ("a\nx = ", "1\nx = 23\n", "2\n", False),
        ("a\n", "b\nc\n", "a\n", False),  # once more what has been
        ("a\n", "b\nc\n", "b\n\n", False),  # nothing else
        ("a\n", "b\nc\n", "b\nc", False),
        ("a\n", "    b\n    c\n", "b\n", False),  # it stands there already, further in
        ("a\n", "b\nlonger\n", "long", False),  # cut off
    ],
)
def test_what_only_leaves_lines_out(before: str, rest: str, own: str, skips: bool) -> None:
    assert skips_ahead(before, rest, own) is skips
