"""What was judged is not judged again: the same answer to the same prompt."""

from dataclasses import replace

import pytest
from tests.fakes import BuiltInCost, StubbornSequence

from specedit.editor.config import Accept, Config
from specedit.editor.editor import Editor, finish
from specedit.editor.prompt import build
from specedit.editor.result import EditRequest, EditResult
from specedit.editor.stats import Tally
from specedit.editor.verdicts import Question, Verdicts
from specedit.edits.document import decode_document
from specedit.edits.operations._rename_policy import with_scope_note
from specedit.engine.target import GREEDY, Sampling
from specedit.engine.targets.scripted import ScriptedSequence, ScriptedTarget
from specedit.engine.tokenizer import ByteTokenizer
from specedit.engine.verify import Objection

SOURCE = "def fetch(page):\n    return page + 1\n\n\nprint(fetch(1))\n"
RENAMED = SOURCE.replace("fetch", "load")
RENAME = "rename fetch to load"
GUIDED = Config(accept="guided")


class Judge(ScriptedTarget):
    """Would say `answer`, and counts the texts that it is asked about."""

    opened = 0

    def open(self, prompt: object = ()) -> ScriptedSequence:
        self.opened += 1
        return StubbornSequence(self._prompt_length, self._answer, ByteTokenizer.end_id)


class Asked:
    """An editor with a judge, who is asked for one rename."""

    def __init__(self, answer: str = RENAMED) -> None:
        tokenizer = ByteTokenizer()
        prompt = build(with_scope_note(RENAME), SOURCE, "x.py", tokenizer)
        ids = [*tokenizer.encode(f"{answer}```\n"), tokenizer.end_id]
        self.judge = Judge(len(prompt.token_ids), ids, frozenset({tokenizer.end_id}))
        self._editor = Editor(self.judge, tokenizer, GUIDED, BuiltInCost())

    def edit(self, config: Config = GUIDED, path: str = "x.py") -> EditResult:
        request = EditRequest(decode_document(SOURCE.encode()), RENAME, path, scope="file")
        return finish(self._editor.edit(request, config=config))


NO_COST = Tally().stats()


def without_cost(result: EditResult) -> EditResult:
    """What is the same however many passes were made for it."""
    assert {piece.by for piece in result.pieces} <= {"rename"}
    return replace(result, stats=NO_COST, pieces=())


def test_the_same_edit_is_judged_once_and_has_the_same_result() -> None:
    asked = Asked()
    first, again = asked.edit(), asked.edit()
    assert (first.status, asked.judge.opened) == ("changed", 1)
    assert without_cost(again) == without_cost(first)
    stats = again.stats
    assert stats.passes == 0 and stats.known_tokens == stats.prompt_tokens > 0
    assert (stats.output_tokens, stats.drafters) == (
        first.stats.output_tokens,
        first.stats.drafters,
    )


def test_what_differs_in_anything_that_is_judged_is_judged_anew() -> None:
    asked = Asked()
    asked.edit()
    asked.edit(path="y.py")  # the prompt names it
    assert asked.judge.opened == 2
    asked.edit(replace(GUIDED, temperature=0.5))
    assert asked.judge.opened == 3
    asked.edit(replace(GUIDED, accept="auto"))  # other places are judged, or none
    assert asked.judge.opened in (3, 4)


def test_strict_edits_are_judged_each_time() -> None:
    asked = Asked()
    for count in (1, 2):
        asked.edit(replace(GUIDED, strict=True))
        assert asked.judge.opened == count


@pytest.mark.parametrize("accept", ["guided", "trust"])
def test_an_answer_that_is_objected_to_is_judged_each_time(accept: Accept) -> None:
    asked = Asked(SOURCE)  # it would change nothing
    config = replace(GUIDED, accept=accept)
    first = asked.edit(config)
    opened = asked.judge.opened
    again = asked.edit(config)
    assert asked.judge.opened > opened
    assert without_cost(again) == without_cost(first)
    assert first.objections


def test_objections_are_found_again_by_what_was_asked() -> None:
    verdicts = Verdicts()
    asked = Question((1, 2), (3, 4), range(2), GREEDY)
    assert verdicts.find(asked) is None
    doubts = (Objection(1, 4, 5, 0.3),)
    verdicts.note(asked, doubts)
    assert verdicts.find(Question([1, 2], [3, 4], range(2), GREEDY)) == doubts


@pytest.mark.parametrize(
    "other",
    [
        Question((1,), (2, 3, 4), range(2), GREEDY),
        Question((1, 2), (3, 4), range(1, 2), GREEDY),
        Question((1, 2), (3, 4), range(1), GREEDY),
        Question((1, 2), (3, 5), range(2), GREEDY),
        Question((1, 2), (3, 4), range(2), Sampling(0.5, 1)),
    ],
)
def test_another_question_has_no_answer_yet(other: Question) -> None:
    verdicts = Verdicts()
    verdicts.note(Question((1, 2), (3, 4), range(2), GREEDY), ())
    assert verdicts.find(other) is None


def test_the_latest_questions_are_kept() -> None:
    verdicts = Verdicts(most=2)
    first, second, third = (Question((n,), (n,), range(1), GREEDY) for n in range(3))
    verdicts.note(first, ())
    verdicts.note(second, ())
    assert verdicts.find(first) == ()
    verdicts.note(third, ())
    assert verdicts.find(second) is None
    assert verdicts.find(first) == verdicts.find(third) == ()
