"""Instructions read as a verb, its object and clauses."""

import pytest

from specedit.edits.instruction.forms import clause, form, read, readings
from specedit.edits.instruction.sentence import imperative
from specedit.edits.instruction.slots import (
    bag,
    code,
    either,
    led,
    lines,
    nothing,
    owned,
    pair,
    quoted,
    stating,
    thing,
    trailed,
    value,
    words,
)
from specedit.edits.instruction.tokens import phrase
from specedit.edits.instruction.vocabulary import (
    CHANGE,
    CLASS,
    FUNCTION,
    PARAMETER,
    REMOVE,
    phrases,
)

DROP = form(
    REMOVE,
    thing("p", PARAMETER, noun=True, claims=True),
    clause("from|of|in", thing("f", FUNCTION)),
    clause("of|in", thing("owner", CLASS), optional=True),
)
SET = form(
    CHANGE, thing("name"), clause("from", value("old"), optional=True), clause("to", value("new"))
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please, could you delete f?", "delete f"),
        ("I'd like you to delete f, thanks!", "delete f"),
        ("f is unused, so please delete it.", "delete the unused f"),
        ("the function f is never used; remove it", "remove the unused function f"),
        ("we don't need f any more, get rid of it", "get rid of f"),
        ("f should be removed from C", "remove f from C"),
        ("MAX must be 5", "make MAX be 5"),
        ("f should take a parameter x=1", "give f a parameter x=1"),
        ("x should default to 3", "make x default to 3"),
        ("In f, remove x", "remove x in f"),
        ("f: remove x", "remove x in f"),
        # What asks for no edit stays what it is.
        ("should we delete f?", "should we delete f?"),
        ("f should not be removed", "f should not be removed"),
        ("is f unused?", "is f unused?"),
        ("f is unused", "f is unused"),
    ],
)
def test_sentences_become_imperatives(text: str, words: str) -> None:
    assert imperative(text).text == words


@pytest.mark.parametrize(
    "text",
    [
        "remove the parameter x from f",
        "drop the x parameter of the function f",
        "get rid of the argument `x` in `f()`",
        "Remove parameter x from method f of class C.",
        "remove the unused parameter x in the f function, please",
    ],
)
def test_verbs_nouns_and_marks_of_a_form(text: str) -> None:
    said = read(text, DROP)
    assert said is not None and (said["p"], said["f"]) == ("x", "f")
    assert said.get("owner") == ("C" if "class C" in text else None)
    assert said.get("claim") == ("unused" if "unused" in text else None)


def test_clauses_stand_in_any_order() -> None:
    expected = {"verb": "change", "name": "x", "old": "1", "new": "2"}
    assert read("change x from 1 to 2", SET) == expected
    assert read("change x to 2 from 1", SET) == expected


@pytest.mark.parametrize(
    "text",
    [
        "remove the parameter x from f unless it is used",
        "remove the parameter x from f and g",
        "remove the parameter x and y from f",
        "remove the last parameter x from f",
        "remove the parameter from f",
        "remove x from f",
        "remove the parameter x from f of C of D",
        "do not remove the parameter x from f",
        "remove",
        "",
        "remove the parameter " + "x " * 5000 + "from f",
    ],
)
def test_every_word_is_accounted_for(text: str) -> None:
    assert read(text, DROP) is None


@pytest.mark.parametrize(
    "text",
    ["5", "-1.5e3", '"a b"', "'x'", "[1, 2]", "f(a, (b))", "60 * 60", "A.B", "new Date()", "utf-8"],
)
def test_values(text: str) -> None:
    said = read(f"set x to {text}", SET)
    assert said is not None and said["new"] == text


@pytest.mark.parametrize(
    "text", ["5 or 6", "5 in tests", "(1) and y to (2)", "at least 5", "5 seconds", "the old one"]
)
def test_what_is_no_value(text: str) -> None:
    assert read(f"set x to {text}", SET) is None


def test_slots() -> None:
    assert pair("a", "b", phrases("arguments"))(phrase("the arguments `x` and y")) == {
        "a": "x",
        "b": "y",
    }
    assert pair("a", "b")(phrase("f's x and y")) == {"owner": "f", "a": "x", "b": "y"}
    assert pair("a", "b")(phrase("x or y")) is None
    assert lines("a", "b")(phrase("lines 3-5")) == {"a": "3", "b": "5"}
    assert lines("a", "b")(phrase("l.58")) == {"a": "58"}
    assert lines("a")(phrase("lines 3 to 5")) is None
    assert quoted("d")(phrase("the `@x`")) == {"d": "@x"}
    assert quoted("d")(phrase("x")) is None
    assert words("end of the file", edge="end")(phrase("the end of the file")) == {"edge": "end"}
    assert bag("old % style")(phrase("old % style")) == {}
    assert bag("old")(phrase("new")) is None
    assert nothing(new="1")(phrase("")) == {"new": "1"}
    assert nothing()(phrase("x")) is None
    assert code("i", r"import .*")(phrase('"import os"')) == {"i": "import os"}
    assert led(phrases("default", "default of"), thing("p"))(phrase("the default of x")) == {
        "p": "x"
    }
    assert trailed(thing("p"), phrases("default"))(phrase("x's default")) == {"p": "x"}
    assert owned(led(phrases("default"), thing("p")))(phrase("f's default x")) == {
        "owner": "f",
        "p": "x",
    }
    assert stating(thing("p"), more="1")(phrase("x")) == {"p": "x", "more": "1"}
    assert either(quoted("d"), thing("d"))(phrase("x")) == {"d": "x"}


def test_all_that_may_be_meant() -> None:
    both = form(REMOVE, thing("p"), clause("of", thing("f")), clause("of", thing("owner")))
    assert [(r["f"], r["owner"]) for r in readings("drop x of y of z", both)] == [
        ("y", "z"),
        ("z", "y"),
    ]
