"""Patches as models damage them: applied where the text settles the place, else refused, never wrong."""

import contextlib
import random

import pytest

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development import patches, untold
from specedit.benchmarks.development.hunks import Hunk, hunks_between
from specedit.edits.patch import place
from specedit.engine.errors import AmbiguousPlace, EditRefused

SOURCE = '''\
import csv
import sys


class Reader:
    """Reads rows."""

    def open(self, path):
        self.rows = []
        self.limit = 25

        with open(path) as file:
            for row in csv.reader(file):
                self.rows.append(row)

    def close(self):
        self.rows = []


def report(rows):
    total = 0
    for row in rows:
        total += len(row)

    return total


print(report(sys.argv))
'''
EXPECTED = (
    SOURCE.replace("import sys\n", "import os\nimport sys\n")
    .replace("limit = 25", "limit = 50")
    .replace(
        "    def close(self):\n",
        "    def count(self):\n        return len(self.rows)\n\n    def close(self):\n",
    )
    .replace("        total += len(row)\n", "        if row:\n            total += len(row)\n")
)
CASE = Case("one", "lib/tables.py", "python", "", SOURCE, EXPECTED)


def test_no_damage_makes_a_wrong_edit() -> None:
    table = patches.run([CASE], lambda line: None, damaged=True)["rows"]
    assert isinstance(table, list)
    for row in table:
        assert (row["wrong"], row["refused"]) == (0, 0), row
    assert {row["damage"] for row in table} >= {"dedented", "a shown line missing", "stale"}


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("form", patches.FORMS)
def test_lines_taken_from_what_is_shown_never_make_a_wrong_edit(seed: int, form: str) -> None:
    rng = random.Random(seed)
    hunks = []
    for hunk in hunks_between(SOURCE.splitlines(), EXPECTED.splitlines()):
        beside = {
            at + by for at, (tag, _) in enumerate(hunk.lines) if tag == "+" for by in (-1, 0, 1)
        }
        shown = [at for at, (tag, _) in enumerate(hunk.lines) if tag == " " and at not in beside]
        lost = set(rng.sample(shown, min(2, len(shown))))
        kept = tuple(line for at, line in enumerate(hunk.lines) if at not in lost)
        hunks.append(Hunk(hunk.start, kept))
    with contextlib.suppress(EditRefused):
        assert place(SOURCE, patches.FORMS[form](hunks, CASE.path), CASE.path).body == EXPECTED


def refused(patch: str, source: str = SOURCE) -> str:
    with pytest.raises(EditRefused) as refusal:
        place(source, patch, "lib/tables.py")
    return str(refusal.value)


@pytest.mark.parametrize(
    "patch",
    [
        "--- a/tables.py\n+++ b/tables.py\n@@ -9,3 +9,3 @@\n         self.rows = []\n-        self.limit = 20\n+        self.limit = 50\n \n",
        "<<<<<<< SEARCH\n    for row in rows or []:\n        total += len(row)\n=======\n    for row in rows:\n        total += 1\n>>>>>>> REPLACE\n",
        "@@\n-    total = 1\n+    total = 2\n     for row in rows:\n",
        '{"old_string": "self.limit = 20", "new_string": "self.limit = 50"}',
    ],
)
def test_a_removed_line_that_the_file_has_otherwise_is_refused_with_the_nearest(patch: str) -> None:
    assert "which is not in the file; nearest: line " in refused(patch)


def test_a_shown_line_that_the_file_has_elsewhere_is_no_typo_of_another() -> None:
    # The line is gone from the first function; the second one reads almost like it.
    twins = (
        "def a():\n    log(1)\n    return x\n\n\ndef b():\n    x = 1\n    log(2)\n    return x\n"
    )
    patch = "<<<<<<< SEARCH\ndef a():\n    x = 1\n    log(1)\n=======\ndef a():\n    log(1)\n>>>>>>> REPLACE\n"
    assert place(twins, patch, "t.py").remarks == ("the patch is applied already",)
    stale = patch.replace("=======\ndef a():\n", "=======\ndef a():\n    x = 2\n")
    assert "not in the file" in refused(stale, twins)


