"""How often drafted tokens are accepted, by drafter: by evidence of copies, by confidence of what was computed."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

# Chance that the next draft token is accepted after a match of 0, 1, 2, 3-4, 5-8, ... tokens, before anything is
# observed; and how many observations that belief is worth.
_PRIOR = (0.2, 0.3, 0.5, 0.7, 0.82, 0.9, 0.95, 0.975, 0.985, 0.99, 0.995)
_PRIOR_WEIGHT = 12.0
_MEMORY = 400.0  # observations of a kind after which older ones begin to fade

# Where confidences of computed tokens are told apart, and what such tokens are believed to be worth at first. What one
# drafter's confidence means is soon known: the belief is worth little.
_CONFIDENCES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995)
_CONFIDENT_PRIOR = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.93, 0.96)
# Of a token that is not computed yet: by how many were drafted before it.
_UNSEEN_PRIOR = 0.7
_COMPUTED_WEIGHT = 6.0
_COMPUTED_MEMORY = 150.0
_DEPTHS = 8  # beyond them it is taken to stay as it is
_BEST = 0.9995

Table = list[list[float]]  # rows of [accepted, seen]


class Proposal(Protocol):
    """What is looked at in a draft."""

    @property
    def match_length(self) -> int:
        """Tokens before the draft that agree with where it was taken from."""

    @property
    def drafter(self) -> str:
        """What proposed it."""

    @property
    def token_ids(self) -> Sequence[int]:
        """What is proposed."""

    @property
    def confidences(self) -> Sequence[float]:
        """How sure the drafter is of each token, where it computed them."""

    @property
    def seconds(self) -> float:
        """What drafting has taken."""

    @property
    def alternatives(self) -> Sequence[float]:
        """How sure it is of each of the nodes that may stand in place of the chain's last."""

    @property
    def parts(self) -> "Sequence[Proposal]":
        """The drafts that were put one behind the other."""

    def __len__(self) -> int: ...


