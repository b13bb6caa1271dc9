"""Edits of texts without operations: values by key, lines, words; what fits several places is refused."""

import pytest

from specedit.edits import plain_text
from specedit.edits.entries import entries
from specedit.engine.errors import AmbiguousPlace, EditRefused

YAML = """\
web:
  host: a.org  # ours
  port: 8080
  cmd: |
    port: 1
jobs:
  - name: build
    image: "node:20"
  - name: test
    image: "node:20"
db:
  port: 5432
"""
TOML = """\
[project]
name = "x"
version = "1.0"  # of ours
files = [
  "version = 3",
]

[tool.y]
version = "1.0"
deep.level = 3
"""
JSON = '{\n  "name": "x",\n  "scripts": {"test": "run"},\n  "limits": {"size": 10, "on": true}\n}\n'
CSS = """\
.button, h1 { color: red; margin: 0 auto }
/* color: green; */
a:hover { color: blue; }
@media (max-width: 600px) {
  .button {
    width: 10px;
  }
}
"""
HTML = """\
<html>
<!-- <title>Old</title> -->
<head><title>Shop</title></head>
<body><h1 class="big">Shop</h1><a id="home" href="/x">Home</a></body>
</html>
"""
MARKDOWN = "# Tool\n\n## Install\n\n```sh\n# not a title\n```\n\n## Use\n"
ENV = "A=1\nB=\"x y\"\n# C=3\nexport D=4 # four\n"  # fmt: skip
MAKE = "CC := gcc\nall: main.c\n\t$(CC) -o main main.c\n"


@pytest.mark.parametrize(
    ("path", "text", "instruction", "old", "new"),
    [
        ("a.yaml", YAML, "change the port of web from 8080 to 9090", "8080", "9090"),
        ("a.yml", YAML, "set db.port to 5433", "5432", "5433"),
        ("a.yaml", YAML, "set the db port to 5433", "5432", "5433"),
        ("a.yaml", YAML, "change the port from 5432 to 5433", "5432", "5433"),
        ("a.yaml", YAML, "change the host of the web section to b.org.", "a.org", "b.org"),
        ("a.yaml", YAML, "change the image of test to node:22", '"node:20"\ndb', '"node:22"\ndb'),
        ("a.toml", TOML, "bump the version of the project to 2.0", '"1.0"  #', '"2.0"  #'),
        ("a.toml", TOML, "set tool.y.version to 3", '"1.0"\ndeep', '"3"\ndeep'),
        ("a.toml", TOML, "set level to 4", "deep.level = 3", "deep.level = 4"),
        ("a.toml", TOML, 'set name to "y"', '"x"', '"y"'),
        ("a.json", JSON, "set limits.size to 20", "10", "20"),
        ("a.json", JSON, 'change the test of scripts to "run all"', '"run"', '"run all"'),
        ("a.json", JSON, "set `on` to false", "true", "false"),
        ("a.css", CSS, "change the color of .button to green", "red", "green"),
        ("a.css", CSS, "change the color of a:hover to #fff", "blue", "#fff"),
        ("a.scss", CSS, "change the width of button to 12px", "10px", "12px"),
        ("a.html", HTML, "change the title to Store", "<title>Shop", "<title>Store"),
        ("a.html", HTML, "change the href of home to /y", '"/x"', '"/y"'),
        ("a.html", HTML, "change the class of h1 to small", "big", "small"),
        ("a.md", MARKDOWN, "change the title to Tools", "# Tool", "# Tools"),
        ("a.md", MARKDOWN, "change the heading from Use to Usage", "## Use", "## Usage"),
        ("a.toml", 'a = """\nb = 1\n"""\nb = 2\n', "set b to 3", "b = 2", "b = 3"),
        ("a.yaml", "max-size: 1\nmax_size: 2\n", "set max_size to 3", "2", "3"),
        ("a.md", "Name\n====\n\n## Other\n", "change the title to N", "Name", "N"),
        (".env", ENV, "set A to 2", "A=1", "A=2"),
        ("x.env", ENV, "set D to 5", "D=4 ", "D=5 "),
        ("x.env", ENV, "set B to z", '"x y"', '"z"'),
        ("Makefile", MAKE, "set CC to clang", "gcc", "clang"),
        ("x.env", ENV, "delete the line A=1", "A=1\n", ""),
        ("x.env", ENV, "remove the line `# C=3`", "# C=3\n", ""),
        ("a.txt", "a\nb\nc\nd\n", "delete lines 2-3", "b\nc\n", ""),
        ("a.txt", "a\nb\nc\nd\n", "please delete line 4.", "d\n", ""),
        ("a.txt", "a\n  b\n", "add the line c after the line b", "b\n", "b\n  c\n"),
        ("a.txt", "a\nb\n", "add the line `c` before line 2", "b\n", "c\nb\n"),
        ("x.env", ENV, "add the line E=5 to the end", "four\n", "four\nE=5\n"),
        ("a.txt", "the colour\n", 'replace "colour" with "color"', "colour", "color"),
        ("a.py", "s = 'it'\n", "replace `it` by `at`", "it", "at"),
        ("a.txt", "a.b a.b axb\n", 'replace every "a.b" with "c"', "a.b a.b", "c c"),
        ("a.txt", "cat cats\n", 'replace "cat" with "dog"', "cat cats", "dog cats"),
        ("a.txt", "x (y) z\n", 'replace "(y) " with ""', "(y) ", ""),
    ],
)  # fmt: skip
def test_done(path: str, text: str, instruction: str, old: str, new: str) -> None:
    assert text.count(old) == 1
    made = plain_text.predict(instruction, text, path)
    assert made is not None and made.certain
    assert made.body == text.replace(old, new)


