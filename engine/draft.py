"""Drafts: tokens that may follow the accepted text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Option: TypeAlias = tuple[int, float]  # a token, and how sure of it is who names it


@dataclass(frozen=True, slots=True)
class Draft:
    """Tokens that may follow the accepted text: a chain, or a tree.

    `parents` is empty for a chain; else parents[i] in [-1, i) is the node that node i follows, -1 being the
    accepted text. `match_length` is the evidence: how many tokens before the draft agree with the place that it
    was taken from. `drafter` names what proposed it.

    A drafter that computes its tokens says instead how sure it is of each: `confidences`, from 0 to 1, are of the tokens
    that it has drafted; `seconds` is what drafting has taken. It may have gone on where another draft ended, its `head`,
    whose tokens are the first of `token_ids`: `drafter`, `match_length`, `confidences` and `seconds` are of the rest.

    `alternatives`: so many nodes at the end may stand in place of the chain's last one; how sure the drafter is of each. A
    place counts once, whatever may stand there: `confidences` and the parts of a draft are of its chain.
    """

    token_ids: tuple[int, ...] = ()
    parents: tuple[int, ...] = ()
    match_length: int = 0
    drafter: str = ""
    confidences: tuple[float, ...] = ()
    seconds: float = 0.0
    head: "Draft | None" = None
    alternatives: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.parents and len(self.parents) != len(self.token_ids):
            raise ValueError(f"{len(self.token_ids)} tokens with {len(self.parents)} parents")
        if any(not -1 <= parent < node for node, parent in enumerate(self.parents)):
            raise ValueError(f"parents {self.parents} do not all come before their children")
        if self.confidences and len(self.confidences) != self.own_length:
            raise ValueError(f"{self.own_length} tokens with {len(self.confidences)} confidences")

    def __len__(self) -> int:
        return len(self.token_ids)

    @property
    def own_length(self) -> int:
        """How many of the chain's tokens are the drafter's own, and not its head's."""
        return self.chain_length - (len(self.head) if self.head is not None else 0)

    @property
    def chain_length(self) -> int:
        """How many nodes there are without the alternatives to the last."""
        return len(self.token_ids) - len(self.alternatives)

    @property
    def parts(self) -> "tuple[Draft, ...]":
        """The chains that were put one behind the other, each by itself; most drafts are one."""
        if self.head is None and not self.alternatives:
            return (self,)
        chain = self.first(self.chain_length)
        if chain.head is None:
            return (chain,)
        own = replace(chain, token_ids=chain.token_ids[len(chain.head) :], head=None)
        return (*chain.head.parts, own)

    def parent(self, node: int) -> int:
        """Return the node that `node` follows, or -1 for the accepted text."""
        return self.parents[node] if self.parents else node - 1

    def first(self, length: int) -> "Draft":
        """Return the draft of the first `length` nodes; a prefix of a tree is a tree. What it took stays what it was."""
        if length >= len(self):
            return self
        head = self.head.first(length) if self.head is not None else None
        own = max(0, length - (len(head) if head is not None else 0))
        alternatives = self.alternatives[: max(0, length - self.chain_length)]
        is_cut_to_chain = self.alternatives and not alternatives
        return replace(
            self,
            token_ids=self.token_ids[:length],
            parents=() if is_cut_to_chain else self.parents[:length],
            confidences=self.confidences[:own],
            head=head,
            alternatives=alternatives,
        )

    def then(self, drafter: str, token_id: int, confidence: float, seconds: float) -> "Draft":
        """Return this chain with one more token, which `drafter` has computed."""
        tokens = (*self.token_ids, token_id)
        if self.confidences and self.drafter == drafter:
            confidences, spent = (*self.confidences, confidence), self.seconds + seconds
            return Draft(tokens, (), 0, drafter, confidences, spent, self.head)
        head = self if len(self) else None
        return Draft(tokens, (), 0, drafter, (confidence,), seconds, head)

    def hedged(self, others: "Sequence[Option]") -> "Draft":
        """Return this chain with others of the tokens that may stand at its last place."""
        if not others:
            return self
        last = len(self) - 1
        return replace(
            self,
            token_ids=(*self.token_ids, *(token_id for token_id, _ in others)),
            parents=(*range(-1, last), *(last - 1 for _ in others)),
            alternatives=tuple(confidence for _, confidence in others),
        )


NO_DRAFT = Draft()


def depths(draft: Draft) -> list[int]:
    """Return how many rows of a pass over [last, *draft] each row follows: 0 for `last`, 1 for its children."""
    result = [0]
    for node in range(len(draft)):
        result.append(result[draft.parent(node) + 1] + 1)
    return result


def accepted_by_part(draft: Draft, accepted: int) -> Sequence[tuple[Draft, int]]:
    """Return each part of a verified draft with how many of its tokens were accepted."""
    result = []
    for part in draft.parts:
        result.append((part, min(accepted, len(part))))
        accepted -= result[-1][1]
    return result
