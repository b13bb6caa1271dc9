"""Servers that take and give tokens, and tell the scores of a prompt: with these a draft is verified, as vLLM's do."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp
from typing import Any, NamedTuple

from specedit.engine.draft import Draft
from specedit.engine.errors import InvalidRequest, TargetError
from specedit.engine.target import ANYWHERE, GREEDY, Choices, Sampling
from specedit.engine.targets import answers
from specedit.engine.targets.answers import understood
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.remote import PROBE, RemoteSequence, RemoteTarget

_WRITERS = "--engine llama-server, for llama.cpp's, or openai does without"


class Row(NamedTuple):
    """What a server says of one drafted token: the likeliest one and its score, and the draft's."""

    best: int
    best_score: float
    own_score: float


class TokenTarget(RemoteTarget):
    """A model on a server that speaks as vLLM does, of the same tokens as we."""

    def __init__(self, context: TargetContext, server: Completions) -> None:
        super().__init__(context, server)
        ours, theirs = self.tokenizer.encode(PROBE), self.reads_as(PROBE)
        if theirs is None:
            raise TargetError(f"{server.url} does not speak as vLLM does; try --engine openai")
        if theirs != ours:
            raise TargetError(
                f"{self.name} on {server.url} has another tokenizer ({len(theirs)} tokens for a text that is "
                f"{len(ours)} here); give --model the folder of the model that it serves"
            )

    def prompt(self, token_ids: Sequence[int]) -> dict[str, Any]:
        """Return the prompt as tokens, which come back too."""
        return {
            "prompt": list(token_ids),
            "stop_token_ids": sorted(self.stop_ids),
            "return_token_ids": True,
        }

    def tokens(self, choice: Mapping[str, Any]) -> list[int]:
        """Return the tokens of a part of an answer."""
        text = answers.text(choice)
        if text and choice.get("token_ids") is None:
            raise ValueError(f"token_ids are missing; {_WRITERS}")
        return answers.tokens(choice.get("token_ids") or [], self.vocab_size, "token_ids")

    def scores(self, text: Sequence[int], draft: Sequence[int]) -> tuple[list[Row], int]:
        """Return the scores of `draft`, which the text ends with, and the token that follows. All of it is read anew."""
        body = self.request(text, 1, GREEDY) | {"prompt_logprobs": 1}
        answer = self.post("/v1/completions", body)
        rows = []
        with understood(f"{self.server.url}/v1/completions"):
            choice = answers.choice(answer) or {}
            if choice.get("prompt_logprobs") is None:
                raise ValueError(f"no scores of a prompt; {_WRITERS}")
            scores = answers.last(choice.get("prompt_logprobs"), len(draft), "prompt_logprobs")
            for token_id, row in zip(draft, scores, strict=True):
                known = {int(other): answers.score(row[other]["logprob"]) for other in row}
                best = max(known, key=known.__getitem__)
                rows.append(Row(self.token(best), known[best], known[token_id]))
            return rows, self.token(choice["token_ids"][0])

    def token(self, token_id: Any) -> int:
        """Return a token of the vocabulary."""
        return answers.tokens([token_id], self.vocab_size, "token")[0]


class TokenSequence(RemoteSequence):
    """One text, by its tokens; chains are verified."""

    rollback_limit = ANYWHERE
    _target: TokenTarget

    def __init__(self, target: TokenTarget, token_ids: Iterable[int] = ()) -> None:
        super().__init__(target, token_ids)
        self._pass_start = 0
        self._draft: tuple[int, ...] = ()

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Have [last, *draft], a chain, verified by the scores of a prompt; greedy only."""
        if draft.parents or margins or logit_bias or sampling.temperature > 0:
            raise InvalidRequest(f"{self._target.server.url} verifies chains, and greedily")
        self._pass_start, self._draft = self.length, draft.token_ids
        self._token_ids += [last, *draft.token_ids]
        rows, following = self._target.scores(self._token_ids, draft.token_ids)
        return Choices(
            (*(row.best for row in rows), following),
            tuple(exp(min(0.0, row.own_score - row.best_score)) for row in rows),
        )

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""
        self._token_ids[self._pass_start + 1 :] = [self._draft[node] for node in nodes]