class AcceptanceRate:
    """Chance that a draft's next token is accepted, by drafter and by how much already matched.

    A draft token's match is the draft's own plus the tokens before it in the draft: what is accepted adds evidence. Computed
    tokens have their confidence instead, and before they are computed their depth.
    """

    def __init__(self) -> None:
        self._by_match: dict[str, Table] = {}
        self._by_confidence: dict[str, Table] = {}
        self._by_depth: dict[str, Table] = {}
        # Of the places where alternatives could stand: by confidence; and [accepted, places], [verified, places].
        self._of_alternatives: dict[str, Table] = {}
        self._hedges: dict[str, Table] = {}

    def expected(self, draft: Proposal, lengths: Sequence[int]) -> list[float]:
        """Return the expected accepted tokens of the first nodes, as many as each of `lengths`, ascending."""
        totals: list[float] = []
        before, survival, start = 0.0, 1.0, 0
        for part in draft.parts:
            end = start + len(part)
            within = [length - start for length in lengths if start < length <= end]
            sums, whole = self._part(part, [*within, len(part)])
            totals += [before + survival * total for total in sums[:-1]]
            before += survival * sums[-1]
            survival *= whole
            start = end
        if draft.alternatives:
            last = self._worth_of_last(draft)
            chances = self._worth_of_alternatives(draft)
            for length in lengths:
                if length > start:
                    right = min(1 - last, sum(chances[: length - start]))
                    totals.append(before + survival / last * right)
        return totals

    def survival(self, draft: Proposal) -> float:
        """Return the chance that all of a draft is accepted."""
        survival = 1.0
        for part in draft.parts:
            survival *= self._part(part, [len(part)])[1]
        return survival

    def computed(self, drafter: str, length: int) -> list[float]:
        """Return the chance of each of the first `length` tokens that a drafter would compute, if those before are right."""
        table = self._by_depth.get(drafter) or _table(_DEPTHS)
        chance, rates = _UNSEEN_PRIOR, list[float]()
        for (
            accepted,
            seen,
        ) in table:  # what is not known of a depth is believed to be as it is before it
            chance = min(_BEST, (accepted + chance * _COMPUTED_WEIGHT) / (seen + _COMPUTED_WEIGHT))
            rates.append(chance)
        return [rates[min(depth, _DEPTHS - 1)] for depth in range(length)]

    def worth(self, drafter: str, confidence: float) -> float:
        """Return the chance of a token that was computed with a confidence."""
        bucket, table = bisect_right(_CONFIDENCES, confidence), self._by_confidence.get(drafter)
        accepted, seen = table[bucket] if table else (0.0, 0.0)
        believed = _CONFIDENT_PRIOR[bucket] * _COMPUTED_WEIGHT
        return min(_BEST, (accepted + believed) / (seen + _COMPUTED_WEIGHT))

    def hedge(self, drafter: str) -> tuple[float, int]:
        """Return the chance that an alternative to a draft's last token is right, and how many of them are verified as a rule."""
        [accepted, places], [verified, _] = self._hedges.get(drafter) or _table(2)
        weight = places + _COMPUTED_WEIGHT
        return accepted / weight, round(verified / weight)

    def tried(self, drafter: str) -> float:
        """Return how many computed tokens of a drafter the target has decided on, as far as they are remembered."""
        return sum(seen for _, seen in self._by_depth.get(drafter, ()))

    def observe(self, draft: Proposal, drafted: int, accepted: int) -> None:
        """Learn from the first `drafted` tokens of a draft's chain, which were verified."""
        for part in draft.parts:
            length = min(len(part), drafted)
            if length <= 0:
                return
            if part.confidences:
                self._observe_computed(part, length, min(accepted, length))
            else:
                self._observe_copied(part, length, min(accepted, length))
            if accepted < length:
                return
            drafted, accepted = drafted - length, accepted - length

    def observe_alternatives(self, draft: Proposal, accepted: int | None) -> None:
        """Learn from what stood at the last place of a draft, which was come to: which alternative was accepted, if one was."""
        table = self._of_alternatives.setdefault(draft.drafter, _table(len(_CONFIDENT_PRIOR)))
        for at, confidence in enumerate(draft.alternatives):
            row = table[bisect_right(_CONFIDENCES, confidence)]
            _count(row, at == accepted, 1, _COMPUTED_MEMORY)
        right, verified = self._hedges.setdefault(draft.drafter, _table(2))
        _count(right, accepted is not None, 1, _COMPUTED_MEMORY)
        _count(verified, len(draft.alternatives), 1, _COMPUTED_MEMORY)

    def _worth_of_last(self, draft: Proposal) -> float:
        return self.worth(draft.drafter, draft.parts[-1].confidences[-1])

    def _worth_of_alternatives(self, draft: Proposal) -> list[float]:
        table = self._of_alternatives.get(draft.drafter) or _table(len(_CONFIDENT_PRIOR))
        rates = _rates(table, _CONFIDENT_PRIOR, _COMPUTED_WEIGHT)
        return [rates[bisect_right(_CONFIDENCES, confidence)] for confidence in draft.alternatives]

    def _part(self, part: Proposal, lengths: Sequence[int]) -> tuple[list[float], float]:
        """Expected tokens of each of `lengths`, and the chance that as many as the last of them are accepted."""
        if part.confidences:
            return self._computed_part(part, lengths)
        rates = _rates(self._by_match.get(part.drafter), _PRIOR, _PRIOR_WEIGHT)
        expected, survival, position, totals = 0.0, 1.0, 0, []
        for length in lengths:
            while position < length:
                matched = part.match_length + position
                bucket = _bucket(matched)
                run = min(length, max(_bucket_end(bucket) - part.match_length, position + 1))
                run -= position
                rate = rates[bucket]
                power = rate**run
                expected += survival * rate * (1 - power) / (1 - rate)
                survival *= power
                position += run
            totals.append(expected)
        return totals, survival

    def _computed_part(self, part: Proposal, lengths: Sequence[int]) -> tuple[list[float], float]:
        expected, survival, totals = 0.0, 1.0, [0.0]
        for confidence in part.confidences:
            survival *= self.worth(part.drafter, confidence)
            expected += survival
            totals.append(expected)
        return [totals[length] for length in lengths], survival

    def _observe_copied(self, part: Proposal, drafted: int, accepted: int) -> None:
        counts = self._by_match.setdefault(part.drafter, _table(len(_PRIOR)))
        position, seen = 0, min(drafted, accepted + 1)
        while position < seen:
            bucket = _bucket(part.match_length + position)
            run = min(seen, max(_bucket_end(bucket) - part.match_length, position + 1)) - position
            _count(counts[bucket], max(0, min(accepted, position + run) - position), run, _MEMORY)
            position += run

    def _observe_computed(self, part: Proposal, drafted: int, accepted: int) -> None:
        by_confidence = self._by_confidence.setdefault(part.drafter, _table(len(_CONFIDENT_PRIOR)))
        by_depth = self._by_depth.setdefault(part.drafter, _table(_DEPTHS))
        for at in range(min(drafted, accepted + 1)):
            bucket = bisect_right(_CONFIDENCES, part.confidences[at])
            for row in (by_confidence[bucket], by_depth[min(at, _DEPTHS - 1)]):
                _count(row, at < accepted, 1, _COMPUTED_MEMORY)


def _table(rows: int) -> Table:
    return [[0.0, 0.0] for _ in range(rows)]


def _count(row: list[float], accepted: int, seen: int, memory: float) -> None:
    row[0] += accepted
    row[1] += seen
    if row[1] > memory:
        row[:] = [value * memory / row[1] for value in row]


def _rates(table: Table | None, prior: Sequence[float], weight: float) -> list[float]:
    if table is None:
        return list(prior)
    return [
        min(_BEST, (accepted + chance * weight) / (seen + weight))
        for chance, (accepted, seen) in zip(prior, table, strict=True)
    ]


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
