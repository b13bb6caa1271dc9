"""What an author writes, over real HTTP: taken where it fits and passes the gate, else sent back, else refused."""

import time
from pathlib import Path

import pytest
from tests.chat_server import Says, Script, serving
from tests.patience import PATIENCE

from specedit.editor import author
from specedit.editor.chat import ChatAuthor
from specedit.editor.config import Form
from specedit.editor.result import EditRequest
from specedit.edits.document import decode_document
from specedit.engine.errors import Busy, EditRefused, InvalidRequest, TargetError, Unavailable

SOURCE = """\
import time
from urllib.request import urlopen


def fetch(url):
    return urlopen(url).read()


def save(path, data):
    with open(path, "wb") as file:
        file.write(data)
"""
ASKED = "give up on fetch after ten seconds"
OLD, NEW = "    return urlopen(url).read()", "    return urlopen(url, timeout=10).read()"
EDITED = SOURCE.replace(OLD, NEW)


def block(old: str = OLD, new: str = NEW) -> str:
    return f"<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n"


def fenced(code: str, info: str = "python") -> str:
    return f"```{info}\n{code}```\n"


def written(
    script: Script,
    source: str = SOURCE,
    instruction: str = ASKED,
    *,
    scope: str = "auto",
    form: Form = "blocks",
    seconds: float | None = None,
) -> str:
    """The file as the author makes it."""
    request = EditRequest(decode_document(source.encode()), instruction, "src/page.py", scope=scope)
    with serving(script):
        chat = ChatAuthor(script.url, "coder")
        planned, _ = author.write(request, chat, form, seconds)
    assert planned.prediction is not None and planned.prediction.certain
    return planned.prediction.body


def script(*says: str | Says) -> Script:
    return Script([Says(each) if isinstance(each, str) else each for each in says])


LAZY = (
    "import time\n# ... existing code ...\n\n\ndef fetch(url):\n"
    + f"{NEW}\n\n\n# ... existing code ...\n"
)


@pytest.mark.parametrize(
    "answer",
    [
        block(),
        block().replace("\n", "\r\n"),
        f"Sure, here is the edit:\n\n{fenced(block())}\nIt waits for ten seconds.",
        f"src/page.py\n{fenced(block())}",
        fenced(f"page.py\n{block()}"),
        f"<think>\nMaybe {fenced('x = 1')}?\n</think>\n{block()}",
        block(OLD.strip(), NEW.strip()),  # with the wrong indentation
        block(f"def fetch(url):\n{OLD}  ", f"def fetch(url):\n{NEW}"),
        f"```diff\n@@ -5,2 +5,2 @@\n def fetch(url):\n-{OLD}\n+{NEW}\n```",
        fenced(LAZY),
        fenced(EDITED),
        fenced(f"# src/page.py\n{EDITED}"),
        fenced(EDITED).replace("\n", "\r\n"),
        fenced(f"def fetch(url):\n{NEW}\n"),
    ],
)
def test_an_edit_is_taken_in_any_form(answer: str) -> None:
    assert written(script(answer)) == EDITED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "no edit in the answer"),
        ("You could pass a timeout to urlopen.", "no edit in the answer"),
        ("<think>I wonder", "no edit in the answer"),
        (block(OLD.replace("urlopen", "request")), "which is not in the file"),
        (block().replace("<<< SEARCH", "<<< SEARCH\n<<<<<<< SEARCH"), "inside another"),
        (block().removesuffix(">>>>>>> REPLACE\n"), "not ended"),
        (f"other/page.py\n{block()}", "edits 'other/page.py'"),
        (f"{block()}\nother.py\n{block('a', 'b')}", "edits 'other.py'"),
        (f"/etc/passwd\n{block()}", "edits '/etc/passwd'"),
        (f"Makefile\n{block()}", "edits 'Makefile'"),
        (f"src\\other.py\n{block()}", "edits 'src\\other.py'"),
        (f"### File: `other.py`\n\nSome words.\n\n```\n{block()}```\n", "edits 'other.py'"),
        (fenced(block(), "python other.py"), "edits 'other.py'"),
        (fenced(block(), 'python title="src/other.py"'), "edits 'src/other.py'"),
        (fenced(block(), "python:other.py"), "edits 'other.py'"),
        (f"```python title=save.py\n{LAZY}```", "edits 'save.py'"),
        (block(new=OLD), "changes no"),
        (block(new="    return urlopen(url, timeout=10).read("), "syntax"),
        (block(new=f"    @retry\n    def go():\n    {NEW}\n    return go()"), "retry"),
        (block(f"def fetch(url):\n{OLD}\n", ""), "fetch"),
        (f"{fenced('import socket' + chr(10))}{block()}", "beside the blocks"),
        (f"{fenced(LAZY)}{fenced('pip install tenacity' + chr(10), 'sh')}", "2 code blocks"),
        (fenced(LAZY).removesuffix("```\n"), "no end"),
        (block(new="    # ... existing code ..."), "existing code"),
        (block(f"def fetch(url):\n{OLD}", "def fetch(url):\n    ..."), "write the code"),
        (block(new=f"{NEW}  # \u202e"), "U+202E"),
        (block(new=f"    # \ue001\n{NEW}"), "no character of a text"),
        ("*** Begin Patch\n*** Delete File: src/page.py\n*** End Patch", "deletes"),
        ("--- a/src/page.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-import time\n", "deletes"),
    ],
)
def test_what_does_not_fit_is_sent_back_with_the_reason(answer: str, reason: str) -> None:
    says = script(answer, block())
    assert written(says) == EDITED
    assert reason in says.told()
    assert [turn["role"] for turn in says.requests[-1]["messages"]][2:] == ["assistant", "user"]


