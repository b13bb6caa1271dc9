"""Where a rename can be vetoed: at its names, at the beginning of lines, and where the text is not the source's; and what
only leaves lines out."""

import pytest

from specedit.edits.relevance import Relevance, skips_ahead
from specedit.engine.tokenizer import ByteTokenizer

SOURCE = "def get(a):\n    return getter(a)\n\nget(1)  # getter\n"
NAMES = frozenset({"get", "load"})


def exempt(answer: str, preferred: str = "?") -> set[str]:
    """The characters of the answer that cannot veto it where another is preferred, as `offset:character`."""
    encode = ByteTokenizer().encode
    relevance = Relevance(encode(SOURCE), encode(answer), list(answer), NAMES)
    return {f"{i}:{answer[i]}" for i in range(len(answer)) if relevance.beside(i, preferred)}


def test_words_that_read_like_the_name_are_beside_the_point() -> None:
    answer = SOURCE.replace("get(", "load(")
    found = exempt(answer)
    at = answer.index("getter(a)")
    assert {f"{i}:{answer[i]}" for i in range(at, at + 6)} <= found


def test_names_line_beginnings_and_what_is_missed_are_not() -> None:
    answer = SOURCE.replace("def get(", "def load(")  # the call is missed
    found = exempt(answer)
    for place in (answer.index("load"), answer.index("get(1)"), answer.index("return") - 4):
        assert f"{place}:{answer[place]}" not in found


def test_after_a_lost_line_the_text_counts() -> None:
    answer = SOURCE.replace("    return getter(a)\n", "").replace("get(", "load(")
    found = exempt(answer)
    after = answer.index("\n\n") + 1
    assert f"{after}:{answer[after]}" not in found


@pytest.mark.parametrize(
    ("before", "after", "shows"),
    [
        ("  b.put(1)\n  b.put(2)\n  b.pop()\n", "  b.put(2)\n  b.pop()\n", "2"),  # a line is lost
        ("  b.put(1)\n  b.put(2)\n  b.pop()\n", "  b.put(1)\n  b.pop()\n", "o"),
        ("  b.put(1)\n  b.pop()\n", "  b.put(1)\n  b.put(1)\n  b.pop()\n", "u"),  # one is doubled
    ],
)
def test_a_change_beside_what_reads_alike_shows_where_it_differs(
    before: str, after: str, shows: str
) -> None:
    encode = ByteTokenizer().encode
    source, answer = f"get()\nx = 3\n{before}", f"load()\nx = 3\n{after}"
    relevance = Relevance(encode(source), encode(answer), list(answer), NAMES)
    assert not relevance.beside(answer.rindex(shows), "?")


def test_behind_an_old_name_only_the_wish_to_make_it_the_new_one_counts() -> None:
    source = "f(get) + get\n"
    encode = ByteTokenizer().encode
    answer = "f(get) + get_all\n"  # one place is missed
    names = {"get", "get_all"}
    relevance = Relevance(encode(source), encode(answer), list(answer), names, {"get_all"})
    behind = answer.index(")")
    assert relevance.misses(behind, "_") and not relevance.beside(behind, "_")
    assert relevance.beside(behind, "]") and relevance.beside(behind, "s")
    assert relevance.beside(behind + 1, "_")
    assert not relevance.misses(answer.index("_"), ")")  # the new name is there


def test_an_old_name_that_the_target_would_make_the_new_one_is_missed() -> None:
    encode = ByteTokenizer().encode
    relevance = Relevance(encode(SOURCE), encode(SOURCE), list(SOURCE), NAMES, {"load"})
    name = SOURCE.index("get(1)")
    assert relevance.misses(name, "lo") and relevance.misses(name, " load")
    assert not relevance.misses(name, "g") and not relevance.misses(name, "")
    assert not relevance.misses(SOURCE.index("getter"), "lo")
    comment = [(SOURCE.index("#"), len(SOURCE))]
    aside = SOURCE.replace("getter\n", "get\n")
    relevance = Relevance(encode(aside), encode(aside), list(aside), NAMES, {"load"}, comment)
    assert not relevance.misses(aside.rindex("get"), "lo")


def test_what_a_rename_leaves_alone_is_beside_the_point_within_its_lines() -> None:
    source = 'get()  # get it,\n"get\nget"\n'
    encode = ByteTokenizer().encode
    answer = source.replace("get()", "load()")
    aside = [(answer.index("#"), answer.index(",") + 1), (answer.index('"') + 1, len(answer) - 2)]
    relevance = Relevance(encode(source), encode(answer), list(answer), NAMES, {"load"}, aside)
    comment, string = answer.index("get it"), answer.rindex("get")
    for place in (comment, comment + 1, comment + 3, string + 1):
        assert relevance.beside(place, "load")
    for place in (answer.index("load"), string):  # where a line begins one may be lost
        assert not relevance.beside(place, "?")


def test_where_a_line_begins_only_the_wish_for_a_name_is_beside_the_point() -> None:
    answer = SOURCE.replace("get(", "load(")
    start, name = answer.index("    return"), answer.index("load(1)")
    assert f"{start}:{answer[start]}" not in exempt(answer)
    assert f"{start}:{answer[start]}" in exempt(answer, "lo")
    assert f"{name}:{answer[name]}" not in exempt(answer, "ge")


@pytest.mark.parametrize(
    ("before", "rest", "own", "skips"),
    [
        ("a\n", "b\nc\nd\n", "d\n", True),
        ("a\nx = ", "1\nx = 2\n", "2\n", True),  # within a line
        ("a\nb", "\n\nc\nd\n", "\nd\n", True),  # where one ends
        ("a\n", "b\nc\n", "e\n", False),  # something of its own
        ("a\nx = ", "1\nx = 23\n", "2\n", False),
        ("a\n", "b\nc\n", "a\n", False),  # once more what has been
        ("a\n", "b\nc\n", "b\n\n", False),  # nothing else
        ("a\n", "b\nc\n", "b\nc", False),
        ("a\n", "    b\n    c\n", "b\n", False),  # it stands there already, further in
        ("a\n", "b\nlonger\n", "long", False),  # cut off
    ],
)
def test_what_only_leaves_lines_out(before: str, rest: str, own: str, skips: bool) -> None:
    assert skips_ahead(before, rest, own) is skips