@pytest.mark.parametrize(
    ("path", "text", "instruction", "reason"),
    [
        ("a.yaml", YAML, "change the port to 1", r"line 3 \(web.port\), line 12 \(db.port\)"),
        ("a.yaml", YAML, "change the port of web from 80 to 1", "'port' is 8080 on line 3, not 80"),
        ("a.yaml", YAML, "change the prot of web to 1", "no value is called 'prot' in web; nearest: "),
        ("a.yaml", YAML, "change the port of cache to 1", "no value is called 'port' in cache"),
        ("a.yaml", YAML, "change the image to x", "several values"),
        ("a.yaml", YAML, "change the host of web to a: b", "no value of one line"),
        ("a.yaml", YAML, "change the host of web to [a", "no value of one line"),
        ("a.toml", TOML, "change the version to 2.0", "several values"),
        ("a.toml", TOML, "set level to high", "no value of one line"),
        ("a.json", JSON, "set size to big", "no value of one line"),
        ("a.json", JSON, 'set name to a"b', "does not go into"),
        ("a.css", CSS, "change the color to green", "several values"),
        ("a.css", CSS, "change the color of a:hover to red; } x {", "no value of one line"),
        ("a.html", HTML, "change the title to <b>", "no value of one line"),
        ("a.md", "Name\n====\n\n# Other\n", "change the title to x", "several values"),
        ("a.txt", "a\n", "delete line 2", "lines 1 to 1, not 2 to 2"),
        ("a.txt", "a\nb\n", "delete lines 2-1", "not 2 to 1"),
        ("a.txt", "a\na\n", "delete the line a", "is line 1, 2"),
        ("a.txt", "ab\n", "delete the line a", "no line reads 'a'"),
        ("a.txt", "a a\n", 'replace "a" with "b"', "stands 2 times"),
        ("a.txt", "aa\n", 'replace "a" with "b"', "nowhere"),
    ],
)  # fmt: skip
def test_refused(path: str, text: str, instruction: str, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        plain_text.predict(instruction, text, path)


@pytest.mark.parametrize(
    "instruction",
    [
        "make the port larger",
        "change the port of web",
        "delete line 2 and line 4",
        "delete everything",
        "replace colour with color",
        "rename port to door",
        "add a line",
        "change the cmd of web to x",
        "change the tone of the text to formal",
        "change everything from tabs to spaces",
        "change the port of web to the one of db",
    ],
)
def test_not_understood(instruction: str) -> None:
    assert plain_text.predict(instruction, YAML, "a.yaml") is None


def test_what_fits_twice_tells_its_lines() -> None:
    with pytest.raises(AmbiguousPlace) as refused:
        plain_text.predict("change the port to 1", YAML, "a.yaml")
    assert refused.value.lines == (3, 12)


@pytest.mark.parametrize("example", plain_text.EXAMPLES)
def test_examples_are_recognised(example: str) -> None:
    text = "web:\n  port: 8080\n# colour\nDEBUG=1\nDEBUG: 2\n"
    assert plain_text.predict(example, text, "a.yaml") is not None


@pytest.mark.parametrize("path", ["a.json", "a.yaml", "a.toml", "a.css", "a.html", "a.md", "x.env"])
def test_entries_are_where_they_say(path: str) -> None:
    for text in (
        YAML,
        TOML,
        JSON,
        CSS,
        HTML,
        MARKDOWN,
        ENV,
        MAKE,
        "",
        "{{{",
        '"',
        "<a <b",
        "a: 'x\n",
    ):
        for entry in entries(text, path):
            assert entry.key and text[entry.start : entry.end].strip()
            assert "\n" not in text[entry.start : entry.end] or path in ("a.html", "a.json")


def test_files_of_no_known_form_have_none() -> None:
    assert entries("port: 1\n", "a.txt") == entries("port = 1\n", "a.py") == []


@pytest.mark.parametrize(
    "instruction", ["delete line {}", "delete lines 1-{}", "drop lines {} to 1"]
)
def test_numbers_of_more_digits_than_python_reads(instruction: str) -> None:
    with pytest.raises(EditRefused, match="lines 1 to"):
        plain_text.predict(instruction.format("9" * 5000), CSS, "x.css")