WRITE = '    with open(path, "wb") as file:\n        file.write(data)\n'
DEEPER = WRITE.replace("        file", "            file")  # it still parses
CURLED = WRITE.replace('"wb"', "\u201cwb\u201d")


@pytest.mark.parametrize(
    ("slipped", "form", "reason"),
    [
        (DEEPER, "whole", "is indented by 12 spaces"),
        (DEEPER, "snippet", "is indented by 12 spaces"),
        (DEEPER, "blocks", "only in its indentation"),
        *((CURLED, form, "typographic quotes") for form in ("whole", "snippet", "blocks")),
    ],
)
def test_a_slip_in_what_is_only_shown_is_sent_back(slipped: str, form: str, reason: str) -> None:
    made = {
        "whole": fenced(EDITED.replace(WRITE, slipped)),
        "snippet": fenced(f"def fetch(url):\n{NEW}\n\n\ndef save(path, data):\n{slipped}"),
        "blocks": block() + block(WRITE[:-1], slipped[:-1]),
    }[form]
    says = script(made, block())
    assert written(says) == EDITED
    assert reason in says.told()


def test_what_looks_like_a_slip_may_be_the_edit() -> None:
    source = (
        "def total(rows):\n    n = 0\n    for row in rows:\n        n += row\n        return n\n"
    )
    out = block("        n += row\n        return n", "        n += row\n    return n")
    expected = source.replace("        return", "    return")
    assert written(script(out), source, "return after the loop") == expected
    source = 'TITLE = "Don\'t"\n'
    out = block('TITLE = "Don\'t"', 'TITLE = "Don\u2019t"')
    assert "\u2019" in written(script(out), source, "write Don\u2019t in the title")


def test_a_whole_file_is_taken_for_what_it_is() -> None:
    """Blank lines and all; what it lacks goes, which the gate sees, and is not kept as by a snippet that is silent about it."""
    wider = EDITED.replace("\n\n\ndef save", "\n\n\n\n# Files.\n\n\n\ndef save")
    assert written(script(fenced(wider))) == wider
    middle = "\n\ndef check(data):\n    return bool(data)\n"
    source = SOURCE.replace("\n\ndef save", f"{middle}\n\ndef save")
    says = script(fenced(EDITED), fenced(EDITED.replace("\n\ndef save", f"{middle}\n\ndef save")))
    assert middle in written(says, source)
    assert "check would vanish" in says.told()
    assert written(script(fenced(EDITED)), source, f"{ASKED}, and remove check") == EDITED


