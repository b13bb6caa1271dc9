"""How many draft tokens the next pass is worth.

A pass over 1 + k rows takes longer than one over 1 row, and yields 1 + E(k) tokens. E(k) comes from how often
drafts with as much evidence were accepted; the seconds from the passes measured so far. k maximises tokens a second;
0 is a legal answer. A ledger keeps the sum of bets that did not pay under a share of plain decoding's time.

Tokens that have to be computed cost time before the pass. They are bought one by one: another one is worth it while the
tokens a second that are expected of draft and pass together grow by it (Leviathan et al. 2023, theorem 3.8, with a pass
that costs more the longer it is, and with the chance of each token instead of the mean).
"""

from collections.abc import Callable, Iterator

from specedit.engine.acceptance import AcceptanceRate, Proposal
from specedit.engine.pass_cost import PassCost, Price
from specedit.engine.purchase import Purchase

MAX_DRAFT = 512

# Worst case of drafting where nothing can be copied, as a share of plain decoding, and a little credit to begin with.
_ALLOWED_LOSS = 0.01
_CREDIT_PASSES = 1.0
_RISKED = 0.5  # of what was missed, by not verifying what came true
# Of tokens that are computed it may be more: they promise less, and are not to wait long after a first that was wrong. Where
# it is known from earlier answers what a drafter's tokens are worth, its bets are good ones.
_COMPUTED_LOSS = 0.02
_KNOWN_CREDIT_PASSES = 4.0

_MOST_COMPUTED = 8  # tokens that are planned for at once
# Decided tokens after which it is known what a drafter's are worth: reading what it has missed is no bet any more.
_KNOWN = 24
# Where computing does not pay, it may still do so later: what a token computed now and then may take, as a share.
_PROBES = 0.005


