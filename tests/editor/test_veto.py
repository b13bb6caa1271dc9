"""The table of what may veto, and where an objection to a rename counts."""

import re

import pytest

from specedit.editor import veto
from specedit.editor.token_spans import TokenSpans
from specedit.editor.veto import Situation, Verdict, VetoContext, VetoRules
from specedit.engine.tokenizer import ByteTokenizer

SOURCE = "def get(a):\n    return getter(a)\n\nget(1)  # getter\n"
NAMES = frozenset({"get", "load"})
NEW_NAMES = frozenset({"load"})


def rules(source: str, answer: str, context: VetoContext | None = None) -> VetoRules:
    tokenizer = ByteTokenizer()
    answer_ids = tokenizer.encode(answer)
    tokens = TokenSpans.of(answer_ids, tokenizer)
    assert tokens is not None
    return VetoRules(tokenizer.encode(source), answer_ids, tokens, context or VetoContext())


def ignores(ruled: VetoRules, position: int, preferred: str) -> bool:
    return ruled.decide(position, preferred, 0.0, 0.005) is Verdict.IGNORE


def misses(ruled: VetoRules, position: int, preferred: str) -> bool:
    return ruled.situation(position, preferred) is Situation.NAME_MISSED


RENAMED = SOURCE.replace("get(", "load(")
COMMENT = (RENAMED.index("#"), len(RENAMED) - 1)
WAIVED = rules(SOURCE, SOURCE, VetoContext(preserves_unshown=True))
WAIVED.waive(20)
EXAMPLES = {  # a situation: rules, a position, what the judge prefers there
    Situation.SETTLED: (rules(SOURCE, SOURCE, VetoContext(names=NAMES, doubtful=())), 5, "x"),
    Situation.WAIVED: (WAIVED, 20, "x"),
    Situation.EXCLUDED: (
        rules(
            SOURCE,
            RENAMED,
            VetoContext(names=NAMES, new_names=NEW_NAMES, excluded_ranges=(COMMENT,)),
        ),
        RENAMED.index("# get") + 2,
        "load",
    ),
    Situation.NAME_MISSED: (
        rules(SOURCE, SOURCE, VetoContext(names=NAMES, new_names=NEW_NAMES)),
        SOURCE.index("get(1)"),
        "lo",
    ),
    Situation.NAME_UNMOVED: (
        rules(SOURCE, RENAMED, VetoContext(names=NAMES, new_names=NEW_NAMES)),
        RENAMED.index("getter(a)") + 2,
        "x",
    ),
    Situation.INCOMPLETE: (rules(SOURCE, SOURCE, VetoContext(incomplete=True)), 5, "x"),
    Situation.IMPLAUSIBLE: (rules(SOURCE, SOURCE), 5, "x"),
}


def documented() -> dict[str, tuple[str, str]]:
    """The table of the module's docstring: situation → least, verdict."""
    rows = re.findall(r"^\| ([\w ]+?) +\| (\S+) +\| (\w+) +\|", veto.__doc__ or "", re.MULTILINE)
    return {situation: (least, verdict) for situation, least, verdict in rows[1:]}


def test_the_table_is_the_code() -> None:
    rows = documented()
    assert list(rows) == [situation.label for situation in Situation] == [s.label for s in EXAMPLES]
    for situation, (ruled, position, preferred) in EXAMPLES.items():
        least, verdict = rows[situation.label]
        bar = 0.005 if least == "threshold" else float(least)
        assert ruled.situation(position, preferred) is situation
        assert ruled.least(position, preferred, 0.005) == bar
        assert ruled.decide(position, preferred, 0.0, 0.005) == verdict
        if verdict == "veto":
            assert ruled.decide(position, preferred, bar, 0.005) is Verdict.ACCEPT
            assert ruled.decide(position, preferred, bar * 0.99, 0.005) is Verdict.VETO


def test_only_places_in_doubt_may_be_vetoed_where_syntax_has_settled_the_rest() -> None:
    call = SOURCE.index("get(1)")
    ruled = rules(
        SOURCE, SOURCE, VetoContext(names=NAMES, new_names=NEW_NAMES, doubtful=((call, call + 3),))
    )
    assert ruled.situation(call, "lo") is Situation.NAME_MISSED
    assert ruled.situation(call + 3, "_x") is not Situation.SETTLED  # the name may go on
    assert ruled.situation(SOURCE.index("get(a)"), "lo") is Situation.SETTLED


def test_only_what_is_copied_is_waived_and_not_without_end() -> None:
    ruled = rules(SOURCE, RENAMED, VetoContext(names=NAMES, preserves_unshown=True))
    copied = [i for i in range(len(RENAMED)) if ruled.may_be_waived(i)]
    assert copied and not any(RENAMED.index("load") <= i < RENAMED.index("(a)") for i in copied)
    for position in copied[:8]:
        ruled.waive(position)
    assert not ruled.may_be_waived(copied[9])
    assert not rules(SOURCE, RENAMED, VetoContext(names=NAMES)).may_be_waived(copied[0])


