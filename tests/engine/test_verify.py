import random

import pytest

from specedit.engine.draft import Draft
from specedit.engine.verify import (
    Objection,
    accepted_alternative,
    accepted_nodes,
    objections,
    until_stop,
)


def naive(draft: Draft, choices: list[int]) -> list[int]:
    """The longest path of choices, by trying every path from the root."""

    def longest(node: int) -> list[int]:
        children = [n for n in range(len(draft)) if draft.parent(n) == node]
        for child in children:
            if draft.token_ids[child] == choices[node + 1]:
                return [child, *longest(child)]
        return []

    return longest(-1)


def test_a_chain_is_accepted_up_to_the_first_difference() -> None:
    assert accepted_nodes(Draft((7, 8, 9)), [7, 8, 5, 1]) == [0, 1]


def test_nothing_is_accepted_of_no_draft() -> None:
    assert accepted_nodes(Draft(), [3]) == []


def test_trees_against_trying_every_path() -> None:
    rng = random.Random(1)
    for _ in range(300):
        size = rng.randrange(12)
        parents = tuple(rng.randrange(-1, node) for node in range(size))
        draft = Draft(tuple(rng.randrange(3) for _ in range(size)), parents)
        choices = [rng.randrange(3) for _ in range(size + 1)]
        assert accepted_nodes(draft, choices) == naive(draft, choices)


def test_objections_name_place_and_preference() -> None:
    assert objections([1, 2, 3], [1, 9, 3, 4], [1.0, 0.4, 1.0], 10) == [Objection(11, 2, 9, 0.4)]


@pytest.mark.parametrize(
    ("token_ids", "kept"),
    [((), []), ((4, 5), [4, 5]), ((0,), [0]), ((4, 0, 5, 0), [4, 0]), ((4, 1), [4, 1])],
)
def test_an_answer_ends_with_its_first_stop_token(
    token_ids: tuple[int, ...], kept: list[int]
) -> None:
    assert until_stop(token_ids, frozenset({0, 1})) == kept


@pytest.mark.parametrize(
    ("chosen", "nodes", "alternative"),
    [
        ([1, 2, 9, 9, 9], [0, 1], None),
        ([1, 3, 9, 9, 9], [0, 2], 0),
        ([1, 4, 9, 9, 9], [0, 3], 1),
        ([1, 5, 9, 9, 9], [0], None),
        ([2, 2, 9, 9, 9], [], None),
    ],
)
def test_an_alternative_is_accepted_where_the_last_token_is_not(
    chosen: list[int], nodes: list[int], alternative: int | None
) -> None:
    draft = Draft((1, 2), drafter="mtp", confidences=(0.9, 0.5)).hedged([(3, 0.2), (4, 0.1)])
    assert accepted_nodes(draft, chosen) == nodes
    assert accepted_alternative(draft, nodes) == alternative
