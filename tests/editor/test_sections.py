"""Edits in regions: each is asked about on its own, and the rest of the file is not touched."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.fakes import ScriptedTurns, StubbornSequence

from specedit.editor import plan
from specedit.editor.config import Accept, Config
from specedit.editor.editor import Editor, finish
from specedit.editor.prompt import build
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.sections import sections
from specedit.edits.document import decode_document
from specedit.edits.prediction import HOLE
from specedit.engine.errors import EditRefused, InvalidRequest
from specedit.engine.target import Choices
from specedit.engine.tokenizer import ByteTokenizer

END = ByteTokenizer.end_id
FILLER = "".join(f"def filler_{i}(a):\n    b = a + {i}\n    return b\n\n\n" for i in range(30))
SOURCE = f"def fetch(page):\n    return page + 1\n\n\n{FILLER}def main():\n    print(fetch(1))\n    return 0\n"
RENAMED = SOURCE.replace("fetch", "load")


def edit(
    answers: Sequence[str | None] | Callable[[str, int], str | None] = lambda text, i: text,
    instruction: str = "",
    source: str = SOURCE,
    config: Config | None = None,
    **inputs: Any,
) -> EditResult:
    """The result where the target answers each section as told: by text, or by what it makes of the predicted text."""
    tokenizer = ByteTokenizer()
    request = EditRequest(decode_document(source.encode()), instruction, "x.py", **inputs)
    turns = []
    for i, section in enumerate(plan.make(request).sections):
        prompt = build(section.instruction, section.text, "x.py", tokenizer)
        expected = section.predicted if section.predicted is not None else section.text
        answer = answers(expected, i) if callable(answers) else answers[i]
        turns.append((len(prompt.token_ids), [*tokenizer.encode(f"{answer}```"), END]))
    target = ScriptedTurns(turns, frozenset({END}))
    return finish(Editor(target, tokenizer, config or Config(accept="guided")).edit(request))


def test_a_rename_is_judged_where_it_changes_something() -> None:
    result = edit(instruction="rename fetch to load")
    assert (result.status, result.body, result.operation) == ("changed", RENAMED, "rename")
    assert result.stats.output_tokens < len(SOURCE) / 5
    assert {piece.by for piece in result.pieces} == {"rename"}


@pytest.mark.parametrize(
    ("instruction", "status"),
    [
        ("rename fetch to load", "changed"),
        ("rename fetch to load, including comments and strings", "disagreed"),
    ],
)
def test_that_comments_and_strings_stay_is_no_veto_where_they_are_to(
    instruction: str, status: str
) -> None:
    texts = f"x = 1  # one\n{FILLER}def fetch(a):\n    return a  # fetch it\n\n\nfetch('fetch')\n"
    asked = edit(instruction=instruction, source=texts)
    result = edit(
        lambda text, i: text.replace("# load", "# fork").replace("# fetch", "# patch"),
        instruction,
        source=texts,
    )
    assert (asked.status, result.status) == ("changed", status)
    result = edit(
        lambda text, i: text.replace("load('", "fetch('"), "rename fetch to load", source=texts
    )
    assert result.status == "disagreed"


@pytest.mark.parametrize(("wanted", "status"), [("leaf", "disagreed"), ("cage", "changed")])
def test_an_old_name_stays_only_where_the_target_hardly_wants_the_new_one(
    wanted: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every objection is to a tenth as likely a token, far over the threshold."""
    forward = StubbornSequence.forward

    def milder(*given: Any, **named: Any) -> Choices:
        choices = forward(*given, **named)
        return replace(choices, ratios=tuple(max(ratio, 0.1) for ratio in choices.ratios))

    monkeypatch.setattr(StubbornSequence, "forward", milder)
    source = "class A:\n    def page(self):\n        pass\n\n\ndef f(x):\n    return x.page\n"
    asked = "rename the method page to leaf"
    result = edit(lambda text, i: text.replace("x.page", f"x.{wanted}"), asked, source)
    assert result.status == status
    assert any(place.always_vetoes for place in result.objections) == (status == "disagreed")


def test_lines_of_objections_are_the_files() -> None:
    last = RENAMED.count("\n") - 1
    result = edit(lambda text, i: text.replace("print(load", "print(fetch"), "rename fetch to load")
    assert result.status == "disagreed"
    assert [place.line for place in result.objections] == [last]
    assert f"disagree on line {last}: the rename writes" in result.reason
    assert result.alternative is None  # it would be no file: fetch is defined no more
    assert f"line {last} of the result uses 'fetch'" in result.reason


def test_all_vetoed_places_are_told() -> None:
    result = edit(lambda text, i: text.replace("load", "fetch"), "rename fetch to load")
    vetoes = [place.line for place in result.objections if place.vetoed]
    assert vetoes == [1, RENAMED.count("\n") - 1]
    assert "and on line" in result.reason


