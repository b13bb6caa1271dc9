"""What others changed stays, what we changed is there too, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from specedit.edits.rebase import rebase
from specedit.edits.text import TextEdit, apply_edits, minimal_edits

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c = 1\n", "\r\n", "é😀\n"]), max_size=12)


def test_edits_that_lie_apart_are_shifted() -> None:
    base, now = "one\ntwo\nthree\n", "zero\none\ntwo\nthree\n"
    rebased = rebase(base, [TextEdit(8, 13, "3")], now)
    assert not rebased.overlapping
    assert apply_edits(now, rebased.edits) == "zero\none\ntwo\n3\n"


def test_edits_that_meet_are_told() -> None:
    base = "one\ntwo\nthree\n"
    rebased = rebase(base, [TextEdit(0, 3, "1"), TextEdit(4, 7, "2")], "one\ntwelve\nthree\n")
    assert rebased.edits == (TextEdit(0, 3, "1"),)
    assert rebased.lines(base) == [2]


def test_two_insertions_at_one_place_meet() -> None:
    assert rebase("ab", [TextEdit(1, 1, "x")], "ayb").overlapping


@given(LINES, LINES, LINES)
def test_naive_twin(base: list[str], ours: list[str], theirs: list[str]) -> None:
    """Character by character: ours and theirs mark what they replace and where they insert."""
    text, now = "".join(base), "".join(theirs)
    edits, others = minimal_edits(text, "".join(ours)), minimal_edits(text, now)
    rebased = rebase(text, edits, now)
    meets = {
        edit
        for edit in edits
        if any(max(edit.start, o.start) <= min(edit.end, o.end) for o in others)
    }
    assert set(rebased.overlapping) == meets
    both = sorted([*others, *(e for e in edits if e not in meets)], key=lambda e: (e.start, e.end))
    assert apply_edits(now, rebased.edits) == apply_edits(text, both)
