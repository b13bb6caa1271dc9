"""The work of planning grows with the text, not with its square: counted in calls, so that no machine is too slow."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from specedit.editor import plan
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document


def calls(text: str, name: str, instruction: str, snippet: str) -> int:
    """Return how many functions are called to plan an edit."""
    count = 0

    def called(frame: FrameType, event: str, given: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    request = EditRequest(
        decode_document(text.encode()), instruction, name, snippet=snippet or None
    )
    before = sys.getprofile()
    sys.setprofile(called)
    try:
        assert plan.make(request).prediction is not None
    finally:
        sys.setprofile(before)
    return count


def functions(n: int) -> str:
    return "".join(f"def f{i}(a, b):\n    c = a + b\n    return g(c, a)\n\n" for i in range(n))


def rust(n: int) -> str:
    return "".join(f"fn f{i}(a: i32) -> i32 {{\n    let c = a;\n    g(c)\n}}\n" for i in range(n))


def python_classes(n: int) -> str:
    body = "class C{i}:\n    def run(self, a):\n        self.x = a\n        return self.x\n\n"
    return "".join(body.format(i=i) for i in range(n))


def go_types(n: int) -> str:
    body = "type C{i} struct {{ x int }}\nfunc (c *C{i}) run(a int) int {{ return c.x }}\n"
    return "package p\n" + "".join(body.format(i=i) for i in range(n))


# Text for a size, file name, instruction, and a snippet if any.
CASES: dict[str, tuple[Callable[[int], str], str, str, str]] = {
    "a chain of members": (
        lambda n: "def h(a):\n    old = a\n    return old" + ".f" * (4 * n) + "\n",
        "a.py",
        "rename old to new_name",
        "",
    ),
    "parentheses": (
        lambda n: "int h(int old) {\n  return " + "(" * 4 * n + "old" + ")" * 4 * n + ";\n}\n",
        "a.c",
        "rename old to new_name",
        "",
    ),
    "functions of Python": (functions, "a.py", "rename f3 to new_name", ""),
    "functions of Rust": (rust, "a.rs", "rename f3 to new_name", ""),
    "a parameter": (functions, "a.py", "add a parameter verbose=False to f3", ""),
    "a snippet": (
        functions,
        "a.py",
        "",
        "# ... existing code ...\ndef f3(a, b):\n    return 7\n# ... existing code ...\n",
    ),
    "classes of Python": (python_classes, "a.py", "rename C3.run to new_name", ""),
    "types of Go": (go_types, "a.go", "rename C3.run to new_name", ""),
    "occurrences of one name": (
        lambda n: "def h(old):\n" + "    k(old)\n" * n,
        "a.py",
        "rename old to new_name",
        "",
    ),
    "values of one name": (
        lambda n: "def h():\n    old = 1\n" + "    old = old + 1\n" * n,
        "a.py",
        "rename old to new_name",
        "",
    ),
    "occurrences in Rust": (
        lambda n: "fn h(old: i32) {\n" + "  k(old);\n" * n + "}\n",
        "a.rs",
        "rename old to new_name",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_work_grows_with_the_text(case: str) -> None:
    text, name, instruction, snippet = CASES[case]
    calls(text(10), name, instruction, snippet)  # what is loaded once
    once = calls(text(50), name, instruction, snippet)
    assert calls(text(200), name, instruction, snippet) < 4.6 * once
