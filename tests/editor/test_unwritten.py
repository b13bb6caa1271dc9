"""What is asked of a target that only checks edits: nothing that it would have to write."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from tests.fakes import BuiltInCost

from specedit.editor import plan
from specedit.editor.config import Accept, Config
from specedit.editor.editor import Editor, finish
from specedit.editor.result import EditRequest, EditResult
from specedit.edits import operations
from specedit.edits.document import decode_document
from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.engine.errors import EditRefused, NotUnderstood
from specedit.engine.targets.scripted import ScriptedSequence, ScriptedTarget
from specedit.engine.tokenizer import ByteTokenizer

SOURCE = "import re\n\n\ndef load(path):\n    return re.sub('a', 'b', path)\n\n\nload('x')\n"


class Judge(ScriptedTarget):
    """Fails where it is asked for anything."""

    can_write = False

    def open(self, prompt: Sequence[int] = ()) -> ScriptedSequence:
        raise AssertionError("nothing is to be run")


def edit(instruction: str, accept: Accept = "auto", path: str = "x.py") -> EditResult:
    target = Judge(0, [], frozenset({ByteTokenizer.end_id}))
    request = EditRequest(decode_document(SOURCE.encode()), instruction, path)
    editor = Editor(target, ByteTokenizer(), Config(accept=accept), BuiltInCost())
    return finish(editor.edit(request))


@pytest.mark.parametrize("accept", ["auto", "exact", "guided", "trust"])
@pytest.mark.parametrize("path", ["x.py", "x.txt"])
def test_what_no_operation_understands_is_refused_before_any_pass(
    accept: Accept, path: str
) -> None:
    result = edit("make the loading faster", accept, path)
    assert result.status == "refused"
    assert isinstance(result.refusal, NotUnderstood)
    assert len(result.refusal.nearest) == 3
    for way in (*result.refusal.nearest, "--snippet", "--patch", "--model"):
        assert way in result.reason


def test_the_nearest_phrases_are_like_what_was_asked() -> None:
    result = edit("please wipe out the function load")
    assert isinstance(result.refusal, NotUnderstood)
    assert "delete the function old_load" in result.refusal.nearest


@pytest.mark.parametrize(
    ("instruction", "meant"),
    [
        ("please wipe out the function load", "delete the function load"),
        ("decorate load using lru_cache", "decorate load with lru_cache"),
    ],
)
def test_the_nearest_phrase_has_the_names_that_were_said(instruction: str, meant: str) -> None:
    result = edit(instruction)
    assert isinstance(result.refusal, NotUnderstood)
    assert f'did you mean: "{meant}"' in result.reason


@pytest.mark.parametrize(
    "instruction", ["add a docstring to load", "add type to load", "delete the docstring of load"]
)
def test_what_leaves_out_what_is_asked_for_is_not_offered(instruction: str) -> None:
    assert "did you mean" not in edit(instruction).reason


@pytest.mark.parametrize(
    "instruction", ["do not delete the function load", "delete load unless it is used"]
)
def test_what_is_forbidden_or_limited_is_not_offered(instruction: str) -> None:
    assert "did you mean" not in edit(instruction).reason


@pytest.mark.parametrize("accept", ["auto", "exact"])
def test_what_syntax_refuses_stays_refused(accept: Accept) -> None:
    result = edit("rename lod to fetch", accept)
    assert (result.status, result.reason) == (
        "refused",
        "no symbol 'lod' in this file; nearest: load",
    )


@pytest.mark.parametrize(
    ("instruction", "remedy"),
    [
        ("wrap the body of load in try/except OSError", "and return None"),
        ("add the parameter limit to load", "passing 10"),
    ],
)
def test_a_part_that_is_left_to_the_model_is_to_be_said(instruction: str, remedy: str) -> None:
    result = edit(instruction)
    assert result.status == "refused"
    assert remedy in result.reason
    plan.make(EditRequest(decode_document(SOURCE.encode()), instruction, "x.py"))  # one that writes


EVERYTHING = Source(
    """\
class Node:
    @Override
    def area(self):
        pass


@Override
def close(x): pass
MAX_SIZE = 10
TIMEOUT = 1
def load(a, b, flags=0):
    return a
def fetch(url, retries, x):
    if url:
        return 1
def is_ready():
    if 1: return 2
def old_load(): pass
def main(): pass
def helper(): pass
import json
get_tree = 1
""",
    named("python"),
)


@pytest.mark.parametrize("name", operations.names())
def test_each_example_is_recognised(name: str) -> None:
    operation = operations.load(name)
    assert operation.EXAMPLES
    for example in operations.examples(name):
        with suppress(EditRefused):  # recognised, but in a file that it does not fit
            assert operation.predict(example, EVERYTHING) is not None, example


@pytest.mark.parametrize("accept", ["auto", "syntax", "exact"])
@pytest.mark.parametrize(
    ("instruction", "tool"),
    [
        ("move the function load to other.py", "refactor"),
        ("move x.py to lib/x.py", "move_file"),
        ("rename the file x.py to y.py", "move_file"),
    ],
)
def test_what_is_about_several_files_is_refused_with_what_does_it(
    instruction: str, tool: str, accept: Accept
) -> None:
    request = EditRequest(decode_document(SOURCE.encode()), instruction, "x.py")
    with pytest.raises(EditRefused, match=f"`specedit apply` does it.*`{tool}`"):
        plan.make(request, accept)


def test_a_definition_may_be_moved_in_its_file() -> None:
    request = EditRequest(
        decode_document(b"a = 1\n\n\ndef f(): ...\n\n\ndef g(): ...\n"), "move g above f", "x.py"
    )
    assert plan.make(request, "auto").prediction is not None
