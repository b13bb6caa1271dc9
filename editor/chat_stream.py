"""What a chat server streams, read as an answer: how much it may be, what of it is text, and whether it is whole."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from specedit.editor.author import Answer
from specedit.engine.errors import EditRefused, TargetError, Unavailable

_MOST_CHARACTERS = 400_000  # of an answer, thinking included
_MOST_TOKENS = 1 << 31  # more is no count
_HALF = re.compile("[\ud800-\udfff]")


def read(chunks: Iterable[Any], name: str, shorten: Callable[[str], str]) -> Answer:
    """Return what the author `name` answers. `chunks` are of openai's client, which checks nothing that a server leaves out.

    `shorten` makes what a server says fit for a message.

    Raises:
        EditRefused: it says more than an edit can be, or that it does not answer.
        TargetError: what comes is no text.
        Unavailable: the answer has no end.
    """
    texts, refusals, size = list[str](), list[str](), 0
    tokens, end = None, None
    for chunk in chunks:
        tokens = _tokens(chunk) or tokens
        for choice in chunk.choices or ():
            if choice.index:  # one was asked for
                continue
            delta = choice.delta
            texts.append(getattr(delta, "content", None) or "")
            refusals.append(getattr(delta, "refusal", None) or "")
            size += len(texts[-1]) + len(refusals[-1]) + sum(map(len, _thoughts(delta)))
            end = choice.finish_reason or end
        if size > _MOST_CHARACTERS:
            raise EditRefused(
                f"{name} writes more than {_MOST_CHARACTERS} characters, which is no short edit"
            )
    if end is None:
        raise Unavailable(f"{name} ended its answer in the middle")
    if end == "content_filter":
        raise EditRefused(f"{name} does not answer: its filter has stopped it")
    if refusal := "".join(refusals):
        raise EditRefused(f"{name} does not write it: {shorten(refusal)!r}")
    text = "".join(texts)
    if _HALF.search(text):
        raise TargetError(f"{name} answers with half of a character (a lone surrogate)")
    return Answer(text, is_whole=end != "length", tokens=tokens)


def _tokens(chunk: Any) -> int | None:
    """How many tokens the answer has, if the chunk says so, in a number that can be true."""
    count = getattr(chunk.usage, "completion_tokens", None)
    return count if type(count) is int and 0 <= count < _MOST_TOKENS else None


def _thoughts(delta: Any) -> Iterator[str]:
    """What a chunk adds to thoughts, which are no part of the answer."""
    for name in ("reasoning_content", "reasoning"):
        yield str(getattr(delta, name, None) or "")
