"""Which lines an edit is about."""

import pytest

from specedit.edits.scope import named_in, resolve
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused, InvalidRequest, SymbolNotFound

METHODS = "".join(f"    def get_{i}(self):\n        return {i}\n\n" for i in range(20))
TEXT = f"import os\n\n\nclass Store:\n{METHODS}\ndef load():\n    return Store()\n"
SOURCE = Source(TEXT, named("python"))


def lines(bounds: tuple[int, int] | None) -> str:
    assert bounds is not None
    return SOURCE.lines(*bounds)


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ("symbol:get_3", "    def get_3(self):\n        return 3\n"),
        ("symbol:Store.get_3", "    def get_3(self):\n        return 3\n"),
        ("symbol:load", "def load():\n    return Store()\n"),
        ("lines:1-1", "import os\n"),
        ("lines:1", "import os\n"),
    ],
)
def test_lines_of_a_scope(scope: str, text: str) -> None:
    assert lines(resolve(scope, TEXT, SOURCE)) == text


def test_the_file_and_auto_have_no_bounds() -> None:
    assert resolve("file", TEXT, SOURCE) is None and resolve("auto", TEXT, SOURCE) is None


def test_what_does_not_exist_is_named() -> None:
    with pytest.raises(InvalidRequest, match="no scope 'function:x'"):
        resolve("function:x", TEXT, SOURCE)
    with pytest.raises(EditRefused, match="lines 1 to 67, not 66 to 99"):
        resolve("lines:66-99", TEXT, SOURCE)
    with pytest.raises(SymbolNotFound, match="nearest: get_1"):
        resolve("symbol:get1", TEXT, SOURCE)
    with pytest.raises(EditRefused, match="needs a language"):
        resolve("symbol:x", TEXT, None)


@pytest.mark.parametrize(
    ("instruction", "names"),
    [
        ("make get_3 return a string", ["get_3"]),
        ("Fix bugs in `load`.", ["load"]),
        ("the function load should cache", ["load"]),
        ("speed up load()", ["load"]),
        ("let get_3 and get_5 agree", ["get_3", "get_4", "get_5"]),
    ],
)
def test_the_smallest_lines_that_hold_what_is_named(instruction: str, names: list[str]) -> None:
    text = lines(named_in(instruction, SOURCE))
    assert all(f"def {name}(" in text for name in names)
    assert text.count("def ") == len(names)


@pytest.mark.parametrize(
    "instruction", ["load the data faster", "add logging", "use Store and load() more"]
)
def test_a_word_is_no_name_and_everything_is_the_file(instruction: str) -> None:
    assert named_in(instruction, SOURCE) is None


@pytest.mark.parametrize("scope", ["lines:1-{}", "lines:{}", "lines:{}-1"])
def test_numbers_of_more_digits_than_python_reads(scope: str) -> None:
    with pytest.raises(EditRefused, match="the file has lines 1 to"):
        resolve(scope.format("9" * 5000), TEXT, SOURCE)
