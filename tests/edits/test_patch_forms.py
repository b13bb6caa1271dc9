"""Every form that agents write is read, for the file at hand, with what is left out said."""

import json
import textwrap

import pytest

from specedit.edits.document import decode_document, edited
from specedit.edits.patch import place
from specedit.edits.patch.files import split
from specedit.engine.errors import AmbiguousPlace, EditRefused

SOURCE = '''\
import csv
import sys


class Reader:
    """Reads rows."""

    def open(self):
        self.rows = []
        self.limit = 25

    def close(self):
        self.rows = []


class Writer(Reader):
    def open(self):
        self.rows = []
        self.file = sys.stdout


def main():
    reader = Reader()
    reader.open()
    return reader.limit
'''


def patched(patch: str, source: str = SOURCE) -> str:
    return place(source, patch, "lib/tables.py").body


LIMIT = SOURCE.replace("limit = 25", "limit = 50")
SEARCH = "        self.limit = 25\n=======\n        self.limit = 50\n"
HUNK = "@@ -9,3 +9,3 @@\n         self.rows = []\n-        self.limit = 25\n+        self.limit = 50\n \n"
CALL = {"old_string": "self.limit = 25", "new_string": "self.limit = 50"}


@pytest.mark.parametrize(
    "patch",
    [
        f"<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n",
        f"<<<<<<< SEARCH>\n{SEARCH}>>>>>>> REPLACE>\n",
        f"------- SEARCH\n{SEARCH}+++++++ REPLACE\n",
        f"<<<<<<< SEARCH\n{SEARCH}+++++++ REPLACE\n",
        f"<<<<<<< SEARCH\n:start_line:10\n:end_line:10\n-------\n{SEARCH}>>>>>>> REPLACE\n",
        f"lib/tables.py\n```python\n<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n```\n",
        f"```\nlib/tables.py\n<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n```\n",
        f"--- lib/tables.py\n+++ lib/tables.py\n{HUNK}",
        f"--- lib/tables.py\t2024-01-01 10:00:00\n+++ lib/tables.py\t2024-01-01 10:00:01\n{HUNK}",
        f"Index: lib/tables.py\n{'=' * 67}\n--- lib/tables.py\t(revision 4)\n+++ lib/tables.py\t(working copy)\n{HUNK}",
        f"--- a/lib/tables.py\n+++ b/lib/tables.py\n\n{HUNK}",
        f"--- a/lib/tables.py\n{HUNK}",
        f"I raise it:\n\n--- a/lib/tables.py\n+++ b/lib/tables.py\n{HUNK}\nWhat I did:\n- raised the limit\n",
        "1. Raise it:\n\n" + textwrap.indent(f"```diff\n{HUNK}```\n", "   "),
        "```diff\n-        self.limit = 25\n+        self.limit = 50\n```\nThat is all.\n",
        "*** Begin Patch\n*** Update File: lib/tables.py\n@@ class Reader\n@@     def open(self):\n"
        "         self.rows = []\n-        self.limit = 25\n+        self.limit = 50\n*** End Patch\n",
        "*** Begin Patch\n*** Update File: lib/tables.py\n-        self.limit = 25\n+        self.limit = 50\n",
        json.dumps(CALL),
        json.dumps({"file_path": "/home/me/lib/tables.py", **CALL}),
        json.dumps(
            {"name": "edit", "arguments": json.dumps({"path": "lib/tables.py", "edits": [CALL]})}
        ),
        json.dumps([{"old_str": " = 25", "new_str": " = 50"}]),
        json.dumps({"edits": [{"search": "limit = 25\n", "replace": "limit = 50\n"}]}),
        f"Like this:\n```json\n{json.dumps(CALL)}\n```\n",
        "<old_text>\n        self.limit = 25\n</old_text>\n<new_text>\n        self.limit = 50\n</new_text>\n",
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_form_is_read(patch: str, ending: str) -> None:
    assert patched(patch.replace("\n", ending)) == LIMIT


OTHERS = [
    "diff --git a/new.py b/new.py\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x = 1\n",
    "diff --git a/old.py b/lib/old.py\nsimilarity index 100%\nrename from old.py\nrename to lib/old.py\n",
    "diff --git a/a.png b/a.png\nindex 1..2 100644\nBinary files a/a.png and b/a.png differ\n",
    "diff --git a/gone.py b/gone.py\ndeleted file mode 100644\n--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x = 1\n",
    "--- a/lib/other.py\n+++ b/lib/other.py\n@@ -10 +10 @@\n-        self.limit = 25\n+        self.limit = 1\n",
]


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_for_other_files_is_left_out_and_said(other: str) -> None:
    git = f"diff --git a/lib/tables.py b/lib/tables.py\nindex 1..2 100644\n--- a/lib/tables.py\n+++ b/lib/tables.py\n{HUNK}"
    for patch in (git + other, other + git):
        made = place(SOURCE, patch, "lib/tables.py")
        assert made.body == LIMIT
        assert len(made.remarks) == 1 and "left out: what the patch says of" in made.remarks[0]


def test_blocks_for_two_files_by_the_names_above_them() -> None:
    patch = (
        f"lib/other.py\n```\n<<<<<<< SEARCH\n{SEARCH.replace('50', '1')}>>>>>>> REPLACE\n```\n\n"
        f"lib/tables.py\n```\n<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n```\n"
    )
    made = place(SOURCE, patch, "lib/tables.py")
    assert made.body == LIMIT
    assert made.remarks == ("left out: what the patch says of lib/other.py",)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("*** Update File: lib/tables.py\n*** Move to: lib/rows.py\n", "renames lib/tables.py"),
        ("*** Delete File: lib/tables.py\n", "adds or deletes lib/tables.py"),
        ("*** Add File: lib/tables.py\n", "adds or deletes lib/tables.py"),
    ],
)
def test_what_cannot_be_done_for_one_file_is_an_error(head: str, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        patched(f"*** Begin Patch\n{head}@@\n-import csv\n+import json\n*** End Patch\n")


@pytest.mark.parametrize(
    ("anchors", "line", "row"),
    [
        (["class Writer"], "        self.rows = None\n", 18),
        (["class Writer(Reader):", "    def open(self):"], "        self.rows = None\n", 18),
        (["class Reader", "def close()"], "        self.rows = None\n", 13),
    ],
)
def test_anchors_lead_to_one_of_several(anchors: list[str], line: str, row: int) -> None:
    heads = "".join(f"@@ {anchor}\n" for anchor in anchors)
    patch = f"*** Begin Patch\n*** Update File: tables.py\n{heads}-        self.rows = []\n+{line}*** End Patch\n"
    lines = SOURCE.splitlines(keepends=True)
    assert patched(patch) == "".join([*lines[: row - 1], line, *lines[row:]])


def test_an_addition_behind_an_anchor() -> None:
    patch = "@@ class Writer\n@@ def open(self)\n+        self.count = 0\n"
    after = "class Writer(Reader):\n    def open(self):\n"
    assert patched(patch) == SOURCE.replace(after, f"{after}        self.count = 0\n")
    assert patched("@@ import csv\n+import json\n") == SOURCE.replace("csv\n", "csv\nimport json\n")


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        ("@@ def open(self):\n+        self.count = 0\n", "which is on lines 8, 17"),
        ("@@ def main():\n+def helper():\n+    return 1\n", "its indentation does not say"),
        ("@@ def start():\n+    return 1\n", "no line reads 'def start"),
        ("@@\n+    return 1\n", "shows no line of the file"),
        ("@@ -5,0 +6 @@\n+x = 1\n", "by which its line number could be checked"),
    ],
)
def test_an_addition_that_could_go_anywhere_is_refused(patch: str, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        patched(patch)


def test_an_addition_at_the_end() -> None:
    patch = "*** Begin Patch\n*** Update File: tables.py\n@@\n+\n+\n+main()\n*** End of File\n*** End Patch\n"
    assert patched(patch) == SOURCE + "\n\nmain()\n"


RST = "Rows\n=======\n\nOld text.\n\nEnd\n=======\n"


@pytest.mark.parametrize(
    ("halves", "expected"),
    [
        (("Rows\n=======\n\nOld text.", "Rows\n=======\n\nNew."), RST.replace("Old text.", "New.")),
        (("Old text.", "More\n=======\n\nOld text."), RST.replace("Old", "More\n=======\n\nOld")),
        (
            ("Rows\n=======", "Lines\n======="),
            None,
        ),  # underlined, or an empty line of signs before?
        (("Rows", "=======\nRows"), None),
    ],
)
def test_a_rule_inside_a_block(halves: tuple[str, str], expected: str | None) -> None:
    patch = "<<<<<<< SEARCH\n{}\n=======\n{}\n>>>>>>> REPLACE\n".format(*halves)
    if expected is not None:
        assert patched(patch, RST) == expected
        return
    with pytest.raises(EditRefused, match="which of them divides it is not clear"):
        patched(patch, RST)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (("limit = 25", "limit = 50"), LIMIT),
        (("Reader()\n    reader.open()", "Reader(1)\n    reader.open(2)"), "both"),
        (("    reader.open()", ""), SOURCE.replace("    reader.open()\n", "")),
        (("return reader.limit", "reader.close()\nreturn 0"), "indented"),
    ],
)
def test_strings_over_parts_of_lines(call: tuple[str, str], expected: str) -> None:
    made = {
        "both": SOURCE.replace("Reader()", "Reader(1)").replace("reader.open()", "reader.open(2)"),
        "indented": SOURCE.replace("return reader.limit", "reader.close()\n    return 0"),
    }.get(expected, expected)
    assert patched(json.dumps({"old_string": call[0], "new_string": call[1]})) == made


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (("limit = 2", "limit = 5"), "is not in the file"),  # in the middle of 25
        (("self.rows = []", "self.rows = None"), "fits on lines 9, 13, 18"),
        (("", "x = 1"), "shows no line"),
        (("import csv", "import csv"), "by itself"),
    ],
)
def test_strings_that_are_not_there_once(call: tuple[str, str], reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        patched(json.dumps({"old_string": call[0], "new_string": call[1]}))


@pytest.mark.parametrize("mark", ["    # ... existing code ...", "    ...", "    \u2026"])
def test_strings_that_leave_lines_out(mark: str) -> None:
    old = f"def main():\n{mark}\n    return reader.limit"
    new = f"def main(limit):\n{mark}\n    return limit"
    expected = SOURCE.replace("main()", "main(limit)").replace(
        "return reader.limit", "return limit"
    )
    assert patched(json.dumps({"old_string": old, "new_string": new})) == expected


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (("def main():\n    ...\n    return reader.limit", "x = 1"), "they would be lost"),
        (("    reader.open()", "    # ... existing code ...\n    x = 1"), "stands for lines"),
        (
            ("def main():\n    reader = Reader()", "def main():\n    x = 1\n    ..."),
            "stands for lines",
        ),
    ],
)
def test_strings_that_would_lose_lines_or_write_a_marker(
    call: tuple[str, str], reason: str
) -> None:
    with pytest.raises(EditRefused, match=reason):
        patched(json.dumps({"old_string": call[0], "new_string": call[1]}))


