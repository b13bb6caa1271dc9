"""Each client's way to ask is recognised, the file to the character; what can be read in two ways is refused."""

import json
from typing import Any

import pytest

from specedit.engine.errors import InvalidRequest
from specedit.service.http.conversation import conversation_of
from specedit.service.http.shapes import BARE, ChangeRequest, recognise
from specedit.service.http.wire import ChatRequest, read

CODE = "\ndef a():\n    return 1\n"
UPDATE = "def a():\n    return 2"
FAST_APPLY = (
    "Merge all changes from the <update> snippet into the <code> below.\n{said}"
    "- Output only the updated code, enclosed within <updated-code> and </updated-code> tags.\n\n"
    "<code>{code}</code>\n\n<update>{update}</update>\n\nProvide the complete updated code."
)


def asked(*said: str, **fields: Any) -> ChangeRequest:
    roles = ["system"] * (len(said) > 1) + ["user", "assistant"]
    messages = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    body = json.dumps({"model": "auto", "messages": messages, **fields})
    return recognise(conversation_of(read(ChatRequest, body.encode())))


@pytest.mark.parametrize("code", [CODE, "", "x", "\r\nx = 1\r\n", "<p>\n</p>", "\ufeffx = 1\n"])
def test_tags_hold_the_file_to_the_character(code: str) -> None:
    text = f"<instruction>I do it</instruction>\n<code>{code}</code>\n<update>{UPDATE}</update>"
    assert asked(text) == ChangeRequest(code, "I do it", f"{UPDATE}\n")


def test_tags_without_an_instruction() -> None:
    text = f"<code>\n{CODE}\n</code>\n<update>\n{UPDATE}\n</update>\n"
    assert asked(text) == ChangeRequest(f"\n{CODE}\n", "", f"{UPDATE}\n")


def test_an_instruction_that_speaks_of_tags() -> None:
    said = "Put it into <code> tags, see </code> and <update>"
    text = f"<instruction>{said}</instruction>\n<code>{CODE}</code>\n<update>{UPDATE}</update>"
    assert asked(text) == ChangeRequest(CODE, said, f"{UPDATE}\n")


def test_a_file_with_tags_of_its_own() -> None:
    code = "<p><code>a</code> and <update>b</update></p>\n<code>c</code>\n"
    text = f"<instruction>I</instruction>\n<code>{code}</code>\n<update>{UPDATE}</update>"
    assert asked(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "<code>a</code>\n<update>b</update>\n</code>\n<update>c</update>",
        "<instruction>a</instruction>\n<code>\n</instruction>\n<code>b</code><update>c</update>",
        "<code>a</code>\n<update>b</update>\n<update>c</update>",
        "<code>a</code>\n<update>one <update>two</update> three</update>",
        "<code>a</code>\n<update>b",
        "a</code>\n<update>b</update>",
        "<code>a</code>\n<update> \n</update>",
        "rename a to b",
    ],
    ids=[
        "two ends of the code",
        "two beginnings",
        "two updates",
        "an update inside",
        "open",
        "no code",
        "nothing",
        "no file",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        asked(text)


@pytest.mark.parametrize("said", ["", "Instruction: Return two,\nnot one.\n"])
def test_fast_apply_is_answered_in_its_tags(said: str) -> None:
    text = FAST_APPLY.format(said=said, code=CODE, update=UPDATE)
    given = asked("You are a coding assistant.", text)
    assert given.code == CODE
    assert given.snippet == f"{UPDATE}\n"
    assert given.instruction == said.removeprefix("Instruction: ").strip()
    assert (given.dress.before, given.dress.after) == ("<updated-code>", "</updated-code>")


def test_fences_hold_a_file_that_has_fences() -> None:
    code = "# Title\n\n```sh\nls\n```\n"
    text = (
        f"ORIGINAL CODE:\n```README.md\n{code}\n```\n\nSUGGESTED EDIT:\n```\n# Titles\n```\n\n"
        "Apply the SUGGESTED EDIT to the ORIGINAL CODE."
    )
    given = asked("s", text, "```")
    assert (given.code, given.snippet, given.label) == (code, "# Titles", "README.md")
    assert (given.dress.before, given.dress.after) == ("````\n", "\n````")


@pytest.mark.parametrize("as_parts", [False, True])
def test_a_prediction_is_the_file(as_parts: bool) -> None:
    content = [{"type": "text", "text": part} for part in (CODE[:5], CODE[5:])]
    prediction = {"content": content if as_parts else CODE}
    assert asked(UPDATE, prediction=prediction) == ChangeRequest(CODE, "", UPDATE)
    assert asked("rename a to b", prediction=prediction) == ChangeRequest(CODE, "rename a to b")


def test_a_prediction_whose_file_is_a_message_too() -> None:
    said = [{"role": "user", "content": text} for text in ("rename a to b", f"```py\n{CODE}```")]
    given = asked("", messages=said, prediction={"type": "content", "content": CODE})
    assert given == ChangeRequest(CODE, "rename a to b", None)


@pytest.mark.parametrize("messages", [["a", "b"], [CODE], []])
def test_a_prediction_beside_which_nothing_or_too_much_is_said(messages: list[str]) -> None:
    said = [{"role": "user", "content": text} for text in messages] or [
        {"role": "system", "content": "x"}
    ]
    with pytest.raises(InvalidRequest, match="user messages"):
        asked("", messages=said, prediction={"content": CODE})


LINES = ["def first_of_them(argument):", "    return argument * 1000 + 1", "x = 1"]


def anchored(skeleton: str, *, table: str | None = None) -> str:
    entries = [f"⟪M0:{i}:line⟫={json.dumps(line)}" for i, line in enumerate(LINES[:2])]
    rows = "\n".join(entries) if table is None else table
    code = f"⟪MORPH_DEFINITIONS_BEGIN_0⟫\n{rows}\n⟪MORPH_DEFINITIONS_END_0⟫\n⟪MORPH_CODE_BEGIN_0⟫\n{skeleton}"
    protocol = "\n\nLARGE-FILE ANCHOR PROTOCOL:\nThe <code> block starts with a table."
    return f"<instruction>I{protocol}</instruction>\n<code>{code}</code>\n<update>{UPDATE}</update>"


def test_anchors_are_the_lines_that_they_stand_for() -> None:
    given = asked(anchored("⟪M0:0:line⟫\n⟪M0:1:line⟫\nx = 1\n⟪M0:1:line⟫"))
    assert given.code == "\n".join([*LINES, LINES[1]])
    assert (given.instruction, given.dress) == ("I", BARE)


@pytest.mark.parametrize(
    "text",
    [
        anchored("⟪M0:7:line⟫\n"),
        anchored("x\n", table="⟪M0:0:line⟫=1"),
        anchored("x\n", table='⟪M0:0:line⟫="\\z"'),
        anchored("x\n").replace("DEFINITIONS_END", "DEFINITIONS_STOP"),
    ],
    ids=["unknown", "no text", "no JSON", "no end"],
)
def test_broken_anchors_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="send the file as it is"):
        asked(text)
