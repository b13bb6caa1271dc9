"""Names that read like one that is not there: what may be meant by it."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

# How like a name is, of 100, one that has all words of it among others; and how much less makes a difference.
_OF_A_PART, _MUCH_LESS = 70.0, 15.0


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three names that read like `name`, whatever the order of their words, and how these are put together.

    Those that are much less like it than the first one are left out.
    """
    spelled, own = {each: _words_of(each) for each in sorted(set(known))}, _words_of(name)
    scores: dict[str, float] = {}
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
        for _, score, each in process.extract(own, spelled, scorer=scorer, score_cutoff=60):
            scores[each] = max(score, scores.get(each, 0.0))
    for each, words in spelled.items():
        if own and {*own.split()} < {*words.split()}:
            scores[each] = max(_OF_A_PART, scores.get(each, 0.0))
    ranked = sorted(scores, key=lambda each: (-scores[each], -fuzz.ratio(name, each), each))
    return [each for each in ranked if scores[each] >= scores[ranked[0]] - _MUCH_LESS][:3]


def _words_of(name: str) -> str:
    """The words that a name is put together of, as `parse header` for `parseHeader`."""
    return re.sub(r"(?<=[a-z\d])(?=[A-Z])|[\W_]+", " ", name).lower().strip()
