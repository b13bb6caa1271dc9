"""Prompt lookup: continue the last occurrence of the last n tokens (Saxena 2023, prompt-lookup-decoding)."""

from collections.abc import Sequence

from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, Drafter

_SIZES = (4, 3, 2)
_LONGEST_EVIDENCE = 64


class NgramDrafter:
    """Remembers where each n-gram last ended."""

    def __init__(self, token_ids: Sequence[int]) -> None:
        self._text: list[int] = []
        self._ends: dict[int, dict[tuple[int, ...], int]] = {size: {} for size in _SIZES}
        self._match_length = self._end = 0
        self.observe(token_ids)

    def propose(self, limit: int) -> Draft:
        """Return what followed the longest n-gram that occurred before."""
        if not self._match_length:
            return NO_DRAFT
        following = self._text[self._end : self._end + limit]
        return Draft(tuple(following), match_length=self._match_length, drafter="ngram")

    def observe(self, accepted: Sequence[int]) -> None:
        """Index the accepted tokens, and look the last ones up."""
        for token_id in accepted:
            self._text.append(token_id)
            self._match_length = 0
            end = len(self._text)
            for size in _SIZES:
                gram = tuple(self._text[-size:])
                earlier = self._ends[size].get(gram)
                if earlier is not None and not self._match_length:
                    self._end = earlier
                    self._match_length = self._evidence(earlier, end, size)
                self._ends[size][gram] = end

    def _evidence(self, earlier: int, end: int, size: int) -> int:
        """How many tokens before `earlier` and `end` agree, at least `size`."""
        text, length = self._text, size
        while length < min(earlier, _LONGEST_EVIDENCE) and (
            text[earlier - length - 1] == text[end - length - 1]
        ):
            length += 1
        return length


def drafter(context: DraftContext) -> Drafter:
    """Return a drafter over the request's prompt and output."""
    return NgramDrafter([*context.prompt, *context.output])
