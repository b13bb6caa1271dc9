"""How many draft tokens the next pass is worth.

A pass over 1 + k rows takes longer than one over 1 row, and yields 1 + E(k) tokens. E(k) comes from how often
drafts with as much evidence were accepted; the seconds from the passes measured so far. k maximises tokens a second;
0 is a legal answer. A ledger keeps the sum of bets that did not pay under a share of plain decoding's time.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

MAX_DRAFT = 512

_ANCHORS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
# Seconds of a pass relative to one row, before anything is measured. transformers on 2 CPU cores, 1k tokens cached;
# what matters is the shape, a step at first and then near proportional.
_SHAPE = (1.0, 1.3, 1.5, 1.65, 1.85, 2.3, 3.2, 5.1, 8.8, 17.0)
_SMOOTHING = 0.2

# Chance that the next draft token is accepted after a match of 0, 1, 2, 3-4, 5-8, ... tokens, before anything is
# observed; and how many observations that belief is worth.
_PRIOR = (0.2, 0.3, 0.5, 0.7, 0.82, 0.9, 0.95, 0.975, 0.985, 0.99, 0.995)
_PRIOR_WEIGHT = 12.0
_MEMORY = 400.0  # observations of a kind after which older ones begin to fade

# Worst case of drafting where nothing can be copied, as a share of plain decoding, and a little credit to begin with.
_ALLOWED_LOSS = 0.01
_CREDIT_PASSES = 1.0


class Proposal(Protocol):
    """What the budget looks at in a draft."""

    @property
    def match_length(self) -> int:
        """Tokens before the draft that agree with where it was taken from."""

    @property
    def drafter(self) -> str:
        """What proposed it."""

    @property
    def token_ids(self) -> Sequence[int]:
        """What is proposed."""

    def __len__(self) -> int: ...


class PassCost:
    """Seconds of a target pass by its number of rows, learned from passes as they happen.

    Shared by all requests of a target. The measured points are powers of two; between them it is linear. `known` are such
    points, by rows, from before.
    """

    def __init__(self, known: Mapping[int, float] | None = None) -> None:
        self._measured = [(known or {}).get(rows) for rows in _ANCHORS]
        self._seconds = list(_SHAPE)
        if known:
            self._refit()

    @property
    def known(self) -> dict[int, float]:
        """Seconds at the points that were measured, by rows."""
        points = zip(_ANCHORS, self._measured, strict=True)
        return {rows: seconds for rows, seconds in points if seconds is not None}

    def seconds(self, rows: int) -> float:
        """Return the expected seconds of a pass of `rows` rows, at least 1."""
        at = bisect_left(_ANCHORS, rows)
        if at == len(_ANCHORS):
            return self._seconds[-1] * rows / _ANCHORS[-1]
        if _ANCHORS[at] == rows:
            return self._seconds[at]
        low, high = _ANCHORS[at - 1], _ANCHORS[at]
        share = (rows - low) / (high - low)
        return self._seconds[at - 1] * (1 - share) + self._seconds[at] * share

    def observe(self, rows: int, seconds: float) -> None:
        """Learn from one pass."""
        at = min(range(len(_ANCHORS)), key=lambda i: max(_ANCHORS[i] / rows, rows / _ANCHORS[i]))
        sample = seconds * self.seconds(_ANCHORS[at]) / self.seconds(rows)
        known = self._measured[at]
        if known is None:
            self._measured[at] = sample
        else:
            # A pass that was interrupted by another process tells little about the next one.
            sample = min(sample, 2 * known)
            self._measured[at] = known + _SMOOTHING * (sample - known)
        self._refit()

    def _refit(self) -> None:
        """Points never measured take the nearest measured one's ratio to the built-in shape, or, beyond all, to a line."""
        measured = [i for i, value in enumerate(self._measured) if value is not None]
        beyond = _ANCHORS if self._grows_in_proportion(measured[0], measured[-1]) else _SHAPE
        seconds = []
        for i in range(len(_ANCHORS)):
            nearest = min(measured, key=lambda j: abs(i - j))
            value = self._measured[nearest]
            assert value is not None
            shape = beyond if i > measured[-1] else _SHAPE
            seconds.append(value * shape[i] / shape[nearest])
        for i in range(1, len(seconds)):  # more rows never take less time
            seconds[i] = max(seconds[i], seconds[i - 1])
        self._seconds = seconds

    def _grows_in_proportion(self, first: int, last: int) -> bool:
        """Whether a row more costs about as much as a row did at first: quantised weights on a processor do that."""
        low, high = self._measured[first], self._measured[last]
        assert low is not None and high is not None
        return last > first and high / low > _ANCHORS[last] / _ANCHORS[first] / 2


