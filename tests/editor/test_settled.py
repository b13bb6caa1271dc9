"""Where syntax is certain, no target is asked; where it is not, it is asked about the places in doubt alone."""

from dataclasses import replace

import pytest
from tests.fakes import ScriptedTurns

from specedit.editor import plan
from specedit.editor.config import Accept, Config
from specedit.editor.editor import Editor, finish
from specedit.editor.plan import Plan
from specedit.editor.result import EditRequest, EditResult, Settled
from specedit.editor.sections import sections
from specedit.editor.settled import is_settled, settle
from specedit.edits.document import decode_document
from specedit.edits.operations._rename_policy import veto_policy
from specedit.edits.prediction import Left, Prediction
from specedit.edits.symbols.resolver import symbols_of
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.source import Source
from specedit.engine.errors import UnsafeEdit
from specedit.engine.tokenizer import ByteTokenizer

SOURCE = "def fetch(page):\n    return page + 1\n\n\nprint(fetch(1))\n"
RENAMED = SOURCE.replace("fetch", "load")
REQUEST = EditRequest(decode_document(SOURCE.encode()), "rename fetch to load", "x.py")


def planned(prediction: Prediction, request: EditRequest = REQUEST) -> Plan:
    language = language_of(request.path)
    assert language is not None
    source = Source(request.document.body, language)
    if prediction.origin == "rename":
        after = Source(prediction.body, language)
        symbols = symbols_of(after)
        assert symbols is not None
        policy = veto_policy(request.instruction, source, after, symbols, prediction.left)
        prediction = replace(prediction, policy=policy)
    return Plan(tuple(sections(request, prediction, source)), prediction, request.instruction)


def test_an_edit_that_is_certain_asks_no_target() -> None:
    made = planned(Prediction("rename", RENAMED, certain=True))
    target = ScriptedTurns([(0, [])], frozenset())  # has nothing to answer
    editor = Editor(target, ByteTokenizer(), Config())
    settled, result = editor.edit(REQUEST, made)
    assert isinstance(settled, Settled) and isinstance(result, EditResult)
    assert (result.status, result.body, result.model) == ("changed", RENAMED, "")
    assert settled.hunks == result.hunks and result.stats.passes == 0


@pytest.mark.parametrize(
    ("shown", "settled"), [("print(fetch(1))", True), ("print( fetch(1) )", False)]
)
def test_a_patch_that_stands_to_the_letter_asks_no_target(shown: str, settled: bool) -> None:
    patch = f"@@\n-    return page + 1\n+    return page + 2\n \n \n {shown}\n"
    request = replace(REQUEST, instruction="", patch=patch)
    assert is_settled(plan.make(request), "auto") == settled


@pytest.mark.parametrize("accept", ["exact", "guided", "trust"])
def test_who_wants_the_targets_word_has_it_asked(accept: Accept) -> None:
    assert not is_settled(planned(Prediction("rename", RENAMED, certain=True)), accept)
    assert not is_settled(planned(Prediction("rename", RENAMED)), "auto")


@pytest.mark.parametrize(
    ("request_of", "reason"),
    [
        ({"instruction": "make the loading faster"}, "under --accept syntax no model writes it"),
        ({"instruction": "wrap line 2 in a try block"}, "say what the handler does"),
        ({"instruction": "rename A.f to g"}, "line 6: the type of its object"),
        ({"instruction": "", "snippet": "def fetch(page):\n    return page + 2\n"}, "lines 1 to 2"),
        ({"instruction": "be quick", "prediction": RENAMED}, "leave the instruction out"),
    ],
)
def test_under_syntax_what_is_not_certain_is_refused_and_no_target_asked(
    request_of: dict[str, str], reason: str
) -> None:
    """Also where the target could write it: nothing is to depend on what a model says."""
    source = "def fetch(page):\n    return page + 1\n\n\ndef g(x):\n    x.f()\n\n\nclass A:\n    def f(self):\n        pass\n"
    request = EditRequest(decode_document(source.encode()), path="x.py", **request_of)  # type: ignore[arg-type]
    target = ScriptedTurns([(0, [])], frozenset())  # has nothing to answer
    editor = Editor(target, ByteTokenizer(), Config(accept="syntax"), can_write=True)
    result = finish(editor.edit(request))
    assert (result.status, result.hunks) == ("refused", ())
    assert reason in result.reason


def test_under_syntax_what_is_certain_is_written() -> None:
    target = ScriptedTurns([(0, [])], frozenset())
    result = finish(Editor(target, ByteTokenizer(), Config(accept="syntax")).edit(REQUEST))
    assert (result.status, result.body) == ("changed", RENAMED)


def test_under_syntax_a_plan_of_the_callers_is_checked_too() -> None:
    editor = Editor(ScriptedTurns([(0, [])], frozenset()), ByteTokenizer(), Config(accept="syntax"))
    for made in (planned(Prediction("rename", RENAMED)), Plan((), None, "")):
        assert finish(editor.edit(REQUEST, made)).status == "refused"


def test_an_edit_that_changes_nothing_is_settled() -> None:
    result = settle(REQUEST, planned(Prediction("patch", SOURCE)))
    assert (result.status, result.hunks) == ("unchanged", ())


def test_what_is_certain_passes_the_gate_all_the_same() -> None:
    broken = planned(Prediction("rename", RENAMED.replace("(page)", "(page"), certain=True))
    with pytest.raises(UnsafeEdit):
        settle(REQUEST, broken)


def test_the_target_is_asked_about_places_in_doubt_alone() -> None:
    filler = "".join(f"def filler_{i}(a):\n    return a + {i}\n\n\n" for i in range(30))
    source = f"{SOURCE}\n\n{filler}fetch = 1\n\n\n{filler}anything.fetch()\n"
    request = replace(REQUEST, document=decode_document(source.encode()))
    rows = [row for row, line in enumerate(source.split("\n")) if "fetch" in line][2:]
    left = [
        Left(rows[0], "another name", known=True),
        Left(rows[1], "of no known type", known=False),
    ]
    body = source.replace("def fetch", "def load").replace("print(fetch", "print(load")
    made = planned(Prediction("rename", body, left=tuple(left)), request)
    assert made.prediction is not None and made.prediction.policy.watched == (rows[1],)
    assert not any(section.first <= rows[0] < section.last for section in made.sections)
    assert any(section.first <= rows[1] < section.last for section in made.sections)


def test_a_place_that_is_another_symbols_is_no_veto() -> None:
    source = "def fetch(page):\n    return page.fetch\n\n\nprint(fetch(1))\n"
    request = replace(REQUEST, document=decode_document(source.encode()))
    body = source.replace("def fetch", "def load").replace("print(fetch", "print(load")
    for known in (True, False):
        left = (Left(1, "an attribute of something else", known=known),)
        (section,) = planned(Prediction("rename", body, left=left), request).sections
        assert section.predicted is not None
        at = section.predicted.index("page.fetch") + len("page.")
        assert ((at, at + len("fetch")) in section.context.excluded_ranges) == known


def test_what_was_left_and_ignored_is_told() -> None:
    left = (Left(1, "its type is not evident", known=False), Left(2, "a variable", known=True))
    prediction = Prediction(
        "rename", RENAMED, certain=True, left=left, remarks=("left out: the file's mode",)
    )
    result = settle(REQUEST, planned(prediction))
    assert result.remarks == (
        "left out: the file's mode",
        "line 2 is left alone: its type is not evident",
    )
