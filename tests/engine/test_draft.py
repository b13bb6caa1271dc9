import pytest

from specedit.engine.draft import NO_DRAFT, Draft


def test_a_chain_follows_itself() -> None:
    assert [Draft((5, 6, 7)).parent(node) for node in range(3)] == [-1, 0, 1]


def test_a_prefix_of_a_tree_is_a_tree() -> None:
    draft = Draft((1, 2, 3), (-1, 0, 0), match_length=4, drafter="x")
    assert draft.first(2) == Draft((1, 2), (-1, 0), match_length=4, drafter="x")
    assert draft.first(9) is draft


@pytest.mark.parametrize("parents", [(-1,), (0, -1), (-2, 0), (-1, 1)])
def test_impossible_trees_are_refused(parents: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="parents"):
        Draft((1, 2), parents)


def test_alternatives_stand_at_the_last_place() -> None:
    draft = Draft((1, 2), match_length=3, drafter="cursor").then("mtp", 3, 0.4, 0.1)
    hedged = draft.hedged([(4, 0.2), (5, 0.1)])
    assert hedged.token_ids == (1, 2, 3, 4, 5)
    assert [hedged.parent(node) for node in range(5)] == [-1, 0, 1, 1, 1]
    assert [(part.token_ids, part.parents) for part in hedged.parts] == [((1, 2), ()), ((3,), ())]
    assert hedged.first(4) == draft.hedged([(4, 0.2)])
    assert hedged.first(3) == draft
    assert hedged.first(1).token_ids == (1,)
    assert draft.hedged([]) is draft


def test_alternatives_to_a_first_token_follow_the_text() -> None:
    hedged = NO_DRAFT.then("mtp", 3, 0.4, 0.1).hedged([(4, 0.2)])
    assert [hedged.parent(node) for node in range(2)] == [-1, -1]
    assert hedged.chain_length == 1
