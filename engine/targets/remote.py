"""Targets whose engines run elsewhere: what they have in common.

What a sequence "caches" is only the list of its tokens; the server keeps its own cache of what it has read.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Self

from specedit.engine.draft import Draft
from specedit.engine.drafter import DraftContext, DrafterFactory
from specedit.engine.errors import InvalidRequest, TargetError, Unavailable
from specedit.engine.step import Share, Step
from specedit.engine.target import Choices, Sampling
from specedit.engine.targets import answers
from specedit.engine.targets.answers import understood
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.model_files import ModelFacts
from specedit.engine.targets.registry import TargetContext

PROBE = 'def naïve(x):\n\treturn  x[\'é\'] ≠ 0x1F  # 漢字 🙂\r\n    """a  b"""\n\n\n'
_RESUMED = 2  # times that a greedy answer which was cut is taken up again from what had come
_DEFAULT_LENGTH = 8192


@dataclass(frozen=True, slots=True)
class Piece:
    """What came at once of an answer: of its tokens `accepted` are known to have been among so many `drafted` ones."""

    token_ids: list[int]
    drafted: int = 0
    accepted: int = 0


class RemoteTarget(ABC):
    """A model on a server. Threads may share it."""

    dtype = device = "remote"
    near_tie = 0.0
    copy_prior = 0.0
    draft_model = None
    is_remote = True
    drafts = False  # whether something drafts, there or here

    def __init__(
        self, context: TargetContext, server: Completions, facts: ModelFacts | None = None
    ) -> None:
        facts = facts or ModelFacts.of_folder(context.path)
        self.server, self.tokenizer = server, context.tokenizer
        self._until: float | None = None
        self.stop_ids, self.vocab_size = facts.stop_ids, facts.vocab_size
        self.can_write = facts.can_write
        self.name, length = self._served(context.name)
        self.max_length = length or _DEFAULT_LENGTH

    def with_deadline(self, until: float | None) -> Self:
        """Return the same, whose requests are given up at a time of `time.monotonic`."""
        other = copy(self)
        other._until = until
        return other

    @abstractmethod
    def open(self, prompt: Sequence[int] = ()) -> "RemoteSequence":
        """Return a new, empty sequence."""

    @abstractmethod
    def prompt(self, token_ids: Sequence[int]) -> dict[str, Any]:
        """Return what a request says of the text that it goes on from, and of how tokens are to come back."""

    @abstractmethod
    def tokens(self, choice: Mapping[str, Any]) -> list[int]:
        """Return the tokens of a part of an answer."""

    def stream(
        self, text: Sequence[int], max_tokens: int, sampling: Sampling, **extra: Any
    ) -> Generator[Piece]:
        """Have the server go on from a text: yield tokens as they come, the stop token with them."""
        path, left = "/v1/completions", max_tokens
        body = self.request(text, max_tokens, sampling) | extra
        with closing(self.server.stream(path, body, self._until)) as events:
            for event in events:
                with understood(f"{self.server.url}{path}"):
                    tokens = self._written(event)[:left]  # what it was not asked for is not taken
                left -= len(tokens)
                if tokens:
                    yield Piece(tokens)
                if not left:
                    return

    def request(self, text: Sequence[int], max_tokens: int, sampling: Sampling) -> dict[str, Any]:
        """Return the body of a request for a completion."""
        return {
            "model": self.name,
            "max_tokens": max_tokens,
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            **self.prompt(text),
        }

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the answer to a request."""
        return self.server.post(path, body, self._until)

    def get(self, path: str) -> str | None:
        """Return what is at a path; None where nothing is."""
        try:
            return self.server.get(path, self._until)
        except TargetError:
            return None

    def reads_as(self, text: str) -> list[int] | None:
        """Return what the server makes of a text, asked as vLLM and as llama.cpp are; None if it does not say."""
        plain = {"add_special_tokens": False, "add_special": False}
        answer = self.post(
            "/tokenize", {"model": self.name, "prompt": text, "content": text, **plain}
        )
        with understood(f"{self.server.url}/tokenize"):
            tokens = answer.get("tokens")
            return None if tokens is None else answers.tokens(tokens, answers.MOST, "tokens")

    def _written(self, event: Any) -> list[int]:
        choice = answers.choice(event)
        if choice is None:
            return []
        tokens = self.tokens(choice)
        is_stopped = tokens and tokens[-1] in self.stop_ids
        if choice.get("finish_reason") == "stop" and not is_stopped:
            tokens.append(min(self.stop_ids))
        return tokens

    def _served(self, name: str) -> tuple[str, int | None]:
        with understood(f"{self.server.url}/v1/models"):
            models = answers.models(answers.from_json(self.server.get("/v1/models")))
        if name in models:
            return name, models[name]
        if len(models) == 1:
            return models.popitem()
        raise TargetError(
            f"{self.server.url} serves {', '.join(sorted(models))[:500] or 'no model'}; name one of them with --served-model"
        )


class RemoteSequence:
    """One text, by its tokens. The server writes what follows."""

    nbytes = 0
    rollback_limit = 0

    def __init__(self, target: RemoteTarget, token_ids: Iterable[int] = ()) -> None:
        self._target = target
        self._token_ids = list(token_ids)

    @property
    def speculation(self) -> str:
        """Whether something drafts, or why not."""
        return "on" if self._target.drafts else "off: the server writes plainly"

    @property
    def length(self) -> int:
        """Tokens that the sequence holds."""
        return len(self._token_ids)

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens; the server reads them with the next request."""
        self._token_ids += token_ids

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Refuse: the server verifies nothing."""
        raise InvalidRequest(f"{self._target.server.url} only writes")

    def keep(self, nodes: Sequence[int]) -> None:
        """Nothing is there to be kept."""

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        del self._token_ids[length:]

    def fork(self, length: int) -> Self:
        """Return a new sequence that holds the first `length` tokens."""
        return type(self)(self._target, self._token_ids[:length])

    def close(self) -> None:
        """Give the sequence up."""

    def write(
        self,
        context: DraftContext,
        drafter_for: DrafterFactory,
        *,
        sampling: Sampling,
        max_tokens: int,
    ) -> Generator[Step]:
        """Extend `context.output` by the server's own decoding, a step for each piece of its stream."""
        output, resumed = context.output, 0
        while not self._is_done(output, max_tokens):
            text, began = [*context.prompt, *output], perf_counter()
            left = max_tokens - len(output)
            try:
                for piece in self._target.stream(text, left, sampling, **self._hints(context)):
                    output += piece.token_ids
                    yield self._step(piece, perf_counter() - began)
                    began = perf_counter()
            except Unavailable:
                # Greedy, it goes on as it would have; sampled, it would not.
                resumed += 1
                if resumed > _RESUMED or sampling.temperature > 0:
                    raise
            else:
                break

    def _hints(self, context: DraftContext) -> dict[str, Any]:
        """What else a request says, for the drafter on the server."""
        return {}

    def _step(self, piece: Piece, seconds: float) -> Step:
        shares = (Share("engine", piece.drafted, piece.accepted),) if piece.drafted else ()
        return Step(tuple(piece.token_ids), shares, 0.0, seconds)

    def _is_done(self, output: Sequence[int], max_tokens: int) -> bool:
        return len(output) >= max_tokens or (bool(output) and output[-1] in self._target.stop_ids)
