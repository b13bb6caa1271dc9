"""Edits as data survive the way there and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit.edits.ops import apply_ops, to_ops, to_text_edits
from specedit.edits.text import minimal_edits
from specedit.engine.errors import InvalidRequest

TEXTS = st.text(alphabet="ab\r\né😀 ", max_size=40)


@given(TEXTS, TEXTS)
def test_operations_make_the_text(old: str, new: str) -> None:
    assert apply_ops(old, json.dumps(to_ops(old, minimal_edits(old, new)))) == new


@given(TEXTS, TEXTS)
def test_text_edits_make_the_text(old: str, new: str) -> None:
    assert apply_ops(old, json.dumps(to_text_edits(old, minimal_edits(old, new)))) == new


def test_the_form_in_which_operations_are_known() -> None:
    ops = '[{"retain": 8}, {"delete": 6}, {"insert": "very very"}, {"retain": 5}]'
    assert apply_ops("this is really good", ops) == "this is very very good"


def test_text_edits_count_utf16_units() -> None:
    edit = '[{"range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 3}}, "newText": "b"}]'
    assert apply_ops("😀a\n", edit) == "😀b\n"


@pytest.mark.parametrize(
    ("ops", "reason"),
    [
        ("nonsense", "not JSON"),
        ("3", "no list"),
        ('[{"retain": 99}]', "operation 1 goes past the end: retain 99 at 0 of 3 characters"),
        ('[{"retain": 1}, {"delete": -1}]', "operation 2 is no retain, insert or delete"),
        ('[{"insert": 3}]', "operation 1 is no retain"),
        ('[{"range": {"start": {"line": 9, "character": 0}}}]', "no TextEdit"),
    ],
)
def test_what_does_not_fit_is_named(ops: str, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        apply_ops("abc", ops)
