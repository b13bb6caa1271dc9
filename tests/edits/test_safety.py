"""The gate: each check refuses what it is there for, and can be turned off by its name."""

import pytest

from specedit.edits.safety import CHECKS, Wording, check
from specedit.edits.syntax.languages import named
from specedit.engine.errors import UnsafeEdit

PYTHON = named("python")
SOURCE = "import os\n\n\ndef main():\n    return os.name\n\n\ndef helper():\n    return 1\n"

BAD = {
    "syntax": (SOURCE.replace("main():", "main(:"), "line 4 of the result does not parse"),
    "definitions": (SOURCE[: SOURCE.index("def helper")], "helper would vanish"),
    "markers": (f"{SOURCE}# ... existing code ...\n", "line 10 of the result is a placeholder"),
    "unicode": (SOURCE.replace("os.name", "os.name  # \u202e"), r"invisible character, U\+202E"),
    "uses": (
        SOURCE.replace("import os\n", ""),
        "uses 'os', which is no longer defined or imported",
    ),
    "duplicates": (
        f"{SOURCE}\n\ndef helper():\n    return 2\n",
        "'helper' would be defined twice, on lines 8 and 12",
    ),
    "growth": (SOURCE + "x = 1\n" * 5000, "would grow from"),
}


def test_every_check_is_tested() -> None:
    assert BAD.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", BAD)
def test_it_refuses_and_says_how_to_go_on(name: str) -> None:
    after, reason = BAD[name]
    way_on = "say in the instruction" if name == "definitions" else f"--force {name} writes it"
    with pytest.raises(UnsafeEdit, match=f"{reason}.*{way_on}") as refusal:
        check(SOURCE, after, PYTHON, "do something")
    assert refusal.value.check == name
    check(SOURCE, after, PYTHON, "do something", {name})


def test_what_is_in_a_class_goes_with_it() -> None:
    before = f"class A:\n    def get(self): ...\n\n    def put(self): ...\n\n\n{SOURCE}"
    check(before, SOURCE, PYTHON, Wording("delete A", removed=("A",)))
    with pytest.raises(UnsafeEdit, match="helper would vanish"):
        check(before, BAD["definitions"][0], PYTHON, Wording("delete A", removed=("A",)))


def test_a_name_that_is_imported_again_is_not_gone() -> None:
    before = "def load():\n    return 1\n\n\ndef main():\n    return load()\n"
    after = "from .other import load\n\n\ndef main():\n    return load()\n"
    check(before, after, PYTHON, Wording("move load", removed=("load",)))
    with pytest.raises(UnsafeEdit, match="uses 'load', which is no longer defined"):
        check(before, after[after.index("def") :], PYTHON, Wording("move load", removed=("load",)))


def test_what_is_named_may_vanish() -> None:
    check(SOURCE, BAD["definitions"][0], PYTHON, "delete the function helper")


@pytest.mark.parametrize(
    "line",
    [
        "<<<<<<< SEARCH",
        ">>>>>>> REPLACE",
        "*** End Patch",
        "<|im_end|>",
        "// ... rest of the code ...",
        "...existing code...",
        "    # rest of the function remains unchanged",
    ],
)
def test_leftovers_of_a_format(line: str) -> None:
    with pytest.raises(UnsafeEdit, match="line 10"):
        check(SOURCE, f"{SOURCE}{line}\n", None, "")
    check(f"{SOURCE}{line}\n", f"{SOURCE}{line}\nx\n", None, "")  # it was there before


@pytest.mark.parametrize("quote", ["'", '"', "`"])
def test_a_token_in_a_string_is_code(quote: str) -> None:
    check(SOURCE, f"{SOURCE}ROLE = {quote}<|system|>{quote}\n", None, "")
    with pytest.raises(UnsafeEdit, match="control token"):
        check(SOURCE, f"{SOURCE}print({quote}done{quote})<|im_end|>\n", None, "")


@pytest.mark.parametrize("line", ["x = ...\n", "def f(): ...\n", "# the rest is easy to see\n"])
def test_code_is_no_leftover(line: str) -> None:
    check(SOURCE, SOURCE + line, PYTHON, "")


def test_a_file_that_never_parsed_may_stay_so() -> None:
    check("def broken(:\n", "def broken(:\nx\n", PYTHON, "")
    check("x = 1\n", "no python at all (\n", None, "")
