"""What is the Hugging Face target's own; what every target must do is in `test_conformance.py`, for each kind of cache."""

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.fakes import RandomTrees
from tests.tiny_models import (
    ATTENTION,
    PROMPT,
    RECURRENT,
    VOCABULARY,
    answer,
    tiny,
)

from specedit.engine.decode import prefill
from specedit.engine.draft import NO_DRAFT, Draft
from specedit.engine.errors import TargetError
from specedit.engine.target import GREEDY, Sampling
from specedit.engine.targets.hf import HfTarget, open_model


@pytest.mark.parametrize("kind", ATTENTION)
@pytest.mark.parametrize("temperature", [0.5, 1.5])
def test_sampling_depends_on_seed_and_position_alone(kind: str, temperature: float) -> None:
    target = HfTarget(tiny(kind), "tiny")
    answers = set()
    for seed in range(4):
        sampling = Sampling(temperature, seed)
        plain = answer(target, RandomTrees([], seed=0), sampling)
        answers.add(tuple(plain))
        assert (
            answer(target, RandomTrees(plain, seed=seed, vocabulary=VOCABULARY), sampling) == plain
        )
    assert len(answers) > 1


@pytest.mark.parametrize("kind", RECURRENT)
def test_a_running_state_cannot_go_back(kind: str) -> None:
    assert HfTarget(tiny(kind), "tiny").open().rollback_limit == 0


@pytest.mark.parametrize("kind", [*ATTENTION, *RECURRENT])
def test_a_prompt_longer_than_a_chunk(kind: str) -> None:
    model = tiny(kind)
    prompt = [1 + i * i % 89 for i in range(700)]
    sequence = HfTarget(model, "tiny").open()
    for _ in prefill(sequence, prompt):
        pass
    assert sequence.length == 699
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([prompt]), use_cache=False).logits[0, -1]
    assert sequence.forward(prompt[-1], NO_DRAFT, GREEDY).token_ids == (int(logits.argmax()),)


def test_strict_decides_near_ties_alike_in_bfloat16() -> None:
    target = HfTarget(tiny("llama").to(torch.bfloat16), "tiny")
    plain = answer(target, RandomTrees([], seed=0), near_tie=target.near_tie)
    for seed in range(5):
        drafter = RandomTrees(plain, seed=seed, vocabulary=VOCABULARY)
        assert answer(target, drafter, near_tie=target.near_tie) == plain


def test_ratios_are_of_each_draft_token_in_its_place() -> None:
    model = tiny("llama")
    sequence = HfTarget(model, "tiny").open()
    sequence.prefill(PROMPT[:-1])
    draft = Draft((3, 4, 5, 6), parents=(-1, 0, -1, 2))
    choices = sequence.forward(PROMPT[-1], draft, GREEDY, margins=True)
    assert len(choices.token_ids) == len(choices.margins) == 5
    for node, path in enumerate(([], [3], [], [5])):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([PROMPT + path])).logits[0, -1]
        expected = (logits[draft.token_ids[node]] - logits.max()).exp()
        assert choices.ratios[node] == pytest.approx(expected.item(), rel=1e-3)


def test_code_in_a_model_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself transformers asks on standard input whether it may."""
    ran = tmp_path / "ran"
    (tmp_path / "own.py").write_text(f"open({str(ran)!r}, 'w').close()\nclass Config: pass\n")
    names = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Config"}
    config = {"model_type": "own", "architectures": ["Own"], "auto_map": names}
    (tmp_path / "config.json").write_text(json.dumps(config))
    monkeypatch.setattr("sys.stdin", StringIO("y\n" * 10))
    with pytest.raises(TargetError, match="comes with code of its own, which is not run"):
        open_model(tmp_path, "own", "float32")
    assert not ran.exists()


class _Pickled:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (os.environ["RAN"],)


def test_pickled_weights_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, ran = tmp_path / "model", tmp_path / "ran"
    monkeypatch.setenv("RAN", str(ran))
    tiny("llama").save_pretrained(folder)
    (folder / "model.safetensors").unlink()
    torch.save({"model.norm.weight": _Pickled()}, folder / "pytorch_model.bin")
    with pytest.raises(TargetError, match=r"cannot open the model.*safetensors"):
        open_model(folder, "tiny", "float32")
    assert not ran.exists()