def test_most_of_a_file_without_a_marker_is_asked_about() -> None:
    """All of it, without its last function? Or a snippet, and that function stays?"""
    most = SOURCE[: SOURCE.index("def save")]
    source = f"{SOURCE}\n\ndef last():\n    return 1\n"
    marked = EDITED + "\n\n# ... existing code ...\n"
    says = script(fenced(EDITED), fenced(marked))
    assert written(says, source) == EDITED + source[len(SOURCE) :]
    assert "whether the code block is all of the file is not clear" in says.told()
    assert written(script(fenced(most.replace(OLD, NEW)))) == EDITED  # less than half is a snippet


def test_a_whole_file_may_not_reach_outside_the_scope() -> None:
    says = script(fenced(EDITED.replace('"wb"', '"ab"')), block())
    assert written(says, scope="symbol:fetch") == EDITED
    assert "outside of lines 5 to 6" in says.told()


def test_it_is_shown_the_text_that_it_did_not_quote_rightly() -> None:
    says = script(block("    return request.urlopen(url).read(1)"), block())
    assert written(says) == EDITED
    assert f"\n{OLD}\n" in says.told()


def test_after_three_answers_it_is_refused_with_what_was_said() -> None:
    says = script("Just use a timeout.", "Use timeout=10.", "I would use a timeout.")
    with pytest.raises(EditRefused, match=r"asked 3 times.*'I would use a timeout\.'"):
        written(says)


def test_an_author_that_repeats_itself_is_not_asked_again() -> None:
    says = script("Use a timeout.", "Use a timeout.")
    with pytest.raises(EditRefused, match="asked 2 times"):
        written(says)


def test_an_author_may_say_that_it_cannot() -> None:
    with pytest.raises(EditRefused, match="does not write it: 'there is no timeout'"):
        written(script("CANNOT: there is no timeout"))


def test_an_answer_that_was_cut_off_is_not_placed() -> None:
    says = script(Says(block(), reason="length"), block())
    assert written(says) == EDITED
    assert "cut off" in says.told()


def test_the_scope_holds_the_edit() -> None:
    says = script(block('"wb"', '"ab"'), block())
    says.says[0].text = block(
        '    with open(path, "wb") as file:', '    with open(path, "ab") as file:'
    )
    assert written(says, scope="symbol:fetch") == EDITED
    assert "outside of lines 5 to 6" in says.told()
    assert "Change lines 5 to 6 only" in says.told(0)


def test_only_the_instruction_says_what_may_vanish() -> None:
    gone = block(
        '\n\ndef save(path, data):\n    with open(path, "wb") as file:\n        file.write(data)',
        "",
    )
    says = script(gone, block())
    assert written(says) == EDITED and "save" in says.told()
    assert "def save" not in written(script(gone), instruction="we need save no more, drop save")


def test_what_it_says_is_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    code = f"    import os; os.system('touch {trap}')  # $(touch {trap}) `touch {trap}`"
    assert written(script(block(new=f"{code}\n{NEW}"))) == SOURCE.replace(OLD, f"{code}\n{NEW}")
    assert not trap.exists()


def test_of_a_long_file_the_parts_that_matter_are_shown() -> None:
    filler = "".join(f"\n\ndef step_{i}(value):\n    return value * {i}\n" for i in range(2000))
    says = script(block())
    assert written(says, SOURCE + filler + "\n\nretries = 3  # of fetch\n") == (
        EDITED + filler + "\n\nretries = 3  # of fetch\n"
    )
    told = says.told()
    assert len(told) < 30_000
    assert f"    6| {OLD}" in told and "retries = 3" in told and "step_1900" not in told


def test_line_numbers_that_are_copied_are_taken_off() -> None:
    filler = "".join(f"\n\ndef step_{i}(value):\n    return value * {i}\n" for i in range(2000))
    numbered = block(
        f"    5| def fetch(url):\n    6| {OLD}", f"    5| def fetch(url):\n    6| {NEW}"
    )
    assert written(script(numbered), SOURCE + filler) == EDITED + filler


