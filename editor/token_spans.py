"""Which characters of a text each of its tokens has, also where tokens split characters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from specedit.engine.tokenizer import Tokenizer

_BROKEN = "\ufffd"  # what a tokenizer gives for bytes that are no whole character


@dataclass(frozen=True, slots=True)
class TokenSpans:
    """A text and, for each of its tokens, the characters [start, end) that have bytes in it: tokens may share one."""

    text: str
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, token_ids: Sequence[int], tokenizer: Tokenizer) -> "TokenSpans | None":
        """Return the spans of tokens in the text that they give together; None where a few of them alone give another.

        The bytes of `aé`, each a token, have the spans `[(0, 1), (1, 2), (1, 2)]`.
        """
        text = tokenizer.decode(token_ids)
        spans: list[tuple[int, int]] = []
        run: list[int] = []  # the tokens since the last one that ended with a whole character
        run_start = start = 0
        for token_id in token_ids:
            run.append(token_id)
            piece = tokenizer.decode(run)
            whole = piece.rstrip(_BROKEN)
            if not text.startswith(whole, run_start):
                return None
            end = max(start, run_start + len(whole))
            is_split = whole != piece
            spans.append((start, min(end + is_split, len(text))))
            start = end
            if not is_split:
                run.clear()
                run_start = end
        return cls(text, tuple(spans))

    @classmethod
    def joined(cls, texts: Iterable[str]) -> "TokenSpans":
        """Return the spans of tokens in the text that theirs give one after the other."""
        ends = list(accumulate(map(len, pieces := list(texts))))
        return cls("".join(pieces), tuple(pairwise([0, *ends])))
