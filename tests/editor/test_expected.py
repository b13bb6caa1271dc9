"""What decides about the tokens of a predicted section, also where tokens split characters."""

import pytest

from specedit.editor.expected import Expected
from specedit.editor.prompt import build
from specedit.editor.sections import Section
from specedit.editor.token_spans import TokenSpans
from specedit.editor.veto import Situation, VetoContext, VetoRules
from specedit.engine.tokenizer import ByteTokenizer

BYTES = ByteTokenizer()


def rules(before: str, after: str, context: VetoContext) -> VetoRules:
    section = Section(0, before.count("\n"), before, "rename", after, context=context)
    prompt = build(section.instruction, before, "a.py", BYTES)
    expected = Expected.of(section, prompt, BYTES)
    return expected.rules(prompt.source_ids, context, BYTES)


def place(text: str, part: str) -> int:
    """The token of a byte each that a part of a text begins with."""
    return len(text[: text.rindex(part)].encode())


@pytest.mark.parametrize("name", ["größe", "élan", "名前", "\U0001d535", "a\u0301b", "\ufffd_"])
def test_what_a_rename_excludes_stays_beside_the_point_behind_split_characters(name: str) -> None:
    before = f"größe = {name} + 1  # “get” → get it\nget(größe)\n"
    after = before.replace("get(", "load(")
    comment = (after.index("#"), after.index("\n"))
    names, new_names = frozenset({"get", "load"}), frozenset({"load"})
    context = VetoContext(names, new_names, excluded_ranges=(comment,))
    ruled = rules(before, after, context)
    assert ruled.situation(place(after, "get it"), "load") is Situation.EXCLUDED
    assert ruled.situation(place(after, "→"), "load") is Situation.EXCLUDED
    ruled = rules(before, before, context)
    assert ruled.situation(place(before, "get("), "load") is Situation.NAME_MISSED


@pytest.mark.parametrize("name", ["größe", "élan", "名前", "\U0001d535y"])
def test_a_name_of_split_characters_is_in_doubt_from_its_first_byte_to_the_one_behind(
    name: str,
) -> None:
    before = "old(1)\n“”; old(2)\n"
    after = before.replace("old", name)
    at = after.rindex(name)
    context = VetoContext(
        frozenset({"old", name}), frozenset({name}), doubtful=((at, at + len(name)),)
    )
    ruled = rules(before, after, context)
    first, end = place(after, name), place(after, "(2)")
    for token in range(len(after.encode())):
        is_settled = ruled.situation(token, "x") is Situation.SETTLED
        assert is_settled is (token not in range(first, end + 1))
    assert ruled.in_doubt == range(first, end + 1)


def test_tokens_that_split_a_character_share_it() -> None:
    tokens = TokenSpans.of(BYTES.encode("aé\ufffdb名"), BYTES)
    assert tokens is not None
    spans = [(0, 1), (1, 2), (1, 2), *[(2, 3)] * 3, (2, 4), *[(4, 5)] * 3]
    assert tokens.spans == tuple(spans)
    assert tokens.text == "aé\ufffdb名"