class Budget:
    """Decides draft lengths for one request; what it learns of costs and acceptance outlives the request."""

    def __init__(self, cost: PassCost, acceptance: AcceptanceRate) -> None:
        self._cost = cost
        self._acceptance = acceptance
        self._expected_tokens = 0
        self._plain_seconds = 0.0
        self._saved_seconds = 0.0
        self._missed_seconds = 0.0  # what verifying proposals would have saved that came true
        self._left_to_others = (
            0  # tokens that were neither copied nor computed, since some were computed
        )

    def expect(self, tokens: int) -> None:
        """Expect an answer of so many tokens: what may be lost on all of it may be lost on its first draft."""
        self._expected_tokens += tokens

    def seconds(self, drafted: int) -> float:
        """Return what a pass takes as a rule that verifies so many tokens."""
        return self._cost.seconds(1 + drafted)

    def best(self, draft: Proposal, limit: int) -> tuple[int, float]:
        """Return how many tokens of `draft` to verify, and the tokens a second that promises."""
        seconds: Callable[[int], float] = self._cost.seconds
        plain = seconds(1)
        best, rate = 0, 1 / plain
        is_computed = draft.parts[-1].confidences
        extra = (
            self._allowed_for_computed(draft.drafter)
            if is_computed
            else self._allowed_seconds() + _RISKED * self._missed_seconds
        )
        allowed = plain + extra
        lengths = [
            length
            for length in _grid(min(len(draft), limit, MAX_DRAFT))
            if seconds(1 + length) <= allowed
        ]
        expected = self._acceptance.expected(draft, lengths)
        for length, tokens in zip(lengths, expected, strict=True):
            promised = (1 + tokens) / seconds(1 + length)
            if promised > rate:
                best, rate = length, promised
        return best, rate

    def more(self, draft: Proposal, drafter: str, price: Price, limit: int) -> tuple[int, float]:
        """Return how many tokens to have `drafter` compute behind a chain of others', and the tokens a second of all that.

        Behind others they have to bring more than the drafter would by itself in as much time: what follows is drafted by
        it later, if not now. What it reads first serves later drafts too: as many tokens are expected of these as it has
        left to others since it read last. Now and then a token is computed to see whether it would have been right.
        """
        seconds, length = self._cost.seconds, len(draft)
        least = self._alone(drafter, price.token)
        before = seconds(1 + length)
        tokens = 1.0 + self._acceptance.expected(draft, [length])[0] if length else 1.0
        best, gain, rate = 0, 0.0, tokens / before
        for count, more, taken in self._offers(draft, drafter, price, limit):
            reading = price.first * (tokens + more) / max(tokens + more, self._left_to_others)
            after = reading + count * price.token + taken
            if length and more - least * (after - before) > gain:
                best, gain = count, more - least * (after - before)
                rate = (tokens + more) / after
            elif not length and (tokens + more) / after > rate:
                best, rate = count, (tokens + more) / after
        if not best and not length and self._may_probe(price):
            return 1, rate
        return best, rate

    def purchase(self, draft: Proposal, drafter: str, price: Price) -> Purchase:
        """Return what decides, token by token, whether `drafter` goes on behind a chain."""
        allowed = self._cost.seconds(1) + self._allowed_for_computed(drafter)
        return Purchase(
            self._cost.seconds,
            self._acceptance.computed(drafter, _MOST_COMPUTED),
            survival=self._acceptance.survival(draft),
            rows=1 + len(draft),
            token_seconds=price.token,
            least=self._alone(drafter, price.token),
            allowed=allowed,
        )

    def worth(self, drafter: str, confidence: float) -> float:
        """Return the chance of a token that was computed with a confidence."""
        return self._acceptance.worth(drafter, confidence)

    def guess_price(self) -> Price:
        """Return what guesses of the target's own heads are expected to take."""
        return self._cost.guesses.price(self._cost.seconds(1))

    def observe_guess(self, seconds: float, *, is_first: bool) -> None:
        """Learn what a guess of these took; `is_first`: it was the first after a pass."""
        self._cost.guesses.observe(seconds, is_first=is_first)

    def charge(self, drafter: str, price: Price, seconds: float) -> None:
        """Book the `seconds` that computing tokens took, which was expected to begin at `price`."""
        first = min(price.first, seconds) if self._is_known(drafter) else 0.0
        self._saved_seconds -= seconds - first
        self._left_to_others = 0

    def observe(
        self, draft: Proposal, accepted: int, seconds: float, alternative: int | None = None
    ) -> None:
        """Learn from a pass that verified the whole of `draft`, of which so many tokens were accepted.

        `alternative`: which of its alternatives was the last of them, if one was.
        """
        drafted, chain = len(draft), len(draft) - len(draft.alternatives)
        self._cost.observe(1 + drafted, seconds)
        in_chain = accepted - (alternative is not None)
        self._acceptance.observe(draft, chain, in_chain)
        if draft.parts[-1].confidences and in_chain >= chain - 1:
            self._acceptance.observe_alternatives(draft, alternative)
        plain = (1 + accepted) * self._cost.seconds(1)
        self._plain_seconds += plain
        self._saved_seconds += plain - self._cost.seconds(1 + drafted)
        copied = min(accepted, sum(len(part) for part in draft.parts if not part.confidences))
        self._left_to_others += 1 + accepted - copied
        if accepted < chain:
            self._missed_seconds = 0.0

    def observe_unverified(self, draft: Proposal, token_id: int) -> None:
        """Learn from what was proposed and not verified, by the token that came.

        While proposals come true, a share of what verifying them would have saved may be risked on the next. Else one long
        draft that fails early would forbid all others for hundreds of tokens, and where eight rows cost eight passes no draft
        would ever be begun. What is lost in all is no more than the longest run of them allows, as losses stay in the ledger.
        """
        is_right = draft.token_ids[0] == token_id
        self._acceptance.observe(draft, 1, int(is_right))
        missed = self._cost.seconds(1) - self._cost.least_for_a_token
        self._missed_seconds = self._missed_seconds + missed if is_right else 0.0

    def _offers(
        self, draft: Proposal, drafter: str, price: Price, limit: int
    ) -> Iterator[tuple[int, float, float]]:
        """Yield how many tokens may be computed behind a chain without risking too much.

        With each: how many of them are expected to be right, and what the pass is expected to take.
        """
        allowed = self._cost.seconds(1) + self._allowed_for_computed(drafter)
        if not self._is_known(drafter):
            allowed -= price.first
        reached, expected = self._acceptance.survival(draft), 0.0
        chances = self._acceptance.computed(drafter, min(limit, _MOST_COMPUTED))
        other, others = self._acceptance.hedge(drafter)
        for count, chance in enumerate(chances, 1):
            taken = self._cost.seconds(1 + len(draft) + count + others)
            if count * price.token + taken > allowed:
                return
            yield count, expected + reached * min(1.0, chance + other), taken
            reached *= chance
            expected += reached

    def _alone(self, drafter: str, token_seconds: float) -> float:
        """Return the tokens a second of decoding with what a drafter computes, or of plain decoding where that is more."""
        seconds, reached, tokens = self._cost.seconds, 1.0, 1.0
        best = 1 / seconds(1)
        other, others = self._acceptance.hedge(drafter)
        for count, chance in enumerate(self._acceptance.computed(drafter, _MOST_COMPUTED), 1):
            taken = count * token_seconds + seconds(1 + count + others)
            best = max(best, (tokens + reached * min(1.0, chance + other)) / taken)
            reached *= chance
            tokens += reached
        return best

    def _may_probe(self, price: Price) -> bool:
        return price.first + price.token <= _PROBES * self._left_to_others * self._cost.seconds(1)

    def _is_known(self, drafter: str) -> bool:
        return self._acceptance.tried(drafter) >= _KNOWN

    def _allowed_for_computed(self, drafter: str) -> float:
        credit = _KNOWN_CREDIT_PASSES if self._is_known(drafter) else _CREDIT_PASSES
        return self._allowed_seconds(credit, _COMPUTED_LOSS)

    def _allowed_seconds(
        self, credit: float = _CREDIT_PASSES, loss: float = _ALLOWED_LOSS
    ) -> float:
        """What the next pass may cost beyond a plain one."""
        plain = self._cost.seconds(1)
        lasting = max(self._plain_seconds, self._expected_tokens * plain)
        return credit * plain + loss * lasting + self._saved_seconds


def _grid(longest: int) -> list[int]:
    """Lengths worth comparing: all short ones, then steps of about a fifth."""
    lengths = []
    length = 1
    while length < longest:
        lengths.append(length)
        length += max(1, length // 5)
    return [*lengths, longest] if longest else []
