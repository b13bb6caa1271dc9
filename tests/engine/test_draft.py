import pytest

from specedit.engine.draft import Draft


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
