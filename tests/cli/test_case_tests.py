"""Tests that come with recorded cases: run on what was written, and passed only at their end."""

import pytest

from specedit.benchmarks.cases import Case
from specedit.benchmarks.development import behaviour


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("def f():\n    return 2\n", True),
        ("def f():\n    return 1\n", False),
        ("raise SystemExit(0)\n", False),
        ("import os\nprint('x' * 100)\nf = lambda: 2 if 'HOME' in os.environ else 1\n", True),
        ("f = lambda: open('big', 'w').write('x' * 10_000_000)\n", False),
    ],
)
def test_python(text: str, passes: bool) -> None:
    case = Case("a/1", "a.py", "python", "", "", "", tests="assert f() == 2")
    assert behaviour.can_run(case)
    assert behaviour.passes(case, text) == passes


def test_javascript() -> None:
    case = Case("a/1", "a.js", "javascript", "", "", "", tests="console.assert(f() === 2);")
    if not behaviour.can_run(case):
        pytest.skip("no node")
    assert behaviour.passes(case, "const f = () => 2;\n")
    assert not behaviour.passes(case, "const f = () => 1;\n")
    assert not behaviour.passes(case, "process.exit(0);\n")


def test_a_case_without_tests_cannot_be_run() -> None:
    assert not behaviour.can_run(Case("a/1", "a.py", "python", "", "", ""))
    assert not behaviour.can_run(Case("a/1", "a.go", "go", "", "", "", tests="x"))
