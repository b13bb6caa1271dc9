"""SGLang's own interface: what stands before a draft comes from its cache, where vLLM reads the whole text anew."""

from collections.abc import Sequence
from typing import Any

from specedit.engine.targets import answers
from specedit.engine.targets.answers import understood
from specedit.engine.targets.token_server import Row, TokenTarget

_PATH = "/generate"


def is_sglang(target: TokenTarget) -> bool:
    """Return whether a server is SGLang's."""
    return target.get("/get_model_info") is not None


def scores(target: TokenTarget, text: Sequence[int], draft: Sequence[int]) -> tuple[list[Row], int]:
    """Return the scores of `draft`, which the text ends with, and the token that follows."""
    body = _body(target, text, 1) | {
        "return_logprob": True,
        "logprob_start_len": len(text) - len(draft) - 1,
        "top_logprobs_num": 1,
    }
    answer = target.post(_PATH, body)
    with understood(f"{target.server.url}{_PATH}"):
        facts = answer["meta_info"]
        names = ("input_token_logprobs", "input_top_logprobs")
        own, best = (answers.last(facts[name], len(draft), name) for name in names)
        rows = [
            Row(target.token(top[0][1]), answers.score(top[0][0]), answers.score(score))
            for (score, *_), top in zip(own, best, strict=True)
        ]
        return rows, target.token(answer["output_ids"][0])


def written(target: TokenTarget, text: Sequence[int], most: int) -> list[int]:
    """Return at most so many tokens that the server writes after a text."""
    answer = target.post(_PATH, _body(target, text, most))
    with understood(f"{target.server.url}{_PATH}"):
        return answers.tokens(answer["output_ids"], target.vocab_size, "output_ids")[:most]


def _body(target: TokenTarget, text: Sequence[int], max_tokens: int) -> dict[str, Any]:
    return {
        "input_ids": list(text),
        "sampling_params": {
            "temperature": 0,
            "max_new_tokens": max_tokens,
            "stop_token_ids": sorted(target.stop_ids),
        },
    }