def test_lines_beside_an_addition_that_a_block_does_not_show_are_not_passed_over() -> None:
    assert "could go to lines" in refused(
        "@@\n def report(rows):\n+    check(rows)\n     for row in rows:\n"
    )


def test_an_addition_shown_on_one_side_does_not_cut_a_function_in_two() -> None:
    patch = "<<<<<<< SEARCH\n    total = 0\n=======\n    total = 0\n\n\ndef other():\n    return 1\n>>>>>>> REPLACE\n"
    assert "show the lines on both sides" in refused(patch)


def test_a_new_method_of_a_dedented_patch_is_indented() -> None:
    patch = (
        "@@\n def close(self):\n     self.rows = []\n+\n+def clear(self):\n+    self.rows.clear()\n"
    )
    after = "    def close(self):\n        self.rows = []\n"
    assert place(SOURCE, patch, "x.py").body == SOURCE.replace(
        after, f"{after}\n    def clear(self):\n        self.rows.clear()\n"
    )


@pytest.mark.parametrize(
    ("marker", "spaces"), [("...", 4), ("# ... existing code ...", 4), ("// ...", 0), ("…", 4)]
)
def test_lines_left_out_of_a_search_stay(marker: str, spaces: int) -> None:
    middle = " " * spaces + marker
    patch = (
        f"<<<<<<< SEARCH\ndef report(rows):\n{middle}\n    return total\n=======\n"
        f"def report(rows, base):\n{middle}\n    return base + total\n>>>>>>> REPLACE\n"
    )
    expected = SOURCE.replace("report(rows):", "report(rows, base):").replace(
        "return total", "return base + total"
    )
    assert place(SOURCE, patch, "x.py").body == expected


@pytest.mark.parametrize(
    ("search", "new", "reason"),
    [
        (
            "import csv\n...\n        self.rows = []",
            "import csv\n...\n        self.rows = ()",
            "could go to lines 9, 17",
        ),
        (
            "def report(rows):\n    ...\n    return total",
            "def report(rows):\n    return 0",
            "they would be lost",
        ),
        (
            "def report(rows):\n    total = 0",
            "def report(rows):\n    total = 1\n    ...",
            "does not give",
        ),
    ],
)
def test_lines_left_out_that_are_not_settled(search: str, new: str, reason: str) -> None:
    assert reason in refused(f"<<<<<<< SEARCH\n{search}\n=======\n{new}\n>>>>>>> REPLACE\n")


def test_dots_that_the_file_has_are_its_own() -> None:
    stub = "def a():\n    ...\n\n\ndef b():\n    pass\n"
    patch = "@@\n def b():\n-    pass\n+    ...\n"
    assert place(stub, patch, "x.pyi").body == stub.replace("pass", "...")


def test_numbers_settle_equal_places_only_where_they_can_be_trusted() -> None:
    rows = "\n".join(f"add({n % 3})" for n in range(9)) + "\n"
    alone = "@@ -4 +4 @@\n-add(0)\n+add(9)\n"
    assert "fits on lines 1, 4, 7" in refused(
        alone, rows
    )  # near ones: off by three it would hit one
    marked = rows.replace("add(2)\n", "end()\n", 1)
    both = alone + "@@ -3 +3 @@\n-end()\n+stop()\n"  # stands once, and where its number says
    expected = marked.splitlines(keepends=True)
    expected[2:4] = ["stop()\n", "add(9)\n"]
    assert place(marked, both, "t").body == "".join(expected)


