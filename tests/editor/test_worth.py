"""What is said of drafters that compute: they pay, or do not, and why."""

from pathlib import Path

import pytest
import torch
from tests.bigrams import BigramTarget
from tests.tiny_mtp import TinyTokenizer, save_forgetful

from specedit.editor import worth
from specedit.editor.trials import Trial, load, save
from specedit.engine.drafter import Guess
from specedit.engine.pass_cost import PassCost
from specedit.engine.targets.llama import LlamaTarget
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
    assert found.acceptance[0] == pytest.approx(1.0 if seed == 1 else 0.0, abs=0.1)
    pays = seed == 1 and cost is SLOW
    assert (found.speedup > 3) == pays
    assert str(found).startswith(
        "draft_model pays: a token is right" if pays else "draft_model does not pay: "
    )


def test_what_was_tried_is_known_the_next_time(tmp_path: Path) -> None:
    target = assisted(table(1), table(1), PassCost({1: 1e-3}))
    first = worth.remembered(target, ByteTokenizer(), PassCost(), tmp_path)
    [file] = tmp_path.iterdir()
    assert first is not None and first.tried("draft_model") >= 24
    silent = assisted(BigramTarget(torch.zeros(258, 258), "table 1"), table(1), PassCost())
    again = worth.remembered(silent, ByteTokenizer(), PassCost(), tmp_path)
    assert again is not None and again.tried("draft_model") == first.tried("draft_model")
    file.write_text("[[1]]")
    anew = worth.remembered(target, ByteTokenizer(), PassCost(), tmp_path)
    assert anew is not None and anew.tried("draft_model") >= 24


def test_heads_are_counted_by_depth_and_what_they_take_is_known_the_next_time(
    tmp_path: Path,
) -> None:
    """Of a model whose heads are always right: three tokens deep."""
    save_forgetful(tmp_path / "model")
    target = LlamaTarget(tmp_path / "model", "tiny", torch.float32)
    [found] = worth.measure(target, TinyTokenizer(), SLOW)
    assert (found.drafter, found.acceptance) == ("mtp", (1.0, 1.0, 1.0))
    assert found.length == 16 and found.speedup > 10
    assert "a token is right in 100%, then 100%, then 100% of the places" in str(found)
    for _ in range(2):
        cost = PassCost({1: 1e4})
        acceptance = worth.remembered(target, TinyTokenizer(), cost, tmp_path / "drafts")
        assert acceptance is not None and acceptance.computed("mtp", 3)[2] > 0.9
        assert cost.guesses.price(1e4).token < 1


def test_alternatives_count_where_a_guess_is_often_the_second(tmp_path: Path) -> None:
    tried = [
        Trial("mtp", (Guess(1, 0.4, 0.1, ((2, 0.3), (3, 0.1))),), (came,)) for came in (1, 2, 2, 4)
    ]
    save(tried, path := tmp_path / "trials.json")
    assert load(path) == tried
    assert [trial.right for trial in tried] == [1, 0, 0, 0]
    assert [trial.alternative for trial in tried] == [None, 0, 0, None]
    flat, steep = PassCost({1: 1.0, 2: 1.01, 4: 1.02}), PassCost({1: 1.0, 2: 2.0, 4: 4.0})
    found, dear = (worth.weigh("mtp", tried, cost) for cost in (flat, steep))
    assert (found.length, found.others) == (1, 1)
    assert found.speedup == pytest.approx(1.75 / 1.115, abs=0.01)
    assert "drafts of 1 and 1 alternative to the last write" in str(found)
    assert (dear.length, dear.others, dear.speedup) == (0, 0, 1.0)


def test_without_one_nothing_is_said() -> None:
    assert worth.measure(table(1), ByteTokenizer(), SLOW) == []