def test_a_string_of_three_dots_is_a_body() -> None:
    body = "    reader = Reader()\n    reader.open()\n    return reader.limit\n"
    call = {"old_string": body, "new_string": "    ...\n"}
    assert patched(json.dumps(call)) == SOURCE.replace(body, "    ...\n")


def test_strings_one_after_the_other_and_everywhere() -> None:
    edits = [
        {"old_string": "reader.open()", "new_string": "reader.start()"},
        {"old_string": "reader.start()\n", "new_string": "reader.start(1)\n"},
        {"old_string": "self.rows = []", "new_string": "self.rows = ()", "replace_all": True},
    ]
    expected = SOURCE.replace("reader.open()", "reader.start(1)").replace("rows = []", "rows = ()")
    assert patched(json.dumps(edits)) == expected


def test_another_command_is_named() -> None:
    with pytest.raises(EditRefused, match="command 'insert' is no replacement"):
        patched(json.dumps({"command": "insert", "insert_line": 2, "new_str": "x"}))


@pytest.mark.parametrize(
    ("before", "lines", "after"),
    [
        (b"a\nb", "-b\n\\ No newline at end of file\n+b\n", b"a\nb\n"),
        (b"a\nb\n", "-b\n+b\n\\ No newline at end of file\n", b"a\nb"),
        (b"a\r\nb", "-b\n\\ No newline at end of file\n+c\n", b"a\r\nc\r\n"),
        (b"a\nb", "-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n", b"a\nc"),
        (b"a\nb\nc\n", "-b\n+x\n\\ No newline at end of file\n", b"a\nx\nc\n"),  # not at the end
    ],
)
def test_the_last_line_is_ended_as_the_diff_says(before: bytes, lines: str, after: bytes) -> None:
    document = decode_document(before)
    made = place(document.body, f"--- a/t\n+++ b/t\n@@ -1,2 +1,2 @@\n a\n{lines}", "t")
    assert edited(document, made.body, made.final_newline)[1] == after


