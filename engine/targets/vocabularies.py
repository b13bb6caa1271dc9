"""What tokens stand for, told in the same way by tokenizers of different kinds, so that two models can be compared."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

from specedit.engine.errors import InvalidRequest

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
# GGUF files fill their vocabulary up to the size of the matrix with tokens that nothing is made of.
_FILLER = re.compile(rb"\[PAD\d+\]|<unused\d+>|")


@runtime_checkable
class Vocabulary(Protocol):
    """A tokenizer that can list its tokens."""

    def vocabulary(self) -> dict[int, bytes]:
        """Return the bytes that each token stands for; of control tokens, those of their names."""


def check_same(one: object, other: object, names: tuple[str, str]) -> None:
    """Compare two tokenizers token by token.

    Raises:
        InvalidRequest: they differ; the message says where first.
    """
    if not isinstance(one, Vocabulary) or not isinstance(other, Vocabulary):
        raise InvalidRequest(f"the vocabularies of {names[0]} and {names[1]} cannot be compared")
    place = first_difference(one.vocabulary(), other.vocabulary())
    if place is not None:
        token_id, *texts = place
        shown = [repr(text.decode("utf-8", "replace")) if text else "no token" for text in texts]
        raise InvalidRequest(
            f"{names[1]} cannot draft for {names[0]}: token {token_id} is {shown[1]} in the one and {shown[0]} in the other; "
            "take a model with the same tokenizer"
        )


def first_difference(
    one: Mapping[int, bytes], other: Mapping[int, bytes]
) -> tuple[int, bytes, bytes] | None:
    """Return the first token that is not the same in both, with its bytes in each; None where there is none."""
    for token_id in sorted(one.keys() | other.keys()):
        texts = one.get(token_id, b""), other.get(token_id, b"")
        is_filler = b"" in texts and all(_FILLER.fullmatch(text) for text in texts)
        if texts[0] != texts[1] and not is_filler:
            return token_id, *texts
    return None


def reader(decoder: Mapping[str, Any] | None) -> Callable[[str], bytes]:
    """Return what gives the bytes of a token that is written as a `tokenizer.json` with this decoder writes it."""
    kinds = {step["type"] for step in (decoder or {}).get("decoders", [decoder or {"type": ""}])}
    if "ByteLevel" in kinds:
        values = _byte_level()
        return lambda text: b"".join(
            bytes([values[char]]) if char in values else char.encode() for char in text
        )
    return _sentence_piece


def _sentence_piece(text: str) -> bytes:
    byte = _BYTE.fullmatch(text)
    return bytes.fromhex(byte[1]) if byte else text.replace("▁", " ").encode()


def _byte_level() -> dict[str, int]:
    """The letters that GPT-2's vocabulary writes bytes as: those that print are themselves, others follow U+0100."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = {chr(byte): byte for byte in plain}
    return letters | {chr(0x100 + number): byte for number, byte in enumerate(others)}
