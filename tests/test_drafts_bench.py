"""`bench drafts`: drafters in turns on the same texts, of a model whose guesses are always right."""

from pathlib import Path

import torch
from tests.tiny_models import PROMPT
from tests.tiny_mtp import TinyTokenizer, save_forgetful

from specedit.benchmarks.development.learned import Extent, run
from specedit.benchmarks.development.learned_texts import Text
from specedit.engine.pass_cost import PassCost
from specedit.engine.targets.llama import LlamaTarget
from specedit.engine.wrappers import assisted

TEXTS = [Text("greedy", PROMPT), Text("sampled", PROMPT, 1.0), Text("two", PROMPT, most_tokens=2)]


def test_all_answer_the_same_texts_and_alike(tmp_path: Path) -> None:
    save_forgetful(tmp_path)
    target = LlamaTarget(tmp_path, "tiny", torch.float32)
    summary = run(target, TinyTokenizer(), TEXTS, Extent(2, 24, fresh=True), lambda line: None)
    rows = summary["rows"]
    assert isinstance(rows, list)
    assert [row["drafter"] for row in rows[:4]] == ["none", "mtp", "copies", "cascade"]
    assert [row["text"] for row in rows[::4]] == [text.kind for text in TEXTS]
    assert all(row["equal"] == row["answers"] == 2 for row in rows)
    for row in rows:  # whether a guess pays depends on the clock; where one was made it was right
        assert row["right by depth"] == "" or row["right by depth"].startswith("1.00 of")
        assert row["tokens a pass"] >= 1 and row["by theorem 3.8"] > 0
        if row["drafter"] == "none":
            assert (row["over plain"], row["tokens a pass"], row["c"]) == (1, 1, 0)


def test_a_draft_model_takes_part_where_there_is_one(tmp_path: Path) -> None:
    save_forgetful(tmp_path)
    plain = LlamaTarget(tmp_path, "tiny", torch.float32)
    target = assisted(plain, plain, PassCost({1: 1e-9}))
    for names, expected in (
        (None, ["none", "mtp", "draft_model", "copies", "cascade"]),
        (["cascade"], ["none", "cascade"]),
    ):
        summary = run(target, TinyTokenizer(), TEXTS[:1], Extent(1, 24), lambda line: None, names)
        rows = summary["rows"]
        assert isinstance(rows, list)
        assert [row["drafter"] for row in rows] == expected
        assert all(row["equal"] == 1 for row in rows)
