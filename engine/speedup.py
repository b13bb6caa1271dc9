"""What drafts are worth, predicted from how often they are right and what they cost."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class DraftCounts:
    """One drafter's tokens: of those that the target decided on, `tried`, so many were accepted.

    `drafts`: passes that it had a part in; `decided`: those in which the target came as far as its first token.
    """

    drafts: int = 0
    decided: int = 0
    drafted: int = 0
    accepted: int = 0
    tried: int = 0
    seconds: float = 0.0

    def add(self, drafted: int, accepted: int, seconds: float, *, is_reached: bool) -> None:
        """Count a draft; `is_reached`: all that stood before it in its pass was accepted."""
        self.drafts += 1
        self.decided += is_reached and drafted > 0
        self.drafted += drafted
        self.accepted += accepted
        self.tried += min(drafted, accepted + 1) if is_reached else 0
        self.seconds += seconds

    @property
    def acceptance(self) -> float | None:
        """How often a token was right where those before it were. None where nothing was decided."""
        return self.accepted / self.tried if self.tried else None


def expected_tokens(acceptance: float, length: float) -> float:
    """Return the tokens of a pass with a draft: (1 - a^(g + 1)) / (1 - a), Leviathan et al. 2023, equation 1."""
    if acceptance >= 1:
        return length + 1
    return float((1 - acceptance ** (length + 1)) / (1 - acceptance))


def speedup(
    drafters: Iterable[DraftCounts], passes: int, *, plain_seconds: float, pass_seconds: float
) -> float:
    """Return how much faster than plain decoding so many passes are expected to be, which take `pass_seconds` in all.

    Where each takes as long as a plain one and one drafter drafts for all, that is theorem 3.8 of Leviathan et al. 2023:
    (1 - a^(g + 1)) / ((1 - a)(g c + 1)), with a for its acceptance, the mean length of its drafts for g, and what a token of it costs in passes for c.
    """
    tokens, seconds = float(passes), pass_seconds
    for counts in drafters:
        if counts.acceptance is not None:
            length = counts.drafted / counts.drafts
            tokens += counts.decided * (expected_tokens(counts.acceptance, length) - 1)
        seconds += counts.seconds
    return tokens * plain_seconds / seconds if seconds else 0.0