def test_two_blocks_that_add_at_one_place_are_ambiguous() -> None:
    block = "<<<<<<< SEARCH\nimport sys\n=======\nimport sys\nimport {}\n>>>>>>> REPLACE\n"
    with pytest.raises(AmbiguousPlace, match="two blocks of the patch add lines before line 3"):
        patched(block.format("json") + block.format("re"))


@pytest.mark.parametrize(
    "name", ["lib/tables.py", "src/tables.py", "tables.py.orig", "original", "path/to/file.py"]
)
@pytest.mark.parametrize("head", ["--- {0}\n+++ {0}\n", "*** Update File: {0}\n", "Index: {0}\n"])
def test_a_name_with_other_folders_or_none_is_that_of_the_file(name: str, head: str) -> None:
    assert patched(head.format(name) + HUNK) == LIMIT


@pytest.mark.parametrize(
    "patch",
    [
        f"--- a/lib/rows.py\n+++ b/lib/rows.py\n{HUNK}",
        f"*** Begin Patch\n*** Update File: lib/rows.py\n{HUNK}*** End Patch\n",
        f"lib/rows.py\n<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n",
        json.dumps({"file_path": "lib/rows.py", "old_string": "csv", "new_string": "json"}),
        f"--- a/tables.pyi\n+++ b/tables.pyi\n{HUNK}",
    ],
)
def test_a_patch_for_another_file_is_refused_with_both_names(patch: str) -> None:
    with pytest.raises(EditRefused, match=r"is for .*(rows\.py|pyi), not for 'lib/tables\.py'"):
        patched(patch)


