"""Drafts, and what proposes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from specedit.engine.budget import Budget
from specedit.engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Draft:
    """Tokens that may follow the accepted text: a chain, or a tree.

    `parents` is empty for a chain; else parents[i] in [-1, i) is the node that node i follows, -1 being the
    accepted text. `match_length` is the evidence: how many tokens before the draft agree with the place that it
    was taken from. `drafter` names what proposed it.
    """

    token_ids: tuple[int, ...] = ()
    parents: tuple[int, ...] = ()
    match_length: int = 0
    drafter: str = ""

    def __post_init__(self) -> None:
        if self.parents and len(self.parents) != len(self.token_ids):
            raise ValueError(f"{len(self.token_ids)} tokens with {len(self.parents)} parents")
        if any(not -1 <= parent < node for node, parent in enumerate(self.parents)):
            raise ValueError(f"parents {self.parents} do not all come before their children")

    def __len__(self) -> int:
        return len(self.token_ids)

    def parent(self, node: int) -> int:
        """Return the node that `node` follows, or -1 for the accepted text."""
        return self.parents[node] if self.parents else node - 1

    def first(self, length: int) -> "Draft":
        """Return the draft of the first `length` nodes; a prefix of a tree is a tree."""
        if length >= len(self):
            return self
        return Draft(
            self.token_ids[:length], self.parents[:length], self.match_length, self.drafter
        )


NO_DRAFT = Draft()


def depths(draft: Draft) -> list[int]:
    """Return how many rows of a pass over [last, *draft] each row follows: 0 for `last`, 1 for its children."""
    result = [0]
    for node in range(len(draft)):
        result.append(result[draft.parent(node) + 1] + 1)
    return result


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What a drafter may look at. `output` is a live view: it grows by what each step accepts."""

    prompt: Sequence[int]
    source: Sequence[int]
    output: list[int]
    predictions: tuple[Sequence[int], ...]
    budget: Budget
    tokenizer: Tokenizer


class Drafter(Protocol):
    """Proposes tokens for one request. A draft is a guess: it can make us slow, never wrong."""

    def propose(self, limit: int) -> Draft:
        """Return at most `limit` tokens that may come next; none is a normal answer."""

    def observe(self, accepted: Sequence[int]) -> None:
        """Take note of what the target settled on in the last step."""


DrafterFactory: TypeAlias = Callable[[DraftContext], Drafter]