def test_scope_file_shows_everything_at_once() -> None:
    result = edit(instruction="rename fetch to load", scope="file")
    assert result.body == RENAMED and result.stats.output_tokens >= len(RENAMED)


def test_a_scope_limits_an_operation() -> None:
    force = frozenset(["uses"])
    result = edit(instruction="rename fetch to load", scope="symbol:main", force=force)
    assert result.body == SOURCE.replace("print(fetch", "print(load")


def test_the_target_is_told_what_a_rename_leaves_alone() -> None:
    def asked(instruction: str, accept: Accept = "auto", path: str = "x.py") -> str:
        request = EditRequest(decode_document(SOURCE.encode()), instruction, path)
        return plan.make(request, accept).sections[0].instruction

    said = "rename fetch to load. Comments and strings stay as they are."
    assert asked("rename fetch to load.") == said
    assert asked("rename fetch to load everywhere") == "rename fetch to load everywhere"
    assert asked("make it faster") == "make it faster"
    assert asked("delete the function nothing", "exact") == "delete the function nothing"
    with pytest.raises(EditRefused, match="no symbol 'nothing'"):
        asked("rename nothing to load", "exact")
    assert asked("rename fetch to load", path="notes.txt") == "rename fetch to load"


def test_the_targets_own_edit_stays_inside_its_scope() -> None:
    answer = "def filler_7(a):\n    return a + 7\n"
    result = edit([answer], "simplify filler_7", scope="auto")
    assert result.body == SOURCE.replace("    b = a + 7\n    return b\n", "    return a + 7\n")
    assert result.stats.output_tokens < 60


def test_a_snippet_is_judged_with_the_snippet_in_the_prompt() -> None:
    snippet = "# ... existing code ...\n    print(fetch(1))\n    print(2)\n    return 0\n"
    request = EditRequest(decode_document(SOURCE.encode()), "", "x.py", snippet=snippet)
    (section,) = plan.make(request).sections
    assert "print(2)" in section.instruction and "Apply this edit" in section.instruction
    result = edit(snippet=snippet)
    assert result.body == SOURCE.replace("    return 0\n", "    print(2)\n    return 0\n")
    assert result.operation == "snippet"


def test_a_part_of_a_snippet_that_a_prediction_leaves_out_is_judged_too() -> None:
    snippet = "def fetch(page):\n    return page + 2\n# ...\ndef main():\n    print(fetch(2))\n    return 0\n"
    request = EditRequest(decode_document(SOURCE.encode()), "", "x.py", snippet=snippet)
    made = plan.make(request)
    assert made.prediction is not None and len(made.sections) == 2
    left_out = made.prediction.body.replace("print(fetch(2))", "print(fetch(1))")
    parts = sections(request, replace(made.prediction, body=left_out), None)
    assert [section.predicted == section.text for section in parts] == [False, True]
    assert "print(fetch(2))" in parts[1].instruction
    assert [section.context.incomplete for section in parts] == [False, True]


STEPS = "def run():\n    a()\n    b()\n    c()\n    return 0\n"


@pytest.mark.parametrize("accept", ["guided", "trust"])
def test_that_lines_stay_which_a_snippet_does_not_show_is_no_matter_of_opinion(
    accept: Accept,
) -> None:
    snippet = "# ...\n    c()\n    return 1\n"
    result = edit(
        lambda text, i: text.replace("    b()\n", "    c()\n"),
        source=STEPS,
        snippet=snippet,
        config=Config(accept=accept),
    )
    assert (result.status, result.body) == ("changed", STEPS.replace("return 0", "return 1"))
    (place,) = result.objections
    assert (place.predicted, place.preferred, place.ignored) == ("b", "c", True)


@pytest.mark.parametrize(
    ("snippet", "own"),
    [
        ("# ...\n    c()\n    return 1\n", "d()"),  # nothing that comes further on
        ("# ...\n    b()\n    c()\n    return 1\n", "e()"),  # nothing that is left out
    ],
)
def test_other_wishes_are_vetoes(snippet: str, own: str) -> None:
    result = edit(
        lambda text, i: text.replace("b()", own),
        source=STEPS,
        snippet=snippet,
        config=Config(accept="guided"),
    )
    assert result.status == "disagreed" and not result.objections[0].ignored


def test_an_edit_that_does_not_follow_its_snippet_has_no_claim_to_the_rest() -> None:
    snippet = "# ...\n    c()\n    d()\n    return 1\n"
    request = EditRequest(decode_document(STEPS.encode()), "", "x.py", snippet=snippet)
    made = plan.make(request)
    assert made.prediction is not None and made.sections[0].context.preserves_unshown
    torn = made.prediction.body.replace("    d()\n", "    b()\n    d()\n")
    (section,) = sections(request, replace(made.prediction, body=torn), None)
    assert not section.context.preserves_unshown