@pytest.mark.parametrize(
    "patch",
    [
        "@@\n import csv\n+import os\n import sys\n",
        "<<<<<<< SEARCH\nimport csv\n=======\nimport csv\nimport os\n>>>>>>> REPLACE\n",
        "<<<<<<< SEARCH\n        self.limit = 25\n=======\n        self.limit = 50\n>>>>>>> REPLACE\n",
        '{"old_string": "limit = 25", "new_string": "limit = 50"}',
    ],
)
def test_a_patch_that_is_applied_already_changes_nothing_and_says_so(patch: str) -> None:
    made = place(EXPECTED, patch, "x.py")
    assert (made.body, made.remarks) == (EXPECTED, ("the patch is applied already",))


def test_the_rest_of_a_patch_that_is_applied_in_part() -> None:
    block = "<<<<<<< SEARCH\n{}\n=======\n{}\n>>>>>>> REPLACE\n"
    patch = block.format("        self.limit = 10", "        self.limit = 25") + block.format(
        "    total = 0", "    total = 1"
    )
    made = place(SOURCE, patch, "x.py")
    assert made.body == SOURCE.replace("total = 0", "total = 1")
    assert made.remarks == ("block 1 of 2 is applied already",)


def test_equal_typos_leave_two_places() -> None:
    source = "def f():\n    first()\n    x = 1\n    one()\n\n\ndef g():\n    first()\n    x = 1\n    two()\n"
    patch = "@@\n     first()\n-    x = 1\n+    x = 2\n     three()\n"
    with pytest.raises(AmbiguousPlace) as refusal:
        place(source, patch, "x.py")
    assert refusal.value.lines == (3, 9)


GO = "package m\n\nfunc A(x int) int {\n\tif x > 0 {\n\t\treturn x\n\t}\n\treturn 0\n}\n"


@pytest.mark.parametrize("step", ["  ", "    ", "        "])
def test_tabs_of_the_file_for_spaces_of_the_patch(step: str) -> None:
    lines = ["if x > 0 {", "    return x", "}", "for x < 0 {", "    x++", "}", "return 0", "}"]
    shown = [(step + line).replace("    ", step, line.startswith(" ")) for line in lines]
    shown[-1] = "}"
    patch = "@@\n" + "".join(
        f"{'+' if 3 <= i < 6 else ' '}{line}\n" for i, line in enumerate(shown)
    )
    assert place(GO, patch, "m.go").body == GO.replace(
        "\treturn 0\n", "\tfor x < 0 {\n\t\tx++\n\t}\n\treturn 0\n"
    )


def test_typographic_signs_are_those_of_the_file() -> None:
    source = 'print("total")\nprint("rest")\n'
    patch = "<<<<<<< SEARCH\nprint(\u201ctotal\u201d)\n=======\nprint(\u201ctotal\u201d, 1)\n>>>>>>> REPLACE\n"
    assert place(source, patch, "x.py").body == 'print("total", 1)\nprint("rest")\n'


def test_the_signs_of_the_file_stay_where_a_line_stays() -> None:
    source = "He said \u201chi\u201d to us \u2013 twice.\n"
    patch = '@@\n-He said "hi" to us - twice.\n+He said "hi" to us - once.\n'
    assert place(source, patch, "t.txt").body == source.replace("twice", "once")


@pytest.mark.parametrize("sign", [" | ", ": ", "\t"])
def test_line_numbers_in_front_of_lines(sign: str) -> None:
    patch = f"<<<<<<< SEARCH\n 20{sign}    total = 0\n 21{sign}    for row in rows:\n=======\n 20{sign}    total = 1\n 21{sign}    for row in rows:\n>>>>>>> REPLACE\n"
    assert place(SOURCE, patch, "x.py").body == SOURCE.replace("total = 0", "total = 1")


def test_spaces_at_ends_that_a_patch_takes_away_are_not_gone_already() -> None:
    source = "\nfirst = 1   \nsecond = 2   \nthird = 3   \n\nlast\n"
    patch = (
        "--- a/t\n+++ b/t\n@@ -1,6 +2,6 @@\n\n-first = 1   \n-second = 2   \n-third = 3   \n"
        "+first = 1\n+second = 2\n+third = 3\n\n last\n"
    )
    assert place(source, patch, "t").body == source.replace("   ", "")


