"""Any server with OpenAI's completions interface: it gives text, takes tokens or text, and only writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from specedit.engine.errors import EditRefused, TargetError
from specedit.engine.target import Target
from specedit.engine.targets import answers
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.remote import PROBE, RemoteSequence, RemoteTarget


def target(context: TargetContext) -> Target:
    """Return the model on a server."""
    return OpenAiTarget(context, context.server())


class OpenAiTarget(RemoteTarget):
    """A model on a server that gives text."""

    def __init__(self, context: TargetContext, server: Completions) -> None:
        super().__init__(context, server)
        assert isinstance(context.tokenizer, HfTokenizer), "its model is a folder"
        self._markup = context.tokenizer
        self._probed: list[bool] = []  # what `takes_tokens` has found, for `with_deadline` ones too

    def open(self, prompt: Sequence[int] = ()) -> RemoteSequence:
        """Return a new, empty sequence."""
        return RemoteSequence(self)

    @property
    def takes_tokens(self) -> bool:
        """Whether the server is known to read text as the tokens that we make of it."""
        if not self._probed:
            try:
                self._probed.append(self.reads_as(PROBE) == self.tokenizer.encode(PROBE))
            except TargetError:
                self._probed.append(False)
        return self._probed[0]

    def tokens(self, choice: Mapping[str, Any]) -> list[int]:
        """Return the tokens of a part of an answer."""
        return self.tokenizer.encode(answers.text(choice))

    def prompt(self, token_ids: Sequence[int]) -> dict[str, Any]:
        """Return the prompt as tokens, if the server is known to have the same, to which it adds none.

        Else it is text, of which the server makes its tokens, and one that begins a text by itself.

        Raises:
            EditRefused: in that text, something would be taken for control tokens.
        """
        if self.takes_tokens:
            return {"prompt": list(token_ids)}
        control = self._markup.control_text(token_ids)
        if control is not None:
            raise EditRefused(
                f"{control!r} in the text would be a control token for {self.server.url}, which takes text; use --engine "
                "vllm, or a server that has /tokenize and the tokenizer of --model"
            )
        begin = self._markup.begin_ids
        if begin and tuple(token_ids[: len(begin)]) == begin:
            token_ids = token_ids[len(begin) :]
        return {"prompt": self._markup.markup(token_ids)}
