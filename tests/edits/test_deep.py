"""Texts that are nested deeper than Python calls: refused or done, never a crash."""

import time
from contextlib import suppress

import pytest

from specedit.edits import operations
from specedit.edits.markers import is_marker
from specedit.edits.snippet.frame import without_label
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.statements import is_arm
from specedit.engine.errors import EditRefused

TEXTS = {
    "else-ifs.py": "def f(x):\n    if x:\n        pass\n"
    + "".join(f"    elif x == {i}:\n        f({i})\n" for i in range(494)),
    "parentheses.py": f"def f(x):\n    return {'(' * 1100}1{')' * 1100}\n",
    "calls.py": f"def f(x):\n    return x{'.f()' * 600}\n",
    "else-ifs.js": "function f(x) {\n  if (x) { }\n"
    + "".join(f"  else if (x == {i}) {{ f({i}); }}\n" for i in range(494))
    + "}\n",
    "blocks.c": f"int f(int x) {{ {'{' * 1100} f(x); {'}' * 1100} }}\n",
    "functions.js": "function f() {" * 400 + "}" * 400 + "\n",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("instruction", ["delete the function f", "use f-strings"])
def test_nested_deeper_than_calls(name: str, instruction: str) -> None:
    language = language_of(name)
    assert language is not None
    with suppress(EditRefused):
        operations.predict(instruction, Source(TEXTS[name], language))


@pytest.mark.parametrize(
    "line", [" " * 20_000 + "if a:", "a " * 10_000 + "=>", "#" * 20_000 + " x y"]
)
def test_a_long_line_of_a_snippet_takes_no_time(line: str) -> None:
    start = time.process_time()
    is_arm(line)
    without_label(f"{line}\nx = 1\n", "a.py", ())
    assert time.process_time() - start < 1


@pytest.mark.parametrize("begin", ["", "# ", "...", "--"])
@pytest.mark.parametrize(
    "sign", ["=", "-", "*", "_", ")", "}", " ", "#", ".", "…", ",", "- ", "] ", "(", "..)"]
)
def test_a_long_line_is_seen_to_be_no_marker_in_no_time(begin: str, sign: str) -> None:
    start = time.process_time()
    is_marker(begin + sign * 20_000 + '"')
    assert time.process_time() - start < 1
