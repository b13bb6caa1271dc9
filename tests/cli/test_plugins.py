"""A new kind of edit, a new language and a new drafter are one file each, in a package of their own."""

import json
from pathlib import Path

import pytest
from tests.plugin import installed, specedit

OPERATION = """
import re

from specedit.edits.prediction import Left, Prediction, VetoPolicy
from specedit.engine.errors import EditRefused

EXAMPLES = ("shout hello",)


def predict(instruction, source):
    asked = re.fullmatch(r"shout (\\w+)( perhaps)?", instruction)
    if asked is None:
        return None
    word = asked[1]
    if word not in source.text:
        raise EditRefused(f"there is no {word!r} to shout; say a word of the file")
    body = source.text.replace(word, word.upper())
    at = body.index(word.upper())
    return Prediction(
        "shout",
        body,
        certain=not asked[2],
        policy=VetoPolicy(doubtful=((at, at + len(word)),)),
        left=(Left(0, "it may be meant", known=False),) if asked[2] else (),
    )
"""
DRAFTER = """
from specedit.engine.draft import Draft


class Echo:
    def __init__(self, source):
        self._source, self._at = source, 0

    def propose(self, limit):
        return Draft(self._source[self._at : self._at + limit], match_length=1, drafter="echo")

    def observe(self, accepted):
        self._at += len(accepted)


def drafter(context):
    return Echo(context.source)
"""
LANGUAGE = '''
"""Luau, with its own rules: what a function declares is in sight in it, and functions in the whole file."""

from specedit.edits.syntax.language import Language, words
from specedit.edits.symbols.places import Binding, Place, Scope

LANGUAGE = Language(
    name="luau",
    grammar="luau",
    suffixes=(".luau",),
    names=words("identifier"),
    definitions={"function_declaration": "function"},
    scopes=words("function_declaration"),
    line_comment="--",
    closer="end",
    negation="not ",
    symbols=__name__,
)


def bases(node, source):
    return ()


def embeds(node):
    return ()


def relate(source, classes):
    pass


def prepare(source):
    return source


def scopes(node, classes):
    around = []
    while node := node.parent:
        if node.type == "function_declaration":
            around.append(Scope(node.id))
    return around


def places(name, source, classes):
    for node in source.identifiers:
        if source.code(node) == name:
            yield Place(node, node.start_byte, node.end_byte, bindings=tuple(_bindings(node)))


def _bindings(node):
    if node.parent.type == "function_declaration":
        yield Binding("function")
    elif node.parent.type == "parameter":
        yield Binding("parameter", node.parent.parent.parent.id)
'''
LUAU = """\
local function add(a, b)
    if a then
        return a + b
    end
end

local function twice(a)
    return a * 2
end

print(add(1, twice(2)))
"""
TEXT = 'print("hello")\n' + "".join(f"x{i} = {i}\n" for i in range(30))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.py"
    path.write_text(TEXT)
    return path


def test_an_operation_of_another_package(file: Path) -> None:
    env = installed(file.parent, "specedit.operations", "shout", OPERATION, "")
    root = ("--root", str(file.parent))
    done = specedit(env, "apply", str(file), "shout hello", "--json", *root)
    assert done.returncode == 0 and "no model asked" in done.stderr
    assert file.read_text() == TEXT.replace("hello", "HELLO")
    assert json.loads(done.stdout)["operation"] == "shout"
    refused = specedit(env, "apply", str(file), "shout nothing", *root)
    assert refused.returncode != 0 and "there is no 'nothing' to shout" in refused.stderr
    near = specedit(env, "apply", str(file), "please shout hello", *root)
    assert '"shout hello"' in near.stderr  # it is among what is understood


def test_a_model_judges_what_it_is_not_certain_of(file: Path, embedded_folder: Path) -> None:
    env = installed(file.parent, "specedit.operations", "shout", OPERATION, "")
    options = ("--root", str(file.parent), "--accept", "trust", "--json")
    done = specedit(env, "apply", str(file), "shout hello perhaps", *options)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["operation"] == "shout" and result["stats"]["passes"] > 0
    assert file.read_text() == TEXT.replace("hello", "HELLO")


def test_a_drafter_of_another_package(file: Path, embedded_folder: Path) -> None:
    env = installed(file.parent, "specedit.drafters", "echo", DRAFTER, ":drafter")
    case = {
        "id": "made/one",
        "path": "x.py",
        "language": "python",
        "instruction": "shout hello",
        "original": TEXT,
        "expected": TEXT.replace("x29 = 29", "x29 = 30"),
    }
    data = file.with_name("cases.jsonl")
    data.write_text(json.dumps(case) + "\n")
    done = specedit(env, "bench", "replay", str(data), "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["drafter"]: row for row in json.loads(done.stdout)["rows"]}
    assert rows["echo"]["passes"] * 5 < rows["none"]["passes"]
    missing = specedit(env, "apply", str(file), "shout hello", "--drafter", "ecco")
    assert missing.returncode == 2 and "'echo'" in missing.stderr


def test_a_language_of_another_package(tmp_path: Path) -> None:
    file = tmp_path / "x.luau"
    file.write_text(LUAU)
    env = installed(tmp_path, "specedit.languages", "luau", LANGUAGE, "")
    root = ("--root", str(tmp_path), "--json")
    for instruction in ("rename add to sum", "negate the condition in sum"):
        done = specedit(env, "apply", str(file), instruction, *root)
        assert done.returncode == 0 and "no model asked" in done.stderr, done.stderr
    scoped = "rename the parameter a of sum to first"
    assert specedit(env, "apply", str(file), scoped, *root).returncode == 0
    negated = LUAU.replace("if a", "if not a").replace("add", "sum")
    renamed = negated.replace("a + b", "first + b").replace("not a", "not first")
    assert file.read_text() == (expected := renamed.replace("sum(a", "sum(first"))
    snippet = tmp_path / "snippet"
    snippet.write_text("local function twice(a)\n    return sum(a, a)\nend\n")
    done = specedit(env, "apply", str(file), "--snippet", str(snippet), "--accept", "trust", *root)
    assert done.returncode == 0, done.stderr
    assert file.read_text() == expected.replace("return a * 2", "return sum(a, a)")
    missing = specedit(env, "apply", str(file), "convert % formatting to f-strings", *root)
    assert missing.returncode != 0 and "luau has no f-strings" in missing.stderr
