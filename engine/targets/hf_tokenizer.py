"""A Hugging Face tokenizer behind our protocol."""

import json
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specedit.engine.errors import TargetError
from specedit.engine.targets.chat_template import Conversations
from specedit.engine.targets.vocabularies import reader

if TYPE_CHECKING:
    import tokenizers


class HfTokenizer:
    """The `tokenizer.json` of a model folder, with its chat template.

    Read with the `tokenizers` package alone: transformers takes seconds to open the same file.
    """

    def __init__(self, folder: Path) -> None:
        import tokenizers

        path = folder / "tokenizer.json"
        if not path.is_file():
            raise TargetError(
                f"'{folder}' has no tokenizer.json; save one with "
                "transformers.AutoTokenizer.from_pretrained(...).save_pretrained(...)"
            )
        try:
            self._markup = tokenizers.Tokenizer.from_file(str(path))
            self._plain = _twin(self._markup) or tokenizers.Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing narrower
            raise TargetError(f"cannot read '{path}': {error}; fetch the model again") from error
        self._plain.encode_special_tokens = True
        self._folder = folder

    def encode(self, text: str) -> list[int]:
        """Return the tokens of plain text; what looks like a control token in it stays text."""
        ids: list[int] = self._plain.encode(text, add_special_tokens=False).ids
        return ids

    def encode_markup(self, text: str) -> list[int]:
        """Return the tokens of template text, in which control tokens are themselves."""
        ids: list[int] = self._markup.encode(text, add_special_tokens=False).ids
        return ids

    def decode(self, token_ids: Sequence[int]) -> str:
        """Return the text of tokens; control tokens give nothing."""
        text: str = self._markup.decode(list(token_ids), skip_special_tokens=True)
        return text

    def vocabulary(self) -> dict[int, bytes]:
        """Return the bytes that each token stands for; of control tokens, those of their names."""
        vocabulary: dict[str, int] = self._markup.get_vocab(with_added_tokens=True)
        added = self._markup.get_added_tokens_decoder()
        read = reader(json.loads(self._markup.to_str())["decoder"])
        return {
            token_id: text.encode() if token_id in added else read(text)
            for text, token_id in vocabulary.items()
        }

    def markup(self, token_ids: Sequence[int]) -> str:
        """Return the template text of tokens, control tokens included."""
        text: str = self._markup.decode(list(token_ids), skip_special_tokens=False)
        return text

    @cached_property
    def begin_ids(self) -> tuple[int, ...]:
        """The tokens that the tokenizer itself begins a text with, where it is not told to leave them out."""
        bare: list[int] = self._markup.encode("a", add_special_tokens=False).ids
        whole: list[int] = self._markup.encode("a", add_special_tokens=True).ids
        places = range(len(whole) - len(bare) + 1)
        start = next((i for i in places if whole[i : i + len(bare)] == bare), 0)
        return tuple(whole[:start])

    def control_text(self, token_ids: Sequence[int]) -> str | None:
        """Return what is plain text in the tokens, but would be a control token in their `markup`; None if nothing is."""
        again = self.encode_markup(self.markup(token_ids))
        if [t for t in again if t in self._control] == [t for t in token_ids if t in self._control]:
            return None
        runs = (
            tuple(run)
            for is_control, run in groupby(token_ids, self._control.__contains__)
            if not is_control
        )
        texts = [self.markup(run) for run in runs]
        known = (c for c in self._control.values() if any(c in text for text in texts))
        return next(known, "what looks like a control token")

    @cached_property
    def _control(self) -> dict[int, str]:
        added = self._markup.get_added_tokens_decoder()
        return {token_id: token.content for token_id, token in added.items() if token.special}

    def chat(self, message: str) -> str:
        """Return template text that poses `message` as the user and lets the assistant begin."""
        return message.join(self.conversation(["user"]))

    def conversation(self, roles: Sequence[str]) -> tuple[str, ...]:
        """Return the template text around messages of these roles.

        Raises:
            TargetError: there is no template, or it refuses them, or leaves one out.
        """
        return self._conversations.around(roles)

    @cached_property
    def _conversations(self) -> Conversations:
        return Conversations(
            self._chat_template,
            bos=_token_text(self._config.get("bos_token")),
            eos=_token_text(self._config.get("eos_token")),
            model=str(self._folder),
        )

    @cached_property
    def _config(self) -> dict[str, Any]:
        path = self._folder / "tokenizer_config.json"
        config: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return config

    @cached_property
    def _chat_template(self) -> str | None:
        file = self._folder / "chat_template.jinja"
        template = file.read_text("utf-8") if file.is_file() else self._config.get("chat_template")
        if isinstance(template, list):  # several named templates
            template = next((t["template"] for t in template if t["name"] == "default"), None)
        return template or None


def _twin(original: "tokenizers.Tokenizer") -> "tokenizers.Tokenizer | None":
    """Return a tokenizer with the same vocabulary, which it shares, and the same parts; None where more belongs to it.

    To read the same file again would take as long as the first time, 65 ms for 49,000 tokens.
    """
    added = original.get_added_tokens_decoder()
    twin = type(original)(original.model)
    for part in ("normalizer", "pre_tokenizer", "post_processor", "decoder"):
        setattr(twin, part, getattr(original, part))
    twin.add_tokens([added[token_id] for token_id in sorted(added)])
    is_whole = original.truncation is None and original.padding is None
    return twin if is_whole and twin.get_added_tokens_decoder() == added else None


def _token_text(token: str | dict[str, str] | None) -> str:
    return token["content"] if isinstance(token, dict) else token or ""