class AcceptanceRate:
    """Chance that a draft's next token is accepted, by drafter and by how much already matched.

    A draft token's match is the draft's own plus the tokens before it in the draft: what is accepted adds evidence.
    """

    def __init__(self) -> None:
        self._counts: dict[str, list[list[float]]] = {}  # drafter → bucket → [accepted, seen]

    def expected(self, drafter: str, match_length: int, lengths: list[int]) -> list[float]:
        """Return the expected accepted tokens of drafts of each of `lengths`, ascending."""
        rates = self._rates(drafter)
        expected, survival, position, totals = 0.0, 1.0, 0, []
        for length in lengths:
            while position < length:
                matched = match_length + position
                bucket = _bucket(matched)
                run = min(length, max(_bucket_end(bucket) - match_length, position + 1)) - position
                rate = rates[bucket]
                power = rate**run
                expected += survival * rate * (1 - power) / (1 - rate)
                survival *= power
                position += run
            totals.append(expected)
        return totals

    def observe(self, drafter: str, match_length: int, drafted: int, accepted: int) -> None:
        """Learn from a verified chain."""
        counts = self._counts.setdefault(drafter, [[0.0, 0.0] for _ in _PRIOR])
        position, seen = 0, min(drafted, accepted + 1)
        while position < seen:
            bucket = _bucket(match_length + position)
            run = min(seen, max(_bucket_end(bucket) - match_length, position + 1)) - position
            count = counts[bucket]
            count[0] += max(0, min(accepted, position + run) - position)
            count[1] += run
            if count[1] > _MEMORY:
                count[:] = [value * _MEMORY / count[1] for value in count]
            position += run

    def _rates(self, drafter: str) -> list[float]:
        counts = self._counts.get(drafter)
        if counts is None:
            return list(_PRIOR)
        return [
            min(0.9995, (accepted + prior * _PRIOR_WEIGHT) / (seen + _PRIOR_WEIGHT))
            for prior, (accepted, seen) in zip(_PRIOR, counts, strict=True)
        ]


class Budget:
    """Decides draft lengths for one request; what it learns of costs and acceptance outlives the request."""

    def __init__(self, cost: PassCost, acceptance: AcceptanceRate) -> None:
        self._cost = cost
        self._acceptance = acceptance
        self._expected_tokens = 0
        self._plain_seconds = 0.0
        self._saved_seconds = 0.0

    def expect(self, tokens: int) -> None:
        """Expect an answer of so many tokens: what may be lost on all of it may be lost on its first draft."""
        self._expected_tokens += tokens

    def best(self, draft: Proposal, limit: int) -> tuple[int, float]:
        """Return how many tokens of `draft` to verify, and the tokens a second that promises."""
        seconds: Callable[[int], float] = self._cost.seconds
        plain = seconds(1)
        best, rate = 0, 1 / plain
        allowed = plain + self._allowed_seconds()
        lengths = [
            length
            for length in _grid(min(len(draft), limit, MAX_DRAFT))
            if seconds(1 + length) <= allowed
        ]
        expected = self._acceptance.expected(draft.drafter, draft.match_length, lengths)
        for length, tokens in zip(lengths, expected, strict=True):
            promised = (1 + tokens) / seconds(1 + length)
            if promised > rate:
                best, rate = length, promised
        return best, rate

    def observe(self, draft: Proposal, accepted: int, seconds: float) -> None:
        """Learn from a pass that verified the whole of `draft`."""
        drafted = len(draft)
        self._cost.observe(1 + drafted, seconds)
        if drafted:
            self._acceptance.observe(draft.drafter, draft.match_length, drafted, accepted)
        plain = (1 + accepted) * self._cost.seconds(1)
        self._plain_seconds += plain
        self._saved_seconds += plain - self._cost.seconds(1 + drafted)

    def observe_unverified(self, draft: Proposal, token_id: int) -> None:
        """Learn from what was proposed and not verified, by the token that came: proposals that are right pay off debts.

        Without that one long draft that fails early would forbid all others for hundreds of tokens.
        """
        is_right = draft.token_ids[0] == token_id
        self._acceptance.observe(draft.drafter, draft.match_length, 1, int(is_right))
        if is_right and self._saved_seconds < 0:
            gain = 2 * self._cost.seconds(1) - self._cost.seconds(2)
            self._saved_seconds = min(0.0, self._saved_seconds + gain)

    def _allowed_seconds(self) -> float:
        """What the next pass may cost beyond a plain one."""
        plain = self._cost.seconds(1)
        lasting = max(self._plain_seconds, self._expected_tokens * plain)
        return _CREDIT_PASSES * plain + _ALLOWED_LOSS * lasting + self._saved_seconds


def _grid(longest: int) -> list[int]:
    """Lengths worth comparing: all short ones, then steps of about a fifth."""
    lengths = []
    length = 1
    while length < longest:
        lengths.append(length)
        length += max(1, length // 5)
    return [*lengths, longest] if longest else []


def _bucket(match_length: int) -> int:
    """0, 1, 2, 3-4, 5-8, 9-16, ... → 0, 1, 2, 3, 4, 5, ..."""
    return min((match_length - 1).bit_length() + 1 if match_length else 0, len(_PRIOR) - 1)


def _bucket_end(bucket: int) -> int:
    """First match length after the bucket."""
    return (
        1 << 30
        if bucket == len(_PRIOR) - 1
        else (1, 2)[bucket]
        if bucket < 2
        else 2 ** (bucket - 1) + 1
    )
