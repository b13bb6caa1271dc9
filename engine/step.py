"""What passes add to an answer, and whose tokens these were."""

from collections.abc import Sequence
from dataclasses import dataclass

from specedit.engine.draft import Draft, accepted_by_part
from specedit.engine.verify import Objection


@dataclass(frozen=True, slots=True)
class Share:
    """One drafter's part of a pass: of `drafted` tokens `accepted`, which took `seconds` to compute, 0 for copies."""

    drafter: str
    drafted: int
    accepted: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """What one pass added to the output: at least one token, unless a judge objected at once.

    `shares` are those of the drafters, in the order of their tokens. `draft_seconds` is all of drafting. Of passes that write,
    `expected_seconds` is what such a pass takes as a rule and `plain_seconds` one without a draft.
    """

    token_ids: tuple[int, ...]
    shares: tuple[Share, ...]
    draft_seconds: float
    pass_seconds: float
    objections: tuple[Objection, ...] = ()
    vetoed: bool = False
    plain_seconds: float = 0.0
    expected_seconds: float = 0.0

    @property
    def drafted(self) -> int:
        """How many tokens were verified."""
        return sum(share.drafted for share in self.shares)

    @property
    def accepted(self) -> int:
        """How many of these were accepted."""
        return sum(share.accepted for share in self.shares)


def shares(draft: Draft, accepted: int) -> tuple[Share, ...]:
    """Return the drafters' parts of a draft that was verified, of which so many tokens were accepted."""
    return tuple(
        Share(part.drafter, len(part), passed, part.seconds)
        for part, passed in accepted_by_part(draft, accepted)
        if len(part) or part.seconds
    )


def untouched(token_ids: Sequence[int], drafter: str, objections: Sequence[Objection] = ()) -> Step:
    """Return what takes over drafted tokens that no pass decides about; `objections`: of an earlier one."""
    share = Share(drafter, len(token_ids), len(token_ids))
    return Step(tuple(token_ids), (share,), 0.0, 0.0, tuple(objections))
