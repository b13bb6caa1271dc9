"""Where the blocks of a patch go: rightly, or nowhere."""

import difflib
import random

import pytest

from specedit.edits.patch import place
from specedit.edits.text import split_lines
from specedit.engine.errors import EditRefused

SOURCE = "def a():\n    x = 1\n    return x\n\n\ndef b():\n    x = 1\n    return x\n\n\nprint(a(), b())\n"


def patched(patch: str, source: str = SOURCE) -> str:
    return place(source, patch, "pkg/x.py").body


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("moved", [0, 3])
def test_any_unified_diff_applies(seed: int, moved: int) -> None:
    rng = random.Random(seed)
    old = [f"line {rng.randrange(8)}\n" for _ in range(rng.randrange(1, 60))]
    new = list(old)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(new) + 1)
        new[at : at + rng.randrange(3)] = [f"new {rng.randrange(9)}\n"] * rng.randrange(3)
    patch = "".join(difflib.unified_diff(old, new, "a/x.py", "b/x.py"))
    if not patch:
        return
    above = ["unlike\n"] * moved  # the file has grown since the diff was made: lines are looked for
    if moved and old == new[: len(old)]:
        return
    try:
        assert patched(patch, "".join(above + old)) == "".join(above + new)
    except EditRefused as refusal:
        assert moved, refusal  # with the line numbers off, equal places may be left to choose from


def test_search_and_replace() -> None:
    patch = "<<<<<<< SEARCH\ndef b():\n    x = 1\n=======\ndef b():\n    x = 2\n>>>>>>> REPLACE\n"
    assert patched(patch) == SOURCE.replace("def b():\n    x = 1", "def b():\n    x = 2")


def test_v4a_with_an_anchor() -> None:
    patch = """\
*** Begin Patch
*** Update File: pkg/x.py
@@ def b():
-    x = 1
+    x = 2
     return x
*** End Patch
"""
    assert patched(patch) == SOURCE.replace("def b():\n    x = 1", "def b():\n    x = 2")


def test_a_block_without_the_files_indentation() -> None:
    patch = "<<<<<<< SEARCH\nx = 1\nreturn x\n\n\ndef b():\n=======\nx = 2\nreturn x\n\n\ndef b():\n>>>>>>> REPLACE\n"
    source = (
        SOURCE.replace("def", "    def")
        .replace("    x", "        x")
        .replace("    return", "        return")
    )
    with pytest.raises(EditRefused, match="not all of it by the same"):
        patched(patch, source)
    block = "<<<<<<< SEARCH\ndef b():\n    x = 1\n=======\ndef b():\n    x = 2\n    y = 3\n>>>>>>> REPLACE\n"
    result = patched(block, source)
    assert "    def b():\n        x = 2\n        y = 3\n" in result


def test_the_last_line_may_leave_its_block() -> None:
    source = "def b():\n    for i in c:\n        print(i)\n        return i\n"
    block = "<<<<<<< SEARCH\n        print(i)\n        return i\n=======\n        print(i)\n    return i\n>>>>>>> REPLACE\n"
    assert patched(block, source) == source.replace("        return", "    return")


def test_a_line_that_only_the_search_indents_otherwise() -> None:
    """It tells no rule: what is added behind it would be moved into the function."""
    block = "<<<<<<< SEARCH\n{}print(a())\n=======\n{}print(a())\n\n\ndef c():\n    return 3\n>>>>>>> REPLACE\n"
    source = "def b():\n    print(a())\n"
    expected = f"{source}\n\ndef c():\n    return 3\n"
    assert patched(block.format("    ", "    "), source) == expected
    with pytest.raises(EditRefused, match="searched for with another indentation"):
        patched(block.format("", "    "), source)


def test_lines_that_are_only_shown_stay_as_the_file_has_them() -> None:
    source = "alpha  \nbeta\n"
    assert patched("@@ -1,2 +1,2 @@\n alpha\n-beta\n+gamma\n", source) == "alpha  \ngamma\n"


def test_two_places_are_an_error_with_their_lines() -> None:
    with pytest.raises(EditRefused, match="block 1 of 1 fits on lines 2, 7"):
        patched("<<<<<<< SEARCH\n    x = 1\n=======\n    x = 2\n>>>>>>> REPLACE\n")


def test_no_place_is_an_error_with_the_nearest() -> None:
    with pytest.raises(
        EditRefused, match=r"not in the file; nearest: line 11: 'print\(a\(\), b\(\)\)'"
    ):
        patched("<<<<<<< SEARCH\nprint(a, c, d)\n=======\n>>>>>>> REPLACE\n")


