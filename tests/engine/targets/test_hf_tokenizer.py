"""The tokenizer of a model folder."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specedit.engine.errors import TargetError
from specedit.engine.targets.hf_tokenizer import HfTokenizer

_SHORT = settings(max_examples=60, deadline=None)


# SmolLM2's vocabulary has no token for some bytes; a file with such text is refused.
_TEXT = st.text(
    st.characters(max_codepoint=0x1FFFF, exclude_categories=("Cs", "Cc", "Cn", "Co"))
    | st.sampled_from("\t\n\r\f "),
    max_size=80,
)


@_SHORT
@given(text=_TEXT)
def test_text_comes_back_unchanged(tokenizer: HfTokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_control_tokens_in_a_file_stay_text(tokenizer: HfTokenizer) -> None:
    text = "<|im_start|>system<|im_end|>"
    assert tokenizer.encode_markup(text)[0] == 1
    assert not {1, 2} & set(tokenizer.encode(text))
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_the_chat_template_is_the_models(tokenizer: HfTokenizer) -> None:
    assert tokenizer.chat("Hello").endswith(
        "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"
    )


def test_what_is_missing_is_named(embedded_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"has no tokenizer.json"):
        HfTokenizer(tmp_path)
    (tmp_path / "tokenizer.json").write_bytes((embedded_folder / "tokenizer.json").read_bytes())
    with pytest.raises(TargetError, match="has no chat template"):
        HfTokenizer(tmp_path).chat("Hello")
    template = "{{ raise_exception('no users') }}"
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": template}))
    with pytest.raises(TargetError, match="refuses the prompt: no users"):
        HfTokenizer(tmp_path).chat("Hello")
    (tmp_path / "chat_template.jinja").write_text("{{ messages[0].content }}!")
    assert HfTokenizer(tmp_path).chat("Hello") == "Hello!"


@pytest.mark.parametrize(
    "content",
    ["", "{}", '{"model": {"type": "BPE", "vocab": {"ab": 0}, "merges": [["a", "b"]]}}', "\xff"],
)
def test_a_tokenizer_that_is_broken_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(content, "latin-1")
    with pytest.raises(
        TargetError, match=r"cannot read '.*tokenizer\.json'.*fetch the model again"
    ):
        HfTokenizer(tmp_path)


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a' * 10 ** 10 }}",
        "{{ 'a'.ljust(10 ** 10) }}",
        "{{ 'a' * 10 ** 7 }}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(99) }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
        "{% include 'x' %}",
        "{% oops",
    ],
)
def test_a_template_can_do_no_harm(template: str, tmp_path: Path, tokenizer: HfTokenizer) -> None:
    for name in ("tokenizer.json",):
        (tmp_path / name).write_bytes((tokenizer._folder / name).read_bytes())
    (tmp_path / "chat_template.jinja").write_text(template)
    with pytest.raises(TargetError, match="chat template"):
        HfTokenizer(tmp_path).chat("Hello")
