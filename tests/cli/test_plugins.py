"""A new kind of edit and a new drafter are one file each, in a package of their own."""

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
    assert missing.returncode == 2 and "cursor, echo" in missing.stderr
