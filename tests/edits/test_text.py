from hypothesis import example, given
from hypothesis import strategies as st

from specedit.edits.text import TextEdit, apply_edits, line_of, minimal_edits, split_lines

# Line ends of every kind, among characters that only look like them.
TEXT = st.text(st.sampled_from("ab \t\n\r\f\v\x1c\x85\u2028\u2029é😀"), max_size=60)


@given(TEXT)
def test_lines_put_together_are_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


def test_only_lf_crlf_and_cr_end_lines() -> None:
    text = "a\nb\r\nc\rd\fe\u2028f\x85g"
    assert split_lines(text) == ["a\n", "b\r\n", "c\r", "d\fe\u2028f\x85g"]
    assert line_of(text, text.index("g")) == 4


@given(TEXT, TEXT)
@example("a\r\nb", "a\nb")
@example("", "x")
def test_minimal_edits_make_the_new_text(old: str, new: str) -> None:
    edits = minimal_edits(old, new)
    assert apply_edits(old, edits) == new
    for edit in edits:
        assert old[edit.start : edit.end] != edit.new_text
        for offset in (edit.start, edit.end):
            assert old[offset - 1 : offset + 1] != "\r\n" or offset == 0


def test_minimal_edits_touch_the_changed_characters_only() -> None:
    old = "def f(x):\n    return x\n\nprint(f(1))\n"
    new = "def g(x):\n    return x\n\nprint(g(1))\n"
    assert minimal_edits(old, new) == (TextEdit(4, 5, "g"), TextEdit(30, 31, "g"))
