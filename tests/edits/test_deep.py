"""Texts that are nested deeper than Python calls: refused or done, never a crash."""

from contextlib import suppress

import pytest

from specedit.edits import operations
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
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
