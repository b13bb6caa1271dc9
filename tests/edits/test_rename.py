"""Renames: one file a case in tests/cases/rename, with instruction, source and expected text."""

from pathlib import Path

import pytest

from specedit.edits.languages.python import LANGUAGE as PYTHON
from specedit.edits.operations.rename import predict
from specedit.engine.errors import NameRefused, SymbolNotFound

CASES = sorted((Path(__file__).parent.parent / "cases" / "rename").glob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    instruction, source, expected = path.read_text("utf-8").split("----\n")
    assert predict(instruction.strip(), source, PYTHON) == expected


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
    assert predict(instruction, "def fetch():\n    return fetch\n", PYTHON) == (
        "def load():\n    return load\n"
    )


@pytest.mark.parametrize(
    "instruction",
    [
        "rename fetch to load and add a docstring",
        "rename fetch",
        "add a function fetch",
        "fix the bug",
    ],
)
def test_what_asks_for_more_is_left_to_the_model(instruction: str) -> None:
    assert predict(instruction, "def fetch(x):\n    return x\n", PYTHON) is None


def test_a_typo_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(SymbolNotFound, match="no symbol 'fetchh' in this file; nearest: fetch"):
        predict("rename fetchh to load", "def fetch():\n    pass\n", PYTHON)


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
        predict(f"rename fetch to {new}", "def fetch():\n    return other\n", PYTHON)


def test_renaming_back_gives_the_original() -> None:
    source = Path(__file__).read_text("utf-8")
    there = predict("rename CASES to EXAMPLES", source, PYTHON)
    assert there is not None and there != source
    assert predict("rename EXAMPLES to CASES", there, PYTHON) == source
