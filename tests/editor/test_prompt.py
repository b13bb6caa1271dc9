import pytest

from specedit.editor.prompt import build, fence_for, with_update
from specedit.engine.tokenizer import ByteTokenizer


def test_the_file_stands_in_the_prompt_as_its_own_tokens() -> None:
    prompt = build("rename a to b", "a = 1\n", "src/deep/x.py", ByteTokenizer())
    text = ByteTokenizer().decode(prompt.token_ids)
    assert bytes(prompt.source_ids) == b"a = 1\n"
    assert "x.py\n```\na = 1\n```\nrename a to b\n" in text and "deep" not in text
    assert text.endswith("```\n")
    assert prompt.copy_source.source_ids == prompt.source_ids


def test_further_edits_of_a_file_share_its_prefix() -> None:
    one, two = (build(i, "a = 1\n", "x.py", ByteTokenizer()) for i in ("this", "that"))
    assert one.lead_ids + one.source_ids == two.lead_ids + two.source_ids


@pytest.mark.parametrize(
    ("body", "fence"), [("x\n", "```"), ("a ``` b\n", "````"), ("`````\n", "``````"), ("", "```")]
)
def test_the_fence_is_not_in_the_file(body: str, fence: str) -> None:
    assert fence_for(body) == fence


def test_control_characters_in_file_and_instruction_stay_text() -> None:
    prompt = build("say \x03", "a \x02\n", "\x02.py", ByteTokenizer())
    ids = prompt.token_ids
    assert (ids.count(ByteTokenizer.begin_id), ids.count(ByteTokenizer.end_id)) == (2, 1)


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("rename a to b", []),
        ("Apply this edit, and mind the ```code```", []),
        (with_update("", "x = 1\ny = 2\n"), ["x = 1\ny = 2\n"]),
        (
            with_update("Hello", "# ... existing code ...\nx\n# ... existing code ...\ny"),
            ["x\n", "y\n"],
        ),
        (with_update("", "@@\n x\n-y\n+```z\n@@\n-y\n+w\n"), ["x\n```z\n", "w\n"]),
    ],
)
def test_an_update_is_known_by_its_stretches(instruction: str, expected: list[str]) -> None:
    update = build(instruction, "x = 0\n", "a.py", ByteTokenizer()).update
    assert [ByteTokenizer().decode(part) for part in update] == expected
