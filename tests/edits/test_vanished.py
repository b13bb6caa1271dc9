"""Which definitions an edit loses, with and without a grammar."""

import pytest

from specedit.edits.syntax.languages import named
from specedit.edits.vanished import vanished

PYTHON = "def f():\n    a()\n    b()\n    return 1\n\n\ndef g():\n    return 2\n"
KOTLIN = "fun f() {\n    a()\n    b()\n    c()\n}\n\nfun g() {\n    d()\n}\n"


def test_a_lost_one_is_told() -> None:
    assert vanished(PYTHON, PYTHON[PYTHON.index("def g") :], named("python"), "") == ["f"]
    assert vanished(KOTLIN, KOTLIN[KOTLIN.index("fun g") :], None, "") == ["f"]


def test_one_that_is_named_may_go() -> None:
    assert vanished(KOTLIN, KOTLIN[KOTLIN.index("fun g") :], None, "remove f") == []


def test_a_renamed_one_has_not_vanished() -> None:
    assert vanished(PYTHON, PYTHON.replace("f()", "load(x)"), named("python"), "") == []
    assert vanished(KOTLIN, KOTLIN.replace("f()", "load()"), None, "") == []


@pytest.mark.parametrize(
    "after",
    [PYTHON.replace("f()", "load()").replace("b()", "c()"), PYTHON.replace("g():", "h(x):")],
    ids=["another body", "a short one with another head"],
)
def test_one_that_another_takes_the_place_of_has(after: str) -> None:
    assert vanished(PYTHON, after, named("python"), "")


def test_of_two_of_a_name_one_may_be_lost() -> None:
    two = "class A:\n    def f(self):\n        x()\n\n\nclass B:\n    def f(self):\n        y()\n"
    one = "class A:\n    def f(self):\n        x()\n\n\nclass B:\n    z = 1\n"
    assert vanished(two, one, named("python"), "") == ["f"]