def test_a_busy_server_is_waited_for() -> None:
    busy = Says("slow down", status=429, headers={"Retry-After": "0.05"})
    says = script(busy, block())
    assert written(says) == EDITED
    with pytest.raises(Busy, match="slow down"):
        written(script(Says("slow down", status=429, headers={"Retry-After": "60"})), seconds=5)


def test_a_server_that_hangs_up_or_fails_is_asked_again() -> None:
    assert written(script(Says(block(), cut=True), block())) == EDITED
    assert written(script(Says("oh", status=503, headers={"Retry-After": "0"}), block())) == EDITED


def test_a_server_that_goes_on_failing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with pytest.raises(Unavailable, match="500"):
        written(script(*[Says("oh", status=500)] * 3))
    with pytest.raises(TargetError, match="SPECEDIT_AUTHOR_KEY"):
        written(script(Says("who are you", status=401)))
    with pytest.raises(Unavailable, match="no whole answer"):
        ChatAuthor("http://127.0.0.1:9/v1", "coder").answer((), "", time.monotonic() + PATIENCE)


def test_a_key_that_a_server_repeats_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECEDIT_AUTHOR_KEY", "sk-of-the-author")
    with pytest.raises(TargetError, match="no such key: …; its key goes into") as caught:
        written(script(Says("no such key: sk-of-the-author", status=401)))
    assert "sk-of" not in str(caught.value)


@pytest.mark.parametrize("thinks", [False, True])
def test_a_server_that_is_never_done_is_hung_up_on(thinks: bool) -> None:
    slow = Says("" if thinks else block() * 100, pause=0.05, thinks="hm " * 100 if thinks else "")
    slow.pause = 30.0 if thinks else 0.05
    began = time.monotonic()
    with pytest.raises(EditRefused, match="not done in time; raise --timeout"):
        written(script(slow), seconds=0.5)
    assert time.monotonic() - began < 40


def test_it_may_not_write_without_end() -> None:
    says = script(Says("", thinks="hm" * 300_000))
    with pytest.raises(EditRefused, match="no short edit"):
        written(says)


def test_what_a_server_does_not_take_is_left_out() -> None:
    says = script(Says("Unsupported value: 'temperature'", status=400), block())
    assert written(says) == EDITED
    assert "temperature" in says.requests[0] and "temperature" not in says.requests[1]


def test_a_prediction_is_sent_where_it_is_asked_for() -> None:
    with serving(script(block())) as says:
        chat = ChatAuthor(says.url, predicts=True)  # and the model is the server's only one
        chat.answer((), SOURCE, time.monotonic() + PATIENCE)
    assert says.requests[0]["prediction"] == {"type": "content", "content": SOURCE}
    assert says.requests[0]["model"] == "coder" and says.requests[0]["stream"] is True


def test_one_of_several_models_must_be_named() -> None:
    says = script()
    says.models = ("coder", "other")
    with serving(says), pytest.raises(InvalidRequest, match=r"--author-model.*'coder', 'other'"):
        ChatAuthor(says.url).answer((), SOURCE, time.monotonic() + PATIENCE)


def test_keys_go_over_tls_or_no_further_than_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-a-cloud")
    monkeypatch.setenv("OPENAI_ORG_ID", "ours")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: of-a-cloud")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    says = script(block())
    written(says)
    assert "of-a-cloud" not in str(says.headers) and "ours" not in str(says.headers)
    monkeypatch.setenv("SPECEDIT_AUTHOR_KEY", "of-the-author")
    says = script(block())
    written(says)
    assert says.headers[0]["Authorization"] == "Bearer of-the-author"
    with pytest.raises(InvalidRequest, match="clear text"):
        ChatAuthor("http://192.0.2.1/v1", "coder")
    ChatAuthor("https://192.0.2.1/v1", "coder")


@pytest.mark.parametrize(
    "url", ["localhost:1234", "ftp://x/v1", "http://", "http://a:b@x/v1", "http://[x"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(InvalidRequest, match="is no address of a server"):
        ChatAuthor(url)
