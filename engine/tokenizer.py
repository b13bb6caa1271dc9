"""What a tokenizer must do for us, and a byte tokenizer that needs no vocabulary."""

from collections.abc import Sequence
from typing import Protocol

_PIECE = 8192  # characters that are encoded at once to count them
_SEAM = 16  # tokens that a piece may have more than it would have inside of the text


class Tokenizer(Protocol):
    """Text to token ids and back. `decode(encode(text)) == text` for every text."""

    def encode(self, text: str) -> list[int]:
        """Return the tokens of plain text; what looks like a control token in it stays text."""

    def encode_markup(self, text: str) -> list[int]:
        """Return the tokens of template text, in which control tokens are themselves."""

    def decode(self, token_ids: Sequence[int]) -> str:
        """Return the text of tokens; control tokens give nothing."""

    def chat(self, message: str) -> str:
        """Return template text that poses `message` as the user and lets the assistant begin."""

    def conversation(self, roles: Sequence[str]) -> Sequence[str]:
        """Return the template text around messages of these roles, 1 + n pieces; after the last one the assistant begins.

        Raises:
            TargetError: the model's template has no place for one of them.
        """


def exceeds(text: str, tokenizer: Tokenizer, most: int) -> bool:
    """Return whether `text` surely has more than `most` tokens, having read little more of it than so many.

    A tokenizer takes seconds for a megabyte, and for a word of that length minutes.
    """
    if 4 * len(text) <= most:  # no more than a token a byte
        return False
    counted = 0
    for start in range(0, len(text), _PIECE):
        counted += len(tokenizer.encode(text[start : start + _PIECE])) - _SEAM
        if counted > most:
            return True
    return False


class ByteTokenizer:
    """One token a UTF-8 byte; tokens 256 and 257 begin and end a turn."""

    vocab_size = 258
    begin_id, end_id = 256, 257

    def encode(self, text: str) -> list[int]:
        """Return the UTF-8 bytes of `text`."""
        return list(text.encode("utf-8"))

    def encode_markup(self, text: str) -> list[int]:
        """Return UTF-8 bytes, with U+0002 and U+0003 as the control tokens."""
        control = {2: self.begin_id, 3: self.end_id}
        return [control.get(byte, byte) for byte in text.encode("utf-8")]

    def decode(self, token_ids: Sequence[int]) -> str:
        """Return the text; a broken sequence of bytes becomes U+FFFD."""
        return bytes(t for t in token_ids if t < 256).decode("utf-8", errors="replace")

    def chat(self, message: str) -> str:
        """Return the turn in its control characters."""
        return message.join(self.conversation(["user"]))

    def conversation(self, roles: Sequence[str]) -> list[str]:
        """Return the control characters around messages; roles are not told apart."""
        return ["\x02", *["\x03\x02"] * len(roles)]
