"""What is told of a block that was placed where the file does not read as it does."""

import pytest

from specedit.edits.patch import place

BODY = "def f(a):\n    x = 1\n    y = 2\n    return x + y\n\n\ndef g():\n    pass\n"


def diff(shown: str) -> str:
    return f"--- a/f.py\n+++ b/f.py\n@@ -1,4 +1,4 @@\n{shown}"


@pytest.mark.parametrize(
    ("patch", "remarks"),
    [
        (
            diff(" def f(a, b):\n     x = 1\n-    y = 2\n+    y = 3\n     return x + y\n"),
            ("block 1 of 1 was placed on lines 1-4, though line 1 of the file reads otherwise",),
        ),
        (
            diff(
                " def f(a):\n     x = 1\n-    y = 2\n+    y = 3\n     log(x)\n     return x + y\n"
            ),
            (
                "block 1 of 1 was placed on lines 1-4, though the file lacks 1 of the lines that it shows",
            ),
        ),
        (
            '{"old_string": "x = 1\\n y = 2\\n", "new_string": "x = 3\\n y = 3\\n"}',
            ("edit 1 of 1 was placed on lines 2-3, though lines 2, 3 of the file read otherwise",),
        ),
        (diff(" def f(a):\n     x = 1\n-    y = 2\n+    y = 3\n     return x + y\n"), ()),
        ('{"old_string": "y = 2", "new_string": "y = 3"}', ()),
    ],
)
def test_what_is_told(patch: str, remarks: tuple[str, ...]) -> None:
    made = place(BODY, patch, "f.py")
    assert made.remarks == remarks
    assert made.certain == (not remarks)
    assert "    y = 3\n" in made.body
