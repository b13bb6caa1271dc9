"""The longest suffix of the text so far that occurred before, in the prompt or in the output, and what followed it.

A suffix automaton over prompt and output finds it however long it is (SAM-Decoding, Hu et al. 2024; SuffixDecoding,
Oliaro et al. 2024). Among equal matches the most recent one is taken.
"""

from collections.abc import Sequence

from specedit.drafters._automaton import SuffixAutomaton
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, Drafter


class SuffixDrafter:
    """Continues the longest repeated suffix."""

    def __init__(self, token_ids: Sequence[int]) -> None:
        self._automaton = SuffixAutomaton()
        self._match_length = self._end = 0
        self.observe(token_ids)

    def propose(self, limit: int) -> Draft:
        """Return what followed the longest match."""
        if not self._match_length:
            return NO_DRAFT
        following = self._automaton.text[self._end : self._end + limit]
        return Draft(tuple(following), match_length=self._match_length, drafter="suffix")

    def observe(self, accepted: Sequence[int]) -> None:
        """Grow by the accepted tokens."""
        for token_id in accepted:
            self._automaton.append(token_id)
            self._match_length, self._end = self._automaton.repeated()


def drafter(context: DraftContext) -> Drafter:
    """Return a drafter over the request's prompt and output."""
    return SuffixDrafter([*context.prompt, *context.output])