def exempt(answer: str, preferred: str = "?") -> set[str]:
    """The characters of the answer that cannot veto it where another is preferred, as `offset:character`."""
    ruled = rules(SOURCE, answer, VetoContext(names=NAMES))
    return {f"{i}:{answer[i]}" for i in range(len(answer)) if ignores(ruled, i, preferred)}


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
    source, answer = f"get()\nx = 3\n{before}", f"load()\nx = 3\n{after}"
    ruled = rules(source, answer, VetoContext(names=NAMES))
    assert not ignores(ruled, answer.rindex(shows), "?")


def test_behind_an_old_name_only_the_wish_to_make_it_the_new_one_counts() -> None:
    source = "f(get) + get\n"
    answer = "f(get) + get_all\n"  # one place is missed
    names = frozenset({"get", "get_all"})
    ruled = rules(source, answer, VetoContext(names=names, new_names=frozenset({"get_all"})))
    behind = answer.index(")")
    assert misses(ruled, behind, "_") and not ignores(ruled, behind, "_")
    assert ignores(ruled, behind, "]") and ignores(ruled, behind, "s")
    assert ignores(ruled, behind + 1, "_")
    assert not misses(ruled, answer.index("_"), ")")  # the new name is there


def test_an_old_name_that_the_target_would_make_the_new_one_is_missed() -> None:
    ruled = rules(SOURCE, SOURCE, VetoContext(names=NAMES, new_names=NEW_NAMES))
    name = SOURCE.index("get(1)")
    assert misses(ruled, name, "lo") and misses(ruled, name, " load")
    assert not misses(ruled, name, "g") and not misses(ruled, name, "")
    assert not misses(ruled, SOURCE.index("getter"), "lo")
    comment = ((SOURCE.index("#"), len(SOURCE)),)
    aside = SOURCE.replace("getter\n", "get\n")
    ruled = rules(
        aside, aside, VetoContext(names=NAMES, new_names=NEW_NAMES, excluded_ranges=comment)
    )
    assert not misses(ruled, aside.rindex("get"), "lo")


def test_what_a_rename_leaves_alone_is_beside_the_point_within_its_lines() -> None:
    source = 'get()  # get it,\n"get\nget"\n'
    answer = source.replace("get()", "load()")
    aside = ((answer.index("#"), answer.index(",") + 1), (answer.index('"') + 1, len(answer) - 2))
    ruled = rules(
        source, answer, VetoContext(names=NAMES, new_names=NEW_NAMES, excluded_ranges=aside)
    )
    comment, string = answer.index("get it"), answer.rindex("get")
    for place in (comment, comment + 1, comment + 3, string + 1):
        assert ignores(ruled, place, "load")
    for place in (answer.index("load"), string):  # where a line begins one may be lost
        assert not ignores(ruled, place, "?")


def test_where_a_line_begins_only_the_wish_for_a_name_is_beside_the_point() -> None:
    answer = SOURCE.replace("get(", "load(")
    start, name = answer.index("    return"), answer.index("load(1)")
    assert f"{start}:{answer[start]}" not in exempt(answer)
    assert f"{start}:{answer[start]}" in exempt(answer, "lo")
    assert f"{name}:{answer[name]}" not in exempt(answer, "ge")


def test_of_a_rename_that_changed_names_alone_only_the_names_are_in_doubt() -> None:
    context = VetoContext(names=NAMES, new_names=NEW_NAMES, keeps_lines=True)
    ruled = rules(SOURCE, RENAMED, context)
    assert ruled.in_doubt.start == RENAMED.index("load(")
    assert RENAMED.rindex("load(") + len("load") <= ruled.in_doubt.stop < RENAMED.index("# get")
    outside = [i for i in range(len(RENAMED)) if i not in ruled.in_doubt]
    assert outside
    assert all(ignores(ruled, i, wish) for i in outside for wish in ("x", "load", "\n"))


@pytest.mark.parametrize("context", [VetoContext(), VetoContext(names=NAMES, new_names=NEW_NAMES)])
def test_where_lines_may_be_lost_what_follows_the_last_name_is_in_doubt(
    context: VetoContext,
) -> None:
    ruled = rules(SOURCE, RENAMED, context)
    line = RENAMED.index("load(1)")
    assert not ignores(ruled, line, "x")
    assert line in ruled.in_doubt


@pytest.mark.parametrize(
    "context",
    [
        VetoContext(),
        VetoContext(incomplete=True),
        VetoContext(names=NAMES, new_names=NEW_NAMES),
        VetoContext(names=NAMES, new_names=NEW_NAMES, keeps_lines=True),
        VetoContext(names=NAMES, new_names=NEW_NAMES, doubtful=((34, 37),)),
        VetoContext(names=NAMES, new_names=NEW_NAMES, excluded_ranges=((36, 44),)),
    ],
)
@pytest.mark.parametrize("answer", [SOURCE, RENAMED, RENAMED[20:], RENAMED.replace("\n\n", "\n")])
def test_nothing_that_may_be_vetoed_lies_outside_of_what_is_in_doubt(
    context: VetoContext, answer: str
) -> None:
    ruled = rules(SOURCE, answer, context)
    for place in range(len(answer)):
        for wish in ("x", "l", "lo", "load", "get", "oad", "\n", "#", " "):
            if ruled.situation(place, wish).verdict is Verdict.VETO:
                assert place in ruled.in_doubt
