"""Instructions in other words: what is asked for is the same, or it is not understood."""

import pytest

from specedit.edits import operations, plain_text
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

SHOP = """import shelve
import os

RATE = 3
MODE = "fast"


class Shop:
    def sell(self, item, count=1):
        return item, count

    def verbose(self):
        return 1


def load(path, mode="r", spare=None):
    if not path:
        return os.sep
    return open(path, mode)


def save(path, verbose=False, mode="w"):
    load(path)
    return "%s" % mode


@cached
def tidy(text, width=70):
    return text[:width]
"""


def made(instruction: str) -> str | None:
    source = Source(SHOP, named("python"))
    prediction = operations.predict(instruction, source)
    prediction = prediction or plain_text.predict(instruction, SHOP, "shop.py")
    return prediction.body if prediction else None


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ("delete the function tidy", "get rid of tidy"),
        ("delete the function tidy", "Could you drop `tidy()`?"),
        ("delete the function tidy", "please erase the tidy function, thanks"),
        ("delete the unused function tidy", "delete the dead function tidy"),
        ("remove the method sell from Shop", "delete Shop's sell method"),
        ("remove the method sell from Shop", "drop sell from Shop"),
        ("remove the method sell from Shop", "take out Shop.sell"),
        ("add the parameter depth=2 to tidy", "give tidy a depth parameter defaulting to 2"),
        ("add the parameter depth=2 to tidy", "insert a `depth=2` argument to tidy"),
        ("add the parameter depth=2 to tidy", "give the function tidy a new parameter depth=2"),
        ("add the parameter depth to tidy", "add a depth parameter to tidy"),
        ("remove the parameter spare from load", "drop load's parameter spare"),
        ("remove the parameter spare from load", "get rid of the spare argument of load"),
        (
            "swap the parameters verbose and mode of save",
            "exchange save's arguments verbose and mode",
        ),
        ("change the default of width in tidy from 70 to 9", "change the default of width to 9"),
        ("change the default of width in tidy from 70 to 9", "make width default to 9"),
        ("change the default of width in tidy from 70 to 9", "set the default width of tidy to 9"),
        ('change the default of mode in load to "rb"', "change default of mode in load to rb"),
        ("set RATE to 4", "make RATE 4"),
        ("set RATE to 4", "set RATE=4"),
        ("add the decorator @trace to save", "put @trace on save"),
        ("add the decorator @trace to save", "give save the decorator trace"),
        ("remove the decorator @cached from tidy", "drop tidy's cached decorator"),
        (
            "annotate the parameter width of tidy as int",
            "set the type of width in tidy to int",
        ),
        ("add the return type str to tidy", "make the return type of tidy str"),
        ("add import re", "please add the re import"),
        ("add `from typing import Any`", "import Any from typing"),
        ("remove the unused import shelve", "drop the shelve import"),
        ("sort the imports", "can you alphabetize the imports?"),
        ("negate the condition in load", "flip the if in load"),
        ("wrap line 19 in `if mode`", "put line 19 inside an if mode"),
        (
            "wrap the body of tidy in try/except ValueError and return None",
            "surround tidy's body with a try-except `ValueError` and return `None`",
        ),
        ("move tidy above load", "could you put tidy before the load function"),
        ("move load to the end of the file", "put load at the bottom"),
        ("add the line A = 1 after line 4", "insert `A = 1` after line 4"),
        ("add the line A = 1 after line 4", "put the line A = 1 below line 4"),
        ("use f-strings", "would you use f-strings?"),
    ],
)
def test_other_words_for_the_same(plain: str, words: str) -> None:
    expected = made(plain)
    assert expected not in (None, SHOP)
    assert made(words) == expected


@pytest.mark.parametrize(
    "instruction",
    [
        "delete tidy if nobody calls it",
        "delete the function",
        "delete a function",
        "remove the tidy",
        "remove import",
        "remove unused import",
        "remove verbose",  # a method and a parameter
        "remove print",
        "remove Shop's docstring",
        "drop the last parameter of load",
        "add a required parameter to load",
        "add a string parameter to load",
        "add an import",
        "import everything from os",
        "give load a better name",
        "make load faster",
        "make RATE bigger",
        "make RATE 4 if mode",
        "make MODE slow",
        "change the default of width to something sensible",
        "change the default of mode in load to empty",
        "put the docstring before load",
        "swap load and save",
        "can you tell me what load does?",
    ],
)
def test_words_that_are_not_accounted_for(instruction: str) -> None:
    assert made(instruction) is None


@pytest.mark.parametrize(
    ("instruction", "reason"),
    [
        ("delete the unused function load", "used on line 23"),
        ("drop the unused import os", "used on line 18"),
        ("make width default to 9 in load", "load\\(width\\)"),
        ("change the default of width from 60 to 80", "is 70 on line 28"),
        ("make mode default to 1", "load \\(line 16\\), save \\(line 22\\)"),
        ("change the default of mode in load to MODE", "is a name in this file"),
    ],
)
def test_what_is_not_so(instruction: str, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        made(instruction)


def test_a_line_beside_an_empty_one() -> None:
    assert made("add the line A = 1 before line 6") == SHOP.replace('fast"\n', 'fast"\nA = 1\n')


def test_imports_of_a_package_stay() -> None:
    source = Source("import os\n", named("python"), "shop/__init__.py")
    with pytest.raises(EditRefused, match="name the one that is to go"):
        operations.predict("remove unused imports", source)


@pytest.mark.parametrize(
    "whose", ["load's parameter", "the load parameter", "the function load's argument"]
)
def test_whose_parameter_is_renamed_is_never_left_out(whose: str) -> None:
    source = Source(SHOP, named("python"))
    with pytest.raises(EditRefused, match=r"no (parameter|argument) `count` of load"):
        operations.predict(f"rename {whose} count to number", source)
    made = operations.predict(f"rename {whose} mode to how", source)
    assert made is not None
    assert "def load(path, how=" in made.body
