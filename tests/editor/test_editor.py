"""The pipeline with a scripted target: what is done with each kind of answer."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.fakes import BuiltInCost

from specedit.editor.config import Accept, Config
from specedit.editor.editor import Editor
from specedit.editor.prompt import build
from specedit.editor.result import EditRequest, EditResult, Progress, Settled
from specedit.edits.document import decode_document
from specedit.edits.operations._rename_policy import with_scope_note
from specedit.engine.errors import InvalidRequest
from specedit.engine.targets.scripted import ScriptedTarget
from specedit.engine.tokenizer import ByteTokenizer

SOURCE = "def fetch(page):\n    return page + 1\n\n\nprint(fetch(1))\n"
RENAMED = SOURCE.replace("fetch", "load")
TYPED = SOURCE.replace("(page)", "(page: int)")
# Where any name may come from elsewhere, a use that is left is no error.
OPEN = f"from pages import *\n{SOURCE}"
OPEN_RENAMED = f"from pages import *\n{RENAMED}"
END = ByteTokenizer.end_id


class LossyTokenizer(ByteTokenizer):
    """Drops a leading space, as some do."""

    def decode(self, token_ids: Sequence[int]) -> str:
        return super().decode(token_ids).removeprefix(" ")


def edit(
    answer: str | Sequence[int],
    instruction: str = "do something",
    source: str = SOURCE,
    config: Config | None = None,
    max_length: int = 100_000,
    tokenizer: ByteTokenizer | None = None,
) -> EditResult:
    """The result where the target's own answer is `answer`."""
    tokenizer = tokenizer or ByteTokenizer()
    request = EditRequest(decode_document(source.encode()), instruction, "x.py", scope="file")
    prompt = build(with_scope_note(instruction), request.document.body, "x.py", tokenizer)
    ids = [*tokenizer.encode(answer), END] if isinstance(answer, str) else answer
    target = ScriptedTarget(len(prompt.token_ids), ids, frozenset({END}))
    target.max_length = max_length
    editor = Editor(target, tokenizer, config or Config(accept="guided"), BuiltInCost())
    *progress, result = editor.edit(request)
    assert isinstance(result, EditResult)
    assert all(isinstance(event, (Progress, Settled)) for event in progress)
    return result


def test_the_targets_own_edit() -> None:
    answer = SOURCE.replace("+ 1", "+ 2")
    result = edit(f"{answer}```")
    assert (result.status, result.body, result.operation) == ("changed", answer, None)
    assert [(hunk.old, hunk.new, hunk.line) for hunk in result.hunks] == [(b"1", b"2", 2)]
    assert result.stats.output_tokens == len(answer) + 4
    assert result.stats.passes < 12
    assert sum(d.accepted for d in result.stats.drafters.values()) == result.stats.accepted


def test_a_copy_of_the_file_is_no_edit() -> None:
    result = edit(f"{SOURCE}```")
    assert (result.status, result.hunks) == ("refused", ())
    assert "not done" in result.reason


def test_a_file_that_is_as_asked_is_unchanged() -> None:
    result = edit(f"{SOURCE}```", "add the type hints page: int to fetch", TYPED)
    assert (result.status, result.hunks) == ("unchanged", ())
    assert result.operation == "annotate"


def test_the_targets_own_edit_keeps_to_what_is_named() -> None:
    result = edit(f"import re\n\n{SOURCE}```", "let `page` be less", f"import os\n\n{SOURCE}")
    assert result.status == "refused" and "changes nothing about 'page'" in result.reason


@pytest.mark.parametrize("accept", ["guided", "trust", "exact"])
def test_a_rename_on_which_both_agree(accept: Accept) -> None:
    config = replace(Config(), accept=accept)
    result = edit(f"{RENAMED}```", "rename fetch to load", config=config)
    assert (result.status, result.body, result.operation) == ("changed", RENAMED, "rename")
    assert result.objections == () and result.stats.overruled == 0
    assert result.stats.drafters["predicted"].accepted > 0


def test_guided_writes_nothing_where_they_disagree() -> None:
    missed = OPEN_RENAMED.replace("print(load", "print(fetch")
    result = edit(f"{missed}```", "rename fetch to load", OPEN)
    assert result.status == "disagreed"
    assert (result.proposed, result.alternative) == (OPEN_RENAMED, missed)
    assert (result.body, result.data, result.hunks) == (OPEN, OPEN.encode(), ())
    assert "line 6" in result.reason
    assert [place.line for place in result.objections] == [6]


