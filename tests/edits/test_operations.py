"""Operations: one file a case in tests/cases/OPERATION/LANGUAGE, with instruction, source and expected text.

An expected part that begins with "refused: " is what the refusal must say.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from specedit.edits import operations, safety
from specedit.edits.operations import rename
from specedit.edits.prediction import HOLE
from specedit.edits.safety import Wording
from specedit.edits.syntax.language import parse
from specedit.edits.syntax.languages import all_languages, named
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused, NameRefused, SymbolNotFound

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*/*/*.txt"))


def python(text: str) -> Source:
    return Source(text, named("python"))


@pytest.mark.parametrize("path", CASES, ids=lambda p: "/".join(p.with_suffix("").parts[-3:]))
def test_case(path: Path) -> None:
    instruction, text, expected = path.read_text("utf-8").split("----\n")
    operation, language = path.parts[-3], named(path.parts[-2])
    source = Source(text, language)
    assert not source.root.has_error
    if expected.startswith("refused: "):
        with pytest.raises(EditRefused, match=expected.removeprefix("refused: ").strip()):
            operations.predict(instruction.strip(), source)
        return
    made = operations.predict(instruction.strip(), source)
    assert made is not None and made.origin == operation
    assert made.body.replace(HOLE, "<HOLE>") == expected
    assert not parse(made.body.replace(HOLE, "None"), language).has_error
    if HOLE not in made.body:
        safety.check(text, made.body, language, Wording(instruction, removed=made.removed))


@pytest.mark.parametrize("path", CASES, ids=lambda p: "/".join(p.with_suffix("").parts[-3:]))
def test_a_language_is_its_table_and_not_its_name(path: Path) -> None:
    instruction, text, expected = path.read_text("utf-8").split("----\n")
    source = Source(text, replace(named(path.parts[-2]), name="unheard of"))
    try:
        made = operations.predict(instruction.strip(), source)
    except EditRefused as refusal:
        said = str(refusal).replace("unheard of", path.parts[-2])
        assert re.search(expected.removeprefix("refused: ").strip(), said)
        return
    assert made is not None and made.body.replace(HOLE, "<HOLE>") == expected


def test_every_language_has_a_rename() -> None:
    tested = {path.parts[-2] for path in CASES if path.parts[-3] == "rename"}
    assert tested == {language.name for language in all_languages() if language.has_operations}


def test_every_operation_has_a_case() -> None:
    assert {path.parts[-3] for path in CASES} == set(operations.names())


@pytest.mark.parametrize(
    "instruction",
    [
        "rename fetch to load",
        "Rename `fetch` to `load`.",
        "please rename the function fetch to load",
        "rename 'fetch' as load",
        "Rename function fetch -> load",
        "rename all uses of fetch to load",
        "change the name of fetch to load",
        "Rename fetch to load in this file",
        "rename the method `fetch` to `load`, please",
    ],
)
def test_the_words_people_use(instruction: str) -> None:
    made = rename.predict(instruction, python("def fetch():\n    return fetch\n"))
    assert made is not None and made.body == "def load():\n    return load\n" and made.certain


@pytest.mark.parametrize(
    "instruction",
    [
        "add a function fetch",
        "fix the bug",
        "make fetch faster",
        "add a check for None",
        "Remove obsolete methods.",
        "Update the urlencode function for Python 3 compatibility.",
        "Fix bugs in fetch.",
        "Raise logging level.",
        "wrap it nicely",
        "sort the results of fetch",
        "Add a docstring to the method fetch",
        "delete the temporary file in fetch",
        "add a parameter for the timeout",
        "convert fetch to a class",
        "change fetch to return 3",
        "move the computation out of the loop",
        "add a return type annotation to fetch",
        "wrap the body of fetch in a try/except block and log the error",
        "wrap the body of fetch in an if statement checking that x is positive",
        "add an attribute count to fetch",
        "add a parameter retries of type int to fetch",
        "add an optional parameter timeout to fetch",
        "annotate the parameter x of fetch as an optional string",
        "add imports",
        "remove the use of json",
        "remove the type hints",
        "remove the method call",
        "change fetch to OTHER",
    ],
)
def test_what_asks_for_more_is_left_to_the_model(instruction: str) -> None:
    assert operations.predict(instruction, python("def fetch(x):\n    return x\n")) is None


@pytest.mark.parametrize(
    ("language", "instruction", "text", "result"),
    [
        (
            "python",
            "rename timeout to limit",
            "class C:\n    timeout = 5\n    def get(self): return ask(u, timeout=self.timeout)\n",
            "class C:\n    limit = 5\n    def get(self): return ask(u, timeout=self.limit)\n",
        ),
        (
            "python",
            "add a parameter strict to load, passing True",
            "def load(path):\n    return json.load(path)\nload(1)\n",
            "def load(path, strict):\n    return json.load(path)\nload(1, True)\n",
        ),
        (
            "cpp",
            "rename count_ to total_",
            "class A {\n  int get() const { return count_; }\n  int count_ = 0;\n};\n",
            "class A {\n  int get() const { return total_; }\n  int total_ = 0;\n};\n",
        ),
        (
            "typescript",
            "rename http to client",
            "class S {\n  constructor(private http: H) {}\n  get() { return this.http; }\n}\n",
            "class S {\n  constructor(private client: H) {}\n  get() { return this.client; }\n}\n",
        ),
        (
            "java",
            "rename RED to CRIMSON",
            "enum C { RED }\nclass X { C c = C.RED; }\n",
            "enum C { CRIMSON }\nclass X { C c = C.CRIMSON; }\n",
        ),
        (
            "python",
            "rename the method run to start",
            "class A:\n    def run(self): pass\ndef run(): A().run()\n",
            "class A:\n    def start(self): pass\ndef run(): A().start()\n",
        ),
        ("c", "delete the constant X", "#define X 1\n#define Y 2\n", "#define Y 2\n"),
    ],
)
def test_what_is_meant_and_nothing_else(
    language: str, instruction: str, text: str, result: str
) -> None:
    made = operations.predict(instruction, Source(text, named(language)))
    assert made is not None and made.body == result


@pytest.mark.parametrize(
    ("language", "instruction", "text", "reason"),
    [
        (
            "python",
            "rename total to amount",
            "def f(total):\n    return total * amount\n",
            "already used",
        ),
        (
            "go",
            "add a parameter `x int` to F",
            "package m\n\nfunc F(a, b string) {}\n",
            "several parameters",
        ),
        (
            "c",
            "add a parameter `int x` to f, passing 3",
            "int f(int a);\nint f(int a) { return a; }\n",
            "line 1 too",
        ),
        ("python", "delete the constant X", "X = Y = 1\n", "shares line 1"),
        (
            "python",
            "move the method get to a top-level function",
            "class A:\n    def get(self): return 1\n    def n(self, d): return d.get()\n",
            "another thing's",
        ),
    ],
)
def test_what_cannot_be_seen_is_refused(
    language: str, instruction: str, text: str, reason: str
) -> None:
    with pytest.raises(EditRefused, match=reason):
        operations.predict(instruction, Source(text, named(language)))


def test_a_typo_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(SymbolNotFound, match="no symbol 'fetchh' in this file; nearest: fetch"):
        rename.predict("rename fetchh to load", python("def fetch():\n    pass\n"))


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("class", "not a python name"),
        ("2x", "not a python name"),
        ("other", "already used on line 2"),
    ],
)
def test_a_name_that_cannot_be_given(new: str, reason: str) -> None:
    with pytest.raises(NameRefused, match=reason):
        rename.predict(f"rename fetch to {new}", python("def fetch():\n    return other\n"))


def test_renaming_back_gives_the_original() -> None:
    source = Path(__file__).read_text("utf-8")
    there = rename.predict("rename CASES to EXAMPLES", python(source))
    assert there is not None and there.body != source
    back = rename.predict("rename EXAMPLES to CASES", python(there.body))
    assert back is not None and back.body == source


def test_calls_in_examples_are_told() -> None:
    text = 'def f(a, b):\n    """Add.\n\n    >>> f(1, 2)\n    3\n    """\n    return a + b\n'
    made = operations.predict("make b keyword-only in f", python(text))
    assert made is not None and "f(a, *, b)" in made.body
    assert made.remarks == ("line 4 calls 'f' in an example, which is left as it is",)
