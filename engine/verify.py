"""Which draft tokens the target agrees with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from specedit.engine.draft import Draft


@dataclass(frozen=True, slots=True)
class Objection:
    """A token that the target would not have chosen: output token `position`, and what it preferred."""

    position: int
    token_id: int
    preferred: int
    ratio: float


def accepted_nodes(draft: Draft, choices: Sequence[int]) -> list[int]:
    """Return the draft nodes the target agrees with, in order.

    `choices` has len(draft) + 1 entries: entry 0 follows the last accepted token, entry i + 1 follows node i.
    Walks from the accepted text to the child that carries the chosen token, as long as there is one. That is
    the speculative sampling rule (Leviathan et al. 2023, Chen et al. 2023) for drafts that are single tokens: draw t
    from the target and accept x if and only if t = x.
    """
    accepted: list[int] = []
    at = -1
    for node, token_id in enumerate(draft.token_ids):  # children come after their parents
        if draft.parent(node) == at and token_id == choices[at + 1]:
            accepted.append(node)
            at = node
    return accepted


def accepted_alternative(draft: Draft, nodes: Sequence[int]) -> int | None:
    """Return which of a draft's alternatives is among the accepted nodes, if one is."""
    return nodes[-1] - draft.chain_length if nodes and nodes[-1] >= draft.chain_length else None


def until_stop(token_ids: Sequence[int], stop_ids: Collection[int]) -> list[int]:
    """Return the tokens up to the first that ends an answer, and with it; all where none does."""
    ends = (place + 1 for place, token_id in enumerate(token_ids) if token_id in stop_ids)
    return list(token_ids[: next(ends, len(token_ids))])


def objections(
    token_ids: Sequence[int], choices: Sequence[int], ratios: Sequence[float], position: int
) -> list[Objection]:
    """Return where the target would have chosen otherwise than a chain of tokens.

    `choices[i]` stands in the row of `token_ids[i]`; `position` is the first token's place in the output.
    """
    return [
        Objection(position + i, token_id, choice, ratio)
        for i, (token_id, choice, ratio) in enumerate(zip(token_ids, choices, ratios, strict=False))
        if token_id != choice
    ]
