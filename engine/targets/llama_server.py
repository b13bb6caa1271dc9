"""llama.cpp's own server: it takes and gives tokens, and drafts from n-grams that it has seen.

Its pool of n-grams (`--spec-type ngram-mod`) is shared by all requests. What an answer is expected to be is therefore sent
first, as the prompt of a request of its own; the server reads it in passes of many rows, and drafts from it afterwards.
It tells no scores of a prompt, so that it cannot judge.
"""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import chain
from typing import Any

from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.errors import EditRefused, TargetError
from specedit.engine.step import Step
from specedit.engine.target import Sampling, Target
from specedit.engine.targets import answers
from specedit.engine.targets.answers import understood
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.model_files import ModelFacts
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.remote import Piece, RemoteSequence, RemoteTarget
from specedit.engine.targets.server_tokenizer import ServerTokenizer

_PATH = "/completion"
_OVERLAP = 64  # tokens before the answer: what follows them is found by at most so many (`--spec-ngram-mod-n-match`)
_PRIMING_SECONDS = 30.0  # more is not spent on what only makes an answer faster


def target(context: TargetContext) -> Target:
    """Return the model on a llama.cpp server."""
    return LlamaServerTarget(context, context.server())


class LlamaServerTarget(RemoteTarget):
    """A model on a llama.cpp server."""

    def __init__(self, context: TargetContext, server: Completions) -> None:
        assert isinstance(context.tokenizer, ServerTokenizer), "its tokens are the server's"
        stop_ids = frozenset(context.tokenizer.end_ids)
        if not stop_ids:
            raise TargetError(f"{server.url} names no token that ends an answer (eos_token)")
        super().__init__(context, server, ModelFacts(stop_ids, answers.MOST, can_write=True))
        with understood(f"{server.url}/props"):
            props = answers.from_json(server.get("/props"))
            length = props["default_generation_settings"]["n_ctx"]
            self.max_length = answers.count(length, "n_ctx", least=1)
            self._slots = answers.count(props["total_slots"], "total_slots", least=1)
        self.drafts = self._has_pool()

    def open(self, prompt: Sequence[int] = ()) -> "LlamaServerSequence":
        """Return a new, empty sequence."""
        return LlamaServerSequence(self)

    def prompt(self, token_ids: Sequence[int]) -> dict[str, Any]:
        """Return the prompt as tokens, to which the server adds none."""
        return {"prompt": list(token_ids), "return_tokens": True}

    def tokens(self, choice: Mapping[str, Any]) -> list[int]:
        """Return the tokens of a part of an answer, with the one that ends it."""
        tokens = answers.tokens(choice.get("tokens") or [], self.vocab_size, "tokens")
        is_stopped = bool(tokens) and tokens[-1] in self.stop_ids
        if choice.get("stop_type") == "eos" and not is_stopped:
            tokens.append(min(self.stop_ids))
        return tokens

    def request(self, text: Sequence[int], max_tokens: int, sampling: Sampling) -> dict[str, Any]:
        """Return the body of a request for a completion; of the server's own settings of sampling none counts."""
        return {
            "model": self.name,
            "n_predict": max_tokens,
            "temperature": sampling.temperature,
            "seed": sampling.seed & 0xFFFFFFFE,  # the largest means a random one
            "samplers": ["temperature"],
            "timings_per_token": True,
            **self.prompt(text),
        }

    def stream(
        self, text: Sequence[int], max_tokens: int, sampling: Sampling, **extra: Any
    ) -> Generator[Piece]:
        """Have the server go on from a text: yield the tokens of a pass as they come, the stop token with them."""
        body, passes = self.request(text, max_tokens, sampling) | extra, _Passes()
        left = max_tokens
        with closing(self.server.stream(_PATH, body, self._until)) as events:
            for event in events:
                with understood(self.server.url + _PATH):
                    is_last = answers.flag(event, "stop")
                    tokens = self.tokens(event)[:left]  # what it was not asked for is not taken
                    pieces = passes.add(tokens, event.get("timings") or {})
                left -= len(tokens)
                yield from pieces
                if is_last or not left:
                    yield from passes.end()
                    return

    def prime(self, text: Sequence[int], predictions: Sequence[Sequence[int]]) -> None:
        """Have the server read what may follow a text, in a slot that is not the text's: it drafts from that.

        Without another slot the text would have to be read anew for it.
        """
        expected = list(chain.from_iterable(predictions))
        if not expected or not self.drafts or self._slots < 2:
            return
        room = self.max_length - 1
        body = {
            "model": self.name,
            "prompt": [*text[-_OVERLAP:], *expected][:room],
            "n_predict": 1,
            "id_slot": self._slots - 1,
            "cache_prompt": False,
        }
        most = time.monotonic() + _PRIMING_SECONDS
        until = most if self._until is None else min(self._until, most)
        with suppress(TargetError, EditRefused):  # then it is written plainly
            self.server.post(_PATH, body, until)

    def _has_pool(self) -> bool:
        """Whether the server drafts; one that does not show its slots is taken not to."""
        with suppress(TargetError), understood(f"{self.server.url}/slots"):
            slots = answers.from_json(self.get("/slots") or "[]")
            return any(slot["speculative"] is True for slot in slots)
        return False


class LlamaServerSequence(RemoteSequence):
    """One text, by its tokens."""

    _target: LlamaServerTarget

    @property
    def speculation(self) -> str:
        """Whether the server drafts, or why not."""
        return "on" if self._target.drafts else "off: the server has no --spec-type ngram-mod"

    def write(
        self,
        context: DraftContext,
        drafter_for: DrafterFactory,
        *,
        sampling: Sampling,
        max_tokens: int,
    ) -> Generator[Step]:
        """Extend `context.output` by the server's decoding, a step for each of its passes."""
        self._target.prime([*context.prompt, *context.output], context.predictions)
        return super().write(context, drafter_for, sampling=sampling, max_tokens=max_tokens)


class _Passes:
    """Puts tokens, which come one by one, together as the passes that made them.

    What the server has drafted and accepted by then is told with each token: where that has grown, a pass begins.
    """

    def __init__(self) -> None:
        self._drafted = self._accepted = 0  # up to now
        self._piece = Piece([])
        self._left = 0  # tokens of the pass that are still to come

    def add(self, token_ids: Sequence[int], timings: Mapping[str, Any]) -> list[Piece]:
        """Return the passes that are whole with these tokens."""
        drafted = answers.count(timings.get("draft_n", 0), "draft_n")
        accepted = answers.count(timings.get("draft_n_accepted", 0), "draft_n_accepted")
        pieces = []
        if drafted > self._drafted and accepted >= self._accepted:
            pieces += self.end()
            grown = accepted - self._accepted
            self._piece, self._left = Piece([], drafted - self._drafted, grown), 1 + grown
            self._drafted, self._accepted = drafted, accepted
        for token_id in token_ids:
            self._piece.token_ids.append(token_id)
            self._left -= 1
            if self._left <= 0:
                pieces += self.end()
        return pieces

    def end(self) -> list[Piece]:
        """Return what is there of a pass."""
        piece, self._piece, self._left = self._piece, Piece([]), 0
        accepted = min(piece.accepted, len(piece.token_ids))
        return [Piece(piece.token_ids, piece.drafted, accepted)] if piece.token_ids else []