def test_a_verb_before_the_name_is_no_part_of_it() -> None:
    block = f"<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n"
    assert patched(f"Change tables.py:\n{block}") == LIMIT
    assert place(SOURCE, f"my tables.py\n{block}", "my tables.py").body == LIMIT
    assert patched(f"Use np.array\n{block}") == LIMIT
    with pytest.raises(EditRefused, match=r"for rows\.py"):
        patched(f"Change rows.py:\n{block}")


def test_blocks_without_a_name_are_never_dropped() -> None:
    first = "<<<<<<< SEARCH\nimport csv\n=======\nimport json\n>>>>>>> REPLACE\n"
    block = f"<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n"
    both = f"{first}tables.py\n{block}"
    assert patched(both) == LIMIT.replace("csv", "json")
    with pytest.raises(EditRefused, match="which part is meant"):
        patched(f"{both}rows.py\n{block}")


def test_an_empty_file_may_be_added() -> None:
    patch = "--- /dev/null\n+++ b/tables.py\n@@ -0,0 +1,2 @@\n+import csv\n+\n"
    assert place("", patch, "lib/tables.py").body == "import csv\n\n"
    with pytest.raises(EditRefused, match="adds or deletes"):
        patched(patch)


def test_a_hunk_without_any_header() -> None:
    assert patched("-        self.limit = 25\n+        self.limit = 50\n") == LIMIT
    assert (
        patched("         self.rows = []\n-        self.limit = 25\n+        self.limit = 50\n\n")
        == LIMIT
    )
    for text in ("- change the limit\n+ and more\n", "+import json\n", " import csv\n"):
        with pytest.raises(EditRefused, match="this is no patch"):
            patched(text)


def test_the_end_of_the_text_is_no_blank_line_that_a_miscounted_hunk_shows() -> None:
    hunk = (
        "@@ -1,3 +1,3 @@\n     def open(self):\n-        self.rows = []\n+        self.rows = ()\n"
    )
    with pytest.raises(AmbiguousPlace, match="fits on lines 8, 17"):
        patched(f"--- a/tables.py\n+++ b/tables.py\n{hunk}")
    source = "def a():\n    x = 1\n\n\ndef b():\n    x = 1\n"
    with pytest.raises(AmbiguousPlace):
        place(source, "@@ -9,2 +9,2 @@\n-    x = 1\n+    x = 2\n", "x.py")


def test_the_part_for_each_of_several_files() -> None:
    patch = (
        f"lib/other.py\n```\n<<<<<<< SEARCH\n{SEARCH.replace('50', '1')}>>>>>>> REPLACE\n```\n\n"
        f"lib/tables.py\n```\n<<<<<<< SEARCH\n{SEARCH}>>>>>>> REPLACE\n```\n"
    )
    _, own = split(patch, ["lib/other.py", "lib/tables.py"])
    made = place(SOURCE, own, "lib/tables.py")
    assert made.body == LIMIT and not made.remarks
    with pytest.raises(EditRefused, match=r"lib/other\.py too, which is not among the files"):
        split(patch, ["lib/tables.py", "x.py"])
    assert split(patch, ["lib/tables.py"]) == [patch]


def test_fences_of_a_file_end_no_hunk() -> None:
    old = "# Use\n\n```sh\nrun 1\n```\n\nMore:\n\n```sh\nstop 1\n```\n"
    patch = (
        "*** Begin Patch\n*** Update File: README.md\n@@\n # Use\n \n ```sh\n-run 1\n+run 2\n ```\n"
        "@@\n ```sh\n-stop 1\n+stop 2\n ```\n*** End Patch\n"
    )
    expected = old.replace("run 1", "run 2").replace("stop 1", "stop 2")
    for text in (patch, f"Here it is:\n\n```\n{patch}```\n\nIt uses 2 now.\n"):
        assert place(old, text, "README.md").body == expected


@pytest.mark.parametrize("between", ["*** End of File", "```", "Then also:"])
def test_lines_of_a_patch_that_stand_in_no_hunk_are_not_dropped(between: str) -> None:
    patch = f"*** Begin Patch\n*** Update File: a.txt\n one\n-two\n+TWO\n\n{between}\n three\n+four\n*** End Patch\n"
    with pytest.raises(EditRefused, match=r"stands in no hunk: '\+four'"):
        place("one\ntwo\nthree\n", patch, "a.txt")
