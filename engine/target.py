"""What a model must do to be a target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from specedit.engine.draft import Draft
from specedit.engine.pass_cost import PassCost


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the target chooses. Temperature 0 is greedy; `seed` counts only above it."""

    temperature: float = 0.0
    seed: int = 0


GREEDY = Sampling()
ANYWHERE = 1 << 30  # `rollback_limit` of caches that can go back to any of their tokens


@dataclass(frozen=True, slots=True)
class Choices:
    """What a pass over [last, *draft] says, 1 + n rows.

    `token_ids[0]` follows `last`, `token_ids[i + 1]` follows draft node i. `ratios[i]` is how likely draft node i was:
    its probability over the most likely token's, 1.0 for the top. `margins[i]` is the gap between the two best scores
    of row i; empty unless asked for. `seconds`: what the pass took, where it had to wait before.
    """

    token_ids: tuple[int, ...]
    ratios: tuple[float, ...]
    margins: tuple[float, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class DraftModel:
    """A model that drafts for a target of the same vocabulary, and what its passes cost.

    Both know all tokens below `vocab_size`.
    """

    target: "Target"
    cost: PassCost
    vocab_size: int


class TargetSequence(Protocol):
    """One text in the target's cache."""

    @property
    def nbytes(self) -> int:
        """Memory that the cache takes, in bytes."""

    @property
    def length(self) -> int:
        """Tokens whose keys and values are cached."""

    @property
    def rollback_limit(self) -> int:
        """How many of the latest tokens can be taken back: `ANYWHERE` for all, 0 where a cache cannot go back."""

    def prefill(self, token_ids: Sequence[int]) -> None:
        """Add tokens in one pass that chooses nothing."""

    def forward(
        self,
        last: int,
        draft: Draft,
        sampling: Sampling,
        *,
        margins: bool = False,
        logit_bias: Sequence[Mapping[int, float]] = (),
    ) -> Choices:
        """Add [last, *draft] in one pass and return what the target would emit after each.

        `logit_bias`, where it is given, has for each of the 1 + n rows what is added to the logits of which tokens.
        """

    def keep(self, nodes: Sequence[int]) -> None:
        """Of the last pass keep `last` and these draft nodes, in order, and forget the rest."""

    def rollback(self, length: int) -> None:
        """Forget everything after the first `length` tokens: no more than `rollback_limit` of them."""

    def fork(self, length: int) -> "TargetSequence":
        """Return a new sequence that holds the first `length` tokens, which this one could go back to."""

    def close(self) -> None:
        """Give the sequence up; it is not used again."""


def can_go_back(sequence: TargetSequence, length: int) -> bool:
    """Return whether a sequence can go back to its first `length` tokens, or be forked there."""
    return 0 < sequence.rollback_limit >= sequence.length - length


class Target(Protocol):
    """A model whose output counts."""

    @property
    def name(self) -> str:
        """What the statistics call it."""

    @property
    def dtype(self) -> str:
        """Number format of the weights, as "bfloat16"."""

    @property
    def device(self) -> str:
        """Where passes run, as "cuda"."""

    @property
    def stop_ids(self) -> frozenset[int]:
        """Tokens that end an answer."""

    @property
    def max_length(self) -> int:
        """Most tokens of prompt and answer together."""

    @property
    def vocab_size(self) -> int:
        """Token ids are less than this."""

    @property
    def near_tie(self) -> float:
        """Gap between two scores below which passes of different lengths may choose differently."""

    @property
    def copy_prior(self) -> float:
        """What it was trained to have added to the logits of copies: `engine/copy_prior.py`; 0 for most."""

    @property
    def can_write(self) -> bool:
        """Whether it is fit to write edits by itself, and not only to check them."""

    @property
    def is_remote(self) -> bool:
        """Whether its engine runs elsewhere: threads may share it, and it keeps what it has read by itself."""

    @property
    def draft_model(self) -> DraftModel | None:
        """The model that drafts for it, if there is one."""

    def with_deadline(self, until: float | None) -> "Target":
        """Return the same, whose requests are given up at a time of `time.monotonic`; itself where it makes none."""

    def open(self, prompt: Sequence[int] = ()) -> TargetSequence:
        """Return a sequence for a text that begins with `prompt`; it may hold a part of it already."""


class LocalTarget:
    """What is true of most targets that run in this process; they say what else is."""

    copy_prior = 0.0
    can_write = True
    is_remote = False
    device = "cpu"
    draft_model: DraftModel | None = None

    def with_deadline(self, until: float | None) -> Self:
        """Return the target: who waits for its passes looks at the clock between two."""
        return self
