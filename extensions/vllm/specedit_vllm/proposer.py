"""Drafts for vLLM's `custom_class`: the file that is edited stands in the prompt, and the answer mostly repeats it.

vLLM calls `propose` after every step with all rows of its batch, and no request ids: rows move as requests come and go.
So a request is known by its text, and every row is looked at again in each step.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specedit_vllm._follower import Follower
from specedit_vllm.suffix import longest_repeat

logger = logging.getLogger(__name__)

Ids = NDArray[np.int32]

_MOST = 128  # vLLM's own limit, MAX_SPEC_LEN: one more and its engine ends
_BUDGET = 512  # drafted tokens a step over the whole batch: each costs a row of logits, and time as the batch fills
_BUDGET_BESIDE_PROMPTS = 256  # the same while prompts are read, which wait for every drafted token
_FIRST = 16  # the first draft of a request; then twice as long after each that was accepted whole
_LEAST = 4  # and not shorter than this after one that was not
_HEAD, _TAIL = 32, 16  # tokens by which a row is known again
_SEPARATOR = -1  # between documents in `specedit_predictions`


class EditProposer:
    """Proposes what comes next in the file, in a predicted document, or after the longest repeated suffix.

    `counts` holds steps, drafted tokens, and calls that failed. It depends on tokens alone, so all ranks propose the same.
    """

    def __init__(self, vllm_config: Any) -> None:
        self._most = min(vllm_config.speculative_config.num_speculative_tokens, _MOST)
        self._max_length: int = vllm_config.model_config.max_model_len
        self._requests: dict[bytes, list[_Request]] = {}  # by length and last tokens
        self._runner: Any = None
        self.counts = {"steps": 0, "drafted": 0, "failed": 0}

    def load_model(self, *arguments: Any, **options: Any) -> None:
        """There is none. vLLM's CPU runner calls this without asking."""

    def attach(self, runner: Any) -> None:
        """Look requests up in vLLM's runner from now on."""
        self._runner = runner

    def propose(
        self,
        sampled_token_ids: Sequence[Sequence[int]],
        num_tokens_no_spec: NDArray[np.int32],
        token_ids_cpu: Ids,
        *arguments: Any,
        **options: Any,
    ) -> list[list[int]]:
        """Return a draft for each row, of 0 to K tokens; none for rows whose prompt is not read yet.

        `sampled_token_ids`: what each row was just given. `token_ids_cpu` [rows, length]: prompt and output, of which
        `num_tokens_no_spec` are valid. It never raises: an exception here would end the engine.
        """
        self.counts["steps"] += 1
        try:
            drafts = self._propose(sampled_token_ids, num_tokens_no_spec, token_ids_cpu)
        except Exception:
            self.counts["failed"] += 1
            if self.counts["failed"] == 1:
                logger.exception("specedit: no drafts in this step; told once")
            self._requests = {}
            return [[] for _ in sampled_token_ids]
        self.counts["drafted"] += sum(map(len, drafts))
        return drafts

    def _propose(
        self,
        sampled: Sequence[Sequence[int]],
        lengths: NDArray[np.int32],
        texts: Ids,
    ) -> list[list[int]]:
        known, self._requests = self._requests, {}
        rows = sum(1 for tokens in sampled if len(tokens))
        budget = _BUDGET if rows == len(sampled) else _BUDGET_BESIDE_PROMPTS
        share = min(self._most, budget // max(rows, 1))
        drafts: list[list[int]] = []
        for row, tokens in enumerate(sampled):
            if not len(tokens):
                drafts.append([])
                continue
            text = texts[row, : int(lengths[row])]
            request = self._known(known, text, len(tokens)) or self._new(row, text, len(tokens))
            request.observe(tokens)
            self._requests.setdefault(_key(text), []).append(request)
            drafts.append(request.propose(text, min(share, self._max_length - len(text) - 1)))
        return drafts

    def _known(
        self, known: dict[bytes, "list[_Request]"], text: Ids, new: int
    ) -> "_Request | None":
        """The request whose text this row continues."""
        before = text[: len(text) - new]
        same = known.get(_key(before), [])
        for place, request in enumerate(same):
            if request.head == text[:_HEAD].tobytes()[: len(request.head)]:
                return same.pop(place)
        return None

    def _new(self, row: int, text: Ids, new: int) -> "_Request":
        prompt = text[: len(text) - new]
        options: dict[str, Any] = {}
        if self._runner is not None:
            batch = self._runner.input_batch
            prompt = text[: int(batch.num_prompt_tokens[row])]
            params = self._runner.requests[batch.req_ids[row]].sampling_params
            options = (params and params.extra_args) or {}
        request = _Request(prompt, _documents(prompt, options), self._most)
        request.observe(text[len(prompt) : len(text) - new].tolist())
        return request


class _Request:
    """One request's places in its documents, and how far they are trusted."""

    def __init__(self, prompt: Ids, documents: Sequence[Ids], most: int) -> None:
        self.head = prompt[:_HEAD].tobytes()
        self._followers = [Follower(document.tolist()) for document in documents]
        self._most, self._limit = most, _FIRST
        self._drafted: list[int] = []

    def observe(self, tokens: Sequence[int]) -> None:
        """Move by what a step has added, and learn from how much of it was drafted."""
        if self._drafted:
            accepted = len(tokens) - 1
            is_whole = accepted >= len(self._drafted)
            self._limit = min(
                self._most, 2 * self._limit if is_whole else max(_LEAST, 2 * accepted)
            )
        for follower in self._followers:
            follower.observe(tokens)

    def propose(self, text: Ids, most: int) -> list[int]:
        """Return what the best witness says comes next, at most `most` tokens; none if that is not positive."""
        if most <= 0:
            self._drafted = []
            return []
        limit = min(most, self._limit)
        best = max(self._followers, key=lambda follower: follower.evidence, default=None)
        evidence = best.evidence if best is not None else 0
        draft = list(best.ahead(min(limit, max(_LEAST, 2 * evidence)))) if best is not None else []
        if not evidence or not draft:
            length, end = longest_repeat(text)
            if length:
                draft = text[end : end + min(limit, 2 * length)].tolist()
        self._drafted = draft
        return draft


def _documents(prompt: Ids, options: dict[str, Any]) -> list[Ids]:
    """What the answer may follow: predictions, then the file.

    The file is where `specedit_span` says, [begin, end) in the prompt. Else it begins after the first place that reads
    like the prompt's end, because the answer is opened as the file was.
    """
    documents = []
    begin, end = options.get("specedit_span") or _opened(prompt)
    if 0 <= begin < end <= len(prompt):
        documents.append(prompt[begin:end].copy())
    flat = np.asarray(options.get("specedit_predictions") or (), np.int32)
    parts = np.split(flat, np.flatnonzero(flat == _SEPARATOR))
    predicted = [part[part != _SEPARATOR] for part in parts]
    return [part for part in predicted if len(part)] + documents


def _opened(prompt: Ids) -> tuple[int, int]:
    length, _ = longest_repeat(prompt)
    if length < 2:
        return 0, 0
    ending, starts = prompt[-length:], np.arange(len(prompt) - length)
    for place, token_id in enumerate(ending):
        starts = starts[prompt[starts + place] == token_id]
    return int(starts[0]) + length, len(prompt)


def _key(text: Ids) -> bytes:
    return len(text).to_bytes(4, "little") + text[-_TAIL:].tobytes()