def test_the_tagged_form_of_a_snippet() -> None:
    tagged = (
        "<instruction>print two</instruction>\n<code>\ndef main():\n    print(fetch(1))\n</code>\n"
        "<update>\n# ... existing code ...\n    print(fetch(1))\n    print(2)\n    return 0\n</update>\n"
    )
    assert "    print(2)\n    return 0\n" in edit(snippet=tagged).body
    with pytest.raises(EditRefused, match="the <code> that begins with 'nowhere'"):
        edit(snippet=tagged.replace("def main():", "nowhere"))


def test_a_patch_and_operations() -> None:
    patch = "<<<<<<< SEARCH\n    print(fetch(1))\n=======\n    print(fetch(2))\n>>>>>>> REPLACE\n"
    expected = SOURCE.replace("fetch(1)", "fetch(2)")
    at = SOURCE.index("(1)") + 1
    ops = f'[{{"retain": {at}}}, {{"delete": 1}}, {{"insert": "2"}}]'
    assert edit(patch=patch).body == edit(ops=ops).body == expected


def test_the_target_goes_on_where_a_hint_is_wrong() -> None:
    hint = SOURCE.replace("return page + 1", "return page + 2  # wrong")
    own = "def fetch(page):\n    return page + 2\n"
    for accept in ("auto", "exact", "guided"):
        config = replace(Config(), accept=accept)
        result = edit([own], "add 2 instead of 1", prediction=hint, config=config)
        assert (result.status, result.body) == (
            "changed",
            SOURCE.replace("return page + 1", "return page + 2"),
        )


def test_a_hint_that_hints_at_nothing_does_not_end_the_edit() -> None:
    own = "def filler_7(a):\n    return a + 7\n"
    result = edit([own], "simplify filler_7", prediction=SOURCE)
    assert result.status == "changed" and own in result.body


def test_trust_takes_the_prediction_and_lists_objections() -> None:
    config = Config(accept="trust")
    result = edit(
        lambda text, i: text.replace("load", "fetch"), "rename fetch to load", config=config
    )
    assert result.body == RENAMED and result.stats.overruled == len(result.objections) > 0


def test_a_hole_is_the_targets_to_fill() -> None:
    result = edit(
        lambda text, i: text.replace(HOLE, "return None"), "wrap the body of main in a try/except"
    )
    assert result.status == "changed"
    assert "    except Exception:\n        return None\n" in result.body
    assert {piece.by for piece in result.pieces} >= {"wrap", "model"}


def test_what_comes_before_a_hole_is_judged() -> None:
    result = edit(
        lambda text, i: text.replace("try:", "if True:"), "wrap the body of main in a try/except"
    )
    assert result.status == "disagreed"


def test_the_gate_stands_behind_every_way() -> None:
    cut = SOURCE[: SOURCE.index("def main")]
    result = edit([""], prediction=cut, config=Config(accept="trust"))
    assert result.status == "refused" and "main would vanish" in result.reason
    forced = edit(
        [""], prediction=cut, config=Config(accept="trust"), force=frozenset({"definitions"})
    )
    assert (forced.status, forced.body) == ("changed", cut)


def test_two_inputs_are_one_too_many() -> None:
    with pytest.raises(InvalidRequest, match="snippet and patch were given"):
        edit(snippet="x", patch="y")


def test_an_operation_with_nothing_in_the_scope_is_refused() -> None:
    with pytest.raises(EditRefused, match="nothing to change in lines 20 to 22"):
        edit(instruction="rename fetch to load", scope="symbol:filler_3")


def test_an_edit_outside_of_the_scope_is_refused() -> None:
    snippet = "# ... existing code ...\n    print(fetch(1))\n    print(2)\n    return 0\n"
    with pytest.raises(EditRefused, match="outside of lines 1 to 3"):
        edit(snippet=snippet, scope="lines:1-3")


def test_what_follows_the_last_name_of_a_rename_is_not_asked_about() -> None:
    def strange_end(text: str, _section: int) -> str:
        head, name, rest = text.rpartition("load")
        return f"{head}{name}{rest[:3]}, and then another line\n"

    result = edit(strange_end, "rename fetch to load")
    assert (result.status, result.body) == ("changed", RENAMED)
    assert result.stats.accepted == result.stats.output_tokens


def test_a_name_that_a_rename_missed_is_asked_about_though_only_names_changed() -> None:
    request = EditRequest(decode_document(SOURCE.encode()), "rename fetch to load", "x.py")
    made = plan.make(request).prediction
    assert made is not None
    missed = replace(made, body=RENAMED.replace("print(load(1))", "print(fetch(1)); load = 1"))
    assert [s.context.keeps_lines for s in sections(request, missed, None)] == [True, False]
