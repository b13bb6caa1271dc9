"""How many tokens a text has at least is found without reading all of it."""

from specedit.engine.tokenizer import ByteTokenizer, exceeds


class Counted(ByteTokenizer):
    """Notes how much it reads."""

    def __init__(self) -> None:
        self.read = 0

    def encode(self, text: str) -> list[int]:
        self.read += len(text)
        return super().encode(text)


def test_a_long_text_is_not_read_to_its_end() -> None:
    tokenizer = Counted()
    assert exceeds("ab" * 1_000_000, tokenizer, 8192)
    assert tokenizer.read < 3 * 8192


def test_a_text_that_may_fit_does() -> None:
    tokenizer = Counted()
    assert not exceeds("a" * 8192, tokenizer, 8192)
    assert not exceeds("é" * 2000, tokenizer, 8192)
    assert not exceeds("", tokenizer, 0)
