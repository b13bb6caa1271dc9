"""What clients read: completions and their chunks, in OpenAI's form."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from specedit.editor.result import EditResult
from specedit.editor.stats import Stats

_PIECE = 2048  # characters of a file in one event
FinishReason = Literal["stop", "length"]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the model has read and made. Of those drafted, `accepted` were right."""

    prompt: int = 0
    output: int = 0
    drafted: int = 0
    accepted: int = 0
    stats: Json = field(default_factory=dict)

    @property
    def body(self) -> Json:
        """As it goes out; our own statistics are under the name `specedit`."""
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.output,
            "total_tokens": self.prompt + self.output,
            "completion_tokens_details": {
                "accepted_prediction_tokens": self.accepted,
                "rejected_prediction_tokens": self.drafted - self.accepted,
            },
            "specedit": self.stats,
        }


def usage_of(stats: Stats) -> Usage:
    """Return the usage that statistics tell."""
    return Usage(
        stats.prompt_tokens, stats.output_tokens, stats.drafted, stats.accepted, asdict(stats)
    )


def result_facts(result: EditResult) -> Json:
    """Return what there is to know of an edit besides its text."""
    return {
        "status": result.status,
        "reason": result.reason,
        "operation": result.operation,
        "author": asdict(result.author) if result.author else None,
        "judged_by": result.model or None,
        "remarks": list(result.remarks),
        "objections": [asdict(place) for place in result.objections],
        "lines": [hunk.line for hunk in result.hunks],
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer's identity. `is_chat`: whether it is a message, or a plain completion."""

    model: str
    is_chat: bool
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(
        self, text: str, reason: FinishReason, usage: Usage, facts: Json | None = None
    ) -> Json:
        """Return the answer as one body."""
        if self.is_chat:
            content: Json = {"message": {"role": "assistant", "content": text, "refusal": None}}
        else:
            content = {"text": text}
        choice = {"index": 0, **content, "logprobs": None, "finish_reason": reason}
        return self._head("chat.completion") | {
            "choices": [choice],
            "usage": usage.body,
            **({"specedit": facts} if facts else {}),
        }

    def first(self) -> Iterator[Json]:
        """Yield the chunk that begins an answer: of a message it tells who speaks."""
        if self.is_chat:
            yield self._chunk({"delta": {"role": "assistant", "content": ""}}, None)

    def piece(self, text: str) -> Json:
        """Return the chunk that adds a text."""
        return self._chunk({"delta": {"content": text}} if self.is_chat else {"text": text}, None)

    def last(
        self, reason: FinishReason, usage: Usage | None, facts: Json | None = None
    ) -> Iterator[Json]:
        """Yield the chunks that end an answer. `usage`: only if the client wants it."""
        end = self._chunk({"delta": {}} if self.is_chat else {"text": ""}, reason)
        yield end | ({"specedit": facts} if facts else {})
        if usage is not None:
            yield self._head("chat.completion.chunk") | {"choices": [], "usage": usage.body}

    def chunks(self, text: str, usage: Usage | None, facts: Json) -> Iterator[Json]:
        """Yield the chunks of a text that is there already: put together they are the text."""
        yield from self.first()
        for start in range(0, len(text), _PIECE):
            yield self.piece(text[start : start + _PIECE])
        yield from self.last("stop", usage, facts)

    def _chunk(self, delta: Json, reason: FinishReason | None) -> Json:
        choice = {"index": 0, **delta, "logprobs": None, "finish_reason": reason}
        return self._head("chat.completion.chunk") | {"choices": [choice]}

    def _head(self, kind: str) -> Json:
        prefix, kind = ("chatcmpl", kind) if self.is_chat else ("cmpl", "text_completion")
        return {
            "id": f"{prefix}-{self.id}",
            "object": kind,
            "created": self.created,
            "model": self.model,
        }
