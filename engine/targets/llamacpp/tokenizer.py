"""The vocabulary of a GGUF file behind our protocol, with the chat template in it."""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import finalize

from specedit.engine.errors import TargetError
from specedit.engine.targets.chat_template import Conversations
from specedit.engine.targets.llamacpp.bindings import library, opened

_MOST_PIECE = 256  # bytes of a token; longer ones are asked for again


class GgufTokenizer:
    """Makes tokens as llama.cpp does, whatever the vocabulary."""

    def __init__(self, path: Path) -> None:
        self._functions = library()
        with opened(path, vocabulary_only=True) as model:
            self._vocabulary = self._functions.llama_model_get_vocab(model)
            template = self._functions.llama_model_chat_template(model, None)
            begin = self._functions.llama_vocab_bos(self._vocabulary)
            end = self._functions.llama_vocab_eos(self._vocabulary)
            self._pieces: dict[tuple[int, bool], bytes] = {}
            self._conversations = Conversations(
                None if template is None else template.decode("utf-8", "replace"),
                bos=self._control(begin),
                eos=self._control(end),
                model=str(path),
                adds_bos=bool(self._functions.llama_vocab_get_add_bos(self._vocabulary)),
            )
        finalize(self, self._functions.llama_model_free, model)

    def encode(self, text: str) -> list[int]:
        """Return the tokens of plain text; what looks like a control token in it stays text."""
        return self._encoded(text, parse_special=False)

    def encode_markup(self, text: str) -> list[int]:
        """Return the tokens of template text, in which control tokens are themselves."""
        return self._encoded(text, parse_special=True)

    def decode(self, token_ids: Sequence[int]) -> str:
        """Return the text of tokens; control tokens give nothing."""
        text = b"".join(self._piece(token_id, control=False) for token_id in token_ids)
        return text.decode("utf-8", "replace")

    def vocabulary(self) -> dict[int, bytes]:
        """Return the bytes that each token stands for; of control tokens, those of their names."""
        size = self._functions.llama_vocab_n_tokens(self._vocabulary)
        return {token_id: self._read_piece(token_id, control=True) for token_id in range(size)}

    def chat(self, message: str) -> str:
        """Return template text that poses `message` as the user and lets the assistant begin."""
        return message.join(self.conversation(["user"]))

    def conversation(self, roles: Sequence[str]) -> tuple[str, ...]:
        """Return the template text around messages of these roles, begun as the model's texts begin.

        Raises:
            TargetError: there is no template, or it refuses them, or leaves one out.
        """
        return self._conversations.around(roles)

    def _encoded(self, text: str, *, parse_special: bool) -> list[int]:
        data = text.encode("utf-8")
        most = len(data) + 1
        for _ in range(2):
            tokens = (ctypes.c_int32 * most)()
            count = self._functions.llama_tokenize(
                self._vocabulary, data, len(data), tokens, most, False, parse_special
            )
            if count >= 0:
                return tokens[:count]
            most = -count
        raise TargetError(f"llama.cpp makes no tokens of a text of {len(data)} bytes")

    def _control(self, token_id: int) -> str:
        return "" if token_id < 0 else self._piece(token_id, control=True).decode("utf-8")

    def _piece(self, token_id: int, *, control: bool) -> bytes:
        key = token_id, control
        if key not in self._pieces:
            self._pieces[key] = self._read_piece(token_id, control=control)
        return self._pieces[key]

    def _read_piece(self, token_id: int, *, control: bool) -> bytes:
        room = _MOST_PIECE
        while True:
            buffer: Any = ctypes.create_string_buffer(room)
            count = self._functions.llama_token_to_piece(
                self._vocabulary, token_id, buffer, room, 0, control
            )
            if count >= 0:
                return bytes(buffer.raw[:count])
            room = -count
