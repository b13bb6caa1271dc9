"""Open documents against a plain model, and positions in all units."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specedit.edits.text import split_lines
from specedit.lsp.documents import ColumnUnits, ContentChange, OpenDocument, Position

TEXT = st.text(alphabet=["a", "é", "😀", "\n", "\r", "\f", "\u2028", " "], max_size=30)
ENCODINGS = ("utf-8", "utf-16", "utf-32")


def opened(text: str, encoding: str = "utf-16") -> OpenDocument:
    document = OpenDocument("file:///x.py", 1, ColumnUnits(encoding))
    document.change([ContentChange(text)], 1)
    return document


def naive_offset(text: str, position: Position, encoding: str) -> int:
    """Count units from the start of the line, which is found anew."""
    width = {
        "utf-8": lambda c: len(c.encode()),
        "utf-16": lambda c: len(c.encode("utf-16-le")) // 2,
    }
    starts = [0]
    for line in split_lines(text):
        starts.append(starts[-1] + len(line))
    if not text or text[-1] not in "\r\n":
        starts.pop()
    starts = starts or [0]
    if position[0] >= len(starts):
        return len(text)
    offset, left = starts[position[0]], position[1]
    while offset < len(text) and text[offset] not in "\r\n":
        left -= width.get(encoding, lambda c: 1)(text[offset])
        if left < 0:
            break
        offset += 1
    return offset


@given(TEXT, st.sampled_from(ENCODINGS), st.data())
def test_changes_are_those_of_the_client(text: str, encoding: str, data: st.DataObject) -> None:
    document, plain = opened(text, encoding), text
    for version in range(2, 6):
        position = st.tuples(st.integers(0, 8), st.integers(0, 12))
        start, end = sorted((data.draw(position), data.draw(position)))
        new = data.draw(TEXT)
        document.change([ContentChange(new, start, end)], version)
        at, to = naive_offset(plain, start, encoding), naive_offset(plain, end, encoding)
        plain = plain[:at] + new + plain[max(at, to) :]
        assert document.snapshot().text == plain
        whole = split_lines(plain)
        assert [line for line in document.lines if line] == whole
        assert document.lines == opened(plain, encoding).lines


@given(TEXT, st.sampled_from(ENCODINGS))
def test_positions_there_and_back(text: str, encoding: str) -> None:
    snapshot = opened(text, encoding).snapshot()
    for offset in range(len(text) + 1):
        inside = 0 < offset < len(text) and text[offset - 1 : offset + 1] == "\r\n"
        if not inside:
            assert snapshot.offset(snapshot.position(offset)) == offset
            assert naive_offset(text, snapshot.position(offset), encoding) == offset


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 7), ("utf-16", 4), ("utf-32", 3)])
def test_a_column_after_an_emoji(encoding: str, column: int) -> None:
    snapshot = opened("é😀!x\n", encoding).snapshot()
    assert snapshot.position(3) == (0, column)


def test_half_of_a_character_is_its_beginning() -> None:
    document = opened("a😀b\n")
    document.change([ContentChange("-", (0, 2), (0, 2))], 2)
    assert document.snapshot().text == "a-😀b\n"


def test_a_form_feed_ends_no_line() -> None:
    document = opened("x = 1\f\ny = 22\n")
    document.change([ContentChange("3", (1, 4), (1, 6))], 2)
    assert document.snapshot().text == "x = 1\f\ny = 3\n"


def test_a_large_text_is_not_copied_for_a_keystroke() -> None:
    """Counted, not timed: the lines that a change does not touch are the same objects after it."""
    document = opened("".join(f"line {i}\n" for i in range(100_000)))
    before = list(document.lines)
    rng = random.Random(1)
    for version in range(2, 50):
        line = rng.randrange(100_000)
        document.change([ContentChange("x", (line, 3), (line, 3))], version)
    changed = sum(a is not b for a, b in zip(before, document.lines, strict=True))
    assert changed <= 48