TWINS = """\
def first():
    step(1)
    done = True
    return done


def second():
    step(2)
    done = True
    return done
"""


def test_a_place_that_another_block_takes_is_no_place_for_this_one() -> None:
    block = "<<<<<<< SEARCH\n{}    done = True\n=======\n{}    done = False\n>>>>>>> REPLACE\n"
    one, bare = block.format(*2 * ("    step(1)\n",)), block.format("", "")
    expected = TWINS.replace("True", "False")
    assert place(TWINS, one + bare, "x.py").body == expected
    assert place(TWINS, bare + one, "x.py").body == expected
    assert "fits on lines 3, 9" in refused(bare, TWINS)
    drifted = "@@\n-    done = True\n+    done = False\n     return done == 1\n"
    assert "about as well" in refused(drifted, TWINS)
    step = "@@\n     step(1)\n-    done = True\n+    done = False\n"
    assert place(TWINS, step + drifted, "x.py").body == expected


def test_a_closing_brace_that_is_not_shown_leaves_the_others_as_they_are() -> None:
    source = (
        "int main() {\n    if (x) {\n        while (y) {\n            go();\n        }\n    }\n}\n"
    )
    patch = "@@\n             go();\n     }\n+    stop();\n }\n"
    assert place(source, patch, "x.c").body == source.replace(
        "    }\n}\n", "    }\n    stop();\n}\n"
    )


def test_a_line_that_stands_once_is_not_one_that_is_missing() -> None:
    source = "a = {\n}\n\nb = {\n    1: 2,\n}\nlast(b)\nend()\n"
    patch = "@@\n     1: 2,\n last(b)\n+more(b)\n"
    assert place(source, patch, "x.py").body == source.replace("(b)\n", "(b)\nmore(b)\n")


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        ("-keep two\n+keep three\n", "keep three  \n"),
        ("-keep two  \n+keep three\n", "keep three\n"),
        ("-keep two\n+keep three   \n", "keep three   \n"),
        ("-keep two\n+keep two\n", "keep two\n"),
        ("-keep two\n+one\n+two\n", "one\ntwo\n"),
    ],
)
def test_space_at_the_end_of_a_line_of_which_the_patch_does_not_know(
    lines: str, after: str
) -> None:
    source = "first  \nkeep two  \n   \nlast\n"
    patch = f"@@\n first\n{lines}\n last\n"
    assert place(source, patch, "x.md").body == source.replace("keep two  \n", after)


def test_what_a_damage_takes_away_is_counted_apart_and_what_it_leaves_is_not() -> None:
    before, expected = ["a = 1 ", "b = 2", "c = 3 "], ["a = 1 ", "b = 4 ", "c = 3 "]
    hunks = hunks_between(before, expected)
    both = (hunks, [Hunk(h.start, tuple((t, x.rstrip()) for t, x in h.lines)) for h in hunks])

    def is_untold(result: list[str], what: str = "trailing space stripped") -> bool:
        return untold.is_untold(what, result, expected, before, both)

    assert is_untold(["a = 1 ", "b = 4", "c = 3 "])
    assert not is_untold(["a = 1", "b = 4", "c = 3 "])  # a line that is only shown has lost it too
    assert not is_untold(["a = 1 ", "b = 5", "c = 3 "])
    assert not is_untold(["a = 1 ", "b = 4", "c = 3 "], "typo in a shown line")


def test_a_patch_that_stands_elsewhere_to_the_letter_tells_of_no_other_place() -> None:
    before, expected = ["f", "x", "g", "f", "x"], ["f", "x", "g", "f", "y"]
    edit = hunks_between(before, expected)
    patch = [Hunk(0, ((" ", "f"), ("-", "x"), ("+", "y"), (" ", "g")))]
    result = ["f", "y", "g", "f", "x"]
    assert untold.is_untold("none", result, expected, before, (edit, patch))
    assert not untold.is_untold("none", before, expected, before, (edit, patch))