def test_the_part_for_this_file_is_taken() -> None:
    both = "".join(
        f"--- a/{name}\n+++ b/{name}\n@@ -11 +11 @@\n-print(a(), b())\n+print({i})\n"
        for i, name in enumerate(("other.py", "pkg/x.py"))
    )
    assert patched(both) == SOURCE.replace("a(), b()", "1")
    with pytest.raises(EditRefused, match=r"the patch is for other\.py, pkg/x\.py, not for"):
        place(SOURCE, both, "third.py")


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        ("hello\n", "this is no patch"),
        ("<<<<<<< SEARCH\nx\n=======\ny\n", "is not ended"),
        ("*** Begin Patch\n*** Delete File: x.py\n*** End Patch\n", "adds or deletes pkg/x.py"),
        ("--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-def a():\n", "adds or deletes pkg/x.py"),
        ("@@ -1 +1 @@\n-def a():\n+def z():\n@@ -1 +1 @@\n-def a():\n+def y():\n", "two blocks"),
    ],
)
def test_what_is_no_patch_for_this_file_is_refused(patch: str, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        patched(patch)


def test_the_result_of_a_diff_is_what_git_would_make() -> None:
    patch = "diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n@@ -1,3 +1,4 @@\n def a():\n     x = 1\n+    y = 2\n     return x\n"
    assert patched(patch) == SOURCE.replace("    x = 1\n", "    x = 1\n    y = 2\n", 1)
    assert len(split_lines(patched(patch))) == len(split_lines(SOURCE)) + 1


def test_blank_lines_that_a_block_lacks_stay() -> None:
    source = "def run(entries):\n    checked = check(entries)\n\n    for entry in checked:\n        process_entry(entry)\n"
    patch = (
        "<<<<<<< SEARCH\n    checked = check(entries)\n    for entry in checked:\n        process_entry(entry)\n=======\n"
        "    checked = check(entries)\n    for entry in checked:\n        process_entry(entry, True)\n>>>>>>> REPLACE\n"
    )
    assert patched(patch, source) == source.replace("entry(entry)", "entry(entry, True)")


def test_a_typo_in_a_shown_line_is_forgiven_in_a_removed_one_not() -> None:
    source = "class A {\n    f() {\n        log(this.first, this.second);\n        return compute(this.first);\n    }\n}\n"
    shown = "<<<<<<< SEARCH\nlog(this.first, this.secnd);\nreturn compute(this.first);\n=======\nlog(this.first, this.secnd);\nreturn 1;\n>>>>>>> REPLACE\n"
    assert patched(shown, source) == source.replace("compute(this.first)", "1")
    with pytest.raises(
        EditRefused, match=r"removes 'log\(this.first, this.secnd\);', which is not"
    ):
        patched(shown.replace("=======\nlog(this.first, this.secnd);", "=======\n"), source)


def test_blocks_may_show_the_same_lines() -> None:
    patch = "@@ -1,3 +1,3 @@\n-def a():\n+def z():\n     x = 1\n     return x\n@@ -3,4 +3,4 @@\n     return x\n \n \n-def b():\n+def y():\n"
    assert patched(patch) == SOURCE.replace("def a", "def z").replace("def b", "def y")


@pytest.mark.parametrize(
    "around",
    [
        "```diff\n{}```\n",
        "{}\n\n",
        "{}-- \n2.43.0\n",
        "--- a/y.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n{}",
    ],
)
def test_patches_as_they_come(around: str) -> None:
    patch = "--- a/pkg/x.py\n+++ b/pkg/x.py\n@@ -11 +11 @@\n-print(a(), b())\n+print(1)\n"
    assert patched(around.format(patch)) == SOURCE.replace("a(), b()", "1")


@pytest.mark.parametrize(
    ("patch", "certain"),
    [
        ("@@\n def b():\n-    x = 1\n+    x = 2\n", True),
        ("@@\n def b():\n-    x = 1  \n+    x = 2\n", False),
        ("@@\n def  b():\n-    x = 1\n+    x = 2\n", False),
        ("@@ def b():\n-    x = 1\n+    x = 2\n", True),
        ("@@ -7 +7 @@\n-    x = 1\n+    x = 2\n@@ -11 +11 @@\n-print(a(), b())\n+b()\n", True),
        ("<<<<<<< SEARCH\nprint(a(), b())\n=======\nprint(a())\n>>>>>>> REPLACE\n", True),
        ('{"old_string": "(a(), b())", "new_string": "(b())"}', True),
        ('{"old_string": "x = 1", "new_string": "x = 2", "replace_all": true}', True),
        ('{"old_string": "print(a(),  b())", "new_string": "print(b())"}', False),
    ],
)
def test_it_is_certain_where_it_stands_to_the_letter(patch: str, certain: bool) -> None:
    made = place(SOURCE, patch, "pkg/x.py")
    assert made.body != SOURCE and made.certain == certain
