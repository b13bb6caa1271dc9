"""A target whose engine runs elsewhere: vLLM with our drafter in it, a server that only verifies, or any plain one.

What a sequence "caches" is only the list of its tokens; the server keeps its own cache of what it has read.
"""

import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from math import exp
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, TypeAlias

from specedit.engine.budget import AcceptanceRate
from specedit.engine.decode import Step
from specedit.engine.draft import NO_DRAFT, Draft, DraftContext, DrafterFactory
from specedit.engine.errors import EditRefused, InvalidRequest, TargetError, Unavailable
from specedit.engine.target import GREEDY, Choices, Sampling
from specedit.engine.targets import answers, model_files
from specedit.engine.targets.answers import understood
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.hf_tokenizer import HfTokenizer

# vllm: it drafts and verifies, by its own means or with our drafter in it. remote-verify: we draft, a request verifies.
# openai: it decodes plainly, and takes text.
Kind: TypeAlias = Literal["vllm", "remote-verify", "openai"]

_PROBE = 'def naïve(x):\n\treturn  x[\'é\'] ≠ 0x1F  # 漢字 🙂\r\n    """a  b"""\n\n\n'
_RESUMED = 2  # times that a greedy answer which was cut is taken up again from what had come
_BURST = 8  # plain tokens between two looks at the drafts: enough to find the place again
_LONGEST = 2048  # draft tokens that one request verifies
_SMOOTHING = 0.3
_DEFAULT_LENGTH = 8192
_SEPARATOR = -1  # between documents in `specedit_predictions`
_COUNTERS = {
    "generated": "vllm:generation_tokens_total",
    "drafted": "vllm:spec_decode_num_draft_tokens_total",
    "accepted": "vllm:spec_decode_num_accepted_tokens_total",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """What a server says of one drafted token: the likeliest one and its score, and the draft's."""

    best: int
    best_score: float
    own_score: float


@dataclass(slots=True)
class Rates:
    """What the server was seen to do in a second: tokens that it reads, and that it writes plainly."""

    reads: float = 5000.0
    writes: float = 40.0

    def learn(self, name: Literal["reads", "writes"], tokens: int, seconds: float) -> None:
        """Learn from one request."""
        known = getattr(self, name)
        setattr(self, name, known + _SMOOTHING * (tokens / max(seconds, 1e-6) - known))


class RemoteTarget:
    """A model on a server. Threads may share it."""

    dtype = "remote"
    near_tie = 0.0
    copy_prior = 0.0
    is_remote = True
    nbytes = in_use = 0

    def __init__(self, server: Completions, kind: Kind, folder: Path, name: str) -> None:
        self.server, self.kind = server, kind
        self.tokenizer = HfTokenizer(folder)
        self._probed: list[bool] = []  # what `takes_tokens` has found, for `with_deadline` ones too
        self.until: float | None = None  # when requests are given up, by `time.monotonic`
        self.stop_ids = model_files.stop_ids(folder)
        if not self.stop_ids:
            raise TargetError(f"'{folder}' names no token that ends an answer (eos_token_id)")
        self.vocab_size: int = model_files.config(folder)["vocab_size"]
        self.can_write = model_files.can_write(folder)
        self.name, length = self._served(name)
        self.max_length = length or _DEFAULT_LENGTH
        self.rates, self.acceptance = Rates(), AcceptanceRate()
        self.is_sglang = kind == "remote-verify" and self._answers("/get_model_info")
        self.drafts = kind == "remote-verify" or (kind == "vllm" and bool(self.counters()))
        if kind != "openai":
            self._check_tokenizer()

    def with_deadline(self, until: float | None) -> "RemoteTarget":
        """Return the same, whose requests are given up at a time of `time.monotonic`."""
        other = copy(self)
        other.until = until
        return other

    def open(self, prompt: Sequence[int] = ()) -> "RemoteSequence":
        """Return a new, empty sequence."""
        return RemoteSequence(self)

    def counters(self) -> dict[str, float]:
        """Return what vLLM has counted since it started, over all requests; nothing where nothing drafts."""
        try:
            text = self.server.get("/metrics", self.until)
        except TargetError:
            return {}
        counted = {name: _sum_of(metric, text) for name, metric in _COUNTERS.items()}
        return {} if None in counted.values() else {n: v or 0.0 for n, v in counted.items()}

    def _answers(self, path: str) -> bool:
        try:
            self.server.get(path)
        except TargetError:
            return False
        return True

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

    def _check_tokenizer(self) -> None:
        """Raise if the server reads text as other tokens than we do."""
        theirs = self._tokens_of(_PROBE)
        if theirs is None:
            raise TargetError(f"{self.server.url} does not speak as vLLM does; try --engine openai")
        if not self._is_ours(theirs):
            raise TargetError(
                f"{self.name} on {self.server.url} has another tokenizer ({len(theirs)} tokens for a text that is "
                f"{len(self.tokenizer.encode(_PROBE))} here); give --model the folder of the model that it serves"
            )

    @property
    def takes_tokens(self) -> bool:
        """Whether a server that is sent text is known to read it as the tokens that we make of it."""
        if not self._probed:
            try:
                self._probed.append(self._is_ours(self._tokens_of(_PROBE)))
            except TargetError:
                self._probed.append(False)
        return self._probed[0]

    def _is_ours(self, theirs: list[int] | None) -> bool:
        return theirs == self.tokenizer.encode(_PROBE)

    def _tokens_of(self, text: str) -> list[int] | None:
        """What a server makes of a text, asked as vLLM and as llama.cpp are; None if it does not say."""
        plain = {"add_special_tokens": False, "add_special": False}
        body = {"model": self.name, "prompt": text, "content": text, **plain}
        answer = self.server.post("/tokenize", body, self.until)
        with understood(f"{self.server.url}/tokenize"):
            found = answer.get("tokens")
            return None if found is None else answers.tokens(found, answers.MOST, "tokens")


class RemoteSequence:
    """One text, by its tokens."""

    nbytes = 0

    def __init__(self, target: RemoteTarget, token_ids: Iterable[int] = ()) -> None:
        self._target = target
        self._token_ids = list(token_ids)
        self._pass_start = 0
        self._draft: tuple[int, ...] = ()

    @property
    def speculation(self) -> str:
        """Whether something drafts, or why not."""
        return "on" if self._target.drafts else "off: the server writes plainly"

    @property
    def length(self) -> int:
        """Tokens that the sequence holds."""
        return len(self._token_ids)

    @property
    def rollback_limit(self) -> int:
        """Most tokens that `forward` may verify; 0 where the server cannot."""
        return 0 if self._target.kind == "openai" else 1 << 30

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
        """Have [last, *draft], a chain, verified by the scores of a prompt; greedy only."""
        if draft.parents or margins or logit_bias or sampling.temperature > 0:
            raise InvalidRequest(f"{self._target.server.url} verifies chains, and greedily")
        self._pass_start, self._draft = self.length, draft.token_ids
        self._token_ids += [last, *draft.token_ids]
        began = perf_counter()
        scored = self._scored_by_sglang if self._target.is_sglang else self._scored_by_vllm
        rows, following = scored(len(draft))
        self._target.rates.learn("reads", self.length, perf_counter() - began)
        chosen = [row.best for row in rows]
        return Choices(
            (*chosen, following),
            tuple(exp(min(0.0, row.own_score - row.best_score)) for row in rows),
        )

    def _scored_by_vllm(self, drafted: int) -> tuple[list["_Row"], int]:
        """The scores of the last tokens, and the token that follows. The whole text is read anew."""
        body = self._body(self._token_ids, 1, GREEDY) | {"prompt_logprobs": 1}
        answer = self._post("/v1/completions", body)
        rows = []
        with understood(f"{self._target.server.url}/v1/completions"):
            choice = answers.choice(answer) or {}
            scores = answers.last(choice.get("prompt_logprobs"), drafted, "prompt_logprobs")
            for token_id, row in zip(self._draft, scores, strict=True):
                known = {int(other): answers.score(row[other]["logprob"]) for other in row}
                best = max(known, key=known.__getitem__)
                rows.append(_Row(self._token(best), known[best], known[token_id]))
            return rows, self._token(choice["token_ids"][0])

    def _scored_by_sglang(self, drafted: int) -> tuple[list["_Row"], int]:
        """The same; what stands before the draft comes from the server's cache."""
        body = self._sglang_body(self._token_ids, 1) | {
            "return_logprob": True,
            "logprob_start_len": self.length - drafted - 1,
            "top_logprobs_num": 1,
        }
        answer = self._post("/generate", body)
        with understood(f"{self._target.server.url}/generate"):
            facts = answer["meta_info"]
            names = ("input_token_logprobs", "input_top_logprobs")
            own, best = (answers.last(facts[name], drafted, name) for name in names)
            rows = [
                _Row(self._token(top[0][1]), answers.score(top[0][0]), answers.score(score))
                for (score, *_), top in zip(own, best, strict=True)
            ]
            return rows, self._token(answer["output_ids"][0])

    def _token(self, token_id: Any) -> int:
        return answers.tokens([token_id], self._target.vocab_size, "token")[0]

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._target.server.post(path, body, self._target.until)

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""
        self._token_ids[self._pass_start + 1 :] = [self._draft[node] for node in nodes]

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        del self._token_ids[length:]

    def fork(self, length: int) -> "RemoteSequence":
        """Return a new sequence that holds the first `length` tokens."""
        return RemoteSequence(self._target, self._token_ids[:length])

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
        """Extend `context.output` by what the server writes, or by what it verifies of our drafts."""
        if self._target.kind == "remote-verify" and sampling.temperature == 0:
            yield from self._verified(context, drafter_for, max_tokens)
        else:
            yield from self._streamed(context, sampling, max_tokens)

    def _streamed(
        self, context: DraftContext, sampling: Sampling, max_tokens: int
    ) -> Generator[Step]:
        """The server's own decoding, a step for each piece of its stream."""
        output, target = context.output, self._target
        before = target.counters() if target.kind == "vllm" else {}
        began, written = perf_counter(), 0
        held: list[int] = []  # the last piece waits for the end, when what was drafted is known
        accepted = resumed = 0
        while not self._ended(output, max_tokens):
            try:
                for tokens in self._pieces(context, sampling, max_tokens - len(output)):
                    if held:
                        yield self._piece(held)
                        accepted += len(held) - 1
                    held = tokens
                    output += tokens
                    written += len(tokens)
            except Unavailable:
                # Greedy, it goes on as it would have; sampled, it would not.
                resumed += 1
                if resumed > _RESUMED or sampling.temperature > 0:
                    raise
            else:
                break
        if held:
            missed = self._missed(before, written, accepted + len(held) - 1)
            yield self._piece(held, missed, perf_counter() - began)

    def _piece(self, tokens: Sequence[int], missed: int = 0, seconds: float = 0.0) -> Step:
        """What came at once: where the server drafts, all but one of the tokens were drafted."""
        accepted = len(tokens) - 1 if self._target.drafts else 0
        return Step(tuple(tokens), accepted + missed, "engine", accepted, 0.0, seconds)

    def _pieces(
        self, context: DraftContext, sampling: Sampling, max_tokens: int
    ) -> Generator[list[int]]:
        """Tokens as they come, the stop token with them."""
        target = self._target
        text = [*context.prompt, *context.output]
        body = self._body(text, max_tokens, sampling)
        if target.kind == "vllm":
            body["vllm_xargs"] = _extra(context)
        left = max_tokens
        with closing(target.server.stream("/v1/completions", body, target.until)) as events:
            for event in events:
                with understood(f"{target.server.url}/v1/completions"):
                    tokens = self._written(event)[:left]  # what it was not asked for is not taken
                left -= len(tokens)
                if tokens:
                    yield tokens
                if not left:
                    return

    def _written(self, event: Any) -> list[int]:
        """The tokens of an event, the stop token with them."""
        target, choice = self._target, answers.choice(event)
        if choice is None:
            return []
        text = answers.text(choice)
        if target.kind == "openai":
            tokens = target.tokenizer.encode(text)
        elif choice.get("token_ids") is None and text:
            raise ValueError("token_ids are missing; --engine openai does without")
        else:
            tokens = answers.tokens(choice.get("token_ids") or [], target.vocab_size, "token_ids")
        is_stopped = tokens and tokens[-1] in target.stop_ids
        if choice.get("finish_reason") == "stop" and not is_stopped:
            tokens.append(min(target.stop_ids))
        return tokens

    def _missed(self, before: Mapping[str, float], written: int, accepted: int) -> int:
        """Drafted tokens that were not accepted, where the server's counters moved for this request alone."""
        after = self._target.counters() if before else {}
        moved = {name: after[name] - before[name] for name in before if name in after}
        if not moved or moved["generated"] != written or moved["accepted"] < accepted:
            return 0
        return int(moved["drafted"] - moved["accepted"])

    def _verified(
        self, context: DraftContext, drafter_for: DrafterFactory, max_tokens: int
    ) -> Generator[Step]:
        """Our drafts, each verified by one request, where that is faster than having the server write."""
        output, target = context.output, self._target
        drafter = drafter_for(context)
        while not self._ended(output, max_tokens):
            began = perf_counter()
            limit = min(_LONGEST, max_tokens - len(output) - 1)
            draft = drafter.propose(limit) if limit > 0 else NO_DRAFT
            tokens: list[int]
            if self._pays(draft, len(context.prompt) + len(output)):
                text = [*context.prompt, *output]
                self.rollback(0)
                self.prefill(text[:-1])
                choices = self.forward(text[-1], draft, GREEDY)
                accepted = next(
                    (i for i, t in enumerate(draft.token_ids) if choices.token_ids[i] != t),
                    len(draft),
                )
                target.acceptance.observe(draft.drafter, draft.match_length, len(draft), accepted)
                tokens = [*draft.token_ids[:accepted], choices.token_ids[accepted]]
                stop = next((i for i, t in enumerate(tokens) if t in target.stop_ids), None)
                tokens = tokens if stop is None else tokens[: stop + 1]
                step = Step(
                    tuple(tokens),
                    len(draft),
                    draft.drafter,
                    min(accepted, len(tokens)),
                    0.0,
                    perf_counter() - began,
                )
            else:
                most = min(_BURST, max_tokens - len(output))
                tokens = self._burst(context, most)
                if not tokens:
                    raise Unavailable(f"{target.server.url} ended an answer with nothing")
                target.rates.learn("writes", len(tokens), perf_counter() - began)
                step = Step(tuple(tokens), 0, "", 0, 0.0, perf_counter() - began)
            output += tokens
            drafter.observe(tokens)
            yield step

    def _burst(self, context: DraftContext, most: int) -> list[int]:
        """A few tokens that the server writes."""
        if not self._target.is_sglang:
            return [t for piece in self._pieces(context, GREEDY, most) for t in piece]
        body = self._sglang_body([*context.prompt, *context.output], most)
        answer = self._post("/generate", body)
        with understood(f"{self._target.server.url}/generate"):
            written = answers.tokens(answer["output_ids"], self._target.vocab_size, "output_ids")
        return written[:most]

    def _sglang_body(self, text: Sequence[int], max_tokens: int) -> dict[str, Any]:
        return {
            "input_ids": list(text),
            "sampling_params": {
                "temperature": 0,
                "max_new_tokens": max_tokens,
                "stop_token_ids": sorted(self._target.stop_ids),
            },
        }

    def _pays(self, draft: Draft, text_tokens: int) -> bool:
        """Whether reading text and draft again takes less time than writing what the draft promises."""
        if not len(draft):
            return False
        [expected] = self._target.acceptance.expected(
            draft.drafter, draft.match_length, [len(draft)]
        )
        rates = self._target.rates
        return (text_tokens + len(draft)) / rates.reads < (1 + expected) / rates.writes

    def _body(self, text: Sequence[int], max_tokens: int, sampling: Sampling) -> dict[str, Any]:
        target = self._target
        body: dict[str, Any] = {
            "model": target.name,
            "prompt": list(text),
            "max_tokens": max_tokens,
            "temperature": sampling.temperature,
            "seed": sampling.seed,
        }
        if target.kind == "openai":
            body["prompt"] = self._as_text(text)
        else:
            body |= {"stop_token_ids": sorted(target.stop_ids), "return_token_ids": True}
        return body

    def _as_text(self, token_ids: Sequence[int]) -> str | list[int]:
        """A prompt for a server that takes text, which makes its tokens of it, and one that begins a text by itself.

        Text that would be taken for control tokens there goes as tokens, if it is sure that they are the same.

        Raises:
            EditRefused: it is not.
        """
        tokenizer, url = self._target.tokenizer, self._target.server.url
        control = tokenizer.control_text(token_ids)
        if control is not None:
            if self._target.takes_tokens:
                return list(token_ids)
            raise EditRefused(
                f"{control!r} in the text would be a control token for {url}, which takes text; use --engine vllm, or a "
                "server that has /tokenize and the tokenizer of --model"
            )
        begin = tokenizer.begin_ids
        if begin and tuple(token_ids[: len(begin)]) == begin:
            token_ids = token_ids[len(begin) :]
        return tokenizer.markup(token_ids)

    def _ended(self, output: Sequence[int], max_tokens: int) -> bool:
        return len(output) >= max_tokens or (bool(output) and output[-1] in self._target.stop_ids)


def _sum_of(metric: str, text: str) -> float | None:
    """The sum of a metric's values; None where there is none, or one is no count."""
    values = re.findall(rf"^{metric}(?:{{[^}}\n]*}})? (\S+)$", text, re.MULTILINE)
    try:
        counts = [float(value) for value in values]
    except ValueError:
        return None
    return sum(counts) if counts and all(0 <= count < 1e15 for count in counts) else None


def _extra(context: DraftContext) -> dict[str, list[int]]:
    """What our drafter in vLLM is told: where the file stands in the prompt, and what else the answer may follow."""
    extra = {}
    begin = _place(context.prompt, context.source)
    if begin is not None:
        extra["specedit_span"] = [begin, begin + len(context.source)]
    flat = [t for document in context.predictions for t in (*document, _SEPARATOR)]
    if flat:
        extra["specedit_predictions"] = flat[:-1]
    return extra


def _place(prompt: Sequence[int], source: Sequence[int]) -> int | None:
    """Where `source` stands in `prompt`; None where it does not, or is all of it."""
    first, size = list(source), len(source)
    if not size or size >= len(prompt):
        return None
    places = (i for i in range(len(prompt) - size + 1) if prompt[i] == first[0])
    return next((i for i in places if list(prompt[i : i + size]) == first), None)
