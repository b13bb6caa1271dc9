"""What holds of every operation, on real modules of the standard library and on every case."""

import ast
import random
import sysconfig
from pathlib import Path

import pytest

from specedit.edits import operations
from specedit.edits.document import decode_document, edited
from specedit.edits.prediction import HOLE
from specedit.edits.syntax.language import parse
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = ("textwrap", "shlex", "heapq", "queue", "sched", "string", "json/decoder", "bisect")
CASES = sorted((Path(__file__).parent.parent / "cases").glob("*/*/*.txt"))
PYTHON = named("python")


def source_of(module: str) -> Source:
    return Source((LIBRARY / f"{module}.py").read_text("utf-8"), PYTHON)


@pytest.mark.parametrize("module", MODULES)
def test_renaming_there_and_back_gives_the_original(module: str) -> None:
    source = source_of(module)
    names = sorted({d.name for d in source.definitions if not d.name.startswith("__")})
    for name in random.Random(module).sample(names, min(6, len(names))):
        there = operations.predict(f"rename {name} to q_{name}", source)
        assert there is not None and there.body != source.text
        ast.parse(there.body)
        assert there.body.count("\n") == source.text.count("\n")
        back = operations.predict(f"rename q_{name} to {name}", Source(there.body, PYTHON))
        assert back is not None
        # An imported name comes back as `x as q_x as x` would: only then an alias stays.
        assert back.body.replace(f"{name} as {name}", name) == source.text


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    "instruction",
    [
        "delete the function {}",
        "add a parameter q_new=None to {}",
        "wrap the body of {} in if True",
        "add the return type object to {}",
        "move {} to the end of the file",
        "add @q_decorator to {}",
        "negate the condition in {}",
    ],
)
def test_results_parse_and_say_something(module: str, instruction: str) -> None:
    source = source_of(module)
    functions = [d for d in source.definitions if d.kind in ("function", "method")]
    made = 0
    for definition in random.Random(module).sample(functions, min(5, len(functions))):
        try:
            prediction = operations.predict(instruction.format(definition.qualified), source)
        except EditRefused:
            continue
        assert prediction is not None
        ast.parse(prediction.body)
        made += prediction.body != source.text
    assert made or "condition" in instruction or "end of" in instruction or "wrap" in instruction


@pytest.mark.parametrize("path", CASES, ids=lambda p: "/".join(p.with_suffix("").parts[-3:]))
@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_bytes_outside_of_the_hunks_stay(path: Path, ending: str) -> None:
    instruction, text, expected = path.read_text("utf-8").split("----\n")
    if expected.startswith("refused: "):
        return
    document = decode_document(b"\xef\xbb\xbf" + text.replace("\n", ending).encode())
    source = Source(document.body, named(path.parts[-2]))
    made = operations.predict(instruction.strip(), source)
    assert made is not None
    body = made.body.replace(HOLE, "hole")
    hunks, data = edited(document, body)
    assert (
        data == b"\xef\xbb\xbf" + expected.replace("<HOLE>", "hole").replace("\n", ending).encode()
    )
    assert all(document.data[hunk.start : hunk.end] == hunk.old for hunk in hunks)


@pytest.mark.parametrize("path", CASES, ids=lambda p: "/".join(p.with_suffix("").parts[-3:]))
def test_the_operations_of_one_file_do_not_claim_each_others_instructions(path: Path) -> None:
    instruction, text, _ = path.read_text("utf-8").split("----\n")
    source = Source(text, named(path.parts[-2]))
    claimed = []
    for name in operations.names():
        try:
            if operations.load(name).predict(instruction.strip(), source) is not None:
                claimed.append(name)
        except EditRefused:
            claimed.append(name)
    assert claimed == [path.parts[-3]]


def test_a_text_with_errors_still_parses_as_something() -> None:
    source = Source("def broken(:\n    fetch()\n", PYTHON)
    made = operations.predict("rename fetch to load", source)
    assert made is not None and "load()" in made.body
    assert parse(made.body, PYTHON).has_error
