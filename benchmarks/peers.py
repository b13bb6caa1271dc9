"""The drafting rules of other engines, from their published description, to replay beside ours.

Each proposes its own fixed length: these systems have no budget of passes.
"""

from collections import Counter
from collections.abc import Sequence

from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.drafter import DraftContext, Drafter, DrafterFactory


class PromptLookup:
    """transformers' prompt lookup: the leftmost match of the longest n-gram, n from `most` down to `least`.

    With least = most = 5 it is vLLM's n-gram proposer at its defaults.
    """

    def __init__(self, token_ids: Sequence[int], *, least: int, most: int, length: int) -> None:
        self._text: list[int] = []
        self._sizes = range(most, least - 1, -1)
        self._length = length
        self._first: dict[tuple[int, ...], int] = {}
        self.observe(token_ids)

    def propose(self, limit: int) -> Draft:
        """Return what followed the first occurrence of the last n tokens."""
        for size in self._sizes:
            gram = tuple(self._text[-size:])
            end = self._first.get(gram)
            if len(gram) == size and end is not None and end < len(self._text):
                return Draft(tuple(self._text[end : end + min(limit, self._length)]))
        return NO_DRAFT

    def observe(self, accepted: Sequence[int]) -> None:
        """Index the accepted tokens."""
        for token_id in accepted:
            self._text.append(token_id)
            for size in self._sizes:
                if size <= len(self._text):
                    self._first.setdefault(tuple(self._text[-size:]), len(self._text))


class NgramMod:
    """llama.cpp's ngram-mod: a pool from the hash of n tokens to the next one, read as a chain.

    A chain shorter than `least` is thrown away.
    """

    def __init__(self, token_ids: Sequence[int], *, size: int, least: int, most: int) -> None:
        self._text: list[int] = []
        self._next: dict[tuple[int, ...], int] = {}
        self._size, self._least, self._most = size, least, most
        self.observe(token_ids)

    def propose(self, limit: int) -> Draft:
        """Return the chain that the pool gives after the last n tokens."""
        window = self._text[-self._size :]
        chain: list[int] = []
        while len(chain) < min(limit, self._most):
            token_id = self._next.get(tuple(window))
            if token_id is None:
                break
            chain.append(token_id)
            window = [*window[1:], token_id]
        return Draft(tuple(chain)) if len(chain) >= min(self._least, limit) else NO_DRAFT

    def observe(self, accepted: Sequence[int]) -> None:
        """Put the accepted tokens into the pool."""
        for token_id in accepted:
            if len(self._text) >= self._size:
                self._next[tuple(self._text[-self._size :])] = token_id
            self._text.append(token_id)


class SuffixDecoding:
    """SuffixDecoding's tree of the request (Oliaro et al. 2024), as vLLM sets it.

    For every suffix of the text a chain of most frequent next tokens, as long as the match and within the tree's depth,
    cut where it is less likely than `least`; the chain with the greatest sum of probabilities is proposed.
    """

    def __init__(
        self, token_ids: Sequence[int], *, depth: int = 24, factor: float = 1.0, least: float = 0.1
    ) -> None:
        self._text: list[int] = []
        self._next: dict[tuple[int, ...], Counter[int]] = {}
        self._depth, self._factor, self._least = depth, factor, least
        self.observe(token_ids)

    def propose(self, limit: int) -> Draft:
        """Return the best chain over all suffixes."""
        best, best_score = NO_DRAFT, 0.0
        for size in range(1, min(self._depth, len(self._text) + 1)):
            chain, score = self._chain(
                tuple(self._text[-size:]), min(limit, int(self._factor * size))
            )
            if score >= best_score and chain:
                best, best_score = Draft(tuple(chain)), score
        return best

    def _chain(self, path: tuple[int, ...], length: int) -> tuple[list[int], float]:
        chain: list[int] = []
        likely, score = 1.0, 0.0
        while len(chain) < length and len(path) < self._depth:
            following = self._next.get(path)
            if not following:
                break
            token_id, count = following.most_common(1)[0]
            likely *= count / following.total()
            if likely < self._least:
                break
            score += likely
            chain.append(token_id)
            path = (*path, token_id)
        return chain, score

    def observe(self, accepted: Sequence[int]) -> None:
        """Count the accepted tokens after every suffix."""
        for token_id in accepted:
            for size in range(1, min(self._depth, len(self._text) + 1)):
                path = tuple(self._text[-size:])
                self._next.setdefault(path, Counter())[token_id] += 1
            self._text.append(token_id)


def _lookup(least: int, most: int, length: int) -> DrafterFactory:
    def make(context: DraftContext) -> Drafter:
        return PromptLookup(context.prompt, least=least, most=most, length=length)

    return make


def _ngram_mod(context: DraftContext) -> Drafter:
    return NgramMod(context.prompt, size=24, least=48, most=64)


def _suffix_decoding(context: DraftContext) -> Drafter:
    return SuffixDecoding(context.prompt)


PEERS: dict[str, DrafterFactory] = {
    "transformers prompt lookup (n≤2, K=10)": _lookup(1, 2, 10),
    "transformers prompt lookup (n≤3, K=64)": _lookup(1, 3, 64),
    "vLLM n-gram (n=5, K=10)": _lookup(5, 5, 10),
    "vLLM n-gram (n=2..5, K=127)": _lookup(2, 5, 127),
    "llama.cpp ngram-mod (24, 48..64)": _ngram_mod,
    "suffix decoding (depth 24)": _suffix_decoding,
}
