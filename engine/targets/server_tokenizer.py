"""The vocabulary of a model on a llama.cpp server, asked of the server: nothing of the model is needed here."""

from collections.abc import Sequence
from typing import Any

from specedit.engine.targets import answers
from specedit.engine.targets.answers import understood
from specedit.engine.targets.chat_template import Conversations
from specedit.engine.targets.completions import Completions

_PATH = "/tokenize"
_BROKEN = "\ufffd"  # what a server writes for bytes that are no whole character


class ServerTokenizer:
    """Makes tokens as the server does. The text of a token is asked for once. Threads may share it."""

    def __init__(self, server: Completions) -> None:
        self._server = server
        self._pieces: dict[int, bytes | None] = {}  # None: bytes that the server cannot tell
        with understood(f"{server.url}/props"):
            props = answers.from_json(server.get("/props"))
            template = answers.string(props, "chat_template") or None
            begin, end = (answers.string(props, name) for name in ("bos_token", "eos_token"))
        self.end_ids = tuple(self.encode_markup(end))
        self._conversations = Conversations(
            template, bos=begin, eos=end, model=server.url, adds_bos=self._adds(begin)
        )

    def encode(self, text: str) -> list[int]:
        """Return the tokens of plain text; what looks like a control token in it stays text."""
        path = self._server.url + _PATH
        body = {"content": text, "add_special": False, "parse_special": False, "with_pieces": True}
        answer = self._server.post(_PATH, body)
        with understood(path):
            pieces = [(token["id"], _bytes(token["piece"])) for token in answer["tokens"]]
            tokens = answers.tokens([token for token, _ in pieces], answers.MOST, "tokens")
        self._pieces.update(pieces)
        return tokens

    def encode_markup(self, text: str) -> list[int]:
        """Return the tokens of template text, in which control tokens are themselves."""
        return self._tokens(text, add_special=False, parse_special=True)

    def decode(self, token_ids: Sequence[int]) -> str:
        """Return the text of tokens; control tokens give nothing."""
        pieces = [self._piece(token_id) for token_id in token_ids]
        known = [piece for piece in pieces if piece is not None]
        if len(known) == len(pieces):
            return b"".join(known).decode("utf-8", "replace")
        return self._text([t for t, piece in zip(token_ids, pieces, strict=True) if piece != b""])

    def chat(self, message: str) -> str:
        """Return template text that poses `message` as the user and lets the assistant begin."""
        return message.join(self.conversation(["user"]))

    def conversation(self, roles: Sequence[str]) -> tuple[str, ...]:
        """Return the template text around messages of these roles, begun as the model's texts begin.

        Raises:
            TargetError: there is no template, or it refuses them, or leaves one out.
        """
        return self._conversations.around(roles)

    def _adds(self, begin: str) -> bool:
        """Whether texts of this model begin with a token that the server adds."""
        token = self.encode_markup(begin)
        with_it = self._tokens("a", add_special=True, parse_special=True)
        return bool(token) and with_it[: len(token)] == token

    def _tokens(self, text: str, **how: bool) -> list[int]:
        answer = self._server.post(_PATH, {"content": text, **how})
        with understood(self._server.url + _PATH):
            return answers.tokens(answer["tokens"], answers.MOST, "tokens")

    def _text(self, token_ids: Sequence[int]) -> str:
        answer = self._server.post("/detokenize", {"tokens": list(token_ids)})
        with understood(f"{self._server.url}/detokenize"):
            return answers.string(answer, "content")

    def _piece(self, token_id: int) -> bytes | None:
        if token_id not in self._pieces:
            self._pieces[token_id] = self._read_piece(token_id)
        return self._pieces[token_id]

    def _read_piece(self, token_id: int) -> bytes | None:
        text = self._text([token_id])
        if _BROKEN in text:
            return None
        is_control = (
            self.encode_markup(text)
            == [token_id]
            != self._tokens(text, add_special=False, parse_special=False)
        )
        return b"" if is_control else text.encode()


def _bytes(piece: Any) -> bytes:
    """What a server tells of a token: its text, or its bytes where they are no whole characters."""
    return piece.encode() if isinstance(piece, str) else bytes(answers.tokens(piece, 256, "piece"))
