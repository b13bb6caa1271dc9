"""What is said of drafters that compute: they pay, or do not, and why."""

from pathlib import Path

import pytest
import torch
from tests.bigrams import BigramTarget

from specedit.editor import worth
from specedit.engine.pass_cost import PassCost
from specedit.engine.tokenizer import ByteTokenizer
from specedit.engine.wrappers import assisted

SLOW = PassCost(
    {1: 1e4, 8: 1.1e4, 64: 2e4}
)  # seconds: a token of the draft model costs nothing beside it
FAST = PassCost({1: 1e-9, 8: 1e-8, 64: 1e-7})


def table(seed: int) -> BigramTarget:
    logits = torch.randn(258, 258, generator=torch.Generator().manual_seed(seed))
    return BigramTarget(3 * logits, f"table {seed}")


@pytest.mark.parametrize(("seed", "cost"), [(1, SLOW), (2, SLOW), (1, FAST)])
def test_a_drafter_pays_if_it_is_right_and_cheap(seed: int, cost: PassCost) -> None:
    target = assisted(table(1), table(seed), PassCost({1: 1e-3}))
    [found] = worth.measure(target, ByteTokenizer(), cost)
    assert found.drafter == "draft_model"
    assert found.acceptance == pytest.approx(1.0 if seed == 1 else 0.0, abs=0.1)
    pays = seed == 1 and cost is SLOW
    assert (found.speedup > 3) == pays
    assert str(found).startswith(
        "draft_model pays: a token is right" if pays else "draft_model does not pay: "
    )


def test_what_was_tried_is_known_the_next_time(tmp_path: Path) -> None:
    target = assisted(table(1), table(1), PassCost({1: 1e-3}))
    first = worth.remembered(target, ByteTokenizer(), tmp_path)
    [file] = tmp_path.iterdir()
    assert first.tried("draft_model") >= 24
    silent = assisted(BigramTarget(torch.zeros(258, 258), "table 1"), table(1), PassCost())
    assert worth.remembered(silent, ByteTokenizer(), tmp_path).tried("draft_model") == first.tried(
        "draft_model"
    )
    file.write_text("[[1]]")
    assert worth.remembered(target, ByteTokenizer(), tmp_path).tried("draft_model") >= 24


def test_without_one_nothing_is_said() -> None:
    assert worth.measure(table(1), ByteTokenizer(), SLOW) == []
