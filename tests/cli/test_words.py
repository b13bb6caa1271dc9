"""What of a command line is a file, and what the instruction."""

from pathlib import Path

import pytest

from specedit.cli import words
from specedit.engine.errors import InvalidRequest


@pytest.fixture(autouse=True)
def folder(workspace: Path) -> None:
    for name in ("a.py", "b.py", "c.txt", "Makefile", "load"):
        (workspace / name).write_text("x = 1\n")
    (workspace / "src").mkdir()


@pytest.mark.parametrize(
    ("line", "files", "instruction"),
    [
        (["a.py", "rename x to y"], ["a.py"], "rename x to y"),
        (["a.py", "b.py", "rename x to y"], ["a.py", "b.py"], "rename x to y"),
        (["a.py", "rename", "x", "to", "y"], ["a.py"], "rename x to y"),
        (["a.py", "b.py", "sort", "imports"], ["a.py", "b.py"], "sort imports"),
        (["a.py", "rename", "Door.close", "to", "shut"], ["a.py"], "rename Door.close to shut"),
        (["a.py", "wrap", "lines", "3-5", "in", "try/except"], ["a.py"], "wrap lines 3-5 in try/except"),
        (["rename x to y", "a.py", "b.py"], ["a.py", "b.py"], "rename x to y"),
        (["*.py", "rename x to y"], ["a.py", "b.py"], "rename x to y"),
        (["b.py", "*.py"], ["b.py", "a.py"], ""),
        (["a.py", "a.py"], ["a.py"], ""),
        (["a.py"], ["a.py"], ""),
        (["a.py", "load"], ["a.py", "load"], ""),
        (["a.py", "load", "sort imports"], ["a.py", "load"], "sort imports"),
        (["-", "rename x to y"], ["-"], "rename x to y"),
        (["a.py", "in no-such.py rename x to y"], ["a.py"], "in no-such.py rename x to y"),
        (["a.py", "tidy"], ["a.py"], "tidy"),
        (["a.py", "x" * 300], ["a.py"], "x" * 300),
        (["a.py", "rename " + "ü" * 5000], ["a.py"], "rename " + "ü" * 5000),
        (["a.py", "\0 to y"], ["a.py"], "\0 to y"),
        (["a.py", " "], ["a.py"], " "),
    ],
)  # fmt: skip
def test_files_and_instruction(line: list[str], files: list[str], instruction: str) -> None:
    assert words.split(line) == (files, instruction)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (["c.py", "rename x to y"], "no file 'c.py'"),
        (["a.py", "bb.py", "rename x to y"], "no file 'bb.py'; nearest: b.py"),
        (["a.py", "c.py", "rename", "x", "to", "y"], "no file 'c.py'"),
        (["a.py", "Makefil", "rename x to y"], "no file 'Makefil'; nearest: Makefile"),
        (["a.py", "Makefil"], "no file 'Makefil'; nearest: Makefile"),
        (["a.py", "rename", "x", "to", "y", "c.py"], "no file 'c.py'"),
        (["a.py", "rename", "x", "to", "y", "b.py"], "'b.py' stands among the words"),
        (["a.py", "rename", "load", "to", "y"], "'load' stands among the words"),
        (["a.py", "load", "x", "from", "y"], "'load' stands among the words"),
        (["a.py", "rename x", "to", "y"], "'rename x' stands among the words"),
        (["a.py", "n*.py", "rename x to y"], "no file matches 'n*.py'"),
        (["n*.py", "rename x to y"], "no file matches 'n*.py'"),
        (["a.py", "d.json"], "no file 'd.json'"),
        (["a.py", "./tool"], "no file './tool'"),
        (["rename x to y", "c.py"], "no file 'rename x to y'; files come first"),
        (["src", "rename x to y"], "'src' is a folder"),
        (["x" * 300, "rename x to y"], "no file 'xxx"),
    ],
)
def test_what_is_not_told_apart_is_refused(line: list[str], message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        words.split(line)
    assert message in str(refused.value)
