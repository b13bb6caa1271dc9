"""What a chat server streams, read as an answer: how much it may be, what of it is text, and whether it is whole."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from specedit.editor.author import Answer
from specedit.engine.errors import EditRefused, TargetError, Unavailable

_MOST_CHARACTERS = 400_000  # of an answer, thinking included
_MOST_TOKENS = 1 << 31  # more is no count
_REPEATED, _LONGEST_PIECE = (
    8_000,
    1_000,
)  # characters of one piece again and again, and of the piece
_HALF = re.compile("[\ud800-\udfff]")


def read(chunks: Iterable[Any], name: str, shorten: Callable[[str], str]) -> Answer:
    """Return what the author `name` answers. `chunks` are of openai's client, which checks nothing that a server leaves out.

    `shorten` makes what a server says fit for a message.

    Raises:
        EditRefused: it says more than an edit can be, or that it does not answer.
        TargetError: what comes is no text.
        Unavailable: the answer has no end.
    """
    texts, refusals, end, tokens = list[str](), list[str](), None, None
    bounds = _Bounds(name)
    for chunk in chunks:
        tokens = _tokens(chunk) or tokens
        for choice in chunk.choices or ():
            if choice.index:  # one was asked for
                continue
            texts.append(getattr(choice.delta, "content", None) or "")
            refusals.append(getattr(choice.delta, "refusal", None) or "")
            bounds.add("".join((texts[-1], refusals[-1], *_thoughts(choice.delta))))
            end = choice.finish_reason or end
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


class _Bounds:
    """Ends an answer that has no end by itself. Thoughts count; `name` is whose it is."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._size, self._looked_at = 0, 0
        self._end = ""  # the last characters, some thousands

    def add(self, text: str) -> None:
        """Take note of what comes next.

        Raises:
            EditRefused: it is too much, or one piece again and again.
        """
        self._size += len(text)
        self._end += text
        if self._size > _MOST_CHARACTERS:
            raise EditRefused(
                f"{self._name} writes more than {_MOST_CHARACTERS} characters, which is no short edit"
            )
        if self._size - self._looked_at >= _REPEATED:
            self._looked_at, self._end = self._size, self._end[-_REPEATED:]
            if _period(self._end) <= _LONGEST_PIECE:
                raise EditRefused(f"{self._name} repeats itself without end: {self._end[-80:]!r}")


def _period(text: str) -> int:
    """After how many characters a text repeats itself to its end; its length where that is more than some."""
    piece = text[-_LONGEST_PIECE:]
    before = text.rfind(piece, 0, len(text) - 1)
    period = len(text) - len(piece) - before
    return period if before >= 0 and text[period:] == text[:-period] else len(text)


def _tokens(chunk: Any) -> int | None:
    """How many tokens the answer has, if the chunk says so, in a number that can be true."""
    count = getattr(chunk.usage, "completion_tokens", None)
    return count if type(count) is int and 0 <= count < _MOST_TOKENS else None


def _thoughts(delta: Any) -> Iterator[str]:
    """What a chunk adds to thoughts, which are no part of the answer."""
    for name in ("reasoning_content", "reasoning"):
        yield str(getattr(delta, name, None) or "")
