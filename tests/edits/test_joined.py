"""Several operations in one instruction: all of them are carried out, or none."""

import pytest

from specedit.edits import operations
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused

SHOP = """\
import re
import os

TAX = 0.2
LIMIT = 10


class Cart:
    def put(self, item):
        return item

    def clear(self):
        return None


def price(item, rate=TAX):
    return "%s at %s" % (item, os.sep)


def ship(item):
    return item
"""


def _made(instruction: str) -> str | None:
    made = operations.predict(instruction, Source(SHOP, named("python")))
    assert made is None or made.certain
    return made.body if made else None


def _one_by_one(*instructions: str) -> str:
    text = SHOP
    for instruction in instructions:
        made = operations.predict(instruction, Source(text, named("python")))
        assert made is not None and made.body != text
        text = made.body
    return text


@pytest.mark.parametrize(
    ("instruction", "parts"),
    [
        (
            "rename put to add and delete the method clear of Cart",
            ("rename put to add", "delete the method clear of Cart"),
        ),
        (
            "Delete the method clear of Cart, change LIMIT to 4, and then rename ship to send.",
            ("delete Cart.clear", "change LIMIT to 4", "rename ship to send"),
        ),
        ("rename ship to send. Also make ship async", ()),
        ("set LIMIT to 4, TAX to 0.3", ("set LIMIT to 4", "set TAX to 0.3")),
        ("change LIMIT from 10 to 4 and TAX to 0.3", ("set LIMIT to 4", "set TAX to 0.3")),
        ("delete price and ship", ("delete price", "delete ship")),
        ("please remove the functions price and ship", ("delete price", "delete ship")),
        ("use f-strings and sort the imports", ("use f-strings", "sort the imports")),
        ("add import json; remove the import re", ("add import json", "remove import re")),
        ("make ship async and rename ship to send", ("make ship async", "rename ship to send")),
        ("rename put to add and clear to empty", ("rename put to add", "rename clear to empty")),
    ],
)
def test_parts_are_carried_out_in_turn(instruction: str, parts: tuple[str, ...]) -> None:
    if not parts:
        with pytest.raises(EditRefused, match="no symbol 'ship'"):
            _made(instruction)
        return
    assert _made(instruction) == _one_by_one(*parts)


@pytest.mark.parametrize(
    "instruction",
    [
        "delete price and its tests",
        "delete ship and call it again",
        "make ship async and faster",
        "delete price and fix the callers",
        "delete line 3 and delete ship",
        "don't delete price and delete ship",
        "delete price and ship from the docs",
        "set LIMIT to 4 and TAX to something",
        "change LIMIT to 4 and TAX",
        "sort the imports and the functions",
        "delete price but rename ship to send",
        "remove item and rate from price",
        "delete price and then run the tests",
    ],
)
def test_what_is_not_understood_whole_is_not_understood(instruction: str) -> None:
    assert _made(instruction) is None


@pytest.mark.parametrize(
    ("instruction", "reason"),
    [
        ("rename ship to send and fix the tests", "what 'fix tests' asks for"),
        ("change LIMIT to 4 and delete the class Carts", "no symbol 'Carts'"),
        ("rename price to ship and delete Cart", "'ship' is already used"),
        ("change LIMIT from 3 to 4 and TAX to 0.3", "'LIMIT' is 10 on line 5, not 3"),
    ],
)
def test_a_part_that_is_refused_refuses_all(instruction: str, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        _made(instruction)


def test_what_is_taken_out_is_told_for_all_parts() -> None:
    source = Source(SHOP, named("python"))
    made = operations.predict("delete price and change LIMIT to 10 and delete Cart.clear", source)
    assert made is not None
    assert made.removed == ("price", "Cart.clear")
    assert made.remarks == ("the file already is as asked",)