def test_trust_writes_the_operation_and_lists_objections() -> None:
    missed = RENAMED.replace("print(load", "print(fetch")
    config = Config(accept="trust")
    result = edit(f"{missed}```", "rename fetch to load", config=config)
    assert (result.status, result.body) == ("changed", RENAMED)
    assert result.objections[0].line == 5  # after it, nothing is as the target would have it
    assert result.stats.overruled == len(result.objections)


def test_exact_takes_the_targets_answer() -> None:
    missed = OPEN_RENAMED.replace("print(load", "print(fetch")
    result = edit(f"{missed}```", "rename fetch to load", OPEN, Config(accept="exact"))
    assert (result.status, result.body) == ("changed", missed)


def test_exact_takes_no_answer_that_leaves_a_use_without_its_definition() -> None:
    missed = RENAMED.replace("print(load", "print(fetch")
    result = edit(f"{missed}```", "rename fetch to load", config=Config(accept="exact"))
    assert (result.status, result.body) == ("refused", SOURCE)
    assert "line 5 of the result uses 'fetch', which is no longer defined" in result.reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("```", "empty file"),
        (f"{SOURCE[:38]}\n# ... existing code ...\n```", "a placeholder"),
        ("I cannot do that, I am only a model.\n```", "line 1 of the result does not parse"),
        (f"{SOURCE.replace('(page)', '(page')}```", "does not parse"),
    ],
)
def test_an_answer_that_is_no_file_is_refused(answer: str, reason: str) -> None:
    result = edit(answer)
    assert result.status == "refused" and reason in result.reason
    assert result.data == SOURCE.encode() and result.hunks == ()


def test_a_cut_off_answer_is_refused() -> None:
    result = edit(f"{SOURCE}```", config=Config(max_tokens=20))
    assert result.status == "refused" and "--max-tokens" in result.reason


def test_chatter_after_the_file_is_not_waited_for() -> None:
    answer = SOURCE.replace("+ 1", "+ 2")
    result = edit(f"{answer}```\n\n" + "And another thing. " * 500)
    assert result.body == answer
    assert result.stats.output_tokens < len(answer) + 100


def test_a_file_that_does_not_fit_is_refused_with_the_numbers() -> None:
    result = edit(f"{SOURCE}```", max_length=150)
    assert result.status == "refused"
    assert "tokens of prompt" in result.reason and "150" in result.reason


def test_a_typo_is_refused_with_the_nearest_name() -> None:
    result = edit(f"{SOURCE}```", "rename fetchh to load")
    assert (result.status, result.reason) == (
        "refused",
        "no symbol 'fetchh' in this file; nearest: fetch",
    )


def test_an_empty_instruction_is_the_callers_mistake() -> None:
    with pytest.raises(InvalidRequest, match="say what to change"):
        edit(SOURCE, "  ")


def test_time_is_limited() -> None:
    result = edit(f"{SOURCE}```", config=Config(timeout=1e-9))
    assert result.status == "refused" and "--timeout" in result.reason


def test_files_with_crlf_and_without_an_end_stay_so() -> None:
    source = "def fetch():\r\n    pass\r\n# fetch"
    answer = "def load():\n    pass\n# fetch\n```"
    result = edit(answer, "rename fetch to load", source)
    assert result.data == b"def load():\r\n    pass\r\n# fetch"


def test_cancelling_is_not_asking_for_more() -> None:
    tokenizer = ByteTokenizer()
    request = EditRequest(decode_document(SOURCE.encode()), "do something", "x.py")
    prompt = build("do something", SOURCE, "x.py", tokenizer)
    ids = [*tokenizer.encode(f"{SOURCE}```"), END]
    target = ScriptedTarget(len(prompt.token_ids), ids, frozenset({END}))
    events = Editor(target, tokenizer, Config()).edit(request)
    next(events)
    events.close()
    assert list(events) == []


def test_a_tokenizer_that_loses_text_is_not_trusted_with_a_file() -> None:
    result = edit("x = 1\n```", source=" x = 1\n", tokenizer=LossyTokenizer())
    assert result.status == "refused" and "does not give this file's text back" in result.reason
