"""Models that draft for one another must read the same tokens, told by tokenizers of any kind."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models

from specedit.engine.errors import InvalidRequest
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.vocabularies import check_same, first_difference, reader


def saved(folder: Path, name: str, words: list[str], *, control: str = "<end>") -> HfTokenizer:
    """A byte-level tokenizer of a few words and a control token behind them."""
    path = folder / name
    path.mkdir()
    tokenizer = Tokenizer(models.BPE(vocab={word: n for n, word in enumerate(words)}, merges=[]))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([control])
    tokenizer.save(str(path / "tokenizer.json"))
    return HfTokenizer(path)


def test_the_same_tokens_pass(tmp_path: Path) -> None:
    words = ["a", "Ġ", "Ċ", "Ã"]
    one, other = saved(tmp_path, "one", words), saved(tmp_path, "other", words)
    assert one.vocabulary() == {0: b"a", 1: b" ", 2: b"\n", 3: b"\xc3", 4: b"<end>"}
    check_same(one, other, ("one", "other"))


@pytest.mark.parametrize(
    ("words", "control", "message"),
    [
        (["a", "c", "b"], "<end>", "two cannot draft for one: token 1 is 'c' in the one and 'b'"),
        (["a", "b"], "<end>", "token 2 is '<end>' in the one and 'c' in the other"),
        (["a", "b", "c", "Ġ"], "<end>", "token 3 is ' ' in the one and '<end>' in the other"),
        (["a", "b", "c"], "<stop>", "token 3 is '<stop>' in the one and '<end>'"),
    ],
)
def test_the_first_token_that_differs_is_named(
    tmp_path: Path, words: list[str], control: str, message: str
) -> None:
    one = saved(tmp_path, "one", ["a", "b", "c"])
    with pytest.raises(InvalidRequest, match=message):
        check_same(one, saved(tmp_path, "two", words, control=control), ("one", "two"))


def test_a_token_more_is_a_difference_unless_it_fills_up_a_file() -> None:
    assert first_difference({0: b"a"}, {0: b"a", 1: b"b"}) == (1, b"", b"b")
    assert first_difference({0: b"a"}, {0: b"a", 1: b"[PAD1]", 2: b"<unused3>"}) is None
    assert first_difference({0: b"a", 1: b"x"}, {0: b"a", 1: b"[PAD1]"}) == (1, b"x", b"[PAD1]")


def test_tokens_are_read_as_their_decoder_reads_them() -> None:
    byte_level = reader({"type": "Sequence", "decoders": [{"type": "ByteLevel"}]})
    assert byte_level("ĠdÃ©f") == " déf".encode()
    pieces = reader({"type": "Sequence", "decoders": [{"type": "Replace"}, {"type": "Fuse"}]})
    assert pieces("▁the") == b" the" and pieces("<0x0A>") == b"\n" and pieces("é") == "é".encode()


def test_what_cannot_be_listed_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="the vocabularies of one and two cannot be compared"):
        check_same(saved(tmp_path, "one", ["a"]), object(), ("one", "two"))
